"""The draw of a release: who gets which marks, what the canaries' rows are, and what changes in every copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.case.case import Case
from tracer.clock import today
from tracer.errors import InputRefused
from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.write.left_out import without_columns
from tracer.lists.write.model import NewRow, PartEdit, Template, unwritable
from tracer.lists.write.source import RawRows, open_template
from tracer.marking.detection.detectability import LEAST
from tracer.marking.detection.row_features import FormsOf, features
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.models import Models
from tracer.marking.persona.source_list import RowsOfList, SourceList, read_sample
from tracer.marking.persona.written_numbers import NumberRegions
from tracer.marking.release.choosing import DrawnChoices, chosen
from tracer.marking.release.design import Allotted, allot
from tracer.marking.release.identities import Available, address_lenders, available, home_rows
from tracer.marking.release.reachable import dataset_rows, unreachable_rows
from tracer.marking.release.request import ReleaseRequest
from tracer.marking.release.withholding import Contacts, Ints, draw_withheld, read_contacts
from tracer.marking.salts.persons import MadePersons, identifying_keys, made_persons, needs_persons, new_persons

# Which identities are planted where there are more than needed: those whose personas together are most like the list.
# An identity brings a number, an address and a name that the tool cannot change: a name that is met in no row of the
# number's town, a provider that few rows have. One persona that is unlike all rows is left out, and so are those that
# make the planted rows as a whole differ from ordinary ones: of each town or provider as many are kept as the list
# has. Measured is what the learner of the gate goes by (Fisher 1936): the distance between the means of both kinds of
# rows, over the ranks of all features, how far out they are, and whether they are further out than nearly all
# ordinary rows. One persona at a time is left out, whichever brings the means nearest to each other, until they are
# as near as those of rows drawn from the list at random would be; from there on any. Nearer still would show as well:
# who knows some of the planted rows would look for the opposite.

_MOST = 2.5
"""Personas that are made for each that is needed, at most."""
_SPARE = 1.3
"""Identities that are left to lend numbers and addresses, as a multiple of those that personas will ask for."""
_COLUMNS = 400
"""Columns of the distance: those in which both kinds of rows differ most."""
_RIDGE = 1.0
"""Variance that is added to that of each standardised column."""
_NEAR = 0.8
"""Square of the distance of the means at which any persona may go, against that of rows drawn at random: a little less,
since other features than these are near by chance alone."""
_OUTER = 0.005
"""Share of ordinary rows that are further out on one side than what counts as far out."""

Matrix = NDArray[np.float64]


def personas_to_make(models: Models, needed: int, identities: int) -> int:
    """For how many of the identities personas are made, of which `needed` will be kept."""
    if needed < LEAST:
        return needed
    patterns = models.contacts.patterns
    lent = sum(
        count * (max(0, len(kinds) - 1) + max(0, mails - 1)) for (kinds, mails), count in patterns.items()
    ) / max(1, patterns.total())
    return max(needed, min(int(_MOST * needed), int(identities / (1 + _SPARE * lent))))


def most_alike(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, NewRow],
    able: Sequence[int],
    needed: int,
    forms: FormsOf | None = None,
) -> list[int]:
    """The `needed` ones of `able` (numbers of `rows`) that are most like the list's rows together with the other rows.

    `forms`: how the cells of a row are written in the file.
    """
    if len(able) <= needed:
        return list(able)
    found, marked = features(con, source, list(rows.values()), forms)
    table = np.stack([feature.values(marked) for feature in found], axis=1)
    at = {no: place for place, no in enumerate(rows)}
    left_out = nearest_means(table, marked, [at[no] for no in able], len(able) - needed)
    return [no for no in able if at[no] not in left_out]


def nearest_means(table: Matrix, marked: NDArray[np.bool_], able: Sequence[int], count: int) -> frozenset[int]:
    """Which `count` of the rows `able` are left out so that the means of the marked and of the other rows are near.

    `table`: (rows, features); `marked`: (rows,).
    """
    white, scatter = _whitened(_columns(table, marked), marked)
    place = {row: at for at, row in enumerate(np.flatnonzero(marked).tolist())}
    free, total, gone = [place[row] for row in able], white.sum(axis=0), set[int]()
    size = (white * white).sum(axis=1)
    for left in range(len(white), len(white) - count, -1):
        best = free[-1]
        if float(total @ total) > _NEAR * left * scatter:
            # |total - row|^2 without |total|^2, which all have in common.
            best = free[int((size[free] - 2 * (white[free] @ total)).argmin())]
        free.remove(best)
        gone.add(best)
        total -= white[best]
    return frozenset(row for row, at in place.items() if at in gone)


def _columns(table: Matrix, marked: NDArray[np.bool_]) -> Matrix:
    """Ranks among the ordinary rows, how far out these are, and whether nearly no ordinary row is as far out."""
    table = table[:, np.ptp(table, axis=0) > 0]
    ordinary = np.sort(table[~marked], axis=0)
    low = np.stack([np.searchsorted(ordinary[:, j], table[:, j]) for j in range(table.shape[1])], axis=1)
    high = np.stack([np.searchsorted(ordinary[:, j], table[:, j], "right") for j in range(table.shape[1])], axis=1)
    count = len(ordinary)
    ranks = (low + high) / (2 * count)
    return np.concatenate((ranks, np.abs(2 * ranks - 1), high <= _OUTER * count, low >= (1 - _OUTER) * count), axis=1)


def _whitened(table: Matrix, marked: NDArray[np.bool_]) -> tuple[Matrix, float]:
    """The marked rows, less the ordinary rows' mean, in units in which the latter scatter alike in all directions; and
    the mean square of an ordinary row in these."""
    mean, deviation = table[~marked].mean(axis=0), table[~marked].std(axis=0)
    # What no ordinary row has is as rare as it can be among so many.
    deviation = np.maximum(deviation, (1 / (~marked).sum()) ** 0.5)
    standard = (table - mean) / deviation
    standard = standard[:, np.ptp(standard, axis=0) > 0]
    chosen = np.sort(np.argsort(-np.abs(standard[marked].mean(axis=0)), kind="stable")[:_COLUMNS])
    standard = standard[:, chosen]
    ordinary = standard[~marked]
    scatter = ordinary.T @ ordinary / len(ordinary) + _RIDGE * np.eye(len(chosen))
    lower = np.linalg.cholesky(scatter)
    white = scipy.linalg.solve_triangular(lower, standard.T, lower=True).T
    return np.asarray(white[marked], dtype=np.float64), float((white[~marked] ** 2).sum(axis=1).mean())


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
    withheld: tuple[Ints, ...]
    edits: tuple[Mapping[int, PartEdit], ...]
    lent: Mapping[int, tuple[int, ...]]
    """Canary -> identities that lend its persona a second number or address."""
    persons: MadePersons | None = None
    """The canaries, where they are persons that were invented for the list."""
    choices: DrawnChoices | None = None
    """The keyed choices, where they are asked for."""
    unchosen: Planted | None = None
    """Where the canaries were chosen of more: as many as they are, not chosen."""

    @property
    def looked_at(self) -> Planted:
        """What shows whether canaries can be told: never those that were chosen by what is looked at, since by that
        they are like the list whatever else gives them away."""
        return self.unchosen or self.planted

    @property
    def planted(self) -> Planted:
        """What the copies get."""
        return Planted(self.rows, {copy.release: copy.canaries for copy in self.copies})


class Identities(NamedTuple):
    """The identities that may go into the copies."""

    canaries: Sequence[Identity]
    reserves: Sequence[Identity]
    left_out: tuple[str, ...] = ()
    """Which are not used, and why."""


class Planted(NamedTuple):
    """Canaries' rows, and which copy has which."""

    rows: Mapping[int, NewRow]
    held: Mapping[str, tuple[int, ...]]


