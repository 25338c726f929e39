"""Manual pages of all commands, made from their help texts, so that neither is written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from tracer.errors import ExitCode
from tracer.version import __version__

_EXITS = {
    ExitCode.DONE: "done", ExitCode.FAULT: "a fault of the program", ExitCode.USAGE: "called wrongly",
    ExitCode.REFUSED: "the input was refused; nothing of it was kept",
    ExitCode.UNAVAILABLE: "the case cannot be opened: locked, wrong key, or not a case",
    ExitCode.FOUND: "done, but a check found something", ExitCode.INTERRUPTED: "interrupted",
}  # fmt: skip


def man_pages(root: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """(file name, text) of a page for the command and for each below it: `tracer.1`, `tracer-load.1` …"""
    yield from _below(root, click.Context(root, info_name=name), name)


def _below(command: click.Command, context: click.Context, words: str) -> Iterator[tuple[str, str]]:
    yield f"{words.replace(' ', '-')}.1", _page(command, context, words)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _below(found, click.Context(found, info_name=inner, parent=context), f"{words} {inner}")


def _page(command: click.Command, context: click.Context, words: str) -> str:
    dashed = words.replace(" ", "-")
    paragraphs = [part for part in re.split(r"\n\s*\n", (command.help or "").strip()) if part.strip()]
    title = " ".join(paragraphs[0].split()).rstrip(".") if paragraphs else words
    lines = [
        f'.TH "{dashed.upper()}" "1" "" "tracer {__version__}" "tracer manual"',
        ".SH NAME", f"{_plain(dashed)} \\- {_plain(title[:1].lower() + title[1:])}",
        ".SH SYNOPSIS", f".B {_plain(words)}", _plain(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION", *_description(paragraphs),
        *_entries("OPTIONS", _options(command, context)),
        *_entries("COMMANDS", _commands(command, context)),
        *_example(command),
    ]  # fmt: skip
    if context.parent is None:
        lines += _entries("EXIT STATUS", [(str(int(code)), what) for code, what in _EXITS.items()])
    else:
        lines += [".SH SEE ALSO", f".BR {_plain(words.split(maxsplit=1)[0])} (1)"]
    return "\n".join(lines) + "\n"


def _description(paragraphs: list[str]) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        if paragraph.lstrip().startswith("\b"):
            yield from (".nf", *map(_plain, paragraph.replace("\b", "").strip("\n").splitlines()), ".fi")
        else:
            yield _plain(" ".join(paragraph.split()))


def _options(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    records = (one.get_help_record(context) for one in command.get_params(context))
    return [record for record in records if record is not None and record[1]]  # arguments say nothing of themselves


def _commands(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    if not isinstance(command, click.Group):
        return []
    inner = ((name, command.get_command(context, name)) for name in command.list_commands(context))
    return [(name, each.get_short_help_str(200)) for name, each in inner if each is not None]


def _entries(heading: str, entries: list[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    listed = [line for term, what in entries for line in (".TP", f"\\fB{_plain(term)}\\fR", _plain(what))]
    return [f".SH {heading}", *listed]


def _example(command: click.Command) -> list[str]:
    text = (command.epilog or "").strip()
    if not text.startswith("Example: "):
        return []
    return [".SH EXAMPLE", ".nf", _plain(text.removeprefix("Example: ")), ".fi"]


def _plain(text: str) -> str:
    """A text as roff shows it; a line that begins with a dot or quote is not a request."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown
