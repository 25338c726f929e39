"""Stretches of the texts of one file, each distinct one once: a file says most of what it says many times."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator


class SeenStretches:
    """Stretches that were looked at before; they would give what they gave, at a later place."""

    def __init__(self) -> None:
        self._seen = defaultdict[re.Pattern[str], set[str]](set)

    def new(self, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """The matches of the pattern, each distinct stretch once."""
        seen = self._seen[pattern]
        for match in pattern.finditer(text):
            if (stretch := match.group(0)) not in seen:
                seen.add(stretch)
                yield match
