"""All commands of the command line, read from its registry, so that a test over doors meets a new one by itself."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tracer.cli.main import cli


def leaves() -> dict[str, click.Command]:
    """Every command that does something: its words → the command."""
    return dict(_walk(cli, (), click.Context(cli)))


def _walk(command: click.Command, words: tuple[str, ...], ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(words), command
        return
    for name in command.list_commands(ctx):
        inner = command.get_command(ctx, name)
        if inner is not None:
            yield from _walk(inner, (*words, name), ctx)


def takes_file(command: click.Command) -> bool:
    """Whether a file or folder is named to it, the case and its key apart."""
    return any(isinstance(parameter.type, click.Path) for parameter in command.params if parameter.expose_value)
