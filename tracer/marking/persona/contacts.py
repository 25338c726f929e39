"""Numbers and mail addresses: which cells a row fills with them, and the identities that can fill a record's.

A row that has two numbers can be the model of a record that has two: identities that are not needed as canaries lend
theirs, since a number that was made up may be somebody's. Two columns with one number are one slot. A number that at
least `SHARED` rows have, all of one firm, is that firm's switchboard, not a person's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import Sample, SourceList
from tracer.marking.persona.written_numbers import calling_code, fits, grouping, kind_of, number_form, usual_forms

SHARED = 3
"""Rows of one firm that have a number from which on it is the firm's."""

Pattern = tuple[tuple[str, ...], int]
"""Kinds of a row's different numbers, in order of the alphabet, and how many different addresses it has."""


@dataclass(frozen=True)
class RowContacts:
    """What one row has in its columns of numbers and addresses."""

    numbers: tuple[tuple[int, ...], ...]
    kinds: tuple[str, ...]
    mails: tuple[tuple[int, ...], ...]
    kept: frozenset[int]
    """Columns whose cells any persona of the row's firm may have: a switchboard, a dash."""

    @property
    def pattern(self) -> Pattern:
        """What a persona must have to look like this row."""
        return tuple(sorted(self.kinds)), len(self.mails)


@dataclass(frozen=True)
class Identity:
    """A controlled identity that is to have a row."""

    no: int
    phone: int | None
    """Key of its number."""
    phone_raw: str | None
    email_raw: str | None
    name: str | None
    organisation: str | None
    address: str | None
    city: str | None = None
    postcode: str | None = None
    lent: tuple[Identity, ...] = ()
    """Further identities whose numbers and addresses its persona has as its second ones."""

    @property
    def kind(self) -> str | None:
        """The kind of its number; None without one."""
        return None if self.phone is None else kind_of(str(self.phone))


@dataclass(frozen=True)
class ShownIdentity:
    """An identity as its persona shows it."""

    identity: Identity
    """Without its number or its address where the persona does not have it."""
    pattern: Pattern | None
    """That of its model; None where no row is like it."""


