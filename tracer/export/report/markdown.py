"""The report as Markdown (CommonMark with tables)."""

from __future__ import annotations

from tracer.export.outgoing import Outgoing
from tracer.export.report.compose import compose
from tracer.export.report.model import Report
from tracer.wording.markdown import markdown_blocks, plain


def report_md(leaving: Outgoing) -> dict[str, bytes]:
    """The report as one Markdown file. The picture is left out: `tracer export graph --to svg` makes it."""
    return {"": markdown(compose(leaving)).encode("utf-8", "replace")}


def markdown(report: Report) -> str:
    """The report's blocks as Markdown."""
    return "\n\n".join([f"# {plain(report.title)}", *markdown_blocks(report.blocks)]) + "\n"
