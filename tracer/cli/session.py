"""What every command shares: which case, which key, which language, which format, and where an answer is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from tracer.cli.printer import print_check, terminal_width
from tracer.errors import ExitCode, InputRefused, UsageError
from tracer.file_writing import put_file
from tracer.late_imports import imported_when_used
from tracer.visible import label

with imported_when_used():
    from tracer.ask.result import flat_records
    from tracer.ask.table import rendered
    from tracer.case import store
    from tracer.case.checks import Check
    from tracer.case.store import memory_bytes, thread_count
    from tracer.cli.printer import stages
    from tracer.input_files import secret_in
    from tracer.library.answers import Table
    from tracer.library.arguments import AnyPath
    from tracer.library.base import Changed, shared_folder
    from tracer.library.case import Case, at, folder_of


F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Session:
    """The case and key that the options name; options behind a command win over those before it."""

    case_dir: Path | None = None
    """`--case`"""
    key_file: Path | None = None
    """`--key-file`"""

    def folder(self, default: Path | None = None) -> Path:
        """The case folder: `--case`, else `TRACER_CASE`, else the current folder when it is a case, else `default`."""
        return folder_of(self.case_dir, default)

    def case(self, folder: Path | None = None) -> Case:
        """The case as the library has it, with bars for longer calls; its store is opened by each call.

        Raises `UsageError` where none is named.
        """
        folder = folder or self.folder()
        shared_folder(folder).listener = narrate
        return at(folder, self.key_file, stages)


def narrate(text: str) -> None:
    """Tell the user what goes on, on stderr: one line."""
    click.echo(label(text), err=True)


def options(*declared: Callable[[F], F]) -> Callable[[F], F]:
    """Options that several commands take, in the order in which help lists them."""

    def decorate(command: F) -> F:
        for option in reversed(declared):
            command = option(command)
        return command

    return decorate


class _Everywhere(click.Option):
    """An option that every command takes, and that only the help of the root group shows."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super().get_help_record(ctx) if ctx.parent is None else None


def _keep(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        setattr(ctx.ensure_object(Session), "case_dir" if param.name == "case" else "key_file", value)


def _limit(_: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        variable, check = (store.MEMORY, memory_bytes) if param.name == "memory" else (store.THREADS, thread_count)
        os.environ[variable] = str(check(value))


_CASE_HELP = "The case folder (default: TRACER_CASE, or the current folder)."
_KEY_HELP = "File that holds the case key (default: TRACER_KEY, the keyring, your data folder)."
_MEMORY_HELP = "Memory for data, 8G say; the rest is spilled (default: TRACER_MEMORY, or half of it)."
_THREADS_HELP = "Threads to use at most (default: TRACER_THREADS, or one for each core)."
case_options = options(
    click.option(
        "--case",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=_keep,
        help=_CASE_HELP,
    ),
    click.option(
        "--key-file",
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        callback=_keep,
        help=_KEY_HELP,
    ),
    click.option("--memory", cls=_Everywhere, metavar="SIZE", expose_value=False, callback=_limit, help=_MEMORY_HELP),
    click.option("--threads", cls=_Everywhere, metavar="N", expose_value=False, callback=_limit, help=_THREADS_HELP),
)
"""`--case`, `--key-file`, `--memory` and `--threads`, before a command and behind it."""


def language(asked: str | None, format_: str = "table") -> str:
    """The language in which a command speaks to a person: what was asked for, or Chinese where the environment is
    Chinese, or English. A program is not given another one than English unasked."""
    if asked is not None:
        return asked
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if named.lower().startswith("zh") and format_ in ("table", "text") else "en"


def ask(question: str, what: str, yes: bool) -> None:
    """Ask for a confirmation; without a terminal, `--yes` is needed."""
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"there is no terminal on which to confirm the {what}", remedy="add --yes")
        click.confirm(question, abort=True, err=True)


def secret(file: AnyPath | None, variable: str) -> str | None:
    """From the file, or the environment; never from the command line, which others can see."""
    if file is not None:
        return secret_in(Path(file)).strip()
    return os.environ.get(variable, "").strip() or None


def file_of(output: Path | None) -> Path | None:
    """The file of `-o`; None for standard output."""
    return None if output is None or str(output) == "-" else output


def statement_of(request: Path) -> Path:
    """The file of what a time-stamp request stamps, next to it."""
    statement = request.with_suffix(".txt")
    if statement == request:
        raise InputRefused("the statement would overwrite this file", where=str(request), remedy="name it *.tsq")
    return statement


def output_arguments(output: Path | None, format_: str) -> dict[str, Any]:
    """`path`, `to` and `width` of a question of the library whose answer goes to `-o`."""
    return {"path": file_of(output), "to": format_, "width": terminal_width()}


def print_table(table: Table, format_: str, output: Path | None = None, *, written: bool = False) -> None:
    """Write the rows of an answer in one of the formats, and its notes to stderr.

    written: whether the call that made the answer has written it to the file of `-o`, so that the notes are left.
    """
    if not written and table.records is not None:
        print_records(table.records, format_, output)
    elif not written:
        write_output(rendered(table.result, format_, width=terminal_width(), lang=table.lang), output)
    for note in table.notes:
        narrate(note)


def print_records(records: Sequence[Mapping[str, object]], format_: str, output: Path | None = None) -> None:
    """Write plain records, which all have the same keys, as a result."""
    if format_ == "json":
        write_output(json.dumps(list(records), ensure_ascii=False, indent=2, default=str) + "\n", output)
        return
    write_output(rendered(flat_records(records), format_, width=terminal_width(), lang="en"), output)


def write_output(content: str | bytes, output: Path | None) -> None:
    """Write to a file in one step, or to stdout (`-` or nothing): text made visible, bytes as they are."""
    file = file_of(output)
    if file is not None:
        put_file(content, file)
        return
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()


def print_change(changed: Changed) -> None:
    """The object that a change gives, and that findings do not know it yet."""
    click.echo(json.dumps(changed.to_json(), ensure_ascii=False))
    for note in changed.notes:
        narrate(note)
    if changed.to_trace:
        narrate("Run `tracer trace` to bring the findings up to date.")


def print_checks(checks: Iterable[Check]) -> int:
    """Print checks, a line each; whether all passed, as an exit code."""
    failed = 0
    for check in checks:
        print_check("ok" if check.passed else "FAILED", check.what, check.detail)
        failed += not check.passed
    return ExitCode.FOUND if failed else ExitCode.DONE
