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
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.errors import UsageError
from tracer.lists.write.new_workbook import workbook
from tracer.simulate.market import Market, MarketSpec, SimList, SimRelease
from tracer.simulate.segments import write_segments
from tracer.simulate.trade import make_market

# Files that a simulated list can be: format → how its table of texts becomes bytes. Every writer takes text columns
# and gives the same bytes for the same table. Real files' dialects are not imitated here; the sample case and the
# tests of `tracer.lists.read` do that.

STAMP = (2026, 1, 1, 0, 0, 0)
"""The date of the member of an archive: archives of the same rows are the same bytes."""


@dataclass(frozen=True)
class SimulatedFormat:
    """A kind of file."""

    suffix: str
    write: Callable[[pa.Table], bytes]
    """Text columns → the file's bytes."""


def _rows(table: pa.Table) -> Iterable[tuple[str, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def delimited(table: pa.Table, delimiter: str, encoding: str, ending: str = "\r\n") -> bytes:
    """Delimited text with a header row."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending)
    writer.writerow(table.column_names)
    writer.writerows(_rows(table))
    return stream.getvalue().encode(encoding)


def _json(table: pa.Table) -> bytes:
    return json.dumps(table.to_pylist(), ensure_ascii=False).encode()


def _ndjson(table: pa.Table) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()).encode()


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
        member = zipfile.ZipInfo("list.csv", STAMP)
        archive.writestr(member, delimited(table, ",", "gb18030"), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


FORMATS: Mapping[str, SimulatedFormat] = {
    "csv": SimulatedFormat(".csv", lambda table: delimited(table, ",", "utf-8")),
    "csv-bom": SimulatedFormat(".csv", lambda table: delimited(table, ",", "utf-8-sig")),
    "csv-gb18030": SimulatedFormat(".csv", lambda table: delimited(table, ",", "gb18030")),
    "tsv-utf16": SimulatedFormat(".tsv", lambda table: delimited(table, "\t", "utf-16")),
    "txt": SimulatedFormat(".txt", lambda table: delimited(table, "\t", "utf-8", "\n")),
    "xlsx": SimulatedFormat(".xlsx", lambda table: workbook([("名单", [table.column_names, *_rows(table)])])),
    "xls-html": SimulatedFormat(".xls", _html),
    "json": SimulatedFormat(".json", _json),
    "ndjson": SimulatedFormat(".ndjson", _ndjson),
    "parquet": SimulatedFormat(".parquet", _parquet),
    "zip": SimulatedFormat(".zip", _archive),
}
"""Name → format."""
MARKABLE = ("csv", "csv-bom", "csv-gb18030", "tsv-utf16", "xlsx")
"""Formats of clients' own lists: a marked copy is handed over in the same one."""


TRUTH = "truth.json"
MANIFEST = "case.toml"


def simulate_dir(folder: Path, spec: MarketSpec) -> Path:
    """Draw a market, write it to `folder` and return the path of its manifest.

    Raises:
        UsageError: the folder is there and not empty, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} already exists and is not empty", remedy="name a new folder")
    return write_market(make_market(spec), folder)


def write_market(market: Market, folder: Path) -> Path:
    """Write all that a case of this market would be loaded from; return the manifest's path.

    The manifest is written last: a folder without one was not finished.
    """
    for name in ("lists", "releases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    formats = {entry.id: format_of(index, entry) for index, entry in enumerate(market.loaded)}
    for entry in market.loaded:
        written = FORMATS[formats[entry.id]]
        (folder / _list_path(entry.id, formats)).write_bytes(written.write(market.table(entry.id)))
    for release in market.releases:
        written = FORMATS[formats[release.dataset]]
        (folder / f"releases/{release.id}{written.suffix}").write_bytes(written.write(market.table(release.copy)))
    _write_canaries(market, folder / "canaries.csv")
    write_segments(market.population.segments, folder / "segments.csv")
    (folder / TRUTH).write_text(_truth(market), encoding="utf-8")
    manifest = folder / MANIFEST
    manifest.write_text(_manifest(market, formats), encoding="utf-8")
    return manifest


def format_of(index: int, entry: SimList) -> str:
    """The format of the list at this place among the loaded ones: clients' own are markable, the rest take turns."""
    names = MARKABLE if entry.origin == "own" else tuple(FORMATS)
    return names[index % len(names)]


def _list_path(list_id: str, formats: dict[str, str]) -> str:
    return f"lists/{list_id}{FORMATS[formats[list_id]].suffix}"


def _write_canaries(market: Market, path: Path) -> None:
    """Canaries of all releases and home canaries, in the columns of the contract."""
    people = market.population
    kinds = [("canary", person) for release in market.releases for person in release.canaries]
    kinds += [("home", person) for person in market.home_canaries]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("phone", "name", "organisation", "kind"))
        writer.writerows(
            (int(people.number[person]), str(people.names[person]), str(people.firm_names[person]), kind)
            for kind, person in kinds
        )


def _truth(market: Market) -> str:
    truth = market.truth
    retained = [asdict(entry) for entry in truth.retained]
    document = {
        "spec": asdict(market.spec),
        "edges": sorted(truth.edges),
        "ancestors": sorted(truth.ancestors),
        "siblings": sorted(truth.siblings),
        "retained": sorted(retained, key=lambda entry: sorted(entry.items())),
        "random": dict(sorted(truth.random.items())),
        "lists": [
            {
                "id": entry.id, "holder": entry.holder, "created": entry.created.isoformat(), "hidden": entry.hidden,
                "parents": list(entry.parents), "moves": list(entry.moves),
            }
            for entry in market.lists
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _manifest(market: Market, formats: dict[str, str]) -> str:
    case = {"name": f"simulated market {market.spec.seed}", "region": "CN", "segments": "segments.csv"}
    blocks = [_table("case", case)]
    for party in market.parties:
        facts = {"id": party.id, "name": party.name, "name_en": party.name_en, "role": party.role}
        facts["province"] = party.province
        blocks.append(_table("party", facts, repeated=True))
    blocks += [_table("dataset", _dataset(entry, formats), repeated=True) for entry in market.loaded]
    blocks.append(_table("canaries", {"path": "canaries.csv"}, repeated=True))
    blocks += [_table("release", _release(release, formats), repeated=True) for release in market.releases]
    for claim in market.claims:
        facts = {"id": claim.id, "party": claim.party, "kind": claim.kind, "dataset": claim.dataset}
        blocks.append(_table("claim", facts, repeated=True))
    return "\n".join(blocks)


def _dataset(entry: SimList, formats: dict[str, str]) -> dict[str, str | date | None]:
    return {
        "id": entry.id,
        "path": _list_path(entry.id, formats),
        "holder": entry.holder,
        "origin": entry.origin,
        "obtained": entry.obtained,
        "created": entry.created if entry.created_told else None,
    }


def _release(release: SimRelease, formats: dict[str, str]) -> dict[str, str | date | None]:
    return {
        "id": release.id,
        "dataset": release.dataset,
        "to": release.to,
        "date": release.date,
        "ends": release.ends,
        "path": f"releases/{release.id}{FORMATS[formats[release.dataset]].suffix}",
    }


def _table(name: str, facts: Mapping[str, str | date | None], *, repeated: bool = False) -> str:
    """One TOML table; facts that are None are left out. JSON's strings are TOML's basic strings."""
    lines = [f"[[{name}]]" if repeated else f"[{name}]"]
    for key, value in facts.items():
        if isinstance(value, date):
            lines.append(f"{key} = {value.isoformat()}")
        elif value is not None:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
