"""The entry point: the table of commands, and the one place where an error becomes a line and an exit code.

Commands are imported when they are called: `tracer --help` must not wait for DuckDB.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import LazyLoader
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from tracer.ask.bounds import unfinished_queries
from tracer.cli.printer import printer_of, printing_visibly, terminal_width, wrapped
from tracer.cli.session import Session, case_options
from tracer.errors import ExitCode, TracerError
from tracer.file_writing import keep_private
from tracer.late_imports import imported_when_used
from tracer.version import __version__

with imported_when_used():
    from tracer.library.base import fault_of_disk

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Begin": {
        "demo": ("run:demo", "Run the main job on the bundled sample case."),
        "init": ("custody:init", "Create a new, encrypted case."),
        "load": ("run:load", "Load datasets."),
        "run": ("run:run", "Load all that a manifest names, trace, print the findings."),
    },
    "Find out who copied from whom": {
        "trace": ("run:trace", "Compute what came from where; only what changed."),
        "findings": ("run:findings", "Print the findings of the last trace again."),
        "why": ("query:why", "Show everything that ties two lists, copies or parties."),
        "show": ("query:show", "Draw the chain of a party or dataset as a tree."),
        "query": ("query:query", "Run a named query; without a name, list them."),
        "attribute": ("query:attribute", "Attribute a dataset to the releases it came from."),
    },
    "Mark copies, and hear when one gets out": {
        "release": ("marks:release", "Write one marked copy of a dataset per recipient."),
        "watch": ("signals:watch", "Watch mailboxes and folders, report when a list gets out."),
        "check": ("run:check", "Check a list that is offered, before you use it."),
    },
    "Take away": {"export": ("export:export", "Export graph, findings, report and figures, redacted.")},
    "More commands": {
        "status": ("query:status", "Show lists, parties, the last trace, and what waits."),
        "sql": ("query:sql", "Run read-only SQL over the documented views."),
        "judge": ("query:judge", "Record a person's decision on an edge; later runs keep it."),
        "persons": ("query:persons", "Estimate how many people two lists share by names alone."),
        "refusals": ("query:refusals", "Print single people who were called after refusing."),
        "journal": ("query:journal", "Show what was done in the case, by whom and when."),
        "manifest": ("without_case:manifest", "Write, check and describe manifests."),
        "dataset": ("dossier:dataset", "List, describe, rename and remove datasets."),
        "party": ("dossier:party", "Add, list, edit, merge or remove parties."),
        "evidence": ("dossier:evidence", "Add, list, edit or remove evidence, extract an original."),
        "claim": ("dossier:claim", "Add, list, edit or remove what a party says."),
        "relation": ("dossier:relation", "Add, list, edit or remove what ties two parties."),
        "reply": ("dossier:reply", "Add, list, edit or remove a party's reply."),
        "canary": ("marks:canary", "Import canaries, and list which can be used."),
        "register": ("marks:register", "Print, stamp and open what was committed about copies."),
        "probe": ("marks:probe", "Attribute the answers of a look-up service."),
        "blind": ("marks:blind", "Compare lists with another party without showing either."),
        "signals": ("signals:signals", "Load call, SMS and mail records that reached canaries."),
        "aside": ("signals:aside", "List what arrived and could not be read; read it again."),
        "edition": ("export:edition", "Write and check what a publication shows."),
        "key": ("custody:key", "Show, export, import or rotate the case key."),
        "verify": ("custody:verify", "Check originals, journal, register and findings."),
        "anchor": ("custody:anchor", "Anchor the journal with a third party."),
        "doctor": ("custody:doctor", "Diagnose and repair a case."),
        "backup": ("custody:backup", "Write the whole case into one encrypted file."),
        "restore": ("custody:restore", "Restore a case from a backup."),
        "purge": ("custody:purge", "Remove a dataset's contents for good, with a certificate."),
        "cluster": ("marks:cluster", "Compute what is too large for one machine on Spark."),
        "simulate": ("without_case:simulate", "Write a synthetic market with known truth."),
        "plugins": ("without_case:plugins", "List the plug-ins that are installed."),
        "completion": ("without_case:completion", "Print the completion script of a shell."),
        "manpages": ("without_case:manpages", "Write manual pages of all commands."),
        "help": ("without_case:help_", "Read a longer help topic; `tracer help start` first."),
    },
}
"""What a person wants to do → command → (`module:function` below `tracer.cli`, one line of help)."""
COMMANDS = {name: one for commands in GROUPS.values() for name, one in commands.items()}


class Commands(click.Group):
    """The root group, which imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of their table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"tracer.cli.{module}"), function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where one is mistyped."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands with their line of help, from the table: a shell waits for it at each key."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=line) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The commands with their line of help, from the table: nothing is imported."""
        width = max(map(len, COMMANDS))  # one column for all groups
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{width}}", line) for name, (_, line) in commands.items()])


class _Help(click.HelpFormatter):
    """Click folds by characters; a Chinese one takes two cells."""

    def getvalue(self) -> str:
        """The page, of lines that fit."""
        return wrapped(super().getvalue(), terminal_width())


click.Context.formatter_class = _Help


@click.group(
    cls=Commands,
    # `color`: Click must not remove sequences of colours, or a name that holds one would be shown as another.
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "color": True},
    epilog="Example: tracer demo",
)
@click.version_option(__version__, prog_name="tracer")
@case_options
def cli() -> None:
    """Find out where a contact list came from.

    Lists come in, become identifiers, are compared, and the comparison becomes a graph that can be explained and taken
    away. stdout is data, stderr is narration.
    """


_INTERRUPTED = "Interrupted. Incomplete work was rolled back. `tracer query datasets` lists what is loaded."

_shown_by_python = warnings.showwarning


def _one_line(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    """A warning that a person should read is its text alone."""
    if category.__name__ == "PluginWarning":  # by its name: its module is loaded where plug-ins are looked for
        click.echo(f"Warning: {message}", err=True)
    else:
        _shown_by_python(message, category, *where, **more)


def main() -> None:
    """Run the command line and exit with the code that says how it went."""
    gc.set_threshold(100_000, 50, 100)  # rows and sentences form no cycles: to look for some takes a fifth of an export
    sys.stderr = printer_of(sys.stderr, folds=True)  # for tracebacks too
    leave_out()
    _open_streams()
    warnings.showwarning = _one_line
    code = run(sys.argv[1:])
    if unfinished_queries():  # nothing waits for it: it only reads
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _open_streams() -> None:
    """Put the null device in the place of standard streams that the caller has closed (`>&-`).

    Otherwise the next file that is opened, the store say, gets the number of standard output, and is written to by
    whatever prints. What a terminal cannot show is escaped.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for the process's life
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors become one clear line each on stderr."""
    keep_private()
    with printing_visibly():
        try:
            outcome: Any = cli.main(arguments, prog_name="tracer", standalone_mode=False, obj=Session())
        except (click.exceptions.Abort, KeyboardInterrupt) as error:
            # click takes every end of a file for a Ctrl-D; where it asked nothing, it is a fault of the program.
            if isinstance(error.__cause__, EOFError):
                raise error.__cause__ from None
            click.echo(_INTERRUPTED, err=True)
            return ExitCode.INTERRUPTED
        except click.ClickException as error:
            error.show()
            return ExitCode.USAGE
        except TracerError as error:
            return _print_error(error)
        except BrokenPipeError:
            # The reader of our output (head, less) has gone; Python must not complain about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.DONE
        except Exception as error:
            code = _fault_outside(error)
            if code is None:
                raise
            return code
        return int(outcome) if isinstance(outcome, int) else ExitCode.DONE


def _fault_outside(error: Exception) -> int | None:
    """Tell of a disk that is full, or of Ctrl-C; None where it is a fault of the program."""
    fault = fault_of_disk(error)
    if fault is not None:
        return _print_error(fault)
    # DuckDB turns Ctrl-C during a statement into an error of its own.
    if "interrupted" not in str(error).lower() and not isinstance(error.__cause__, KeyboardInterrupt):
        return None
    click.echo(_INTERRUPTED, err=True)
    return ExitCode.INTERRUPTED


def _print_error(error: TracerError) -> int:
    for line in error.line().split("\n"):
        click.echo(f"Error: {line}", err=True, color=True)
    return error.exit_code


_NEVER = ("pandas", "pyarrow.dataset")
"""Packages that DuckDB and PyArrow do without. A plug-in, and a module of `tracer` that begins with one, has them."""
_LATER = ("numpy.testing", "numpy.f2py")
"""Parts of NumPy that are loaded when something in them is asked for. SciPy copies every name of NumPy, and so loads
unittest, and a compiler of Fortran: a tenth of a second."""


def leave_out() -> None:
    """From now on; what was loaded before stays as it is."""
    sys.meta_path.insert(0, _Unused())


class _Unused:
    """Makes two packages such as are not installed, and spares what NumPy does as it is loaded.

    DuckDB loads pandas, where it is installed, to see whether a value is one of its own: half of the time of a query.
    It reads Arrow tables through `pyarrow.dataset`, which skips rows and columns of files; tables in memory it reads
    faster by itself. None in `sys.modules` would do for DuckDB, but PyArrow takes it.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """An error for the two packages, what loads these parts of NumPy later, and nothing for others."""
        if fullname in _NEVER and _by_a_library():
            raise ModuleNotFoundError(f"{fullname} is not used", name=fullname)
        spec = PathFinder.find_spec(fullname, path, target) if fullname in _LATER else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = LazyLoader(spec.loader)
        return spec


def _by_a_library() -> bool:
    """Whether DuckDB or PyArrow asks for what is looked for just now: their compiled code has no frame of its own, and
    is called from within a function of `tracer`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return package in ("duckdb", "pyarrow") or (package == "tracer" and frame.f_code.co_name != "<module>")
