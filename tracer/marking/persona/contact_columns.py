"""Columns of numbers and addresses: which a row fills, with how many different ones, and of which kinds.

Two columns that hold the same number are one slot. A number that at least `SHARED` rows have, all of one firm, is that
firm's switchboard, not a person's number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracer.marking.persona.source_list import Sample, SourceList
from tracer.marking.persona.written_numbers import calling_code, number_form, usual_forms

SHARED = 3
"""Rows of one firm that have a number from which on it is the firm's."""
_KIND_DIGITS = 5
"""Digits behind the country code that tell a mobile from a fixed line."""

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


def kind_of(key: str) -> str:
    """Whether a number, all its digits with its country code, is a mobile's or a fixed line's; empty where its plan
    does not say."""
    code = calling_code(key)
    return _kind_of(code, key[len(code) : len(code) + _KIND_DIGITS], len(key) - len(code))


@lru_cache(maxsize=50_000)
def _kind_of(code: str, begin: str, digits: int) -> str:
    from phonenumbers import PhoneNumber, PhoneNumberType, number_type

    if not code or not begin:
        return ""
    # Any number of its block, or of a larger one around a block that is not given out: drama numbers are in such.
    for size in range(len(begin), 0, -1):
        tails = (begin[:size].ljust(digits, fill) for fill in "123456789")
        types = {number_type(PhoneNumber(country_code=int(code), national_number=int(tail))) for tail in tails}
        mobile, fixed = PhoneNumberType.MOBILE in types, PhoneNumberType.FIXED_LINE in types
        if PhoneNumberType.FIXED_LINE_OR_MOBILE in types or (mobile and fixed):
            return ""
        if mobile or fixed:
            return "mobile" if mobile else "fixed"
    return ""


class ContactColumns:
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
