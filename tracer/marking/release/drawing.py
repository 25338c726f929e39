"""The draw of a release: who gets which marks, what the canaries' rows are, and what changes in every copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb

from tracer.case.case import Case
from tracer.clock import today
from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.write.computed import computed_columns
from tracer.lists.write.left_out import without_columns
from tracer.lists.write.model import NewRow, PartEdit, Template, unwritable
from tracer.lists.write.source import RawRows, open_template
from tracer.marking.canary.persons import MadePersons, made_persons, needs_persons, new_persons
from tracer.marking.detection.signs import FormsOf
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import RowsOfList, SourceList, read_sample
from tracer.marking.persona.written_numbers import NumberRegions
from tracer.marking.release.choosing import DrawnChoices, chosen
from tracer.marking.release.design import Allotted, allot
from tracer.marking.release.file_names import drawn_names
from tracer.marking.release.identities import Available, address_lenders, available, home_rows
from tracer.marking.release.reachable import dataset_rows, unreachable_rows
from tracer.marking.release.request import ReleaseRequest
from tracer.marking.release.withholding import Contacts, Ints, Withheld, draw_withheld, read_contacts
from tracer.meter import SILENT, Meter

_SPARE = 1.3
"""Identities that are left to lend numbers and addresses, as a multiple of those that personas will ask for."""

DRAW = b"draw"
"""Purpose of the case's secret that all draws come from."""


@dataclass(frozen=True)
class Planned:
    release: str
    recipient: str
    path: Path
    canaries: tuple[int, ...]
    """Canaries of the copy, in the order in which they are put in."""


@dataclass(frozen=True)
class Drawn:
    """Everything that the copies of one call have in common."""

    copies: tuple[Planned, ...]
    allotted: tuple[Allotted, ...]
    rows: Mapping[int, NewRow]
    """Canary -> its row, the same in all copies."""
    contacts: Contacts | None
    withheld: Withheld
    edits: tuple[Mapping[int, PartEdit], ...]
    lent: Mapping[int, tuple[int, ...]]
    """Canary -> identities that lend its persona a second number or address."""
    persons: MadePersons | None = None
    """The canaries, where they are persons that were invented for the list."""
    choices: DrawnChoices | None = None
    """The keyed choices, where they are asked for."""

    @property
    def planted(self) -> Planted:
        """What the copies get."""
        return Planted(self.rows, {copy.release: copy.canaries for copy in self.copies})


class Identities(NamedTuple):
    """The identities that may go into the copies."""

    canaries: Sequence[Identity]
    reserves: Sequence[Identity]
    left_out: tuple[str, ...] = ()
    """Which are not used, and why, where the user has not read it yet."""


class Planted(NamedTuple):
    """Canaries' rows, and which copy has which."""

    rows: Mapping[int, NewRow]
    held: Mapping[str, tuple[int, ...]]


def prepared(
    case: Case, source: SourceList, request: ReleaseRequest, meter: Meter = SILENT
) -> tuple[SourceList, Template, Identities]:
    """The list without the totals under it, its own format, opened for editing, and the identities that may go in.

    Which are not used is said at once: opening and drawing take long, and the user may want to stop here.

    Raises `InputRefused` for a format that cannot be copied, and for too few identities.
    """
    identities = _identities(case, source, request, meter)
    where = Path(source.path).name
    content, parts = case.vault.files.read(source.sha256), source.whole or source.parts
    if source.left_out:
        gone = [source.left_out[part.part] for part in source.whole]
        content, parts = without_columns(content, source.whole, gone, where)
    template = open_template(content, parts, _raw_rows(case.con, source), where)
    return _without_totals(case.con, source, template.listed(source.main.part)), template, identities


def _without_totals(con: duckdb.DuckDBPyConnection, source: SourceList, rows: int | None) -> SourceList:
    """The list as planted records are to be like it: a row of totals is not one of its rows."""
    main = source.main
    if rows is None or source.kept_rows:
        return source
    table = f"listed_of_{source.no}_{main.part}"
    cells = f"SELECT * FROM {source.tables[main.part]} WHERE row <= {rows} ORDER BY row"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {cells}")
    parts = tuple(replace(part, rows=rows) if part == main else part for part in source.parts)
    tables = {**source.tables, main.part: f"temp.{table}"}
    return replace(source, parts=parts, tables=tables, whole=source.whole or source.parts)


