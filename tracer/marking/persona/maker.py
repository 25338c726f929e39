"""Planted records, drawn from what goes together in the list itself.

A real row says which contact cells are filled. The identity fills them, and chooses: its given name the form of
address, its area code the town. The other blocks of columns follow, each whole from one real row, in order of how much
they depend on what is there: a row is drawn by how likely it makes what is there, as all other rows tell it. Values are
new as often as the list's are single. A critic who knows the list sends back what would stand out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.write.computed import ComputedColumn, compute
from tracer.lists.write.model import NewRow
from tracer.marking.persona.columns import Floats, ListColumns, weighted
from tracer.marking.persona.contacts import ContactCells, Identity, ShownIdentity
from tracer.marking.persona.critic import Critic
from tracer.marking.persona.dates import DAY
from tracer.marking.persona.dependence import BlockEvidence, Dependence
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.fresh import Freshness, formulas_of
from tracer.marking.persona.local_duplicates import LocalDuplicates
from tracer.marking.persona.names import RecordNames
from tracer.marking.persona.places import FreeId, Places
from tracer.marking.persona.source_list import PERSONAL, POSTCODE, RowsOfList, Sample, SourceList
from tracer.marking.persona.texts import FirmNames, Houses, OwnCodes, Templates, names_somebody
from tracer.marking.persona.written_numbers import NumberRegions, in_form

__all__ = ["Identity", "PersonaMaker"]

_NEAR = 5
"""Rows around a record of which none gives it the time between two moments."""
_DAYS = 4
"""Rows with a day from which on it is one on which something is done for many."""
_SEASON = 0.15
"""Rows on either side, as a share of the list, that are of about its time."""
_ATTEMPTS = 6
"""Records that are made, at most, for one that passes the critic."""
_SUPPORT = 5
"""Rows with a part from which on it says something."""
_PRIOR = 1.0
"""Rows that the next coarser part counts for."""
_TRIES = 40
_SINGLE = 0.5
"""Distinct cells as a share of the filled ones, above which a code is a row's own."""
_BUILDING = 4
"""Rows with an address from which on many live there: a block of flats, a street whose numbers are elsewhere."""
_LOUDEST = 1_000.0
_CHAIN = 3
_KEPT = 4_000
"""Voices that are remembered."""


@dataclass
class _Record:
    """A record in the making."""

    shown: ShownIdentity
    model: int
    cells: list[str | None]
    """As the critic sees them: with templates where a text is made of others."""
    taken: list[int | None]
    groups: list[tuple[int, ...]] = field(default_factory=list)
    """Columns that are there, those of one origin together: each group has one voice."""
    set: set[int] = field(default_factory=set)
    donors: dict[int, int] = field(default_factory=dict)
    """Column -> place of the row that it is of."""
    free: list[FreeId] = field(default_factory=list)
    spent: list[FreeId] = field(default_factory=list)
    """Further ids that it has."""
    new_firm: bool = False
    beside: int | None = None
    """Its place by the id of its firm."""
    anchor: int | None = None
    fixed: int | None = None

    def put(self, cells: Mapping[int, str | None]) -> None:
        """Enter cells that are the record's own."""
        for i, cell in cells.items():
            self.cells[i], self.taken[i] = cell, None
            self.set.add(i)
        self.groups += [(i,) for i in cells]


