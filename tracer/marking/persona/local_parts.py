"""The part before the @ of a list's addresses: made of the person's name, in the ways in which the list does it.

`anna.keller`, `akeller72` and `keller_anna` are one name in three forms; each is drawn as often as the list has it.
Local parts that no form explains (nicknames, names in other letters) are newly made of two of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tracer.lists.read.words import plain, spelt_out
from tracer.marking.persona.draws import KeyedDraw

_TRIES = 200
_USUAL = "g.f"
"""The form where a list has no addresses to learn from."""
_FORMS: tuple[str, ...] = (
    "g.f", "gf", "g_f", "g-f", "i.f", "if", "i_f", "f.g", "fg", "f_g", "f-g", "f.i", "fi", "g.j", "gj", "g", "f",
)  # fmt: skip
"""g, f: given and family name; i, j: their first letters; what is between is written as it is."""
_DIGITS = re.compile(r"^(.*?)([0-9]*)$")
_ALLOWED = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST = 64
"""Octets of a local part (RFC 5321, 4.5.3.1.1)."""


class LocalParts:
    """The local parts of one list."""

    def __init__(self, people: Iterable[tuple[str, str, str]], draw: KeyedDraw) -> None:
        """`people`: given name, family name and address of rows that have an address; names may be empty."""
        self.draw = draw
        self.made: list[tuple[str, str]] = []
        """Form and digits of each row whose local part its name explains."""
        other = []
        for given, family, address in people:
            local = address.partition("@")[0].lower().partition("+")[0]
            form = _form_of(given, family, local)
            if form is not None:
                self.made.append((form, _ends(local)[1]))
            elif _ALLOWED.fullmatch(local):
                other.append(local)
        self.other = other
        self._digits: dict[int, list[str]] = {}
        for _, digits in self.made:
            self._digits.setdefault(len(digits), []).append(digits)

    def drawn(self, given: str, family: str, taken: set[str]) -> str:
        """A local part for a person that is not in `taken`, which gets it."""
        for attempt in range(_TRIES):
            local = self._local(given, family)
            # Few names and many addresses: a number is what people take then.
            if attempt > _TRIES // 2:
                local += str(self.draw.below(9000) + 1000)
            if local and local not in taken:
                break
        else:
            local = f"{local}{self.draw.below(1 << 40)}"
        taken.add(local)
        return local

    def _local(self, given: str, family: str) -> str:
        names = _letters(given), _letters(family)
        if not any(names) or (self.other and self.draw.below(len(self.made) + len(self.other)) >= len(self.made)):
            return (self._nickname() if self.other else _syllables(self.draw)).strip("._-")
        form, digits = self.draw.choice(self.made) if self.made else (_USUAL, "")
        written = _written(form if all(names) else "g" if names[0] else "f", *names)
        return (written + (self.draw.choice(self._digits[len(digits)]) if digits else ""))[:_LONGEST]

    def _nickname(self) -> str:
        """The beginning of one of the list's and the end of another."""
        one, two = self.draw.choice(self.other), self.draw.choice(self.other)
        return one[: max(1, len(one) // 2)] + two[len(two) // 2 :]


def _letters(name: str) -> str:
    """A name as it is written in an address: Latin letters alone; empty where it has others."""
    text = plain(spelt_out(name.lower()))
    return text if text.isascii() and text.isalpha() else ""


def _ends(local: str) -> tuple[str, str]:
    found = _DIGITS.match(local)
    return (local, "") if found is None else (found[1], found[2])


def _form_of(given: str, family: str, local: str) -> str | None:
    """The form in which a local part is made of a name; None where it is not."""
    base = _ends(local)[0].rstrip("._-")
    spellings: Mapping[str, Sequence[str]] = {
        name: tuple({plain(name), plain(spelt_out(name.lower()))}) for name in (given, family)
    }
    for form in _FORMS:
        needs = [name for letter, name in (("g", given), ("i", given), ("f", family), ("j", family)) if letter in form]
        if all(needs) and any(
            _written(form, one, two) == base for one in spellings[given] for two in spellings[family]
        ):
            return form
    return None


def _written(form: str, given: str, family: str) -> str:
    parts = {"g": given, "f": family, "i": given[:1], "j": family[:1]}
    return "".join(parts.get(char, char) for char in form)


def _syllables(draw: KeyedDraw) -> str:
    """Two or three syllables, where neither a name nor the list says anything."""
    return "".join(draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(2 + draw.below(2)))