class ContactCells:
    """The numbers and addresses of a sample's rows."""

    def __init__(self, source: SourceList, sample: Sample) -> None:
        self.phones, self.mails = source.places("phone"), source.places("email")
        self.sample = sample
        self.forms: dict[tuple[int, int], str] = {}
        self.keys: dict[tuple[int, int], str] = {}
        for row, cells in sample.rows.items():
            for i in self.phones:
                found = None if cells[i] is None else number_form(str(cells[i]), source.region)
                if found is not None:
                    self.forms[row, i], self.keys[row, i] = found
        usual = usual_forms(self.forms.values())
        self.forms = {at: form for at, form in self.forms.items() if form in usual}
        self._shared = self._switchboards(source.places("organisation"))
        read = {row: self._contacts(row) for row in sorted(sample.rows)}
        self.of: Mapping[int, RowContacts] = {row: contacts for row, contacts in read.items() if contacts is not None}
        """Row -> what it has, for rows that a persona can be like."""
        self.patterns = Counter(contacts.pattern for contacts in self.of.values())
        self._kinds = Counter(kind for contacts in self.of.values() for kind in contacts.kinds)
        self._forms: dict[tuple[object, ...], list[str]] = {}

    def slot_for(self, row: int, key: str | None) -> int | None:
        """Which of a row's different numbers a persona's own takes the place of; None where the row has none."""
        contacts = self.of.get(row)
        if contacts is None or key is None or not contacts.numbers:
            return None
        kind = kind_of(key)
        return contacts.kinds.index(kind) if kind in contacts.kinds else 0

    def harmless(self, cell: str | None) -> bool:
        """Whether a cell of a column of numbers holds no number: blank, or a dash."""
        return cell is None or len(re.findall(r"\d", cell)) < 5

    def _contacts(self, row: int) -> RowContacts | None:
        """None where a number of the row cannot be read, so that what a persona would repeat is not known."""
        cells = self.sample.rows[row]
        numbers: dict[str, list[int]] = defaultdict(list)
        mails: dict[str, list[int]] = defaultdict(list)
        kept = set()
        for i in self.phones:
            key = self.keys.get((row, i))
            if self.harmless(cells[i]) or (key is not None and key in self._shared.get(i, ())):
                kept.add(i)
            elif (row, i) not in self.forms:
                return None
            else:
                numbers[self.keys[row, i]].append(i)
        for i in self.mails:
            if cells[i] is not None:
                mails[str(cells[i]).strip().lower()].append(i)
        if not numbers and not mails:
            return None
        return RowContacts(
            tuple(map(tuple, numbers.values())), tuple(kind_of(key) for key in numbers),
            tuple(map(tuple, mails.values())), frozenset(kept),
        )  # fmt: skip

    def _switchboards(self, firms: Sequence[int]) -> dict[int, frozenset[str]]:
        """For each column of numbers those of firms."""
        found = {}
        for i in self.phones if firms else ():
            holders: dict[str, Counter[str | None]] = defaultdict(Counter)
            for row, cells in self.sample.rows.items():
                if (row, i) in self.keys:
                    holders[self.keys[row, i]][cells[firms[0]]] += 1
            found[i] = frozenset(
                key for key, of in holders.items() if len(of) == 1 and None not in of and of.total() >= SHARED
            )
        return found

    def form_for(self, model: int, i: int, key: str, draw: KeyedDraw) -> str | None:
        """The form in which a number goes into the column: the model's where it fits, else that of a row that it fits,
        as often as rows have it; None where none does."""
        own = self.forms.get((model, i))
        if own is not None and fits(own, self.keys[model, i], key) and grouping(self.keys[model, i]) == grouping(key):
            return own
        like = (i, len(key), calling_code(key), grouping(key))
        if like not in self._forms:
            held = [
                (form, self.keys[at]) for at, form in self.forms.items()
                if at[1] == i and fits(form, self.keys[at], key)
            ]  # fmt: skip
            same = [form for form, of in held if grouping(of) == like[3]]
            self._forms[like] = same or [form for form, _ in held]
        return draw.choice(self._forms[like]) if self._forms[like] else None

    def lent_share(self) -> float:
        """Numbers and addresses that a persona is lent, in the mean."""
        patterns = self.patterns
        lent = sum(n * (max(0, len(kinds) - 1) + max(0, mails - 1)) for (kinds, mails), n in patterns.items())
        return lent / max(1, patterns.total())

    def shown(self, wanted: Sequence[Identity], spare: Sequence[Identity], draw: KeyedDraw) -> list[ShownIdentity]:
        """What each persona shows, so that personas fill these columns as often as rows do, as far as their identities
        and `spare` ones allow: those that can look like few rows come first. In the order of `wanted`."""
        lenders = Lenders(spare, draw)
        total = self.patterns.total()
        left = {pattern: count / total * len(wanted) for pattern, count in sorted(self.patterns.items())}
        kinds = {each.no: self._kind(each) for each in wanted}
        able = {each.no: [p for p in left if _shows(each, kinds[each.no], p)] for each in wanted}
        alone = {each.no: sum(_is_alone(each, kinds[each.no], p) for p in able[each.no]) for each in wanted}
        order = sorted(draw.shuffled(list(wanted)), key=lambda each: alone[each.no])
        found: dict[int, ShownIdentity] = {}
        for each in order:
            patterns = able[each.no]
            shown = ShownIdentity(each, None)
            while patterns and shown.pattern is None:
                weights = [max(0.0, left[p]) for p in patterns]
                if sum(weights) <= 0:
                    weights = [float(self.patterns[p]) for p in patterns]
                pattern = _weighted(patterns, weights, draw)
                lent = lenders.lend(each, kinds[each.no], pattern)
                if lent is None:
                    patterns = [p for p in patterns if p != pattern]
                    continue
                left[pattern] -= 1
                bared = _bared(each, kinds[each.no], pattern)
                name = bared.name or next((one.name for one in lent if one.email_raw), None)
                shown = ShownIdentity(replace(bared, lent=lent, name=name), pattern)
            found[each.no] = shown
        return [found[each.no] for each in wanted]

    def _kind(self, identity: Identity) -> str | None:
        """The kind of its number, or where the list has none of that kind, the commonest one of the list."""
        kinds = self._kinds
        if identity.phone is None or not kinds:
            return None
        return identity.kind if identity.kind in kinds else min(kinds, key=lambda kind: (-kinds[kind], kind))


