"""`tracer help TOPIC`: the longer help, which travels with the tool."""

from __future__ import annotations

import sys

import click

from tracer.cli import completing


@click.command("help", epilog="Example: tracer help grades")
@click.argument("topic", required=False, shell_complete=completing.topics)
def help_(topic: str | None) -> None:
    """Read a longer help topic; without one, list them.

    A terminal shows it at its width; a pipe or a file gets Markdown.
    """
    from tracer.cli.printer import terminal_columns
    from tracer.library.elsewhere import help as page_of

    page = page_of(topic)
    if topic is not None and sys.stdout.isatty():
        from tracer.cli.help_page import page_lines

        page = "".join(f"{line}\n" for line in page_lines(page, terminal_columns()))
    click.echo(page, nl=False)
