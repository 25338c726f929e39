"""A report set as HTML, Markdown and PDF: the same blocks in each."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from markupsafe import Markup

from tracer.export.drawing.lettering import texts_of, typeset
from tracer.wording.html import html_blocks, templates_of
from tracer.wording.markdown import markdown_blocks, plain
from tracer.wording.names import parted
from tracer.wording.sections import Block, Heading, Paragraph, Points, Table

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    lang: str
    generated: str
    blocks: tuple[Block, ...]
    ids: tuple[str, ...] = ()
    """Ids of parties and lists: after a name they are in small type."""


def render_html(report: Report) -> str:
    """The report's blocks as a page. Texts are escaped by the template, figures by their own writer."""
    style = (_HERE / "report.css").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (
        templates_of(_HERE)
        .get_template("report.html.j2")
        .render(
            report=report,
            body=html_blocks(report.blocks, frozenset(report.ids)),
            style=Markup(style),  # noqa: S704 - the report's own file, hashed for the policy
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        )
    )


def markdown(report: Report) -> str:
    """The report's blocks as Markdown."""
    ids = frozenset(report.ids)
    blocks = (_named(block, lambda text: "".join(parted(text, ids)[::2])) for block in report.blocks)
    return "\n\n".join([f"# {plain(report.title)}", *markdown_blocks(blocks)]) + "\n"


def _named(block: Block, named: Callable[[str], str]) -> Block:
    """The block without the ids behind names, which have no small type here; the annexes have them."""
    if isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style != "code"):
        return replace(block, text=named(block.text))
    if isinstance(block, Points):
        return replace(block, items=tuple(map(named, block.items)))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(map(named, row)) for row in block.rows))
    return block


def render_pdf(report: Report, font: Path | None = None) -> bytes:
    """The report's blocks as a PDF. Raises InputRefused where a glyph is missing."""
    template = (_HERE / "report.typ").read_text(encoding="utf-8")
    # Read by `json(bytes(sys.inputs.report))`: what it holds is data, never markup.
    inputs = {"report": json.dumps(asdict(report), ensure_ascii=False, allow_nan=False)}
    return typeset(template, inputs, "pdf", svg_texts=texts_of_report(report), font=font)


def texts_of_report(report: Report) -> str:
    """Every text of the report, those in its figures too, one a line."""
    lines = [report.title]
    for block in report.blocks:
        for name, value in asdict(block).items():
            if name == "svg":
                lines.append(texts_of(str(value)))
            elif name not in ("kind", "style", "level"):
                lines += _texts(value)
    return "\n".join(lines)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