def prepared(case: Case, source: SourceList, request: ReleaseRequest) -> tuple[Template, Identities]:
    """The source's own format, opened for editing, and the identities that may go in.

    Raises `InputRefused` for a format that cannot be copied, and for too few identities.
    """
    identities = identities_for(case, source, request)
    where = Path(source.path).name
    content, parts = case.vault.files.read(source.sha256), source.whole or source.parts
    if source.left_out:
        gone = [source.left_out[part.part] for part in source.whole]
        content, parts = without_columns(content, source.whole, gone, where)
    template = open_template(content, parts, _raw_rows(case.con, source), where)
    return template, identities


def identities_for(case: Case, source: SourceList, request: ReleaseRequest) -> Identities:
    """The identities that may go in. Raises `InputRefused` where they are too few."""
    copies, day = len(request.recipients), request.day or today()
    needed, reserved = request.design.canaries(copies), request.design.reserves(copies)
    if needs_persons(case.con, source):
        made = new_persons(case.con, needed + reserved)
        return Identities(made[:needed], made[needed:])
    canaries = available(case.con, source, needed, day)
    reserves = available(case.con, source, reserved, day, "reserve") if reserved else Available()
    left_out = dict.fromkeys((*canaries.left_out(source), *reserves.left_out(source)))
    return Identities(canaries.identities, reserves.identities, tuple(left_out))


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
    """Draw who gets which marks and make the canaries' rows; raises where a file exists, and where the source cannot
    be copied so."""
    con, design, copies = case.con, request.design, len(request.recipients)
    # Copies that were taken back count: the draw that made them is never drawn again.
    count = con.execute("SELECT (SELECT count(*) FROM release) + (SELECT count(*) FROM withdrawn_release)").fetchone()
    # The purpose names the list and how many copies there were, never a recipient.
    draw = KeyedDraw(case.secret(DRAW), f"{source.id} {source.no} {0 if count is None else count[0]}")
    order = draw.shuffled(identities.canaries)
    if source.places("phone"):
        order.sort(key=lambda each: each.phone is None)
    reserves = draw.shuffled(identities.reserves)[: design.reserves(copies)]
    regions = NumberRegions.of_case(con)
    sample = read_sample(con, source, f"{source.id} {draw.below(1 << 62)}")
    maker = PersonaMaker(source, sample, draw, regions, RowsOfList(con, source))
    written, made_first = dict[int, NewRow](), order
    if not (invents := needs_persons(con, source)):
        lenders = address_lenders(con, source, request.day or today())
        made_first, order, written = _personas(
            con, source, maker, template, design.canaries(copies), order, lenders, reserves
        )
    allotted = allot(draw, design, copies, order[: design.canaries(copies)], reserves)
    contacts = read_contacts(con, source.no, dataset_rows(source)) if design.withhold > 0.0 else None
    withheld = draw_withheld(draw, design.withhold, copies, 0 if contacts is None else len(contacts.keys))
    planned = _copies(con, source, request, template, allotted)
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
        for copy, gone in zip(planned, withheld, strict=True)
    )
    choices = None
    if design.choices:
        choices, edits = chosen(case, source, [copy.release for copy in planned], edits)
    known = {part: _identifying(source.roles[part]) for part in source.roles}
    if made is not None:
        known[source.main.part] |= {i for key in identifying_keys(con, source) for i in key}
    template.check(edits, known)
    lent = {no: tuple(each.no for each in others) for no, others in maker.lent.items() if no in taken}
    unchosen = _unchosen(planned, written, taken, _others(order, made_first))
    return Drawn(planned, tuple(allotted), rows, contacts, tuple(withheld), edits, lent, made, choices, unchosen)


