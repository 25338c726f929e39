"""`tracer help TOPIC`: the longer help, which travels with the tool."""

from __future__ import annotations

import click

from tracer.errors import UsageError


@click.command("help", epilog="Example: tracer help grades")
@click.argument("topic", required=False)
def help_(topic: str | None) -> None:
    """Read a longer help topic; without one, list them."""
    from tracer.resources import help_dir

    pages = {path.stem: path for path in sorted(help_dir().glob("*.md"))}
    if topic is None:
        for name, path in pages.items():
            title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            click.echo(f"{name:14} {title}")
        return
    if topic not in pages:
        raise UsageError(f"unknown help topic {topic!r}", remedy=f"one of: {', '.join(pages)}")
    click.echo(pages[topic].read_text(encoding="utf-8"), nl=False)
