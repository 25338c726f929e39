"""Changing what is said of a dataset, renaming it, reading it again from the original that the case keeps, and taking
it out of the case, or back in.

A dataset that is taken out is not traced or compared any more; its contents stay until they are purged, and it can be
put back. Findings that rested on it are superseded by the next trace.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import TypeAlias

import duckdb

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.dossier.edits import rows_naming
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.vocabulary import ORIGINS, did_you_mean, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.lists.loaded import DatasetFacts, Loaded, days_problems
from tracer.lists.read.model import ReadOptions
from tracer.lists.read.secret_columns import PURPOSE
from tracer.meter import SILENT, Meter
from tracer.resources import sql_next_to

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_statement = sql_next_to(__file__)


def rename_dataset(con: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Give a dataset, all its versions, another id; claims, handovers and decisions follow.

    Raises `UsageError` where the dataset is unknown; `InputRefused` for a malformed or taken id, and where marked
    copies of it were committed under the old one.
    """
    where = f"dataset {old}"
    _refuse_unknown(con, old)
    refuse([id_problem(new, "dataset", where)])
    if con.execute(_statement("id_taken"), {"id": new}).fetchone() is not None:
        raise InputRefused(f"the case has something called {new!r} already", where=where, remedy="take another id")
    marked = con.execute(_statement("marked_copies"), {"id": old}).fetchall()[0][0]
    if marked:
        what = f"{marked} marked copies of it were committed under this id, which is part of the proof"
        raise InputRefused(what, where=where, remedy="keep the id; readers see its title: tracer dataset edit --title")
    # All that names a dataset by its id, apart from findings.
    places = "dataset.id claim.dataset release.dataset withdrawn_release.dataset judgement.a judgement.b"
    for table, _, column in (place.partition(".") for place in places.split()):
        con.execute(f"UPDATE {table} SET {column} = $new WHERE {column} = $old", {"new": new, "old": old})


FACTS = tuple(
    "holder obtained created exported living origin collected_under used_under list_title title_en title_zh".split()
)
"""What can be said otherwise of a dataset; its contents, version and hash cannot."""

Said: TypeAlias = str | date | bool | None


def edit_dataset(
    con: duckdb.DuckDBPyConnection, dataset: str, facts: Mapping[str, Said], clear: Collection[str] = ()
) -> tuple[str, ...]:
    """Say something else of a dataset's current version; which of `FACTS` changed.

    `facts`: those with a value are set. Raises `UsageError` where the dataset is unknown or fact, `InputRefused` for
    an unknown origin and a holder that looks like a slip.
    """
    where = f"dataset {dataset}"
    _refuse_unknown(con, dataset, "WHERE current")
    wrong = sorted(set(clear) - {*FACTS})
    if wrong:
        raise UsageError(f"unknown field {wrong[0]!r}", where="--clear", remedy=did_you_mean(wrong[0], FACTS))
    kept = sorted({"holder", "origin"} & set(clear))
    if kept:
        raise UsageError(f"{kept[0]} cannot be empty", where="--clear", remedy="give another value instead")
    new: dict[str, Said] = dict.fromkeys(clear) | {k: v for k, v in facts.items() if v is not None}
    origin, holder = new.get("origin"), new.get("holder")
    refuse([word_problem(None if origin is None else str(origin), ORIGINS, "origin", where)])
    if holder is not None:
        ensure_party(con, str(holder), where)
        new["holder"] = resolve(con, str(holder))
    if not new:
        return ()
    row = con.execute(f"SELECT {', '.join(FACTS)} FROM dataset WHERE id = $id AND current", {"id": dataset}).fetchone()
    before = dict(zip(FACTS, row or (), strict=True))
    after = {**before, **new}
    refuse(days_problems(after, where))
    changed = tuple(name for name in new if before[name] != new[name])
    if changed:
        sets = ", ".join(f"{name} = ${name}" for name in changed)
        con.execute(
            f"UPDATE dataset SET {sets} WHERE id = $id AND current",
            {name: new[name] for name in changed} | {"id": dataset},
        )
    return changed


