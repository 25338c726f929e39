"""Facts about what is loaded already: applied where the manifest says otherwise, and returned for the journal.

A key that the manifest leaves out stays as it is.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.dossier.parties import resolve
from tracer.errors import InputRefused
from tracer.lists.loaded import DatasetFacts
from tracer.manifest.model import DatasetEntry, ReleaseEntry, bare_holder


def update_dataset(con: duckdb.DuckDBPyConnection, entry: DatasetEntry) -> list[str]:
    """Put right what the case holds about a loaded dataset; what was changed, one a line."""
    # The holder that was made for want of one says nothing against the one that the case knows.
    holder = None if entry.holder == bare_holder(entry.id) else resolve(con, entry.holder)
    facts = {
        "holder": holder, "obtained": entry.obtained, "created": entry.created, "origin": entry.origin,
        "collected_under": entry.collected_under, "used_under": entry.used_under,
        "evidence": list(entry.evidence) or None, "list_title": entry.title, "title_en": entry.title_en,
        "title_zh": entry.title_zh,
    }  # fmt: skip
    return _update(con, "dataset", entry.id, facts, "id = $id AND current")


def kept_facts(con: duckdb.DuckDBPyConnection, dataset: str) -> DatasetFacts | None:
    """What the case holds about a dataset's current version."""
    row = con.execute(
        "SELECT holder, obtained, created, origin, collected_under, used_under, evidence, list_title, title_en,"
        " title_zh FROM dataset WHERE id = $id AND current",
        {"id": dataset},
    ).fetchone()
    if row is None:
        return None
    holder, obtained, created, origin, collected, used, evidence, *titles = row
    return DatasetFacts(dataset, holder, obtained, created, origin, collected, used, tuple(evidence), *titles)


def update_release(con: duckdb.DuckDBPyConnection, entry: ReleaseEntry) -> list[str]:
    """Put right what the case holds about a registered release; what was changed, one a line.

    Raises:
        InputRefused: the id now names a copy of another dataset, or, where the tool drew its canaries, for another
            party or day: its register was committed for the one it has.
    """
    row = con.execute("SELECT dataset, recipient, date, drawn FROM release WHERE id = $id", {"id": entry.id}).fetchone()
    recipient = resolve(con, entry.recipient)
    if row is not None:
        dataset, had, day, drawn = row
        other_copy = drawn and (had != recipient or (entry.date is not None and entry.date != day))
        if dataset != entry.dataset or other_copy:
            raise InputRefused(
                f"release {entry.id} already exists, of {dataset} for {had}", where=f"release {entry.id}",
                remedy="use another id",
            )  # fmt: skip
    facts = {
        "recipient": recipient, "date": entry.date, "ends": entry.ends, "purpose": entry.purpose,
        "use_basis": entry.use_basis, "evidence": list(entry.evidence) or None,
    }  # fmt: skip
    return _update(con, "release", entry.id, facts, "id = $id")


def _update(con: duckdb.DuckDBPyConnection, table: str, own: str, facts: dict[str, Any], named: str) -> list[str]:
    said = {column: value for column, value in facts.items() if value is not None}
    had = con.execute(f"SELECT {', '.join(said) or 'id'} FROM {table} WHERE {named}", {"id": own}).fetchone()
    if had is None or not said:
        return []
    changed = {column: (old, value) for (column, value), old in zip(said.items(), had, strict=True) if old != value}
    for column, (_, value) in changed.items():
        con.execute(f"UPDATE {table} SET {column} = $value WHERE {named}", {"value": value, "id": own})
    return [f"{table} {own}: {column} {_shown(old)} → {_shown(new)}" for column, (old, new) in changed.items()]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
