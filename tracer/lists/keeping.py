"""Changing what is said of a dataset, renaming it, and taking it out of the case, or back in.

A dataset that is taken out is not traced or compared any more; its contents stay until they are purged, and it can be
put back. Findings that rested on it are superseded by the next trace.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeAlias

import duckdb

from tracer.dossier.keeping import naming
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.vocabulary import ORIGINS, did_you_mean, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.lists.loaded import days_problems

_NAMED = (
    ("dataset", "id"), ("claim", "dataset"), ("release", "dataset"), ("withdrawn_release", "dataset"),
    ("judgement", "a"), ("judgement", "b"),
)  # fmt: skip
"""What names a dataset by its id, apart from findings."""


def rename_dataset(con: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Give a dataset, all its versions, another id; claims, handovers and decisions follow.

    Raises `UsageError` where the dataset is unknown; `InputRefused` for a malformed or taken id, and where marked
    copies of it were committed under the old one.
    """
    where = f"dataset {old}"
    _refuse_unknown(con, old)
    refuse([id_problem(new, "dataset", where)])
    taken = con.execute(
        "SELECT id FROM (SELECT id FROM dataset UNION SELECT id FROM party UNION SELECT id FROM release"
        " UNION SELECT id FROM claim) WHERE id = $id",
        {"id": new},
    ).fetchone()
    if taken is not None:
        raise InputRefused(f"the case has something called {new!r} already", where=where, remedy="take another id")
    marked = con.execute(
        "SELECT (SELECT count(*) FROM release WHERE dataset = $id AND drawn)"
        " + (SELECT count(*) FROM withdrawn_release WHERE dataset = $id AND drawn)",
        {"id": old},
    ).fetchone()
    if marked is not None and marked[0]:
        raise InputRefused(
            f"{marked[0]} marked copies of it were committed under this id, which is part of the proof", where=where,
            remedy="keep the id; readers see its title: tracer dataset edit --title",
        )  # fmt: skip
    for table, column in _NAMED:
        con.execute(f"UPDATE {table} SET {column} = $new WHERE {column} = $old", {"new": new, "old": old})


FACTS = (
    "holder", "obtained", "created", "exported", "living", "origin", "collected_under", "used_under", "list_title",
    "title_en", "title_zh",
)  # fmt: skip
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
    return [text for table in ("release", "claim") for text in naming(con, table, "dataset = $id", dataset)]


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
    row = con.execute(
        "SELECT CAST(purged_at AS DATE) FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchone()
    return None if row is None else row[0]


def _ids(con: duckdb.DuckDBPyConnection, where: str = "") -> list[str]:
    return [str(row[0]) for row in con.execute(f"SELECT DISTINCT id FROM dataset {where} ORDER BY id").fetchall()]


def _refuse_unknown(con: duckdb.DuckDBPyConnection, dataset: str, where: str = "") -> None:
    if dataset not in _ids(con, where):
        near = did_you_mean(dataset, _ids(con))
        raise UsageError(f"the case has no dataset {dataset!r}", remedy=near or "list them: tracer dataset list")