class PersonaMaker:
    """Makes rows for one list; ids of earlier rows are not used again."""

    def __init__(
        self,
        source: SourceList,
        sample: Sample,
        draw: KeyedDraw,
        regions: NumberRegions,
        rows: RowsOfList,
        computed: Mapping[int, ComputedColumn] | None = None,
    ) -> None:
        """`computed`: columns that the file computes of others, in the order in which that is done."""
        self.computed = computed or {}
        self.source, self.sample, self.draw, self.rows = source, sample, draw, rows
        self.contacts = ContactCells(source, sample)
        self.columns = columns = ListColumns(source, sample, regions)
        self.roles, self.width = columns.roles, len(columns.roles)
        self.phones, self.mails = source.places("phone"), source.places("email")
        self.names = RecordNames(columns, draw)
        plain = [i for i in range(self.width) if i not in columns.measures and i not in sample.references]
        self.firms = {i: FirmNames(columns.filled[i], draw) for i in source.places("organisation") if i in plain}
        self.houses = {i: Houses(columns.filled[i], draw) for i in source.places("address") if i in plain}
        coded = {*sample.numbering, *sample.codes, *sample.timed}
        made = [*self.names.own, *self.mails, *self.phones, *self.firms, *self.houses, *sorted(coded)]
        texts = [
            i for i in range(self.width)
            if i not in made and i not in columns.measures and self.roles[i] not in SEALED_ROLES and columns.filled[i]
        ]  # fmt: skip
        self._domains = {cell.rpartition("@")[2].lower() for i in self.mails for cell in columns.filled[i]}
        self._says_firm = [
            i for i, firms in self.firms.items() for j in self.mails
            if firms.follows([(firm, mail.rpartition("@")[2]) for firm, mail
                              in zip(columns.cells[i], columns.cells[j], strict=True) if firm and mail])
        ]  # fmt: skip
        days = [i for i, measure in columns.measures.items() if measure.dated and i not in made]
        self.templates = Templates(columns, [*made, *days], texts)
        columns.see(self.templates.of)
        own = [*self.phones, *self.mails, *self.names.own]
        self.places = Places(columns, own, draw, rows)
        formulas = formulas_of(columns)
        # A street is of its town whatever the other rows say: letters go by it.
        towns = [i for i in range(self.width) if POSTCODE.search(columns.headings[i])]
        towns += [*source.holding("city"), *source.holding("province")]
        self._streets = [(i, j) for i in self.houses for j in towns if i != j]
        self.dependence = Dependence(columns, own, formulas, [*self.places.ties, *self._streets], draw.below(1 << 31))
        self.fresh = Freshness(columns, formulas, draw)
        self.critic = Critic(columns, self.dependence, draw)
        self.codes = {
            i: OwnCodes(columns.filled[i], draw) for i in range(self.width)
            if i not in made and i not in columns.measures and sample.distinct[i] > _SINGLE and i not in towns
        }  # fmt: skip
        self._own = [i for i in self.codes if self._is_persons(i)]
        """Codes of people: a customer's number, which only rows with one number or address share."""
        self._place_block = next(block for block in self.dependence.blocks if columns.place in block)
        self._rows = np.array(columns.rows)
        self._mask = np.zeros(len(columns.rows))
        self._mask[self.dependence.one] = 1.0
        self._base = {block: self._kept(block) for block in self.dependence.blocks}
        self._heard: dict[tuple[int, tuple[int, ...], int], Floats] = {}
        self._days: dict[int, NDArray[np.bool_]] = {}
        self._by_pattern: dict[object, list[int]] = {}
        self.same_place = LocalDuplicates(sample, rows, [*self.phones, *self.mails], [*columns.measures])
        self.boards = self._switchboards()
        self.shown: dict[int, ShownIdentity] = {}

    def rows_for(
        self,
        identities: Iterable[Identity],
        spare: Sequence[Identity] = (),
        instead: Sequence[Identity] = (),
        kept: Collection[int] = (),
    ) -> dict[int, NewRow]:
        """Number -> row, in the order in which a copy that has them all has them.

        `spare`: identities that may lend their numbers and addresses; `lent` says which did. `instead`: those that take
        the place of one whose record stands out however it is drawn; those of the numbers `kept` have one anyway.
        """
        rows, failed, wanted = dict[int, NewRow](), list[tuple[ShownIdentity, NewRow]](), list(identities)
        for batch, lenders in ((wanted, spare), ([*instead], ())):
            for shown in self.contacts.shown(batch, lenders, self.draw) if len(rows) < len(wanted) else ():
                row, passed = self._row(shown)
                if len(rows) == len(wanted):
                    break
                if passed or shown.identity.no in kept or not instead:
                    self.shown[shown.identity.no], rows[shown.identity.no] = shown, row
                else:
                    failed.append((shown, row))
        for shown, row in failed[: len(wanted) - len(rows)]:
            self.shown[shown.identity.no], rows[shown.identity.no] = shown, row
        return self.same_place.arranged(rows)

    @property
    def lent(self) -> dict[int, tuple[Identity, ...]]:
        """Number -> the identities that lend its persona a second number or address."""
        return {no: each.identity.lent for no, each in self.shown.items() if each.identity.lent}

    def _kept(self, block: tuple[int, ...]) -> Floats:
        """How likely each row's values in a block are to be taken over, where no new ones can be made."""
        found = np.ones(len(self.columns.rows))
        for i in block:
            able = (
                i >= self.width or i in self.columns.measures or i in self.codes or i in self.firms or i in self.houses
            )
            if able or i in self.templates.of or i in self.sample.numbering or i in self.sample.codes:
                continue
            shares = np.array([self.fresh.kept_share(i, cell) for cell in self.columns.cells[i]])
            found = np.minimum(found, np.maximum(shares, 0.02))
        return found

    def _row(self, shown: ShownIdentity) -> tuple[NewRow, bool]:
        """The first record that stands out no more than a random real row, or the least of several; and whether
        it is such."""
        bar, best_judged = self.critic.bar(), -1.0
        best: tuple[_Record, int] | None = None
        for _ in range(_ATTEMPTS):
            record = self._record(shown)
            place = record.beside or self.places.place(
                record.anchor, record.fixed, record.free[0] if record.free else None, record.cells
            )
            self.places.keep_order(place, record.cells, record.taken)
            record.cells[self.columns.place + 1 :] = self.columns.further(record.cells)
            compute(self.computed, record.cells, record.taken)
            judged = -0.5 if self._stands(record) else self.critic.judged(record.cells)
            if judged > best_judged:
                if best is not None:
                    self._take_back(best[0])
                best, best_judged = (record, place), judged
            else:
                self._take_back(record)
            if judged >= bar:
                break
        if best is None:
            raise RuntimeError("no record was drawn")
        return self._finished(*best), best_judged >= bar

    def _take_back(self, record: _Record) -> None:
        for free in (*record.free, *record.spent):
            self.places.take_back(free)

    def _record(self, shown: ShownIdentity) -> _Record:
        identity, model = shown.identity, self._model(shown)
        whole = len(self.columns.cells)
        record = _Record(shown, model, [None] * whole, [None] * whole)
        record.put(self._numbers(identity, model) | self._addresses(identity, model))
        given = self.names.given_to(identity)
        row = self.sample.rows[model]
        record.put({i: given.get(i) if row[i] is not None else None for i in given})
        firm = identity.organisation or self._firm_of(identity)
        if firm:
            record.put(dict.fromkeys([*self.firms][:1], firm))
            record.new_firm = firm not in self.sample.counts[next(iter(self.firms), 0)]
        record.put(self._home_of(identity))
        record.fixed = self.places.fixed(record.cells)
        if record.fixed is not None:
            record.put({self.columns.place: str(self._nearest(np.array([record.fixed]))[0])})
        left = [block for block in self.dependence.blocks if not set(block) <= record.set]
        left += [(i,) for i in self.names.own if i not in record.set]
        while left:
            block = max(left, key=lambda each: self._told(record, each))
            left.remove(block)
            self._draw_block(record, block)
        self._renew(record)
        return record

    def _home_of(self, identity: Identity) -> dict[int, str | None]:
        """The cells of a postal address of one's own: taken whole, or letters would not arrive."""
        towns, codes = (
            self.source.holding("city"),
            [i for i, text in enumerate(self.columns.headings) if POSTCODE.search(text)],
        )
        given = ((self.houses, identity.address), (towns, identity.city), (codes, identity.postcode))
        return {i: text for columns, text in given for i in [*columns][:1] if text}

    def _firm_of(self, identity: Identity) -> str | None:
        """The firm that an address of one's own says, where the list's addresses say their firms."""
        mail = next((each.email_raw for each in (identity, *identity.lent) if each.email_raw), None)
        domain = "" if mail is None else mail.rpartition("@")[2].lower()
        if not domain or domain in self._domains or not self._says_firm:
            return None
        return self.firms[self._says_firm[0]].of_domain(domain)

    def _model(self, shown: ShownIdentity) -> int:
        """A row whose contact cells are filled as the record's are to be."""
        if shown.pattern not in self._by_pattern:
            rows = [row for row, contacts in self.contacts.of.items() if contacts.pattern == shown.pattern]
            self._by_pattern[shown.pattern] = rows or sorted(self.sample.rows)
        return self.draw.choice(self._by_pattern[shown.pattern])

    def _told(self, record: _Record, block: tuple[int, ...]) -> float:
        """Bits that what is there says of a block."""
        voices = (self.dependence.voices(group, block) for group in record.groups)
        return sum(found[0].bits for found in voices if found)

    def _draw_block(self, record: _Record, block: tuple[int, ...]) -> None:
        """Take a block from a row that fits what is there."""
        columns = self.columns
        weights = self._base.get(block, np.ones(len(columns.rows))).copy()
        groups = [*record.groups, *((i,) for i in block if i in record.set and (i,) not in record.groups)]
        heard = [found for group in groups if (found := self._voice(record, group, block)) is not None]
        before = list[int]()
        for voice, code in sorted(heard, key=lambda each: -each[0].bits):
            weights *= self._likelier(voice, code) ** self.dependence.apart(voice.evidence, before)
            before.append(voice.evidence)
        weights /= max(float(weights.max()), 1e-300)  # or what no row fits is below the floor for all
        numbered = next((i for i in block if i in self.sample.numbering and self._places_rows(i)), None)
        if record.fixed is not None and block == self._place_block:
            reach = max(2, 2 * self.source.main.rows // len(self._rows))
            weights = weights * (np.abs(self._rows - record.fixed) <= reach)
        free: FreeId | None = None
        if numbered is not None:
            able, after, unspent = self.places.free_ids(numbered)
            at = self._nearest(np.maximum(after, 1))
            # An id of no row yet goes to a record that fits the row below it.
            if unspent.any():
                chosen = weighted((weights[at] * self.dependence.alone[at] + 1e-12) * unspent, self.draw)
                free, donor = able[chosen], int(at[chosen])
                record.free.append(free)
        if free is None:
            households = self.dependence.alone | (block != self._place_block)
            donor = weighted(weights * households + 1e-12 * self._base.get(block, 1.0), self.draw)
        for i in block:
            if i not in record.set:
                record.cells[i] = columns.cells[i][donor]
                record.taken[i] = None if record.cells[i] is None else columns.rows[donor]
                record.donors[i] = donor
        record.groups.append(tuple(i for i in block if i not in record.set))
        record.set |= set(block)
        if block == self._place_block:
            record.anchor = columns.rows[self._placed(donor, free)]
        if free is not None:
            record.cells[free.column], record.taken[free.column] = self.places.give(free), None
            self.places.between(free, record.cells, record.taken, self.fresh.keeps)
        if free is not None or block == self._place_block:
            self._from_afar(record, block, free, donor, weights)

    def _placed(self, donor: int, free: FreeId | None) -> int:
        """The row next to which a record goes: not the one that its id follows, where the list is in another order, but
        any of those that are together with that one."""
        if free is None or free.column in self.places.following:
            return donor
        columns, able = self.columns, np.ones(len(self._rows), dtype=bool)
        for i in self.places.local:
            if i in columns.whole and i not in columns.measures:
                codes = columns.views[columns.whole[i]].codes
                able &= codes == codes[donor]
        able[donor] = False
        return int(weighted(able.astype(np.float64), self.draw)) if able.any() else donor

    def _from_afar(
        self, record: _Record, block: tuple[int, ...], free: FreeId | None, donor: int, weights: Floats
    ) -> None:
        """What a row does not share with those next to it, of a row that is not next to it: the same amounts next to
        each other would show. Moments come as long after the one that rises with the list as there."""
        columns, places = self.columns, self.places
        near = places.near_columns(None if free is None else free.column)
        told = [free.column] if free is not None else []
        told += [j for j in block if j in near and j < columns.place and j not in columns.measures]
        near |= {i for i in block if i < columns.place and any(self.dependence.follows(j, i) for j in told if j != i)}
        near |= {i for pair in self._streets if near & {*pair} & {*block} for i in pair}
        rest = [i for i in block if record.donors.get(i) == donor and i not in near and i != columns.place]
        dated = [i for i in near & set(block) if i in columns.measures and columns.measures[i].dated]
        begun = next((i for i in dated if np.isfinite(columns.values[i][donor])), None)
        start = None if begun is None else columns.measures[begun].value(record.cells[begun])
        moved = {
            i: self._shifted(i, begun, start) for i in rest
            if begun is not None and start is not None and i in columns.measures and columns.measures[i].dated
        }  # fmt: skip
        apart = np.abs(self._rows - self._rows[donor])
        fits = apart > _NEAR
        for i, values in moved.items():
            own = columns.values[i][np.isfinite(columns.values[i])]
            fits &= np.isfinite(columns.values[begun]) if begun is not None else fits
            fits &= ~np.isfinite(values) | ((values >= own.min()) & (values <= own.max()))
        made = {i: np.full(len(fits), np.nan if (v := columns.measures[i].value(record.cells[i])) is None else v)
                for i in dated} | {i: columns.values[i] for i in rest if i in columns.measures} | moved  # fmt: skip
        for a, b in columns.ordered:
            if a in made and b in made:
                fits &= ~(made[a] > made[b])
        shared = [i for i in block if i in near and i in columns.whole and i not in columns.measures]
        for same in (columns.views[columns.whole[i]].codes for i in shared):
            alike = fits & (same == same[donor])
            fits = alike if alike.sum() > _NEAR else fits
        alike = fits & (apart <= len(apart) * _SEASON)
        fits = alike if alike.sum() > _NEAR else fits
        if not rest or not fits.any():
            return
        other = weighted((weights + 1e-12) * fits, self.draw)
        for i in rest:
            like, record.donors[i] = columns.cells[i][other], other
            new = like is not None and i in moved and not self._stays(i)[other]
            record.cells[i] = columns.measures[i].written(float(moved[i][other]), str(like)) if new else like
            record.taken[i] = None if like is None or new else columns.rows[other]

    def _shifted(self, i: int, begun: int, start: float) -> Floats:
        """Days of column i as long after `start` as they are after those of `begun`, at their own time of day."""
        values, since = self.columns.values[i], self.columns.values[begun]
        moved = np.where(values == since, start, values + np.round((start - since) / DAY) * DAY)
        return np.where(self._stays(i), values, moved)

    def _stays(self, i: int) -> NDArray[np.bool_]:
        """For each row, whether its day is one on which something is done for many: an end of a month, a debit."""
        if i not in self._days:
            counts = self.sample.counts[i]
            self._days[i] = np.array([counts.get(cell or "", 0) >= _DAYS for cell in self.columns.cells[i]])
        return self._days[i]

    def _places_rows(self, i: int) -> bool:
        return i in self.places.following or bool(self.places.rising[i])

    def _nearest(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places of the rows of the sample that are nearest to rows of the list."""
        return np.minimum(np.searchsorted(self._rows, rows), len(self._rows) - 1)

    def _voice(
        self, record: _Record, group: tuple[int, ...], block: tuple[int, ...]
    ) -> tuple[BlockEvidence, int] | None:
        """The surest way in which a group speaks of a block, and what it says; None where it says nothing."""
        for voice in self.dependence.voices(group, block):
            view = self.columns.views[voice.evidence]
            code = view.code(record.cells[view.column])
            if code >= 0 and view.counts[code] >= _SUPPORT:
                return voice, code
        return None

    def _likelier(self, voice: BlockEvidence, code: int) -> Floats:
        """How much likelier each row makes what a voice says, as all other rows tell it."""
        key = (voice.evidence, voice.chain, code)
        if key not in self._heard:
            if len(self._heard) > _KEPT:
                self._heard.clear()
            views, mask = self.columns.views, self._mask
            own = (views[voice.evidence].codes == code) * mask
            share = max(own.sum(), 0.5) / mask.sum()
            found = np.full(len(mask), share)
            chain = (
                voice.chain
                if len(voice.chain) <= _CHAIN
                else (voice.chain[0], voice.chain[len(voice.chain) // 2], voice.chain[-1])
            )
            for t in chain:
                codes = views[t].codes
                held = np.bincount(codes, weights=mask)[codes] - mask
                both = np.bincount(codes, weights=own)[codes] - own
                found = (both + _PRIOR * found) / (held + _PRIOR)
            self._heard[key] = np.clip(found / share, 1 / _LOUDEST, _LOUDEST)
        return self._heard[key]

    def _renew(self, record: _Record) -> None:
        """Names, firms, addresses, codes, amounts and moments that are to be the record's alone."""
        cells, taken = record.cells, record.taken
        if not set(self.names.own) <= {i for group in record.groups[: len(self.names.own)] for i in group}:
            whole = [self.columns.cells[i] for i in self.names.whole[:1] for _ in range(_TRIES)]
            others = [cell for names in whole if (cell := self.draw.choice(names)) is not None]
            drawn = [cells[i] if i in record.donors else None for i in range(self.width)]
            for i, name in self.names.made(drawn, others).items():
                cells[i], taken[i] = name, None
        moved = self._new_firm(record)
        for i, houses in self.houses.items():
            cell = cells[i]
            whose = cell is not None and self.sample.counts[i].get(cell, 0) < _BUILDING
            if cell is not None and whose and i in record.donors and (moved or not self._is_firms(i)):
                cells[i], taken[i] = next(
                    (made for _ in range(_TRIES) if (made := houses.moved(cell)) not in self.sample.counts[i]
                     and not self.rows.holds((i,), (made,))), cell,
                ), None  # fmt: skip
        for block in self.dependence.blocks:
            free = {i for each in record.free for i in self.places.rising[each.column]} | self.sample.numbering.keys()
            self.fresh.renew(
                [i for i in block if i in record.donors and i not in free], cells, taken,
                all_due=moved and bool(set(block) & set(self.firms)),
            )  # fmt: skip
        for i in range(self.width):
            cell = cells[i]
            if cell is None or i in self.templates.of or i not in record.donors:
                continue
            if self.roles[i] in SEALED_ROLES or PERSONAL.search(self.columns.headings[i]):
                cells[i] = taken[i] = None
            elif i not in self.codes and i not in self.sample.numbering and names_somebody(cell):
                drawn_ = (self.draw.choice(self.columns.filled[i]) for _ in range(_TRIES))
                cells[i], taken[i] = next((text for text in drawn_ if not names_somebody(text)), None), None
            elif i in self.sample.codes:
                cells[i], taken[i] = self.sample.codes[i].new(self.draw), None
            elif i in self.codes and (i in self._own or not self.fresh.keeps(i, cell)):
                made = self.codes[i].another(cell)
                cells[i], taken[i] = made, taken[i] if made == cell else None

    def _is_persons(self, i: int) -> bool:
        contacts = [self.columns.cells[j] for j in (*self.phones, *self.mails)]
        held: dict[str, list[set[str]]] = {}
        for at, cell in enumerate(self.columns.cells[i]):
            if cell is not None:
                held.setdefault(cell, []).append({own for each in contacts if (own := each[at]) is not None})
        several = [each for each in held.values() if len(each) > 1 and any(each)]
        return len(several) > _SUPPORT and sum(bool(set.intersection(*each)) for each in several) > 0.5 * len(several)

    def _is_firms(self, i: int) -> bool:
        """Whether an address is its firm's: it comes again where the firm does."""
        return any(set(block) >= {i, j} for block in self.dependence.blocks for j in self.firms)

    def _new_firm(self, record: _Record) -> bool:
        """A firm that the list has not, as often as firms have one row."""
        for i, firms in self.firms.items():
            cell = record.cells[i]
            if cell is None or (i not in record.donors and not record.new_firm):
                continue
            block = next(block for block in self.dependence.blocks if i in block)
            others = [j for j in block if j < self.width and j not in self.sample.numbering]
            referred = any(self.roles[j] in ("id", "key") and j not in self.sample.references for j in others)
            made = cell if record.new_firm or referred or self.fresh.keeps(i, cell) else firms.another(cell)
            if made == cell and not record.new_firm:
                continue
            record.cells[i], record.taken[i] = made, None
            if record.anchor is not None and i in self.sample.clustered:
                record.beside = self.places.behind_run(i, record.anchor)
            for j in set(others) & set(self.sample.references):
                near = None if record.anchor is None else record.anchor + 1
                free = self.places.near(j, record.cells[j], near)
                if free is not None:
                    record.cells[j], record.taken[j] = self.places.give(free), None
                    record.spent.append(free)
                    rising = self.sample.references[j].follows > 0
                    record.beside = self.places.behind_run(j, free.after) if rising else max(1, free.after)
            return True
        return False

    def _stands(self, record: _Record) -> bool:
        """Whether the list has the name with the firm or with the address, or a day is before one that it follows."""
        if self.columns.disordered(record.cells):
            return True
        names = [i for pair in self.names.parts for i in pair[1:]] or self.names.whole[:1]
        for i in names:
            for j in (*self.firms, *self.houses):
                name, other = record.cells[i], record.cells[j]
                if name and other and self.rows.holds((i, j), (name, other)):
                    return True
        return False

    def _finished(self, record: _Record, place: int) -> NewRow:
        """The record's row: with its ids, and the texts that are made of its cells."""
        cells, taken = record.cells, record.taken
        given = {each.column for each in record.free}
        for i, numbering in sorted(self.sample.numbering.items()):
            cell = cells[i]
            free = None if i in given else self.places.near(i, cell, place if numbering.follows else None)
            if free is not None:
                cells[i], taken[i] = self.places.give(free), None
        for i, codes in self.sample.timed.items():
            if cells[i] is not None:
                around = (self.rows.cell(place - 1, i), self.rows.cell(place, i))
                moment = None if codes.moments is None else cells[codes.moments]
                cells[i], taken[i] = codes.new(cells[i], moment, around, self.draw), None
        self._put_switchboard(record)
        for i in self.templates.of:
            template = cells[i]
            if template is not None and "\x00" in template:
                cells[i], taken[i] = self.templates.filled(template, cells), None
        compute(self.computed, cells, taken)
        return NewRow(place, record.model, tuple(cells[: self.width]), tuple(taken[: self.width]))

    def _switchboards(self) -> dict[tuple[int, str], str]:
        """(column of numbers, firm) -> the number that its contacts have in common."""
        contacts, found = self.contacts, dict[tuple[int, str], str]()
        for row, each in contacts.of.items():
            for i in each.kept:
                cell, firm = self.sample.rows[row][i], next((self.sample.rows[row][j] for j in self.firms), None)
                if firm is not None and cell is not None and not contacts.harmless(cell):
                    found[i, firm] = cell
        return found

    def _put_switchboard(self, record: _Record) -> None:
        contacts = self.contacts.of.get(record.model)
        firm = next((record.cells[j] for j in self.firms), None)
        for i in () if contacts is None else contacts.kept:
            cell = self.sample.rows[record.model][i]
            own = cell if self.contacts.harmless(cell) else self.boards.get((i, firm or ""))
            record.cells[i], record.taken[i] = own, record.model if own is not None and own == cell else None

    def _numbers(self, identity: Identity, model: int) -> dict[int, str | None]:
        """Column of numbers -> its cell: the identity's own number in the place of one like it, lent ones in those of
        the others."""
        contacts = self.contacts.of.get(model)
        made: dict[int, str | None] = dict.fromkeys(self.phones)
        slot = self.contacts.slot_for(model, None if identity.phone is None else str(identity.phone))
        if contacts is None or (slot is None and identity.phone is not None):
            filled = next((i for i in self.phones if (model, i) in self.contacts.forms), next(iter(self.phones), None))
            return made if filled is None else made | {filled: self._number(identity, model, filled)}
        others = [each for each in identity.lent if each.phone is not None]
        for at, columns in enumerate(contacts.numbers):
            like = [each for each in others if each.kind == contacts.kinds[at]]
            holder = identity if at == slot else next(iter(like or others), None)
            if holder is not None:
                others = [each for each in others if each is not holder]
                made |= {i: self._number(holder, model, i) for i in columns}
        return made

    def _number(self, identity: Identity, model: int, i: int) -> str | None:
        if identity.phone is None:
            return identity.phone_raw
        form = self.contacts.form_for(model, i, str(identity.phone), self.draw)
        return identity.phone_raw if form is None else in_form(form, str(identity.phone))

    def _addresses(self, identity: Identity, model: int) -> dict[int, str | None]:
        """Column of mail addresses -> its cell."""
        contacts = self.contacts.of.get(model)
        made: dict[int, str | None] = dict.fromkeys(self.mails)
        own = [each.email_raw for each in (identity, *identity.lent) if each.email_raw is not None]
        if contacts is None or (not contacts.mails and identity.phone is None):
            filled = [i for i in self.mails if self.sample.rows[model][i] is not None]
            slots: list[tuple[int, ...]] = [
                (i,) for i in filled or (() if self.phones and identity.phone is not None else self.mails[:1])
            ]
        else:
            slots = list(contacts.mails)
        for columns, mail in zip(slots, own, strict=False):
            made |= dict.fromkeys(columns, mail)
        return made
