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
from functools import cached_property

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import Sample, SourceList
from tracer.marking.persona.written import calling_code, digit_grouping, fits, in_form, kind_of, number_form

SHARED = 3  # Rows of one firm that have a number from which on it is the firm's.
_RARE = 200  # In a sample of this size, a way of writing that is met once may be somebody's own remark.

Pattern = tuple[tuple[str, ...], int]
"""Kinds of a row's different numbers, in order of the alphabet, and how many different addresses it has."""


@dataclass(frozen=True)
class RowContacts:
    """What one row has in its columns of numbers and addresses."""

    numbers: tuple[tuple[int, ...], ...]  # Columns of each different number.
    kinds: tuple[str, ...]
    mails: tuple[tuple[int, ...], ...]
    kept: frozenset[int]  # Columns whose cells any persona of the row's firm may have: a switchboard, a dash.

    @property
    def pattern(self) -> Pattern:
        """What a persona must have to look like this row."""
        return tuple(sorted(self.kinds)), len(self.mails)


@dataclass(frozen=True)
class Identity:
    """A controlled identity that is to have a row."""

    no: int
    phone: int | None = None  # Key of its number.
    phone_raw: str | None = None
    email_raw: str | None = None
    name: str | None = None
    organisation: str | None = None
    address: str | None = None
    city: str | None = None
    postcode: str | None = None
    lent: tuple[Identity, ...] = ()
    """Further identities whose numbers and addresses its persona has as its second ones."""

    @property
    def kind(self) -> str | None:
        """The kind of its number; None without one."""
        return None if self.phone is None else kind_of(str(self.phone))

    @property
    def mails(self) -> list[str]:
        """Its address and those lent to it."""
        return [each.email_raw for each in (self, *self.lent) if each.email_raw]


def _cased_like(mail: str, like: str) -> str:
    """An address in capitals, or with capitals at the beginning of its words, where another one has them: letters of
    either kind are the same address, and a list is mostly written in one way."""
    parts = zip(mail.partition("@"), like.partition("@"), strict=True)
    return "".join(own.upper() if other.isupper() else own.title() if other.istitle() else own for own, other in parts)


