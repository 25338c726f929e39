"""`tracer persons`: do two lists without a common identifier hold the same people? Counts, never a row."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from tracer.ask.result import Column, ColumnType, Result, with_codes
from tracer.disclosure import Count, Reason, stored
from tracer.disclosure import told as disclosed
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.findings.persons import SamePeople, link_tables, same_people
from tracer.findings.persons.lists import can_be_compared, columns_of, common_fields, people, told_by
from tracer.policy import FEW, SHOWN_FROM
from tracer.wording import Voice, worded_table
from tracer.wording.arrow_types import REASONS

COLUMNS = (
    Column("a", ColumnType.ID, "a dataset"),
    Column("b", ColumnType.ID, "another dataset"),
    Column("fields", ColumnType.LIST, "what their people were compared by"),
    Column("a_people", ColumnType.INTEGER, "different people of a who say enough to be compared"),
    Column("b_people", ColumnType.INTEGER, "the same of b"),
    Column("linked", ColumnType.COUNT, "pairs that are more likely one person than not"),
    Column("same_people", ColumnType.COUNT, "estimated people who are in both"),
    Column("low", ColumnType.COUNT, "lower end of the 95 % interval of same_people"),
    Column("high", ColumnType.COUNT, "upper end; null where nothing bounds it"),
    Column("precision", ColumnType.NUMBER, "expected share of the linked pairs that are right"),
    Column(
        "recall", ColumnType.NUMBER, "expected share of the people in both who are linked; null where it cannot be told"
    ),
    Column("against", ColumnType.LIST, "what speaks against taking it at its word"),
)
_ARROW = {ColumnType.LIST: pa.list_(pa.string()), ColumnType.INTEGER: pa.int64(), ColumnType.NUMBER: pa.float64()}
_REASONS = {"against": REASONS}


def same_people_in(con: duckdb.DuckDBPyConnection, a: str, b: str, lang: str = "en") -> Result:
    """One row: what two datasets of the case have in common, person by person, without any identifier.

    `lang`: of the sentences.
    Nothing is kept: no overlap, derivation or attribution sees it. Small counts, and all counts where one of the
    datasets has too few contacts or people, are hidden, and have no rates.

    Raises:
        UsageError: the case does not hold one of the datasets, or no columns of both tell their people apart.
    """
    numbers = _numbers(con, a, b)
    columns = [columns_of(con, number) for number, _ in numbers]
    told = [told_by(one) for one in columns]
    fields = common_fields(*told)
    if not can_be_compared(fields):
        raise UsageError(
            f"the people of {a} and {b} cannot be compared: {a} has {_listed(told[0])}, {b} has {_listed(told[1])}",
            where="persons", remedy="both need names and another column such as an address or a birthday",
        )  # fmt: skip
    tables = [people(con, number, one, fields) for (number, _), one in zip(numbers, columns, strict=True)]
    found = same_people(link_tables(con, tables[0], tables[1], fields))
    few = any(tiny for _, tiny in numbers) or min(found.people_a, found.people_b) < SHOWN_FROM
    row = _row(found, few=few) | {"a": a, "b": b, "fields": [field.name for field in fields]}
    row["against"] = [stored(reason) for reason in _against(found, len(fields), few=few)]
    types = {column.name: _ARROW.get(column.type, pa.string()) for column in COLUMNS} | _REASONS
    table = worded_table(pa.Table.from_pylist([row], schema=pa.schema(list(types.items()))), Voice(lang))
    return Result(with_codes(COLUMNS, table), table)


def _numbers(con: duckdb.DuckDBPyConnection, *names: str) -> list[tuple[int, bool]]:
    """Number of each dataset, and whether it has too few contacts."""
    known = {name: (no, tiny) for name, no, tiny in con.execute("SELECT id, no, tiny FROM views._size").fetchall()}
    for name in names:
        if name not in known:
            raise UsageError(
                f"the case has no dataset {name!r}", where="persons", remedy=did_you_mean(name, sorted(known))
            )
    if len(set(names)) < len(names):
        raise UsageError(f"{names[0]} was given twice", where="persons", remedy="name two datasets")
    return [known[name] for name in names]


def _row(found: SamePeople, *, few: bool) -> dict[str, Any]:
    dim = few or found.linked < SHOWN_FROM

    def told(count: float | None) -> str | None:
        return FEW if dim else None if count is None else str(disclosed(Count(round(count))))

    high = None if found.high is None else max(found.high, found.linked)
    return {
        "a_people": found.people_a, "b_people": found.people_b, "linked": told(found.linked),
        "same_people": told(found.same), "low": told(found.low), "high": told(high),
        "precision": None if dim or found.precision is None else round(found.precision, 3),
        "recall": None if dim or found.recall is None else round(found.recall, 3),
    }  # fmt: skip


def _against(found: SamePeople, fields: int, *, few: bool) -> list[Reason]:
    if few or found.linked < SHOWN_FROM:
        return []
    more = [
        (Reason.of("persons-missed-unknown"), found.recall is None), (Reason.of("persons-two-fields"), fields == 2),
    ]  # fmt: skip
    return [Reason.of("persons-not-copied"), *(reason for reason, holds in more if holds)]


def _listed(fields: set[str]) -> str:
    return ", ".join(sorted(fields)) or "no such column"
