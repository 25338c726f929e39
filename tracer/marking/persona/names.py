"""A record's name: its identity's, where that came with one; that of its address, where the list's addresses say names;
and otherwise one of the list's own, put together of two rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tracer.identify.person import whole_name
from tracer.lists.read.words import plain, spelt_out
from tracer.marking.persona.columns import ListColumns, fraction
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.texts import APART, case_of, fresh_names, split_name

_FOLLOW = 0.3
"""Share of the addresses with the family name in them above which a persona is called as its address is."""
_LEAST = 4
"""Letters of a family name that is looked for in an address."""
_TRIES = 40
_SPOKEN = re.compile(r"([a-z]{2,})[._-]([a-z]{2,})[0-9]{0,4}@")


class RecordNames:
    """The columns of names of one list."""

    def __init__(self, columns: ListColumns, draw: KeyedDraw) -> None:
        self.columns, self.draw, source = columns, draw, columns.source
        given, family = source.holding("given_name"), source.holding("family_name")
        self.parts = tuple((g, f) for g, f in zip(given[:1], family[:1], strict=False))
        """Columns of the given and of the family name, where a list has both."""
        taken = {i for pair in self.parts for i in pair}
        self.whole = [i for i in source.places("name") if i not in taken and i not in source.holding("middle_name")]
        self.own = sorted(taken) if self.parts else self.whole[:1]
        self._second = family[1] if self.parts and len(family) > 1 else None
        self._words = [_ends_of(self.columns.filled[i]) for i in self.whole[:1]]
        self._case = {i: case_of(self.columns.filled[i]) for i in self.own}
        self._written = {i: self._forms(i) for pair in self.parts for i in pair}
        self._follow = self._follows()
        self._fresh: dict[int, list[str]] = {}
        self._single = {i: self._singles(i) for i in self.own}

    def given_to(self, identity: Identity) -> dict[int, str]:
        """Column -> the name that an identity brings with it; empty where it brings none."""
        if identity.name and not self.parts:
            return {i: self._cased(i, self._in_order(identity.name)) for i in self.whole[:1]}
        if not self.parts:
            return {}
        mail = next((each.email_raw for each in (identity, *identity.lent) if each.email_raw), None)
        spoken = None if mail is None or not self._follow else _SPOKEN.match(mail.lower())
        ((first, last),) = self.parts
        if identity.name:
            given, family = self._parted(identity.name)
            rest, _, before = given.rpartition(" ")
            known = self._written[first].keys() & {plain(before), plain(given)}
            if self._second is not None and rest and not known:  # two family names
                return {first: self._cased(first, rest), last: self._cased(last, before),
                        self._second: self._cased(last, family)}  # fmt: skip
            return {first: self._cased(first, given), last: self._cased(last, family)}
        if spoken is not None:
            return {first: self._as_written(first, spoken[1]), last: self._as_written(last, spoken[2])}
        return {}

    def made(self, cells: Sequence[str | None], others: Sequence[str]) -> dict[int, str]:
        """Column -> name for an invented record. `cells`: those of the rows that were drawn; `others`: whole names of
        rows drawn at random, of which it gets its family name where the list writes whole names."""
        made: dict[int, str] = {}
        for pair in self.parts:
            for i, piece in zip(pair, ("given_name", "family_name"), strict=True):
                if cells[i] and fraction(self.draw) < self._single[i]:
                    fresh = self._fresh.setdefault(
                        i, fresh_names(self.columns.filled[i], piece, self.columns.source.region)
                    )
                    made |= {i: fresh.pop(self.draw.below(len(fresh)))} if fresh else {}
        if self.parts or not self.whole:
            return made
        i = self.whole[0]
        own = cells[i]
        if own is None or fraction(self.draw) >= self._single[i]:
            return {}
        for other in others:
            new = self._joined(own, other)
            if new not in self.columns.sample.counts[i]:
                return {i: new}
        return {i: self._joined(own, others[0])} if others else {}

    def _joined(self, own: str, other: str) -> str:
        """The given name of one and the family name of another, written as the first."""
        if "," in own and "," in other:
            return other.partition(",")[0] + "," + own.partition(",")[2]
        if own.isascii() or " " in own.strip():
            given, _, _ = own.strip().rpartition(" ")
            family = other.strip().rpartition(" ")[2]
            return f"{given} {family}" if given else own
        return split_name(other)[0] + split_name(own)[1]

    def _singles(self, i: int) -> float:
        """Share of rows whose cell only they have."""
        counts = self.columns.sample.counts[i]
        filled = self.columns.filled[i]
        return sum(counts.get(cell, 1) == 1 for cell in filled) / max(1, len(filled))

    def _cased(self, i: int, name: str) -> str:
        """A name in capitals or small letters, where the column has its names so."""
        write = None if APART.search(name) else self._case[i]
        return name if write is None else write(name)

    def _in_order(self, name: str) -> str:
        """A whole name with the family name where the list has it."""
        given, _, family = name.strip().rpartition(" ")
        if not given or APART.search(name) or "," in name:
            return name
        first, last, commas = self._words[0]
        a, b = plain(given.split()[0].lower()), plain(family.lower())
        turned = first[b] + last[a] - first[a] - last[b]
        if commas > 0.5:
            return f"{family}, {given}" if turned >= 0 else f"{name.split(maxsplit=1)[0]}, {name.partition(' ')[2]}"
        return f"{family} {given}" if turned > 0 else name

    def _parted(self, name: str) -> tuple[str, str]:
        """Given and family name of a name that came with the identity."""
        if whole_name("x", name).startswith(name) and " " not in name.strip():
            family, given = split_name(name)
            return given, family
        given, _, family = name.strip().rpartition(" ")
        return given, family

    def _forms(self, i: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for text in self.columns.filled[i]:
            for form in (plain(text), plain(spelt_out(text))):
                found.setdefault(form, text)
        return found

    def _as_written(self, i: int, part: str) -> str:
        """A name of an address as the column has it (`mueller`: Müller), or as it writes such: in capitals, say."""
        known = self._written[i].get(plain(part))
        return (self._case[i] or str.title)(part) if known is None else known

    def _follows(self) -> bool:
        """Whether the list's addresses are made of their people's names."""
        if not self.parts:
            return False
        ((_, last),) = self.parts
        told = [
            plain(family) in plain(mail.partition("@")[0])
            for i in self.columns.source.places("email")
            for mail, family in zip(self.columns.cells[i], self.columns.cells[last], strict=True)
            if mail and family and len(family) >= _LEAST
        ]
        return bool(told) and sum(told) > _FOLLOW * len(told)


def _ends_of(names: Sequence[str]) -> tuple[Counter[str], Counter[str], float]:
    """How often words are the first of a name, and the last (behind a comma the first one), and the share of names with
    a comma."""
    parted = [name.partition(",") if "," in name else name.partition(" ") for name in names]
    first = Counter(plain(one.strip().lower()) for one, _, _ in parted)
    last = Counter(plain((rest.split() or [""])[0 if sign == "," else -1].lower()) for _, sign, rest in parted)
    return first, last, sum(sign == "," for _, sign, _ in parted) / max(1, len(names))
