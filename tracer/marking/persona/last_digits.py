"""Last digits that are as good as random in a list: drawn for a persona, not copied from another row.

A copied value occurs where it was before and once more, so common values get commoner: a pair of digits
that a persona has would be a little commoner than those of ordinary rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tracer.marking.persona.draws import KeyedDraw

_LEAST = 100
"""Texts that tell whether digits are uniform."""
_CRITICAL = 21.67
"""Chi-square with nine degrees of freedom is above it once in a hundred times."""


class LastDigits:
    """How many of the last digits of some texts are uniform; the first digit of a text is never one of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        ended = [text[::-1] for text in texts]
        self.count = 0
        while _uniform([text[self.count] for text in ended if len(text) > self.count + 1]):
            self.count += 1

    def drawn(self, text: str, draw: KeyedDraw) -> str:
        """The text with other digits in place of the last ones. Signs between digits stay."""
        digits = sum(char.isdigit() for char in text)
        made, seen = list(text), 0
        for at in range(len(made) - 1, -1, -1):
            if made[at].isdigit() and made[at].isascii():
                if seen < min(self.count, digits - 1):
                    made[at] = str(draw.below(10))
                seen += 1
        return "".join(made)


def _uniform(digits: list[str]) -> bool:
    """Pearson's test."""
    counts = Counter(digits)
    if len(digits) < _LEAST or not set(counts) <= set("0123456789"):
        return False
    mean = len(digits) / 10
    return sum((counts[digit] - mean) ** 2 for digit in "0123456789") / mean < _CRITICAL
