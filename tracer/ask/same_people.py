"""`tracer persons`: do two lists without a common identifier hold the same people? Counts, never a row."""

from __future__ import annotations

import duckdb

from tracer.ask.result import Column, ColumnType, Result, of_rows
from tracer.disclosure import Count, Reason, stored
from tracer.disclosure import shown_count as disclosed
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.findings.persons import link_tables, same_people
from tracer.findings.persons.lists import can_be_compared, columns_of, common_fields, people, told_by
from tracer.policy import FEW, SHOWN_FROM
from tracer.wording import Voice

_TYPES = {
    "a": "id",
    "b": "id",
    "fields": "list",
    "a_people": "integer",
    "b_people": "integer",
    "linked": "count",
    "same_people": "count",
    "low": "count",
    "high": "count",
    "precision": "number",
    "recall": "number",
    "against": "list",
}
COLUMNS = tuple(Column(name, ColumnType(kind)) for name, kind in _TYPES.items())
"""`fields`: what people were compared by; `a_people`, `b_people`: who say enough to be compared; `linked`: pairs that
are more likely one person than not; `low`, `high`: 95 % interval of `same_people`, `high` null where nothing bounds it;
`precision`, `recall`: expected shares of the linked pairs that are right, and of the people in both who are linked."""


def same_people_in(con: duckdb.DuckDBPyConnection, a: str, b: str, lang: str = "en") -> Result:
    """One row: what two datasets of the case have in common, person by person, without any identifier.

    `lang`: of the sentences.
    Nothing is kept: no overlap, derivation or attribution sees it. Small counts, and all counts where one of the
    datasets has too few contacts or people, are hidden, and have no rates.

    Raises:
        UsageError: the case does not hold one of the datasets, or no columns of both tell their people apart.
    """
    known = {name: (no, tiny) for name, no, tiny in con.execute("SELECT id, no, tiny FROM views._size").fetchall()}
    for name in (a, b):
        if name not in known:
            raise UsageError(
                f"the case has no dataset {name!r}", where="persons", remedy=did_you_mean(name, sorted(known))
            )
    if a == b:
        raise UsageError(f"{a} was given twice", where="persons", remedy="name two datasets")
    columns = [columns_of(con, known[name][0]) for name in (a, b)]
    told = [told_by(one) for one in columns]
    fields = common_fields(*told)
    if not can_be_compared(fields):
        has = [", ".join(sorted(one)) or "no such column" for one in told]
        raise UsageError(
            f"the people of {a} and {b} cannot be compared: {a} has {has[0]}, {b} has {has[1]}",
            where="persons",
            remedy="both need names and another column such as an address or a birthday",
        )
    tables = [people(con, known[name][0], one, fields) for name, one in zip((a, b), columns, strict=True)]
    found = same_people(link_tables(con, tables[0], tables[1], fields))
    few = known[a][1] or known[b][1] or min(found.people_a, found.people_b, found.linked) < SHOWN_FROM

    def count(n: float | None) -> str | None:
        return FEW if few else None if n is None else str(disclosed(Count(round(n))))

    against = [] if few else [Reason.of("persons-not-copied")]
    if not few and found.recall is None:
        against.append(Reason.of("persons-missed-unknown"))
    if not few and len(fields) == 2:
        against.append(Reason.of("persons-two-fields"))
    row = {
        "a": a,
        "b": b,
        "fields": [field.name for field in fields],
        "a_people": found.people_a,
        "b_people": found.people_b,
        "linked": count(found.linked),
        "same_people": count(found.same),
        "low": count(found.low),
        "high": count(None if found.high is None else max(found.high, found.linked)),
        "precision": None if few or found.precision is None else round(found.precision, 3),
        "recall": None if few or found.recall is None else round(found.recall, 3),
        "against": [stored(reason) for reason in against],
    }
    return of_rows(COLUMNS, [row], Voice(lang))
