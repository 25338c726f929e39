"""`tracer export`: what is taken away, redacted, in the formats of other tools."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.rows import put
from tracer.cli.session import Session, case_options, narrate, pass_session
from tracer.errors import UsageError

GRAPH_FORMATS = ("html", "json", "csv", "gexf", "graphml")


@click.group(epilog="Example: tracer export graph --to html -o graph.html")
def export() -> None:
    """Take findings away: numbers masked, protected parties under a pseudonym."""


@export.command(epilog="Example: tracer export graph --to html -o graph.html --case my-case")
@click.option(
    "--to", type=click.Choice(GRAPH_FORMATS), default="html", show_default=True,
    help="html: one page for any browser; csv: a pair of files; gexf, graphml: Gephi, yEd, networkx.",
)  # fmt: skip
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The file; - is stdout (not for csv, which is two files).",
)  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the page.")
@case_options
@pass_session
def graph(session: Session, to: str, output: Path, lang: str) -> None:
    """Write the provenance graph: who holds what, what was copied from what, who gave it to whom."""
    from tracer.publish import digest, export_graph, graph_files

    if str(output) == "-" and to == "csv":
        raise UsageError("csv is two files, nodes and edges", where="-o", remedy="name a file")
    with session.open(read_only=True) as case:
        if str(output) != "-":
            for path in export_graph(case, to, output, lang=lang):
                narrate(f"Wrote {path}")
            return
        files = graph_files(case, to, lang=lang)
        case.journal.append(command="export graph", result=digest(files), detail={"format": to, "files": ["-"]})
    put(b"".join(files.values()), None)