def _identities(case: Case, source: SourceList, request: ReleaseRequest, meter: Meter) -> Identities:
    """The identities that may go in. Raises `InputRefused` where they are too few."""
    copies, day = len(request.recipients), request.day or today()
    needed, reserved = request.design.canaries(copies), request.design.reserves(copies)
    if needs_persons(case.con, source):
        made = new_persons(case.con, needed + reserved)
        return Identities(made[:needed], made[needed:])
    canaries = available(case.con, source, needed, day)
    reserves = available(case.con, source, reserved, day, "reserve") if reserved else Available()
    said = [*dict.fromkeys((*canaries.left_out(source), *reserves.left_out(source)))]
    if said:
        said.append(f"{len(canaries.identities)} identities can be used in {source.id}, {needed} of them are needed")
    return Identities(canaries.identities, reserves.identities, tuple(line for line in said if not meter.tell(line)))


def _raw_rows(con: duckdb.DuckDBPyConnection, source: SourceList) -> RawRows:
    def rows(part: int) -> list[tuple[str | None, ...]]:
        if set(source.roles[part]) & set(SEALED_ROLES):
            raise unwritable(
                "its numbers of people or accounts are kept as hashes, and this format is written from what is kept",
                Path(source.path).name, "save the list as xlsx or csv, load that and release it",
            )  # fmt: skip
        width = len(next(item.headers for item in source.parts if item.part == part))
        names = ", ".join(f"c{i}" for i in range(width))
        table = (source.all_rows or source.tables)[part]
        return con.execute(f"SELECT {names} FROM {table} ORDER BY row").fetchall()

    return rows


def draw_copies(
    case: Case,
    source: SourceList,
    request: ReleaseRequest,
    template: Template,
    identities: Identities,
) -> Drawn:
    """Draw who gets which marks and make the canaries' rows; raises where the source cannot be copied so."""
    con, design, copies = case.con, request.design, len(request.recipients)
    # Copies that were taken back count: the draw that made them is never drawn again.
    count = con.execute("SELECT (SELECT count(*) FROM release) + (SELECT count(*) FROM withdrawn_release)").fetchone()
    # The purpose names the list and how many copies there were, never a recipient.
    purpose = f"{source.id} {source.no} {0 if count is None else count[0]}"
    draw = KeyedDraw(case.secret(DRAW), purpose)
    order = draw.shuffled(identities.canaries)
    if source.places("phone"):
        order.sort(key=lambda each: each.phone is None)
    reserves = draw.shuffled(identities.reserves)[: design.reserves(copies)]
    regions = NumberRegions.of_case(con)
    sample = read_sample(con, source, f"{source.id} {draw.below(1 << 62)}")
    computed = computed_columns(con, template, source.main.part, source.tables[source.main.part])
    maker = PersonaMaker(source, sample, draw, regions, RowsOfList(con, source), computed)
    written = dict[int, NewRow]()
    if not (invents := needs_persons(con, source)):
        lenders = address_lenders(con, source, request.day or today())
        order, written = _personas(source, maker, template, design.canaries(copies), order, lenders, reserves)
    allotted = allot(draw, design, copies, order[: design.canaries(copies)], reserves)
    contacts = read_contacts(con, source.no, dataset_rows(source)) if design.withhold else None
    withheld = draw_withheld(draw, design.withhold or 0.0, copies, contacts)
    names = drawn_names(
        con, request.folder, copies, KeyedDraw(case.secret(DRAW), f"{purpose} file names"), template.suffix
    )
    planned = _copies(con, source, request, names, allotted)
    used = sorted((item.identity for item in allotted if item.copies), key=lambda identity: identity.no)
    made = made_persons(con, source, maker, used) if invents else None
    if made is not None:
        written = {no: template.as_written(source.main.part, row) for no, row in made.rows.items()}
    taken = {each.no for each in used}
    rows = {no: row for no, row in written.items() if no in taken}
    rank = {no: at for at, no in enumerate(rows)}
    planned = tuple(replace(copy, canaries=tuple(sorted(copy.canaries, key=rank.__getitem__))) for copy in planned)
    homes = _joined(home_rows(con, source), unreachable_rows(source))
    edits: tuple[Mapping[int, PartEdit], ...] = tuple(
        _edits(source, [rows[no] for no in copy.canaries], homes, _withheld_rows(source, contacts, gone))
        for copy, gone in zip(planned, withheld.of_copy, strict=True)
    )
    choices = None
    if design.choices:
        choices, edits = chosen(case, source, [copy.release for copy in planned], edits, computed)
    template.check(edits)
    lent = {no: tuple(each.no for each in others) for no, others in maker.lent.items() if no in taken}
    return Drawn(planned, tuple(allotted), rows, contacts, withheld, edits, lent, made, choices)