def _others(chosen: Sequence[Identity], first: Sequence[Identity]) -> dict[int, int]:
    """Chosen canary -> one that was made as early and not chosen, for those that were made late."""
    mine, early = {each.no for each in chosen}, {each.no for each in first[: len(chosen)]}
    return dict(zip(sorted(mine - early), sorted(early - mine), strict=True))


def _unchosen(
    copies: Sequence[Planned], made: Mapping[int, NewRow], taken: Collection[int], others: Mapping[int, int]
) -> Planted | None:
    """The same copies with others in place of the canaries that were chosen; None where none was."""
    if not others:
        return None
    wanted = {others.get(no, no) for no in taken}
    rows = {no: row for no, row in made.items() if no in wanted}
    rank = {no: at for at, no in enumerate(rows)}
    held = {copy.release: sorted((others.get(no, no) for no in copy.canaries), key=rank.__getitem__) for copy in copies}
    return Planted(rows, {release: tuple(canaries) for release, canaries in held.items()})


def _personas(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    maker: PersonaMaker,
    template: Template,
    needed: int,
    order: Sequence[Identity],
    lenders: Sequence[Identity],
    reserves: Sequence[Identity],
) -> tuple[list[Identity], list[Identity], dict[int, NewRow]]:
    """Those of `order` for which personas were made, the canaries among them, whose personas are most like the list's
    rows, and all rows made."""
    # Those with a number come first: one without is none of them where there are enough.
    able = [each for each in order if each.phone is not None] if all(e.phone for e in order[:needed]) else [*order]
    wanted = able[: personas_to_make(maker.models, needed, len(order))]
    spare = [*(each for each in order if each not in wanted), *lenders]
    used = sorted((*wanted, *reserves), key=lambda identity: identity.no)
    drawn = maker.rows_for(used, spare)
    rows = {no: template.as_written(source.main.part, source.in_original(row)) for no, row in drawn.items()}
    numbers, forms = [each.no for each in wanted], forms_of(template, source)
    kept = frozenset(most_alike(con, source, rows, numbers, needed, forms))
    return wanted, [each for each in wanted if each.no in kept], rows


def forms_of(template: Template, source: SourceList) -> FormsOf | None:
    """How the cells of the main part's rows are written in the file; None where content is all that they have."""
    main = source.main.part
    return partial(template.forms, main) if template.forms(main, 1) else None


def _joined(*removed: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Part -> rows that no copy has, for whatever reason."""
    parts = {part for each in removed for part in each}
    return {part: frozenset().union(*(each.get(part, frozenset()) for each in removed)) for part in parts}


def _identifying(roles: Sequence[str]) -> frozenset[int]:
    """Positions of the columns that a canary's own number, address or key goes into."""
    return frozenset(i for i, role in enumerate(roles) if role in ("phone", "email", "key"))


def _copies(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    request: ReleaseRequest,
    template: Template,
    allotted: Sequence[Allotted],
) -> tuple[Planned, ...]:
    taken = {row[0] for row in con.execute("SELECT id FROM release UNION SELECT id FROM withdrawn_release").fetchall()}
    mine: dict[int, list[int]] = defaultdict(list)
    for item in allotted:
        for at in item.copies:
            mine[at].append(item.identity.no)
    planned, problems = [], []
    for at, recipient in enumerate(request.recipients):
        path = request.folder.absolute() / f"{source.id}-{recipient}{template.suffix}"
        if path.exists():
            problems.append(
                InputRefused("the file already exists", where=str(path), remedy="name another folder with -o")
            )
        identity = release_id(taken, source.id, recipient, request.terms_of(recipient).day)
        taken.add(identity)
        planned.append(Planned(identity, recipient, path, tuple(sorted(mine[at]))))
    if problems:
        raise InputRefused.many(problems)
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
