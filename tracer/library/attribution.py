"""Which releases a dataset came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.ask.result import Result
    from tracer.wording.sections import Block


class Attribution(Table):
    """A row for every release that shares rows with the dataset, and which copy it is in one sentence."""

    def __init__(self, result: Result, answer: str, *, lang: str = "en") -> None:
        super().__init__(result, lang=lang)
        self.answer = answer
        """Which copies are named, and how often that is wrong; or that none is."""

    @property
    def accused(self) -> list[dict[str, Any]]:
        """The rows of the releases that are named."""
        return [row for row in self.rows() if row["accused"]]

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import Paragraph

        yield Paragraph(self.answer)
        yield from super().blocks()