class ContactCells:
    """The numbers and addresses of a sample's rows."""

    def __init__(self, source: SourceList, sample: Sample) -> None:
        self.phones, self.mails = source.places("phone"), source.places("email")
        self.sample = sample
        self.forms: dict[tuple[int, int], str] = {}
        """(row, column) -> how a number is written there, where that is not a single row's way; `keys`: the number."""
        self.keys: dict[tuple[int, int], str] = {}
        for row, cells in sample.rows.items():
            for i in self.phones:
                found = None if cells[i] is None else number_form(str(cells[i]), source.region)
                if found is not None:
                    self.forms[row, i], self.keys[row, i] = found
        counts = Counter(self.forms.values())
        least = 2 if counts.total() >= _RARE else 1
        self.forms = {at: form for at, form in self.forms.items() if counts[form] >= least}
        self._switchboards: dict[int, set[str]] = {}  # Column of numbers -> those that are a firm's.
        firms = source.places("organisation")
        for i in self.phones if firms else ():
            holders: dict[str, Counter[str | None]] = defaultdict(Counter)
            for row, cells in sample.rows.items():
                if (row, i) in self.keys:
                    holders[self.keys[row, i]][cells[firms[0]]] += 1
            own = {key for key, of in holders.items() if len(of) == 1 and None not in of and of.total() >= SHARED}
            self._switchboards[i] = own
        read = {row: self._contacts(row) for row in sorted(sample.rows)}
        self.of: Mapping[int, RowContacts] = {row: contacts for row, contacts in read.items() if contacts is not None}
        """Row -> what it has, for rows that a persona can be like."""
        self.patterns = Counter(contacts.pattern for contacts in self.of.values())
        self._kinds = Counter(kind for contacts in self.of.values() for kind in contacts.kinds)
        self._forms: dict[tuple[object, ...], list[str]] = {}

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
            if self.harmless(cells[i]) or (key is not None and key in self._switchboards.get(i, ())):
                kept.add(i)
            elif key is None or (row, i) not in self.forms:
                return None
            else:
                numbers[key].append(i)
        for i in self.mails:
            if cells[i] is not None:
                mails[str(cells[i]).strip().lower()].append(i)
        if not numbers and not mails:
            return None
        columns, kinds = tuple(map(tuple, numbers.values())), tuple(map(kind_of, numbers))
        return RowContacts(columns, kinds, tuple(map(tuple, mails.values())), frozenset(kept))

    def number_cells(self, identity: Identity, model: int, draw: KeyedDraw) -> dict[int, str | None]:
        """Column of numbers -> its cell: the identity's own number in the place of one like it, lent ones in those of
        the others of the row `model`."""
        contacts, made = self.of.get(model), dict[int, str | None].fromkeys(self.phones)
        if contacts is None or (identity.phone is not None and not contacts.numbers):
            filled = next((i for i in self.phones if (model, i) in self.forms), next(iter(self.phones), None))
            return made if filled is None else made | {filled: self._number(identity, model, filled, draw)}
        kinds, own = contacts.kinds, identity.kind
        slot = None if own is None else kinds.index(own) if own in kinds else 0
        others = [each for each in identity.lent if each.phone is not None]
        for at, columns in enumerate(contacts.numbers):
            like = [each for each in others if each.kind == kinds[at]]
            holder = identity if at == slot else next(iter(like or others), None)
            if holder is not None:
                others = [each for each in others if each is not holder]
                made |= {i: self._number(holder, model, i, draw) for i in columns}
        return made

    def _number(self, identity: Identity, model: int, i: int, draw: KeyedDraw) -> str | None:
        """A number in the model's form where that fits, else in one that fits it, as often as rows have that."""
        if identity.phone is None:
            return identity.phone_raw
        key = str(identity.phone)
        form, of = self.forms.get((model, i)), self.keys.get((model, i), "")
        if form is None or not fits(form, of, key) or digit_grouping(of) != digit_grouping(key):
            like = (i, len(key), calling_code(key), digit_grouping(key))
            if like not in self._forms:
                held = [(each, self.keys[at]) for at, each in self.forms.items() if at[1] == i]
                held = [(each, of) for each, of in held if fits(each, of, key)]
                same = [each for each, of in held if digit_grouping(of) == digit_grouping(key)]
                self._forms[like] = same or [each for each, _ in held]
            form = draw.choice(self._forms[like]) if self._forms[like] else None
        return identity.phone_raw if form is None else in_form(form, key)

    def mail_cells(self, identity: Identity, model: int) -> dict[int, str | None]:
        """Column of mail addresses -> its cell, for a record like the row `model`."""
        contacts, made = self.of.get(model), dict[int, str | None].fromkeys(self.mails)
        if contacts is not None and (contacts.mails or identity.phone is not None):
            slots = contacts.mails
        else:
            filled = [i for i in self.mails if self.sample.rows[model][i] is not None]
            alone = self.mails[:1] if not self.phones or identity.phone is None else []
            slots = tuple((i,) for i in filled or alone)
        for columns, mail in zip(slots, identity.mails, strict=False):
            made |= {i: _cased_like(mail, self.sample.rows[model][i] or self._any_mail) for i in columns}
        return made

    @cached_property
    def _any_mail(self) -> str:
        """An address of the list, for records whose model has none; blank where there is none."""
        rows = sorted(self.sample.rows.items())
        return next((cell for _, cells in rows for i in self.mails if (cell := cells[i])), "")

    def lent_share(self) -> float:
        """Numbers and addresses that a persona is lent, in the mean."""
        patterns = self.patterns
        lent = sum(n * (max(0, len(kinds) - 1) + max(0, mails - 1)) for (kinds, mails), n in patterns.items())
        return lent / max(1, patterns.total())

    def identities_shown(
        self, wanted: Sequence[Identity], spare: Sequence[Identity], draw: KeyedDraw
    ) -> list[tuple[Identity, Pattern | None]]:
        """What each persona shows, without a number or an address that it does not have, and the pattern of its model;
        None where no row is like it. Personas fill these columns as often as rows do, as far as their identities and
        `spare` ones allow: those that can look like few rows come first. In the order of `wanted`."""
        lenders = Lenders(spare, draw)
        total = self.patterns.total()
        left = {pattern: count / total * len(wanted) for pattern, count in sorted(self.patterns.items())}
        kinds, able, alone = dict[int, str | None](), dict[int, list[Pattern]](), dict[int, int]()
        for each in wanted:
            # Where the list has none of an identity's kind of number, it passes as the commonest one.
            kind = None if each.phone is None or not self._kinds else each.kind
            if kind is not None and kind not in self._kinds:
                kind = min(self._kinds, key=lambda one: (-self._kinds[one], one))
            mail = each.email_raw is not None
            # Rows that show the identity, be it with others' numbers and addresses; and those for which it needs none.
            patterns = [like for like in left if kind in like[0] or (not like[0] and like[1] > 0 and mail)]
            kinds[each.no], able[each.no] = kind, patterns
            alone[each.no] = sum(len(own) <= (kind in own) and mails <= mail for own, mails in patterns)
        found: dict[int, tuple[Identity, Pattern | None]] = {}
        for each in sorted(draw.shuffled(list(wanted)), key=lambda one: alone[one.no]):
            patterns, kind = able[each.no], kinds[each.no]
            found[each.no] = each, None
            while patterns and found[each.no][1] is None:
                weights = [max(0.0, left[p]) for p in patterns]
                if sum(weights) <= 0:
                    weights = [float(self.patterns[p]) for p in patterns]
                pattern = _drawn_pattern(patterns, weights, draw)
                lent = lenders.lend(each, kind, pattern)
                if lent is None:
                    patterns = [p for p in patterns if p != pattern]
                    continue
                left[pattern] -= 1
                # Without what a row of the pattern has not.
                bared = each if kind in pattern[0] else replace(each, phone=None, phone_raw=None)
                bared = bared if pattern[1] else replace(bared, email_raw=None)
                name = bared.name or next((one.name for one in lent if one.email_raw), None)
                found[each.no] = replace(bared, lent=lent, name=name), pattern
        return [found[each.no] for each in wanted]


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
        lent: list[Identity] = []

        def first(able: Iterable[Identity]) -> Identity | None:
            taken = self._gone | {each.no for each in (to, *lent)}
            return next((each for each in able if each.no not in taken), None)

        for kind in sorted(kinds.elements()):
            same = [each for each in self._named.get(to.name or "", ()) if each.kind == kind]
            found = first((*same, *self._numbers.get(kind, ())))
            if found is None:
                return None
            lent.append(replace(found, email_raw=None))
        # An address says whose it is: it is lent to the same name, or to who has none and takes the name with it.
        for _ in range(mails - (to.email_raw is not None)):
            of_name = self._named.get(to.name, ()) if to.name else self._addressed
            found = first(each for each in of_name if each.email_raw)
            if found is None:
                return None
            lent.append(replace(found, phone=None, phone_raw=None))
        self._gone |= {each.no for each in lent}
        return tuple(lent)


def _drawn_pattern(patterns: Sequence[Pattern], weights: Sequence[float], draw: KeyedDraw) -> Pattern:
    """One of the patterns, in proportion to the weights."""
    at = draw.below(1_000_000) / 1_000_000 * sum(weights)
    for pattern, weight in zip(patterns, weights, strict=True):
        at -= weight
        if at < 0:
            return pattern
    return patterns[-1]
