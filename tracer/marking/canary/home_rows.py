"""Home canaries as rows of one's own list, to be entered into the database that the list comes from."""

from __future__ import annotations

from datetime import date

from tracer.case.case import Case
from tracer.clock import today
from tracer.errors import InputRefused
from tracer.marking.canary.identity_register import DEAD
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import RowsOfList, SourceList, read_sample, read_source_list
from tracer.marking.persona.written_numbers import NumberRegions
from tracer.marking.release.identities import goes_by_mail, keep_personas

_HOME = b"canary export"


def home_rows_of(
    case: Case, dataset: str, day: date | None = None
) -> tuple[list[dict[str, str | None]], tuple[str, ...]]:
    """The rows of the home canaries that the list has not, by its headings, and what to mind; journaled.

    A row's persona stays its own: a later export gives the same name. Columns of ids are blank, since the database
    gives those. Raises `InputRefused` where no home canary is left to be entered.
    """
    with case.transaction():
        source = read_source_list(case.con, dataset)
        identities = _waiting(case, source, day or today())
        if not identities:
            raise InputRefused(
                "no home canary is left to be entered",
                where=dataset,
                remedy="import or make some: `tracer canary import --kind home`, `tracer canary make --kind home`",
            )
        sample = read_sample(case.con, source, f"{dataset} home")
        draw = KeyedDraw(case.secret(_HOME), f"{source.id} {source.no}")
        maker = PersonaMaker(source, sample, draw, NumberRegions.of_case(case.con), RowsOfList(case.con, source))
        numbered = [each for each in identities if each.phone is not None]
        # Where every row has a number, an address alone would show: it is lent to a number.
        lends = numbered and source.places("phone") and not goes_by_mail(case.con, source)
        bare = [each for each in identities if each.phone is None]
        made = maker.rows_for(numbered, bare) if lends else maker.rows_for(identities)
        keep_personas(case.con, source, made)
        case.journal.append(command="canary export", detail={"dataset": dataset, "rows": len(made)})
    roles = source.roles[source.main.part]
    ids = {i for i in sample.numbering if roles[i] not in ("phone", "email")}
    headings = _headings(source)
    rows = [
        {heading: None if i in ids else row.cells[i] for i, heading in enumerate(headings)} for row in made.values()
    ]
    notes = [f"Enter them, and load {dataset} again then: copies made of it leave these rows out."]
    if ids:
        listed = ", ".join(headings[i] for i in sorted(ids))
        notes.append(f"Left blank, since your database gives them: {listed}.")
    return rows, tuple(notes)


def _headings(source: SourceList) -> list[str]:
    """One name for each column; those without a heading, and doubles, are numbered."""
    names: list[str] = []
    for at, heading in enumerate(source.main.headers, 1):
        text = (heading or "").strip() or f"column {at}"
        names.append(text if text not in names else f"{text} ({at})")
    return names


def _waiting(case: Case, source: SourceList, day: date) -> list[Identity]:
    """Home canaries that are alive and that the list has not; of one number the first persona."""
    rows = case.con.execute(
        "SELECT no, phone, phone_raw, email_raw, name, organisation, address, city, postcode FROM canary AS c"
        " WHERE kind = 'home' AND coalesce(state NOT IN (SELECT unnest($dead)), true) AND coalesce(until >= $day, true)"
        " AND NOT EXISTS (SELECT 1 FROM membership AS m WHERE m.dataset = $no AND m.key IN (c.phone, c.email))"
        " ORDER BY no",
        {"dead": list(DEAD), "day": day, "no": source.no},
    ).fetchall()
    first: dict[object, Identity] = {}
    for row in rows:
        first.setdefault(row[1] if row[1] is not None else row[3], Identity(*row))
    return list(first.values())
