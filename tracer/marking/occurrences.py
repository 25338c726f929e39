"""How often values stand in a list, and how often a value that stands there may be used once more.

An ordinary row's value stands in f rows, its own among them: often in its own alone. A row that takes its value over
from another one raises f to f + 1, never to 1. So that the frequency f + 1 of a taken-over value is met as often as in
ordinary rows, (f + 1)·N(f + 1) of n with N(f) values that stand f times, a value drawn from a random row is kept with
probability (f + 1)·N(f + 1) / (f·N(f)); what is left over, N(1) / n, is the share of values that must be new
(Good 1953, equation 2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tracer.marking.draws import KeyedDraw

_MANY = 12
"""Once more makes no difference to what stands there so often."""
_FINE = 1_000_000


class Occurrences:
    """Values of a list's rows, one a row."""

    def __init__(self, values: Iterable[str], counts: Mapping[str, int] | None = None) -> None:
        """`counts`: in how many rows of the whole list each stands, where `values` are a sample's."""
        rows = Counter(values)
        self.counts: Mapping[str, int] = rows if counts is None else counts
        having = Counter[int]()
        for value, times in rows.items():
            having[self.counts.get(value, 1)] += times
        # Rows whose value stands f times: f N(f).
        self._kept = {f: min(1.0, having[f + 1] / having[f]) if f < _MANY else 1.0 for f in having}

    def once_more(self, value: str, draw: KeyedDraw) -> bool:
        """Whether a value that was drawn from a random row is kept; a new one is due, or another draw, where not."""
        count = self.counts.get(value, 0)
        return count > 0 and draw.below(_FINE) < self._kept.get(count, 1.0) * _FINE


class Halves:
    """Short texts of one length, of which new ones are made from the beginning of one and the end of another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.occurrences = Occurrences(texts)
        self.by_length: dict[int, list[str]] = defaultdict(list)
        for text in texts:
            self.by_length[len(text)].append(text)

    def drawn(self, text: str, draw: KeyedDraw) -> str:
        """A text like `text`, which comes from a random row: itself, or a new one."""
        if self.occurrences.once_more(text, draw):
            return text
        like = self.by_length[len(text)]
        half = max(1, len(text) // 2)
        made = text
        for _ in range(20):
            made = draw.choice(like)[:half] + draw.choice(like)[half:]
            if made not in self.occurrences.counts:
                break
        return made