def _shows(identity: Identity, kind: str | None, pattern: Pattern) -> bool:
    """Whether a persona like such a row shows the identity, be it with others' numbers and addresses."""
    kinds, mails = pattern
    return kind in kinds or (not kinds and mails > 0 and identity.email_raw is not None)


def _is_alone(identity: Identity, kind: str | None, pattern: Pattern) -> bool:
    """Whether the identity needs no other for it."""
    kinds, mails = pattern
    return len(kinds) <= (kind in kinds) and mails <= (identity.email_raw is not None)


def _bared(identity: Identity, kind: str | None, pattern: Pattern) -> Identity:
    """The identity without what a row of the pattern has not."""
    kinds, mails = pattern
    bare = identity if kind in kinds else replace(identity, phone=None, phone_raw=None)
    return bare if mails else replace(bare, email_raw=None)


class Lenders:
    """Identities that lend their numbers and addresses, each once."""

    def __init__(self, spare: Sequence[Identity], draw: KeyedDraw) -> None:
        self._numbers: dict[str | None, list[Identity]] = defaultdict(list)
        self._named: dict[str, list[Identity]] = defaultdict(list)
        self._addressed: list[Identity] = []
        self._gone: set[int] = set()
        # Those with a number alone lend it first: the others can be canaries of more kinds.
        for each in sorted(draw.shuffled(list(spare)), key=lambda one: one.email_raw is not None):
            if each.name:
                self._named[each.name].append(each)
            if each.phone is None:
                self._addressed.append(each)
            self._numbers[each.kind].append(each)

    def lend(self, to: Identity, own: str | None, pattern: Pattern) -> tuple[Identity, ...] | None:
        """The identities whose numbers and addresses `to` (its number of the kind `own`) lacks for the pattern; None
        where they are not there."""
        kinds, mails = Counter(pattern[0]), pattern[1]
        if own is not None and own in kinds:
            kinds[own] -= 1
        lacking = max(0, mails - (to.email_raw is not None))
        lent: list[Identity] = []
        for kind in sorted(kinds.elements()):
            same = (each for each in self._named.get(to.name or "", ()) if each.kind == kind)
            found = self._first((*same, *self._numbers.get(kind, ())), (to, *lent))
            if found is None:
                return None
            lent.append(replace(found, email_raw=None))
        # An address says whose it is: it is lent to the same name, or to who has none and takes the name with it.
        for _ in range(lacking):
            of_name = self._named.get(to.name, ()) if to.name else self._addressed
            found = self._first((each for each in of_name if each.email_raw), (to, *lent))
            if found is None:
                return None
            lent.append(replace(found, phone=None, phone_raw=None))
        self._gone |= {each.no for each in lent}
        return tuple(lent)

    def _first(self, able: Iterable[Identity], but: Sequence[Identity]) -> Identity | None:
        taken = {each.no for each in but}
        return next((each for each in able if each.no not in self._gone and each.no not in taken), None)


def _weighted(patterns: Sequence[Pattern], weights: Sequence[float], draw: KeyedDraw) -> Pattern:
    """One of the patterns, in proportion to the weights."""
    at = draw.below(1_000_000) / 1_000_000 * sum(weights)
    for pattern, weight in zip(patterns, weights, strict=True):
        at -= weight
        if at < 0:
            return pattern
    return patterns[-1]