def remove_dataset(con: duckdb.DuckDBPyConnection, dataset: str) -> list[str]:
    """Take a dataset out of the case; what of the case names it still (copies, claims), as words.

    Raises `UsageError` where the dataset is unknown, or it is out already.
    """
    _refuse_unknown(con, dataset)
    gone = con.execute("UPDATE dataset SET current = false WHERE id = $id AND current", {"id": dataset}).fetchall()
    if not gone[0][0]:
        raise UsageError("it was removed before", where=f"dataset {dataset}", remedy="dataset restore puts it back")
    return [text for table in ("release", "claim") for text in rows_naming(con, table, "dataset = $id", dataset)]


def restore_dataset(con: duckdb.DuckDBPyConnection, dataset: str) -> date | None:
    """Put a removed dataset back, in its newest version; the day on which its contents were purged, which stay so.

    Raises `UsageError` where there is nothing to be put back.
    """
    _refuse_unknown(con, dataset)
    if dataset in _ids(con, "WHERE current"):
        raise UsageError("it was not removed", where=f"dataset {dataset}", remedy="nothing is left to do")
    con.execute(
        "UPDATE dataset SET current = true WHERE no = (SELECT max(no) FROM dataset WHERE id = $id)", {"id": dataset}
    )
    purged = "SELECT CAST(purged_at AS DATE) FROM dataset WHERE id = $id AND current"
    day: date | None = con.execute(purged, {"id": dataset}).fetchall()[0][0]
    return day


def read_again(
    case: Case, dataset: str, *, region: str | None, columns: Mapping[str, str | Sequence[str]], meter: Meter = SILENT
) -> Loaded | None:
    """Read the original of a list again, by what was said when it was loaded and what is said now; None where that is
    the same. The same bytes become a new version of the same list.

    Raises:
        InputRefused: its contents were purged, its original was not kept, or it cannot be read so.
    """
    from tracer.lists.load import load_dataset  # what else is said of lists needs no readers of files

    cursor = case.con.execute(_statement("loaded_list"), {"id": dataset})
    names = [column[0] for column in cursor.description or []]
    kept = dict(zip(names, cursor.fetchall()[0], strict=True))
    before = json_of(kept["options"])
    now = {role: column if isinstance(column, str) else list(column) for role, column in columns.items()}
    said = {**(before.get("columns") or {}), **now}
    if said == (before.get("columns") or {}) and region in (None, kept["region"]):
        return None
    where = f"dataset {dataset}"
    if kept["purged_at"] is not None:
        what = f"its contents were purged on {kept['purged_at']:%Y-%m-%d}, so it cannot be read again"
        raise InputRefused(what, where=where, remedy="load the file, if it may be held again, under another id")
    if not kept["original"]:
        raise InputRefused(
            "its original is not in the case (it held secrets, or the list never was a file): it cannot be read again",
            where=where,
            remedy=f"load the file again: tracer load FILE --id {dataset} --replace --map …",
        )
    options = ReadOptions(
        encoding=before.get("encoding"),
        columns=said,
        sheet=before.get("sheet"),
        has_header=before.get("has_header"),
        region=region or before.get("region") or case.region,
        find_region=region is None and bool(before.get("find_region")),
        keep_original=bool(before.get("keep_original")),
        secret_key=case.secret(PURPOSE) if before.get("keep_secret_hash") else None,
    )
    stays = {name: kept[name] for name in (*FACTS, "title")}  # the title is the column `list_title`
    del stays["list_title"]
    facts = DatasetFacts(id=dataset, evidence=tuple(kept["evidence"] or ()), **stays)
    # While they are read, the bytes lie in the clear in a folder that no other user may enter: in memory where the
    # machine offers that and has room for them twice over.
    in_memory = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > 2 * kept["bytes"]
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if in_memory else None) as folder:
        file = Path(folder) / (PurePath(kept["path"]).name or dataset)
        case.vault.files.extract(kept["sha256"], file)
        loaded = load_dataset(case, file, facts, options, replace=True, meter=meter)
    case.con.execute("UPDATE dataset SET path = $path WHERE no = $no", {"path": kept["path"], "no": loaded.no})
    return loaded


def _ids(con: duckdb.DuckDBPyConnection, where: str = "") -> list[str]:
    return [str(row[0]) for row in con.execute(f"SELECT DISTINCT id FROM dataset {where} ORDER BY id").fetchall()]


def _refuse_unknown(con: duckdb.DuckDBPyConnection, dataset: str, where: str = "") -> None:
    if dataset not in _ids(con, where):
        near = did_you_mean(dataset, _ids(con))
        raise UsageError(f"the case has no dataset {dataset!r}", remedy=near or "list them: tracer dataset list")
