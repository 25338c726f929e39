"""`tracer help TOPIC`: the longer help, which travels with the tool."""

from __future__ import annotations

import click

from tracer.cli import completing


@click.command("help", epilog="Example: tracer help grades")
@click.argument("topic", required=False, shell_complete=completing.topics)
def help_(topic: str | None) -> None:
    """Read a longer help topic; without one, list them."""
    from tracer.library.elsewhere import help as page_of

    click.echo(page_of(topic), nl=False)
