"""Derivation on real public lists: `python -m tests.bench.real_lists` (needs PyPI and npm; `--keep DIR` to look at it).

Downloads a few packages that carry lists of mail domains copied from one another, loads them with the command line
(`--map key=domain`), traces, and prints what is found beside what the packages document. Nothing of them is kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from tests.bench.public_lists import DOCUMENTED, PUBLIC_LISTS, PublicList

_QUOTED = re.compile(r"""["']((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,})["']""")
_LINE = re.compile(r"^\s*((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,})\s*$", re.MULTILINE)
_UNTOLD = (1980, 1985, 2020)
"""Years of the fixed days that packing tools write in place of the true one (2020: 2 February alone)."""


class NotReached(Exception):
    """A package could not be downloaded."""


def download(entry: PublicList, folder: Path) -> Path:
    """The package's archive, by its registry's ordinary client. Raises `NotReached`."""
    folder.mkdir(parents=True)
    if entry.registry == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--dest", str(folder), f"{entry.package}=={entry.version}"]
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{entry.package}@{entry.version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise NotReached(f"{entry.package} {entry.version}: {error}") from error
    found = sorted(folder.iterdir())
    if done.returncode != 0 or not found:
        raise NotReached(f"{entry.package} {entry.version}: {(done.stderr.strip() or 'nothing came').splitlines()[-1]}")
    return found[0]


def contents(archive: Path) -> dict[str, tuple[bytes, date]]:
    """Path in the archive → bytes and the day that it bears."""
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as packed:
            return {info.filename: (packed.read(info), date(*info.date_time[:3])) for info in packed.infolist()}
    found = {}
    with tarfile.open(archive) as rolled:
        for member in rolled.getmembers():
            stream = rolled.extractfile(member)
            if stream is not None:
                found[member.name] = (stream.read(), datetime.fromtimestamp(member.mtime).date())
    return found


def domains(entry: PublicList, files: Mapping[str, tuple[bytes, date]]) -> tuple[list[str], date | None]:
    """The list in its own order, and the youngest day in the archive where that is a true one."""
    found: list[str] = []
    for end in entry.files:
        for name in sorted(files, key=len):
            if name.endswith(end):
                text = files[name][0].decode("utf-8", errors="replace").lower()
                text = text.split(entry.within)[1].split("}")[0] if entry.within else text
                found += (_LINE if end.endswith(".txt") else _QUOTED).findall(text)
                break
    days = [day for _, day in files.values() if day.year not in _UNTOLD[:2] and day != date(2020, 2, 2)]
    return found, max(days, default=None)


def tracer(arguments: Sequence[str], folder: Path) -> str:
    """What the command line prints; its case lies in `folder`."""
    environment = {**os.environ, "TRACER_CASE": str(folder / "case"), "TRACER_KEY": ""}
    command = [sys.executable, "-m", "tracer", *arguments, "--key-file", str(folder / "key")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"tracer {' '.join(arguments[:2])} failed ({done.returncode}): {done.stderr.strip()[-600:]}")
    return done.stdout


def traced(folder: Path) -> tuple[dict[tuple[str, str], float], dict[str, date | None]]:
    """Download, load and trace; (edges with their probabilities, dates of the lists)."""
    tracer(["init", str(folder / "case")], folder)
    dated: dict[str, date | None] = {}
    for entry in PUBLIC_LISTS:
        try:
            archive = download(entry, folder / "packages" / entry.id)
        except NotReached as missing:
            print(f"left out: {missing}", file=sys.stderr)
            continue
        found, day = domains(entry, contents(archive))
        path = folder / f"{entry.id}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("domain",), *((one,) for one in found)])
        told = ["--created", day.isoformat()] if day else []
        load = [
            "load",
            str(path),
            "--id",
            entry.id,
            "--holder",
            entry.project,
            "--map",
            "key=domain",
            "--header",
            *told,
        ]
        tracer(load, folder)
        dated[entry.id] = day
        print(f"{entry.id:15} {len(set(found)):7,} domains  {day or 'date unknown'}  {entry.registry} {entry.package}")
    if not dated:
        raise SystemExit("no package could be downloaded: this bench needs PyPI and npm (is the machine offline?)")
    tracer(["trace"], folder)
    rows = json.loads(tracer(["query", "derivations", "-f", "json"], folder))
    return {(row["parent"], row["child"]): float(row["probability"]) for row in rows}, dated


def judged(edge: tuple[str, str]) -> str:
    """What the documents say about an edge between two lists."""
    project = {entry.id: entry.project for entry in PUBLIC_LISTS}
    parent, child = project[edge[0]], project[edge[1]]
    if parent == child:
        order = [entry.id for entry in PUBLIC_LISTS]
        return "a later version" if order.index(edge[0]) < order.index(edge[1]) else "WRONG WAY: an older version"
    if (parent, child) in DOCUMENTED:
        return f"documented: {DOCUMENTED[parent, child]}"
    if (child, parent) in DOCUMENTED:
        return "WRONG WAY: documented the other way round"
    return "not documented"


def missed(edges: Iterable[tuple[str, str]], loaded_lists: Iterable[str]) -> list[tuple[str, str]]:
    """Documented relations between loaded projects of which no edge was found in the right direction."""
    project = {entry.id: entry.project for entry in PUBLIC_LISTS}
    found = {(project[a], project[b]) for a, b in edges}
    loaded = {project[name] for name in loaded_lists}
    return [pair for pair in DOCUMENTED if set(pair) <= loaded and pair not in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print edges beside documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="an empty folder for packages and case, instead of a temporary one")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="real-lists-") as temporary:
        edges, dated = traced(given.keep or Path(temporary))
    print()
    told = {edge: judged(edge) for edge, p in sorted(edges.items()) if p >= 0.5}
    for edge, verdict in told.items():
        print(f"{edges[edge]:.2f}  {edge[0]:15} -> {edge[1]:15} {verdict}")
    lost = missed(told, dated)
    for pair in lost:
        print(f"missed: {pair[0]} -> {pair[1]} ({DOCUMENTED[pair]})")
    right = sum(verdict.startswith(("a later", "documented")) for verdict in told.values())
    wrong = sum(verdict.startswith("WRONG") for verdict in told.values())
    found = {pair for pair in DOCUMENTED if pair not in lost}
    print(
        f"\nof {len(told)} edges {right} are documented, {wrong} are documented the other way round, "
        f"{len(told) - right - wrong} are not documented; precision {right / max(1, len(told)):.2f} to "
        f"{(len(told) - wrong) / max(1, len(told)):.2f}, recall of documented relations "
        f"{len(found) / len(DOCUMENTED):.2f} ({len(found)} of {len(DOCUMENTED)})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
