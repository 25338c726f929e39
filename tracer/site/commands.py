"""The reference of commands, from click: what `tracer COMMAND --help` prints, a page each."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from tracer.cli.main import COMMANDS, cli

_MARKED = re.compile(r"`[^`]*`|[*_<>\[\]|#~]")


def plain(text: str) -> str:
    """Text for Markdown: signs that mean something there are escaped, but for what is between backticks.

    >>> plain("DIR/* of `a_b`, <20")
    'DIR/\\\\* of `a_b`, \\\\<20'
    """
    return _MARKED.sub(lambda found: found[0] if found[0].startswith("`") else f"\\{found[0]}", text)


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return plain(" ".join(text.split())).replace("`|`", "`\\|`")


def command_pages() -> dict[str, str]:
    """Path → page, and the page that lists them."""
    root = click.Context(cli, info_name="tracer", max_content_width=100)
    pages = {f"reference/commands/{name}.md": _page(name, root) for name in COMMANDS}
    lines = [f"| [`tracer {name}`]({name}.md) | {cell(said)} |" for name, (_, said) in COMMANDS.items()]
    head = ["# Commands", "", "What `tracer COMMAND --help` prints.", "", "| command | does |", "| --- | --- |"]
    tree = ["", "```{toctree}", ":hidden:", "", *COMMANDS, "```", ""]
    return pages | {"reference/commands/index.md": "\n".join([*head, *lines, *tree])}


def _page(name: str, root: click.Context) -> str:
    command = cli.get_command(root, name)
    if command is None:
        raise LookupError(name)
    return "\n".join(_lines(command, click.Context(command, root, name), 1)) + "\n"


def _lines(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} {context.command_path}", "")
    yield plain(inspect.cleandoc(command.help or ""))
    usage = command.get_usage(context)
    yield from ("", "```text", usage, "```", "")
    records = [record for one in command.get_params(context) if (record := one.get_help_record(context)) is not None]
    if records:
        yield from ("| option | what it does |", "| --- | --- |")
        yield from (f"| {_code(option)} | {cell(said)} |" for option, said in records)
        yield ""
    example = (command.epilog or "").removeprefix("Example: ")
    if example:
        yield from ("Example:", "", "```sh", example, "```", "")
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            inner = command.get_command(context, sub)
            if inner is not None and not inner.hidden:
                yield from _lines(inner, click.Context(inner, context, sub), level + 1)


def _code(option: str) -> str:
    return f"`{' '.join(option.split())}`".replace("|", "\\|")
