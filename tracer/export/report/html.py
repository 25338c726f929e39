"""The report as one HTML file, which loads nothing and runs nothing, and prints on A4."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from tracer.export.outgoing import Outgoing
from tracer.export.report.compose import compose
from tracer.export.report.model import Report
from tracer.wording.html import html_blocks, templates_of

_HERE = Path(__file__).parent


def report_html(leaving: Outgoing) -> dict[str, bytes]:
    """The report as HTML."""
    return {"": render_html(compose(leaving)).encode("utf-8", "replace")}


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
