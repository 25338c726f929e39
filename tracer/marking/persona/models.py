"""Which rows of a list can be a persona's model, and what of its identity a persona shows.

A row that has two numbers can be the model of a persona that has two. Identities that are not needed as canaries lend
their numbers and addresses: a number that was made up may be somebody's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracer.marking.persona.contact_columns import ContactColumns, Pattern, kind_of
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import Sample, SourceList
from tracer.marking.persona.written_numbers import NumberRegions, area_of, fits, grouping

_CHINA, _MOBILE, _BLOCK = "86", 13, 9
"""China's country code, and digits with it of a mobile and of the block that it was given out with."""


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


class Models:
    """Which rows of the sample can be a persona's model."""

    def __init__(self, source: SourceList, sample: Sample, regions: NumberRegions) -> None:
        self.sample, self.regions = sample, regions
        self.contacts = ContactColumns(source, sample)
        self.phones, self.mails = self.contacts.phones, self.contacts.mails
        self.forms, self.keys = self.contacts.forms, self.contacts.keys
        self._kinds = Counter(kind for contacts in self.contacts.of.values() for kind in contacts.kinds)
        self._all = sorted(sample.rows)
        self._by_length: dict[tuple[int, int], list[tuple[str, str]]] = {}
        self._fitting: dict[tuple[Pattern | None, str | None], dict[str, list[int]]] = {}
        self._blocks = _repeated(
            [block for key in self.keys.values() if (block := number_block(key)) and not self._known(key)]
        )

    def region_of(self, row: int, i: int) -> str:
        """Region of the block of a row's number, or ''."""
        key = self.keys.get((row, i))
        return "" if key is None else self.region(key)

    def region(self, key: str) -> str:
        """The region of a number where its block's is known, otherwise its area code, or its block itself where the
        list has others of it: what goes with these goes with it."""
        block = number_block(key)
        return self._known(key) or (block if block in self._blocks else "")

    def is_block(self, region: str) -> bool:
        """Whether a region is a block of numbers alone."""
        return region in self._blocks

    def _known(self, key: str) -> str:
        return self.regions.of(key) or area_of(key)

    def form_for(self, model: int, i: int, key: str, draw: KeyedDraw) -> str | None:
        """The form in which a number goes into the column: the model's where it fits, else that of a row that it fits,
        as often as rows have it; None where none does."""
        own = self.forms.get((model, i))
        if own is not None and fits(own, self.keys[model, i], key) and grouping(self.keys[model, i]) == grouping(key):
            return own
        if (i, len(key)) not in self._by_length:
            held = [
                (self.forms[at], self.keys[at]) for at in self.forms if at[1] == i and len(self.keys[at]) == len(key)
            ]
            self._by_length[i, len(key)] = held
        held = [(form, of) for form, of in self._by_length[i, len(key)] if fits(form, of, key)]
        able = [form for form, of in held if grouping(of) == grouping(key)] or [form for form, _ in held]
        return draw.choice(able) if able else None

    def fitting(self, region: str, shown: ShownIdentity) -> list[int]:
        """Rows, rising, of the region that have as many numbers and addresses as the persona is to have."""
        kind = shown.identity.kind
        key = (shown.pattern, kind)
        if key not in self._fitting:
            rows = [row for row, contacts in self.contacts.of.items() if contacts.pattern == shown.pattern]
            found: dict[str, list[int]] = defaultdict(list)
            for row in rows if shown.identity.phone is not None else ():
                slot = self.contacts.slot_for(row, str(shown.identity.phone))
                if slot is not None:
                    found[self.region_of(row, self.contacts.of[row].numbers[slot][0])].append(row)
            self._fitting[key] = {**found, "": rows}
        return self._fitting[key].get(region) or self._fitting[key][""] or self._all

    def shown(self, wanted: Sequence[Identity], spare: Sequence[Identity], draw: KeyedDraw) -> list[ShownIdentity]:
        """What each persona shows, so that personas fill these columns as often as rows do, as far as their identities
        and `spare` ones allow: those that can look like few rows come first. In the order of `wanted`."""
        lenders = Lenders(spare, draw)
        total = self.contacts.patterns.total()
        left = {pattern: count / total * len(wanted) for pattern, count in sorted(self.contacts.patterns.items())}
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
                    weights = [float(self.contacts.patterns[p]) for p in patterns]
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


def number_block(key: str) -> str:
    """The block that a Chinese mobile was given out with, with the country code; empty for other numbers."""
    return key[:_BLOCK] if key.startswith(_CHINA) and len(key) == _MOBILE else ""


def _repeated(blocks: Sequence[str]) -> frozenset[str]:
    """The blocks that are in several rows, where most numbers are of such."""
    counts = Counter(blocks)
    again = frozenset(block for block, count in counts.items() if count > 1)
    return again if sum(counts[block] for block in again) > len(blocks) / 2 else frozenset()


def _weighted(patterns: Sequence[Pattern], weights: Sequence[float], draw: KeyedDraw) -> Pattern:
    """One of the patterns, in proportion to the weights."""
    at = draw.below(1_000_000) / 1_000_000 * sum(weights)
    for pattern, weight in zip(patterns, weights, strict=True):
        at -= weight
        if at < 0:
            return pattern
    return patterns[-1]
