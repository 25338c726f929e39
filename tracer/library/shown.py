"""What an answer looks like in a notebook: the same blocks as in a terminal, as HTML and as Markdown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracer.wording.sections import Block


class NotebookView(ABC):
    """Something that a notebook shows by itself."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What is shown, apart from how it is set; not public."""

    def _repr_html_(self) -> str:
        """For notebooks; every text of the case is escaped."""
        from tracer.wording.html import html_blocks

        return f'<div class="tracer">{html_blocks(_visible(self.blocks()))}</div>'

    def _repr_markdown_(self) -> str:
        """For notebooks and pages; every text of the case stays text."""
        from tracer.wording.markdown import markdown_blocks

        return "\n\n".join(markdown_blocks(_visible(self.blocks())))


def _visible(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without control characters and invisible signs."""
    from tracer.visible import visible
    from tracer.wording.sections import with_texts

    return iter(with_texts(blocks, visible))
