"""Blocks as HTML: texts are escaped by the template, figures by their own writer."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Iterable
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from markupsafe import Markup, escape

from tracer.wording.names import behind_names
from tracer.wording.sections import Block

_HERE = Path(__file__).parent


def html_blocks(blocks: Iterable[Block], ids: Collection[str] = ()) -> Markup:
    """The blocks as the body of a page; a heading of level 1 is an `h2`, below the page's title.

    ids: of parties and lists; behind a name they are in small type.
    """

    behind, small = behind_names(ids), Markup("<small>{}</small>")

    def marked_up(text: str) -> Markup:
        parts = enumerate(behind.split(text))
        return Markup("").join(small.format(part) if at % 2 else escape(part) for at, part in parts)

    templates = templates_of(_HERE)
    templates.filters["said"] = marked_up
    body = templates.get_template("blocks.html.j2").render(blocks=tuple(blocks))
    return Markup(body)  # noqa: S704 - made by the template, which escapes what it is given


def templates_of(folder: Path) -> Environment:
    """The templates of a folder of the package; what a template lacks is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=CompiledTemplates(folder),
    )
    environment.filters["drawn"] = Markup  # of a figure of ours, whose writer escapes every text
    return environment


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates of one folder; not written where Python writes none either, or where nothing can be."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(Path(cache_from_source(str(folder / "page.py"))).parent), "%s.template")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled, where that is possible."""
        with contextlib.suppress(OSError):
            if not sys.dont_write_bytecode:
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
