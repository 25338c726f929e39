"""A simulated market as a folder that `tracer run` takes: manifest, lists, copies, canaries, segments and the truth.

`truth.json` is for scoring; nothing of the tool reads it. The same spec gives the same bytes.
"""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.errors import UsageError
from tracer.lists.write.new_workbook import workbook
from tracer.simulate.market import Market, MarketSpec, SimList
from tracer.simulate.segments import write_segments
from tracer.simulate.trade import make_market

# Files that a simulated list can be: format → how its table of texts becomes bytes. Every writer takes text columns
# and gives the same bytes for the same table. Real files' dialects are not imitated here; the sample case and the
# tests of `tracer.lists.read` do that.

_STAMP = (2026, 1, 1, 0, 0, 0)
"""The date of the member of an archive: archives of the same rows are the same bytes."""


def _rows(table: pa.Table) -> Iterable[tuple[str, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def delimited_writer(delimiter: str, encoding: str, ending: str = "\r\n") -> Callable[[pa.Table], bytes]:
    """A writer of delimited text with a header row."""

    def write(table: pa.Table) -> bytes:
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
        writer.writerow(table.column_names)
        writer.writerows(_rows(table))
        return stream.getvalue().encode(encoding)

    return write


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _html(table: pa.Table) -> bytes:
    """An `.xls` that is an HTML page in GB18030."""
    lines = [tuple(table.column_names), *_rows(table)]
    body = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb18030"></head><body><table>\n'
    return f"{head}{body}\n</table></body></html>\n".encode("gb18030")


def _archive(table: pa.Table) -> bytes:
    """A zip with one csv in GB18030."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("list.csv", _STAMP)
        archive.writestr(member, delimited_writer(",", "gb18030")(table), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


_dumps = partial(json.dumps, ensure_ascii=False)
FORMATS: Mapping[str, tuple[str, Callable[[pa.Table], bytes]]] = {
    "csv": (".csv", delimited_writer(",", "utf-8")),
    "csv-bom": (".csv", delimited_writer(",", "utf-8-sig")),
    "csv-gb18030": (".csv", delimited_writer(",", "gb18030")),
    "tsv-utf16": (".tsv", delimited_writer("\t", "utf-16")),
    "txt": (".txt", delimited_writer("\t", "utf-8", "\n")),
    "xlsx": (".xlsx", lambda table: workbook([("名单", [table.column_names, *_rows(table)])])),
    "xls-html": (".xls", _html),
    "json": (".json", lambda table: _dumps(table.to_pylist()).encode()),
    "ndjson": (".ndjson", lambda table: "".join(_dumps(row) + "\n" for row in table.to_pylist()).encode()),
    "parquet": (".parquet", _parquet),
    "zip": (".zip", _archive),
}
"""Name of a format → the ending of its files, and its writer."""
_MARKABLE = ("csv", "csv-bom", "csv-gb18030", "tsv-utf16", "xlsx")
"""Formats of clients' own lists: a marked copy is handed over in the same one."""


def simulate_dir(folder: Path, spec: MarketSpec) -> Path:
    """Draw a market, write it to `folder` and return the path of its manifest.

    Raises `UsageError`: the folder is there and not empty, or is a file."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} already exists and is not empty", remedy="name a new folder")
    return write_market(make_market(spec), folder)


def write_market(market: Market, folder: Path) -> Path:
    """Write all that a case of this market would be loaded from; return the manifest's path.

    The manifest is written last: a folder without one was not finished."""
    for name in ("lists", "releases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    formats = {entry.id: FORMATS[format_of(index, entry)] for index, entry in enumerate(market.loaded_lists)}
    suffixes = {name: suffix for name, (suffix, _) in formats.items()}
    for entry in market.loaded_lists:
        suffix, write = formats[entry.id]
        (folder / f"lists/{entry.id}{suffix}").write_bytes(write(market.table(entry.id)))
    for release in market.releases:
        suffix, write = formats[release.dataset]
        (folder / f"releases/{release.id}{suffix}").write_bytes(write(market.table(release.copy)))
    people = market.population
    kinds = [("canary", person) for release in market.releases for person in release.canaries]
    kinds += [("home", person) for person in market.home_canaries]
    with (folder / "canaries.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("phone", "name", "organisation", "kind"))
        for kind, person in kinds:
            writer.writerow((int(people.number[person]), people.names[person], people.firm_names[person], kind))
    write_segments(people.segments, folder / "segments.csv")
    truth = market.truth
    document: dict[str, object] = {"spec": asdict(market.spec)}
    document |= {name: sorted(getattr(truth, name)) for name in ("edges", "ancestors", "siblings")}
    document["retained"] = sorted(map(asdict, truth.retained), key=lambda entry: sorted(entry.items()))
    document["random"] = dict(sorted(truth.random.items()))
    about = ("id", "holder", "created", "hidden", "parents", "moves")
    document["lists"] = [{name: getattr(entry, name) for name in about} for entry in market.lists]
    (folder / "truth.json").write_text(_dumps(document, indent=1, default=date.isoformat) + "\n", "utf-8")
    manifest = folder / "case.toml"
    manifest.write_text(_manifest(market, suffixes), encoding="utf-8")
    return manifest


def format_of(index: int, entry: SimList) -> str:
    """The format of the list at this place among the loaded ones: clients' own are markable, the rest take turns."""
    names = _MARKABLE if entry.origin == "own" else tuple(FORMATS)
    return names[index % len(names)]


def _manifest(market: Market, suffixes: Mapping[str, str]) -> str:
    """As TOML; facts that are None are left out. JSON's strings are TOML's basic strings."""
    name = f"simulated market {market.spec.seed}"
    blocks = [_table("[case]", {"name": name, "region": "CN", "segments": "segments.csv"})]
    blocks += [_table("[[party]]", vars(party)) for party in market.parties]
    for entry in market.loaded_lists:
        about = {"id": entry.id, "path": f"lists/{entry.id}{suffixes[entry.id]}", "holder": entry.holder}
        created = entry.created if entry.created_told else None
        dates = {"origin": entry.origin, "obtained": entry.obtained, "created": created}
        blocks.append(_table("[[dataset]]", {**about, **dates}))
    blocks.append(_table("[[canaries]]", {"path": "canaries.csv"}))
    for release in market.releases:
        path = f"releases/{release.id}{suffixes[release.dataset]}"
        facts = {name: getattr(release, name) for name in ("id", "dataset", "to", "date", "ends")}
        blocks.append(_table("[[release]]", facts | {"path": path}))
    for claim in market.claims:
        blocks.append(_table("[[claim]]", {name: getattr(claim, name) for name in ("id", "party", "kind", "dataset")}))
    return "\n".join(blocks)


def _table(head: str, facts: Mapping[str, object]) -> str:
    lines = [head]
    for key, value in facts.items():
        if isinstance(value, date):
            lines.append(f"{key} = {value.isoformat()}")
        elif value is not None:
            lines.append(f"{key} = {_dumps(value)}")
    return "\n".join(lines) + "\n"
