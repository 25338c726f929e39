"""`tracer plugins`: what is installed."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.rows import print_records
from tracer.cli.session import narrate, rows_options


@click.command(epilog="Example: tracer plugins")
@rows_options
def plugins(format_: str, output: Path | None) -> None:
    """List the plug-ins that are installed, and whether each can be used.

    Packages add readers of lists, formats of records, kinds of claims, formats of the graph, and queries:
    `tracer help plugins`.
    """
    from tracer.library.installed import installed_plugins

    records = installed_plugins()
    if not records and format_ == "table":
        narrate("No plug-in is installed: tracer help plugins")
        return
    print_records(records, format_, output)
