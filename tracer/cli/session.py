"""What every command shares: which case, which key, which format, where to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from tracer.errors import UsageError
from tracer.visible import label

if TYPE_CHECKING:
    from tracer.case.case import Case
    from tracer.library.case import Case as LibraryCase

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")

FORMATS = ("table", "json", "ndjson", "csv", "parquet")


@dataclass
class Session:
    """The case and key that the options name; options behind a command win over those before it."""

    case_dir: Path | None = None
    """`--case`"""
    key_file: Path | None = None
    """`--key-file`"""

    def folder(self, default: Path | None = None) -> Path:
        """The case folder: `--case`, else `TRACER_CASE`, else the current folder when it is a case, else `default`."""
        from tracer.case.layout import is_case

        if self.case_dir is not None:
            return self.case_dir
        named = os.environ.get("TRACER_CASE", "").strip()
        if named:
            return Path(named)
        if is_case(Path()):
            return Path()
        if default is not None:
            return default
        raise UsageError(
            "no case was named", remedy="give --case DIR, set TRACER_CASE, or change into the case's folder"
        )

    def case(self) -> LibraryCase:
        """The case as the library has it; its store is opened by each call. Raises `UsageError` where none is named."""
        return case_in(self.folder(), self.key_file)

    def open(self, *, read_only: bool = False, thorough: bool = False) -> Case:
        """Open the case; `thorough`: look at every bit of it, and open it also where it was changed.

        Raises `CaseUnavailable` or, where none is named, `UsageError`.
        """
        from tracer.case.case import open_case

        return open_case(self.folder(), key_file=self.key_file, read_only=read_only, thorough=thorough)


def case_in(folder: Path, key_file: Path | None) -> LibraryCase:
    """The case in a folder, with bars for longer calls; nothing is opened yet."""
    from tracer.cli.progress import stages
    from tracer.library.case import at

    return at(folder, key_file, stages)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Path | None], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            setattr(ctx.ensure_object(Session), name, value)

    return callback


def _limit(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def callback(_: click.Context, __: click.Parameter, value: str | None) -> None:
        if value is not None:
            from tracer.case.budget import MEMORY, THREADS, memory_bytes, thread_count

            variable, check = {"memory": (MEMORY, memory_bytes), "threads": (THREADS, thread_count)}[name]
            os.environ[variable] = str(check(value))

    return callback


class _Everywhere(click.Option):
    """An option that every command takes, and that only the help of the root group shows."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super().get_help_record(ctx) if ctx.parent is None else None


def case_options(command: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """`--case`, `--key-file`, `--memory` and `--threads`, behind a command; it is given the session first."""
    return options_before(click.make_pass_decorator(Session, ensure=True)(command))


def options_before(command: F) -> F:
    """The same options before a command."""
    for name, metavar, told in (
        ("threads", "N", "Threads to use at most (default: TRACER_THREADS, or one for each core)."),
        ("memory", "SIZE", "Memory for data, 8G say; the rest is spilled (default: TRACER_MEMORY, or half of it)."),
    ):
        command = click.option(
            f"--{name}", cls=_Everywhere, metavar=metavar, expose_value=False, callback=_limit(name), help=told
        )(command)
    for option in (
        click.option(
            "--key-file",
            type=click.Path(path_type=Path, dir_okay=False),
            expose_value=False,
            callback=_keep("key_file"),
            help="File that holds the case key (default: TRACER_KEY, the keyring, your data folder).",
        ),
        click.option(
            "--case",
            metavar="DIR",
            type=click.Path(path_type=Path, file_okay=False),
            expose_value=False,
            callback=_keep("case_dir"),
            help="The case folder (default: TRACER_CASE, or the current folder).",
        ),
    ):
        command = option(command)
    return command


def rows_options(command: F) -> F:
    """`-f/--format` and `-o`, for every command that prints rows."""
    for option in (
        click.option(
            "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file; - is stdout."
        ),
        click.option(
            "-f",
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="How rows are printed.",
        ),
    ):
        command = option(command)
    return command


def narrate(text: str) -> None:
    """Tell the user what goes on, on stderr: one line."""
    click.echo(label(text), err=True)
