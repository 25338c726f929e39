"""Counts that know what they count, and how they are shown.

A stage that puts a count of people into a sentence, a weight or a field puts in a `Count`: in a text it stands as it
may be shown, and nothing has to be found and hidden afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 20
"""Count of people across lists from which it is shown exactly."""
FEW = f"<{LEAST}"
"""How a smaller one is shown, none at all too."""


@dataclass(frozen=True, order=True)
class Count:
    """So many of something."""

    n: int
    of_people: bool = True
    """People, or what stands for one: rows, contacts, identifiers, cells. Canaries are nobody."""
    across_lists: bool = True
    """How many of one list stand in another, or do not. A list's own counts are no secret of anybody's."""

    @property
    def few(self) -> bool:
        """Whether it is hidden."""
        return self.of_people and self.across_lists and self.n < LEAST

    def __str__(self) -> str:
        return shown(self)


def shown(count: Count) -> str:
    """As text: `<20`, or the number with its thousands apart."""
    return FEW if count.few else f"{count.n:,}"


def told(count: Count) -> int | str:
    """As a value of a field: the number, or `<20`."""
    return FEW if count.few else count.n


def ratio(one: Count, other: Count) -> str:
    """Two counts beside each other, `25:40`; each is hidden by itself."""
    return f"{told(one)}:{told(other)}"
