"""Planted records, drawn from what goes together in the list itself.

A real row says which contact cells are filled. The identity fills them, and chooses: its given name the form of
address, its area code the town. The other blocks of columns follow, each whole from one real row, in order of how much
they depend on what is there: a row is drawn by how likely it makes what is there, as all other rows tell it. Values are
new as often as the list's are single. A critic who knows the list sends back what would stand out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.lists.read.model import SEALED_ROLES
from tracer.lists.write.computed import ComputedColumn, compute
from tracer.lists.write.model import NewRow
from tracer.marking.persona.columns import Floats, ListColumns
from tracer.marking.persona.contacts import ContactCells, Identity, Pattern
from tracer.marking.persona.dependence import BlockEvidence, Critic, Dependence, Freshness, formulas_of
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.names import FirmNames, Houses, OwnCodes, RecordNames, Templates, names_somebody
from tracer.marking.persona.places import FreeId, Places, arranged_rows
from tracer.marking.persona.source_list import PERSONAL, POSTCODE, RowsOfList, Sample, SourceList
from tracer.marking.persona.written import DAY, NumberRegions, give_own_parts

__all__ = ["Identity", "PersonaMaker"]

_NEAR = 5  # Rows around a record of which none gives it the time between two moments.
_DAYS = 4  # Rows with a day from which on it is one on which something is done for many.
_SEASON = 0.15  # Rows on either side, as a share of the list, that are of about its time.
_ATTEMPTS = 6  # Records that are made, at most, for one that passes the critic.
_SUPPORT = 5  # Rows with a part from which on it says something.
_PRIOR = 1.0  # Rows that the next coarser part counts for.
_TRIES = 40
_SINGLE = 0.5  # Distinct cells as a share of the filled ones, above which a code is a row's own.
_BUILDING = 4
"""Rows with an address from which on many live there: a block of flats, a street whose numbers are not in it."""
_LOUDEST = 1_000.0
_CHAIN = 3
_KEPT = 4_000  # Likelihoods that are remembered.


Computed = Mapping[int, ComputedColumn] | None


@dataclass
class _Record:
    """A record in the making."""

    model: int
    cells: list[str | None]  # As the critic sees them: with templates where a text is made of others.
    taken: list[int | None]
    groups: list[tuple[int, ...]] = field(default_factory=list)
    """Columns that are there, those of one origin together: each group has one voice."""
    set: set[int] = field(default_factory=set)
    donors: dict[int, int] = field(default_factory=dict)  # Column -> place of the row that it is of.
    free: list[FreeId] = field(default_factory=list)
    spent: list[FreeId] = field(default_factory=list)  # Further ids that it has.
    new_firm: bool = False
    by_firm: int | None = None  # Its place by the id of its firm.
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
        con: duckdb.DuckDBPyConnection,
        source: SourceList,
        sample: Sample,
        draw: KeyedDraw,
        computed: Computed = None,
    ) -> None:
        """`computed`: columns that the file computes of others, in the order in which that is done."""
        self.computed, self.rows = computed or {}, RowsOfList(con, source)
        self.source, self.sample, self.draw = source, sample, draw
        self.contacts, columns = ContactCells(source, sample), ListColumns(source, sample, NumberRegions(con))
        self.columns, self.names = columns, RecordNames(columns, draw)
        self.roles, self.width = columns.roles, columns.width
        self.phones, self.mails = source.places("phone"), source.places("email")
        plain = [i for i in range(self.width) if i not in columns.measures and i not in sample.references]
        self.firms = {i: FirmNames(columns.filled[i], draw) for i in source.places("organisation") if i in plain}
        self.houses = {i: Houses(columns.filled[i], draw) for i in source.places("address") if i in plain}
        made = [*self.names.own, *self.mails, *self.phones, *self.firms, *self.houses]
        made += sorted({*sample.numbering, *sample.codes, *sample.timed})
        others = [i for i in range(self.width) if i not in made and i not in columns.measures]
        texts = [i for i in others if self.roles[i] not in SEALED_ROLES and columns.filled[i]]
        self._domains = {cell.rpartition("@")[2].lower() for i in self.mails for cell in columns.filled[i]}
        self._says_firm: list[FirmNames] = []  # Firms of which the list's addresses say which they are.
        for i, firms in self.firms.items():
            for j in self.mails:
                both = zip(columns.cells[i], columns.cells[j], strict=True)
                if firms.follows([(firm, mail.rpartition("@")[2]) for firm, mail in both if firm and mail]):
                    self._says_firm.append(firms)
        days = [i for i, measure in columns.measures.items() if measure.dated and i not in made]
        self.templates = Templates(columns, [*made, *days], texts)
        columns.see(self.templates.of)
        own, formulas = [*self.phones, *self.mails, *self.names.own], formulas_of(columns)
        self.places = Places(columns, own, draw, self.rows)
        # A street is of its town whatever the other rows say: letters go by it.
        self._postcodes = [i for i in range(self.width) if POSTCODE.search(columns.headings[i])]
        towns = [*self._postcodes, *source.columns_of("city"), *source.columns_of("province")]
        self._streets = [(i, j) for i in self.houses for j in towns if i != j]
        self.dependence = Dependence(columns, own, formulas, [*self.places.ties, *self._streets], draw.below(1 << 31))
        self.fresh = Freshness(columns, formulas, draw)
        self.critic = Critic(columns, self.dependence, draw)
        single = (i for i in others if sample.distinct[i] > _SINGLE and i not in towns)
        self.codes = {i: OwnCodes(columns.filled[i], draw) for i in single}
        self._persons_codes = [i for i in self.codes if self._is_persons(i)]
        """Codes of people: a customer's number, which only rows with one number or address share."""
        self._place_block = next(block for block in self.dependence.blocks if columns.place in block)
        self._rows = np.array(columns.rows)
        self._mask = np.isin(np.arange(len(columns.rows)), self.dependence.one).astype(np.float64)
        self._base = {block: self._row_weights(block) for block in self.dependence.blocks}
        self._likelihoods: dict[tuple[int, tuple[int, ...], int], Floats] = {}
        self._days: dict[int, NDArray[np.bool_]] = {}
        self._by_pattern: dict[object, list[int]] = {}
        self.switchboards: dict[tuple[int, str], str] = {}
        """(column of numbers, firm) -> the number that its contacts have in common."""
        for at, each in self.contacts.of.items():
            firm = next((sample.rows[at][j] for j in self.firms), None)
            for i in each.kept:
                cell = sample.rows[at][i]
                if firm is not None and cell is not None and not self.contacts.harmless(cell):
                    self.switchboards[i, firm] = cell
        self.lent: dict[int, tuple[Identity, ...]] = {}
        """Number -> the identities that lend its persona a second number or address."""

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
        made, failed, wanted = list[tuple[Identity, NewRow]](), list[tuple[Identity, NewRow]](), list(identities)
        for batch, lenders in ((wanted, spare), ([*instead], ())):
            for each, pattern in (
                self.contacts.identities_shown(batch, lenders, self.draw) if len(made) < len(wanted) else ()
            ):
                row, passed = self._row(each, pattern)
                if len(made) == len(wanted):
                    break
                (made if passed or each.no in kept or not instead else failed).append((each, row))
        made += failed[: len(wanted) - len(made)]
        self.lent |= {each.no: each.lent for each, _ in made if each.lent}
        rows = {each.no: row for each, row in made}
        return arranged_rows(rows, self.sample, self.rows, [*self.phones, *self.mails], self.columns.measures)

    @cached_property
    def _whole_address(self) -> bool:
        """Whether town and postcode are in the column of addresses, behind the street."""
        parted = [", " in cell for i in self.houses for cell in self.columns.filled[i]]
        return not self._postcodes and not self.source.columns_of("city") and sum(parted) > len(parted) / 2

    def _is_persons(self, i: int) -> bool:
        """Whether rows that share a code of column i mostly share a number or an address as well."""
        contacts = [self.columns.cells[j] for j in (*self.phones, *self.mails)]
        held: dict[str, list[set[str]]] = {}
        for at, cell in enumerate(self.columns.cells[i]):
            if cell is not None:
                held.setdefault(cell, []).append({own for each in contacts if (own := each[at]) is not None})
        several = [each for each in held.values() if len(each) > 1 and any(each)]
        return len(several) > _SUPPORT and sum(bool(set.intersection(*each)) for each in several) > 0.5 * len(several)

    def _row_weights(self, block: tuple[int, ...]) -> Floats:
        """How likely each row's values in a block are to be taken over, where no new ones can be made."""
        found = np.ones(len(self.columns.rows))
        renewed = {*self.columns.measures, *self.codes, *self.firms, *self.houses, *self.templates.of}
        renewed |= {*self.sample.numbering, *self.sample.codes}
        for i in block:
            if i < self.width and i not in renewed:
                shares = np.array([self.fresh.kept_share(i, cell) for cell in self.columns.cells[i]])
                found = np.minimum(found, np.maximum(shares, 0.02))
        return found

    def _row(self, identity: Identity, pattern: Pattern | None) -> tuple[NewRow, bool]:
        """The first record that stands out no more than a random real row, or the least of several; and whether
        it is such."""
        bar, best_judged = self.critic.bar(), -1.0
        best: tuple[_Record, int] | None = None
        for _ in range(_ATTEMPTS):
            record = self._record(identity, pattern)
            by_id = record.free[0] if record.free else None
            place = record.by_firm or self.places.place(record.anchor, record.fixed, by_id, record.cells)
            self.places.keep_order(place, record.cells, record.taken)
            record.cells[self.columns.place + 1 :] = self.columns.further(record.cells)
            compute(self.computed, record.cells, record.taken)
            judged = -0.5 if self._is_seen(record) else self.critic.judge(record.cells)
            discarded: _Record | None = record
            if judged > best_judged:
                discarded = best[0] if best else None
                best, best_judged = (record, place), judged
            for free in (*discarded.free, *discarded.spent) if discarded else ():
                self.places.take_back(free)
            if judged >= bar:
                break
        if best is None:
            raise RuntimeError("no record was drawn")
        return self._finished_row(*best), best_judged >= bar

    def _record(self, identity: Identity, pattern: Pattern | None) -> _Record:
        """A record of an identity, its columns drawn block by block."""
        if pattern not in self._by_pattern:
            rows = [row for row, contacts in self.contacts.of.items() if contacts.pattern == pattern]
            self._by_pattern[pattern] = rows or sorted(self.sample.rows)
        # A row whose contact cells are filled as the record's are to be.
        model = self.draw.choice(self._by_pattern[pattern])
        whole = len(self.columns.cells)
        record = _Record(model, [None] * whole, [None] * whole)
        record.put(self.contacts.number_cells(identity, model, self.draw) | self.contacts.mail_cells(identity, model))
        given = self.names.names_given_by(identity)
        record.put({i: name if self.sample.rows[model][i] is not None else None for i, name in given.items()})
        # An address of one's own says its firm, where the list's addresses say theirs.
        domain = identity.mails[0].rpartition("@")[2].lower() if identity.mails else ""
        says = self._says_firm[:1] if domain and domain not in self._domains else ()
        firm = identity.organisation or next((firms.of_domain(domain) for firms in says), None)
        if firm:
            record.put(dict.fromkeys([*self.firms][:1], firm))
            record.new_firm = firm not in self.sample.counts[next(iter(self.firms), 0)]
        # A postal address of one's own is taken whole, or letters would not arrive.
        own = ([*self.houses], self.source.columns_of("city"), self._postcodes)
        texts = (identity.address, identity.city, identity.postcode)
        if self._whole_address and identity.address:
            further = (text for text in texts[1:] if text and text not in str(identity.address))
            texts = (", ".join([identity.address, *further]), None, None)
        record.put({i: text for columns, text in zip(own, texts, strict=True) for i in columns[:1] if text})
        record.fixed = self.places.fixed_place(record.cells)
        if record.fixed is not None:
            record.put({self.columns.place: str(self._nearest(np.array([record.fixed]))[0])})
        left = [block for block in self.dependence.blocks if not set(block) <= record.set]
        left += [(i,) for i in self.names.own if i not in record.set]

        def bits(block: tuple[int, ...]) -> float:
            """What is there says so much of a block."""
            voices = (self.dependence.voices(group, block) for group in record.groups)
            return sum(found[0].bits for found in voices if found)

        while left:
            block = max(left, key=bits)
            left.remove(block)
            self._draw_block(record, block)
        self._renew(record)
        return record

    def _draw_block(self, record: _Record, block: tuple[int, ...]) -> None:
        """Take a block from a row that fits what is there."""
        columns, places, at_place = self.columns, self.places, block == self._place_block
        base = self._base.get(block, np.ones(len(columns.rows)))
        weights = base.copy()
        groups = [*record.groups, *((i,) for i in block if i in record.set and (i,) not in record.groups)]
        heard = [found for group in groups if (found := self._voice(record, group, block)) is not None]
        before = list[int]()
        for voice, code in sorted(heard, key=lambda each: -each[0].bits):
            weights *= self._likelier(voice, code) ** self.dependence.new_share(voice.evidence, before)
            before.append(voice.evidence)
        weights /= max(float(weights.max()), 1e-300)  # or what no row fits is below the floor for all
        if record.fixed is not None and at_place:
            reach = max(2, 2 * self.source.main.rows // len(self._rows))
            weights = weights * (np.abs(self._rows - record.fixed) <= reach)

        # An id of no row yet goes to a record that fits the row below it.
        free, donor = None, -1
        numbered = (i for i in block if i in self.sample.numbering and (i in places.following or places.rising[i]))
        column = next(numbered, None)
        if column is not None:
            able, after, unspent = places.free_ids(column)
            at = self._nearest(np.maximum(after, 1))
            if unspent.any():
                chosen = self.draw.weighted((weights[at] * self.dependence.alone[at] + 1e-12) * unspent)
                free, donor = able[chosen], int(at[chosen])
                record.free.append(free)
        if free is None:
            households = self.dependence.alone | (not at_place)
            donor = self.draw.weighted(weights * households + 1e-12 * base)
        for i in block:
            if i not in record.set:
                record.cells[i] = columns.cells[i][donor]
                record.taken[i] = None if record.cells[i] is None else columns.rows[donor]
                record.donors[i] = donor
        record.groups.append(tuple(i for i in block if i not in record.set))
        record.set |= set(block)
        if at_place:
            by_id = free is not None and free.column not in places.following
            record.anchor = columns.rows[self._together_with(donor) if by_id else donor]
        if free is not None:
            record.cells[free.column], record.taken[free.column] = places.give(free), None
            places.put_between(free, record.cells, record.taken, self.fresh.keeps)
        if free is not None or at_place:
            self._from_afar(record, block, free, donor, weights)

    def _together_with(self, donor: int) -> int:
        """Any row that is together with one: a record's goes next to it where the list is in another order than ids."""
        columns, able = self.columns, np.ones(len(self._rows), dtype=bool)
        for i in self.places.local:
            if i in columns.whole and i not in columns.measures:
                codes = columns.views[columns.whole[i]].codes
                able &= codes == codes[donor]
        able[donor] = False
        return self.draw.weighted(able.astype(np.float64)) if able.any() else donor

    def _from_afar(
        self, record: _Record, block: tuple[int, ...], free: FreeId | None, donor: int, weights: Floats
    ) -> None:
        """What a row does not share with those next to it, of a row that is not next to it: the same amounts next to
        each other would show. Moments come as long after the one that rises with the list as there."""
        columns = self.columns
        near = self.places.near_columns(None if free is None else free.column)
        known = [free.column] if free is not None else []
        known += [j for j in block if j in near and j < columns.place and j not in columns.measures]
        near |= {i for i in block if i < columns.place and any(self.dependence.follows(j, i) for j in known if j != i)}
        near |= {i for pair in self._streets if near & {*pair} & {*block} for i in pair}
        rest = [i for i in block if record.donors.get(i) == donor and i not in near and i != columns.place]
        dated = [i for i in near & set(block) if i in columns.measures and columns.measures[i].dated]
        begun = next((i for i in dated if np.isfinite(columns.values[i][donor])), None)
        start = None if begun is None else columns.measures[begun].value(record.cells[begun])
        moved = dict[int, Floats]()
        distance = np.abs(self._rows - self._rows[donor])
        fits = distance > _NEAR
        if begun is not None and start is not None:
            # Days as long after `start` as they are after those of `begun`, at their own time of day.
            since = columns.values[begun]
            for i in (i for i in rest if i in columns.measures and columns.measures[i].dated):
                values = columns.values[i]
                shifted = np.where(values == since, start, values + np.round((start - since) / DAY) * DAY)
                moved[i] = np.where(self._stays(i), values, shifted)
                own = values[np.isfinite(values)]
                fits &= np.isfinite(since)
                fits &= ~np.isfinite(moved[i]) | ((moved[i] >= own.min()) & (moved[i] <= own.max()))
        made = dict[int, Floats]()
        for i in dated:
            value = columns.measures[i].value(record.cells[i])
            made[i] = np.full(len(fits), np.nan if value is None else value)
        made |= {i: columns.values[i] for i in rest if i in columns.measures} | moved
        for a, b in columns.ordered:
            if a in made and b in made:
                fits &= ~(made[a] > made[b])
        shared = [i for i in block if i in near and i in columns.whole and i not in columns.measures]
        for same in (columns.views[columns.whole[i]].codes for i in shared):
            alike = fits & (same == same[donor])
            fits = alike if alike.sum() > _NEAR else fits
        alike = fits & (distance <= len(distance) * _SEASON)
        fits = alike if alike.sum() > _NEAR else fits
        if not rest or not fits.any():
            return
        other = self.draw.weighted((weights + 1e-12) * fits)
        for i in rest:
            like, record.donors[i] = columns.cells[i][other], other
            new = like is not None and i in moved and not self._stays(i)[other]
            record.cells[i] = columns.measures[i].write(float(moved[i][other]), str(like)) if new else like
            record.taken[i] = None if like is None or new else columns.rows[other]

    def _stays(self, i: int) -> NDArray[np.bool_]:
        """For each row, whether its day is one on which something is done for many: an end of a month, a debit."""
        if i not in self._days:
            counts = self.sample.counts[i]
            self._days[i] = np.array([counts.get(cell or "", 0) >= _DAYS for cell in self.columns.cells[i]])
        return self._days[i]

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
        if key not in self._likelihoods:
            if len(self._likelihoods) > _KEPT:
                self._likelihoods.clear()
            views, mask, chain = self.columns.views, self._mask, voice.chain
            own = (views[voice.evidence].codes == code) * mask
            share = max(own.sum(), 0.5) / mask.sum()
            found = np.full(len(mask), share)
            for t in chain if len(chain) <= _CHAIN else (chain[0], chain[len(chain) // 2], chain[-1]):
                codes = views[t].codes
                held = np.bincount(codes, weights=mask)[codes] - mask
                both = np.bincount(codes, weights=own)[codes] - own
                found = (both + _PRIOR * found) / (held + _PRIOR)
            self._likelihoods[key] = np.clip(found / share, 1 / _LOUDEST, _LOUDEST)
        return self._likelihoods[key]

    def _renew(self, record: _Record) -> None:
        """Names, firms, addresses, codes, amounts and moments that are to be the record's alone."""
        cells, taken, blocks = record.cells, record.taken, self.dependence.blocks
        if not set(self.names.own) <= {i for group in record.groups[: len(self.names.own)] for i in group}:
            whole = [self.columns.cells[i] for i in self.names.whole[:1] for _ in range(_TRIES)]
            others = [cell for names in whole if (cell := self.draw.choice(names)) is not None]
            drawn = [cells[i] if i in record.donors else None for i in range(self.width)]
            for i, name in self.names.invent(drawn, others).items():
                cells[i], taken[i] = name, None
        moved = self._give_new_firm(record)
        for i, houses in self.houses.items():
            cell, counts = cells[i], self.sample.counts[i]
            # An address is its firm's where it comes again with the firm.
            firms = any(set(block) >= {i, j} for block in blocks for j in self.firms)
            if cell is not None and counts.get(cell, 0) < _BUILDING and i in record.donors and (moved or not firms):
                tried = (houses.same_street(cell) for _ in range(_TRIES))
                new = (made for made in tried if made not in counts and not self.rows.holds((i,), (made,)))
                cells[i], taken[i] = next(new, cell), None
        for block in blocks:
            ids = {i for each in record.free for i in self.places.rising[each.column]} | self.sample.numbering.keys()
            due = [i for i in block if i in record.donors and i not in ids]
            self.fresh.renew(due, cells, taken, all_due=moved and bool(set(block) & set(self.firms)))
        for i in range(self.width):
            cell = cells[i]
            if cell is None or i in self.templates.of or i not in record.donors:
                continue
            if self.roles[i] in SEALED_ROLES or PERSONAL.search(self.columns.headings[i]):
                cells[i] = taken[i] = None
            elif i not in self.codes and i not in self.sample.numbering and names_somebody(cell):
                texts = (self.draw.choice(self.columns.filled[i]) for _ in range(_TRIES))
                cells[i], taken[i] = next((text for text in texts if not names_somebody(text)), None), None
            elif i in self.sample.codes:
                cells[i], taken[i] = self.sample.codes[i].new(self.draw), None
            elif i in self.codes and (i in self._persons_codes or not self.fresh.keeps(i, cell)):
                code = self.codes[i].another(cell)
                cells[i], taken[i] = code, taken[i] if code == cell else None

    def _give_new_firm(self, record: _Record) -> bool:
        """Give it a firm that the list has not, as often as firms have one row; whether it got one."""
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
                record.by_firm = self.places.after_run(i, record.anchor)
            for j in set(others) & set(self.sample.references):
                near = None if record.anchor is None else record.anchor + 1
                free = self.places.near(j, record.cells[j], near)
                if free is not None:
                    record.cells[j], record.taken[j] = self.places.give(free), None
                    record.spent.append(free)
                    rising = self.sample.references[j].follows > 0
                    record.by_firm = self.places.after_run(j, free.after) if rising else max(1, free.after)
            return True
        return False

    def _is_seen(self, record: _Record) -> bool:
        """Whether the list has the name with the firm or with the address, or a day is before one that it follows."""
        if self.columns.is_out_of_order(record.cells):
            return True
        for i in self.names.parts[1:] if self.names.parts else self.names.whole[:1]:
            for j in (*self.firms, *self.houses):
                name, other = record.cells[i], record.cells[j]
                if name and other and self.rows.holds((i, j), (name, other)):
                    return True
        return False

    def _finished_row(self, record: _Record, place: int) -> NewRow:
        """The record's row: with its ids, and the texts that are made of its cells."""
        cells, taken = record.cells, record.taken
        give_own_parts(self.columns.measures, cells, taken, self.draw)
        given = {each.column for each in record.free}
        for i, numbering in sorted(self.sample.numbering.items()):
            free = None if i in given else self.places.near(i, cells[i], place if numbering.follows else None)
            if free is not None:
                cells[i], taken[i] = self.places.give(free), None
        for i, codes in self.sample.timed.items():
            if cells[i] is not None:
                around = (self.rows.cell(place - 1, i), self.rows.cell(place, i))
                moment = None if codes.moments is None else cells[codes.moments]
                cells[i], taken[i] = codes.new(cells[i], moment, around, self.draw), None
        contacts = self.contacts.of.get(record.model)
        firm = next((cells[j] for j in self.firms), None)
        for i in () if contacts is None else contacts.kept:
            like = self.sample.rows[record.model][i]
            own = like if self.contacts.harmless(like) else self.switchboards.get((i, firm or ""))
            cells[i], taken[i] = own, record.model if own is not None and own == like else None
        for i in self.templates.of:
            template = cells[i]
            if template is not None and "\x00" in template:
                cells[i], taken[i] = self.templates.fill(template, cells), None
        compute(self.computed, cells, taken)
        return NewRow(place, record.model, tuple(cells[: self.width]), tuple(taken[: self.width]))
