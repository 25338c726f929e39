"""What every command shares: which case, which key, which language, which format, where to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from tracer.visible import label

if TYPE_CHECKING:
    from tracer.library.case import Case

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")

FORMATS = ("table", "json", "ndjson", "csv", "parquet")
ANY = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@dataclass
class Session:
    """The case and key that the options name; options behind a command win over those before it."""

    case_dir: Path | None = None
    """`--case`"""
    key_file: Path | None = None
    """`--key-file`"""

    def folder(self, default: Path | None = None) -> Path:
        """The case folder: `--case`, else `TRACER_CASE`, else the current folder when it is a case, else `default`."""
        from tracer.library.case import folder_of

        return folder_of(self.case_dir, default)

    def case(self, folder: Path | None = None) -> Case:
        """The case as the library has it, with bars for longer calls; its store is opened by each call.

        Raises `UsageError` where none is named.
        """
        from tracer.cli.progress import stages
        from tracer.library.base import holding_of
        from tracer.library.case import at

        folder = folder or self.folder()
        holding_of(folder).listener = narrate
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


class Day(click.ParamType[date]):
    """A day written as 2026-05-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or click's own error."""
        from tracer.dossier.vocabulary import FIRST_DAY, LAST_DAY, is_day

        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"invalid day {value!r}; write it like 2026-05-01", param, ctx)
        if not is_day(day):
            self.fail(f"invalid day {value!r}; it must be from {FIRST_DAY.year} to {LAST_DAY.year}", param, ctx)
        return day


DAY = Day()


class _Everywhere(click.Option):
    """An option that every command takes, and that only the help of the root group shows."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super().get_help_record(ctx) if ctx.parent is None else None


def _keep(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        setattr(ctx.ensure_object(Session), "case_dir" if param.name == "case" else "key_file", value)


def _limit(_: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        from tracer.case.store import MEMORY, THREADS, memory_bytes, thread_count

        variable, check = (MEMORY, memory_bytes) if param.name == "memory" else (THREADS, thread_count)
        os.environ[variable] = str(check(value))


OPTIONS_BEFORE = options(
    click.option(
        "--case", metavar="DIR", type=FOLDER, expose_value=False, callback=_keep,
        help="The case folder (default: TRACER_CASE, or the current folder).",
    ),
    click.option(
        "--key-file", type=FILE, expose_value=False, callback=_keep,
        help="File that holds the case key (default: TRACER_KEY, the keyring, your data folder).",
    ),
    click.option(
        "--memory", cls=_Everywhere, metavar="SIZE", expose_value=False, callback=_limit,
        help="Memory for data, 8G say; the rest is spilled (default: TRACER_MEMORY, or half of it).",
    ),
    click.option(
        "--threads", cls=_Everywhere, metavar="N", expose_value=False, callback=_limit,
        help="Threads to use at most (default: TRACER_THREADS, or one for each core).",
    ),
)  # fmt: skip
"""`--case`, `--key-file`, `--memory` and `--threads` before a command."""


def case_options(command: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """The same behind a command; it is given the session first."""
    return OPTIONS_BEFORE(click.make_pass_decorator(Session, ensure=True)(command))


rows_options = options(
    click.option(
        "-f", "--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True,
        help="How rows are printed.",
    ),
    click.option(
        "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file; - is stdout."
    ),
)  # fmt: skip
"""`-f/--format` and `-o`, for every command that prints rows."""
text_options = options(
    click.option(
        "-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
        help="Text for people, JSON for programs.",
    ),
    click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file."),
)  # fmt: skip
"""The same for trees and explanations."""
OUTPUT = click.option("-o", "--output", type=OUT, help="Write to a file; - is stdout.")
EVIDENCE = click.option("--evidence", multiple=True, metavar="ID", help="Id of what backs this; may be repeated.")
LANG = click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language; by default that of LANG, English where it is another."
)
"""The option of commands that tell findings."""


def language(asked: str | None, format_: str = "table") -> str:
    """The language in which a command speaks to a person: what was asked for, or Chinese where the environment is
    Chinese, or English. A program is not given another one than English unasked."""
    if asked is not None:
        return asked
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if named.lower().startswith("zh") and format_ in ("table", "text") else "en"