def _personas(
    source: SourceList,
    maker: PersonaMaker,
    template: Template,
    needed: int,
    order: Sequence[Identity],
    lenders: Sequence[Identity],
    reserves: Sequence[Identity],
) -> tuple[list[Identity], dict[int, NewRow]]:
    """The identities that get a row: the first ones, and others in place of those that fit the list nowhere."""
    # Those with a number come first: one without is none of them where there are enough.
    able = [each for each in order if each.phone is not None] if all(e.phone for e in order[:needed]) else [*order]
    lent = int(_SPARE * needed * maker.contacts.lent_share())
    instead = able[needed : max(needed, min(2 * needed, len(able) - lent))]
    spare = [*able[needed + len(instead) :], *(each for each in order if each not in able), *lenders]
    used = sorted((*able[:needed], *reserves), key=lambda identity: identity.no)
    drawn = maker.rows_for(used, spare, instead, {each.no for each in reserves})
    rows = {no: template.as_written(source.main.part, source.in_original(row)) for no, row in drawn.items()}
    return [each for each in able if each.no in rows], rows


def forms_of(template: Template, source: SourceList) -> FormsOf | None:
    """How the cells of the main part's rows are written in the file; None where content is all that they have."""
    main = source.main.part
    return partial(template.forms, main) if template.forms(main, 1) else None


def _joined(*removed: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Part -> rows that no copy has, for whatever reason."""
    parts = {part for each in removed for part in each}
    return {part: frozenset().union(*(each.get(part, frozenset()) for each in removed)) for part in parts}


def _copies(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    request: ReleaseRequest,
    names: Sequence[str],
    allotted: Sequence[Allotted],
) -> tuple[Planned, ...]:
    taken = {row[0] for row in con.execute("SELECT id FROM release UNION SELECT id FROM withdrawn_release").fetchall()}
    mine: dict[int, list[int]] = defaultdict(list)
    for item in allotted:
        for at in item.copies:
            mine[at].append(item.identity.no)
    planned = []
    for at, (recipient, name) in enumerate(zip(request.recipients, names, strict=True)):
        identity = release_id(taken, source.id, recipient, request.terms_of(recipient).day)
        taken.add(identity)
        planned.append(Planned(identity, recipient, request.folder.absolute() / name, tuple(sorted(mine[at]))))
    return tuple(planned)


def release_id(taken: set[str], dataset: str, recipient: str, day: date | None) -> str:
    """`dataset@recipient@date`, with `#2` and so on behind it where that is taken."""
    base = f"{dataset}@{recipient}@{day}" if day is not None else f"{dataset}@{recipient}"
    number, identity = 2, base
    while identity in taken:
        number, identity = number + 1, f"{base}#{number}"
    return identity


def _withheld_rows(source: SourceList, contacts: Contacts | None, gone: Ints) -> Mapping[int, frozenset[int]]:
    """Part -> rows that name a withheld contact, counted from 1 in their part."""
    if contacts is None or len(gone) == 0:
        return {}
    rows = contacts.rows_of(gone)
    found = {}
    for part in source.whole or source.parts:
        first = source.first_rows[part.part]
        mine = rows[(rows >= first) & (rows < first + part.rows)]
        found[part.part] = frozenset((mine - first + 1).tolist())
    return found


def _edits(
    source: SourceList,
    rows: Sequence[NewRow],
    homes: Mapping[int, frozenset[int]],
    withheld: Mapping[int, frozenset[int]],
) -> dict[int, PartEdit]:
    main = source.main.part
    nothing = frozenset[int]()
    edits = {part.part: homes.get(part.part, nothing) | withheld.get(part.part, nothing) for part in source.parts}
    return {
        part: PartEdit(gone, tuple(rows) if part == main else ())
        for part, gone in edits.items()
        if gone or (part == main and rows)
    }
