"""Files of a package's version, by its registry's ordinary client and kept in a folder; and the list in them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 300  # seconds for one download; the longest seen took 20


class NotReached(Exception):
    """A version of a package could not be downloaded."""


@dataclass(frozen=True)
class How:
    """Where in a package its list is, and in which form."""

    files: tuple[str, ...]
    """Ends of paths. Of the files that end so, the one with the shortest path is read, and ends that no file has are
    passed over: versions lay their files out differently."""
    form: str = "array"
    """JSON: `array` of entries, `keys` of an object, `values` of an object of arrays, a `field` of an array of objects;
    any text: `pattern`."""
    pattern: str = ""
    """With one group, which is the entry; or the field's name."""
    within: str = ""
    """The list begins after these words and ends with the next brace; other lists are in the same file."""


def fetched(registry: str, package: str, version: str, cache: Path) -> dict[str, bytes]:
    """Path in the archive → bytes; from the network only where `cache` has no archive yet. Raises `NotReached`."""
    folder = cache / f"{registry}+{package.replace('/', '~')}+{version}"
    if not folder.is_dir():
        fresh = cache / f".{folder.name}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            _download(registry, package, version, fresh)
            fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return dict(_contents(min(folder.iterdir())))


def _download(registry: str, package: str, version: str, folder: Path) -> None:
    if registry == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--dest", str(folder), f"{package}=={version}"]
    else:
        command = ["npm", "pack", "--loglevel=error", "--pack-destination", str(folder), f"{package}@{version}"]
    name = f"{package} {version} ({registry})"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise NotReached(f"{name}: {error}") from error
    if done.returncode != 0 or not any(folder.iterdir()):
        told = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing came"]
        raise NotReached(f"{name}: {next((line for line in told if 'ERR' in line.upper()), told[-1]).strip()[:150]}")


def _contents(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                yield name, packed.read(name)
        return
    with tarfile.open(archive) as rolled:
        for member in rolled.getmembers():
            stream = rolled.extractfile(member)
            if stream is not None:
                yield member.name, stream.read()


def entries(how: How, files: Mapping[str, bytes]) -> list[str]:
    """The list in its own order, in lower case, each entry once. Raises `ValueError` where there is none."""
    found: list[str] = []
    for end in how.files:
        name = min((name for name in files if name.endswith(end)), key=len, default=None)
        if name is not None:
            found += _of_text(how, files[name].decode("utf-8", errors="replace"))
    clean = list(dict.fromkeys(" ".join(entry.lower().split()) for entry in found))
    clean = [entry for entry in clean if entry]
    if not clean:
        raise ValueError(f"no list in {how.files}")
    return clean


def _of_text(how: How, text: str) -> list[str]:
    if how.form == "pattern":
        text = text.partition(how.within)[2].partition("}")[0] if how.within else text
        return re.findall(how.pattern, text)
    held = json.loads(text)
    if how.form == "values":
        return [str(entry) for part in held.values() for entry in part]
    if how.form == "field":
        return [str(one[how.pattern]) for one in held]
    return [str(entry) for entry in held]  # of an object: its keys
