"""What needs no case: manifests, synthetic markets, plug-ins, the longer help, completion and manual pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import click

from tracer.cli.operations import CommandGroup, calls, operation
from tracer.cli.printer import terminal_width
from tracer.cli.session import Session, narrate
from tracer.errors import ExitCode, InputRefused
from tracer.late_imports import imported_when_used
from tracer.library.arguments import Option
from tracer.library.without_case import check_manifest, list_plugins, make_market, manifest_schema, propose_manifest
from tracer.library.without_case import help as page_of
from tracer.version import __version__

with imported_when_used():
    from rich.cells import cell_len

    from tracer.cli.printer import stages
    from tracer.file_writing import write_whole
    from tracer.manifest.apply import check_manifest as manifest_checked
    from tracer.resources import help_dir
    from tracer.wording.terminal import wrapped_lines

_EXITS = {
    ExitCode.DONE: "done",
    ExitCode.FAULT: "a fault of the program",
    ExitCode.USAGE: "called wrongly",
    ExitCode.REFUSED: "the input was refused; nothing of it was kept (of a run, the files that loaded are)",
    ExitCode.UNAVAILABLE: "the case cannot be opened: locked, wrong key, or not a case",
    ExitCode.FOUND: "done, but a check found something",
    ExitCode.INTERRUPTED: "interrupted",
}
_ITEM = re.compile(r" *(?:[-*]|\d+\.) +|\S+ {2,}")
_CELLS = re.compile(r"(?<!\\)\|")
_CODE = "    "
"""Before a line of code."""
_RULE = re.compile(r"[\s|:-]+")
_SHELLS = ("bash", "zsh", "fish")

manifest = CommandGroup("manifest", "", "check case.toml", "Write, check and describe manifests; no case is needed.")


@manifest.operation("new", "my-files", of=propose_manifest)
def new(_session: Session, folder: Path) -> None:
    made = propose_manifest(folder)
    for what in made.left_out:
        narrate(what)
    counted = ", ".join(f"{count:,} [[{table}]]" for table, count in made.counts.items())
    narrate(f"Written: {counted}. Fill in what is marked FILL IN, then: tracer manifest check {made.path}")
    click.echo(str(made.path))


@manifest.operation("check", "case.toml", of=check_manifest)
def check(_session: Session, file: Path, allow_outside: bool) -> None:
    with stages("checking") as meter:
        checked = manifest_checked(file, outside=allow_outside, meter=meter)
    for note in checked.notes:
        narrate(note)
    click.echo(checked.line())


manifest.calls("schema", "-o case.schema.json", of=manifest_schema)


@operation(
    "simulate",
    "market --seed 7 --lists 20 --rows 800 --merges 0.4 && tracer run market/case.toml --case market-case",
    click.option(
        "--set", "also", type=(str, float), multiple=True, metavar="MOVE SHARE", help="Another move, such as masked."
    ),
    of=make_market,
)
def simulate(
    _session: Session,
    folder: Path,
    *,
    merges: Annotated[float | None, Option("Share of copies that have two or three parents.", "SHARE")] = None,
    hidden: Annotated[float | None, Option("Share of lists that were never obtained.", "SHARE")] = None,
    profile: Annotated[float | None, Option("0: all collect alike; 1: each has a profile of its own.", "SHARE")] = None,
    padding: Annotated[float | None, Option("Random numbers added to copies, in ratio to their rows.", "SHARE")] = None,
    also: tuple[tuple[str, float], ...],
    **asked: Any,
) -> None:
    moves = {"merges": merges, "hidden": hidden, "profile": profile, "padding": padding}
    shares = {name: value for name, value in moves.items() if value is not None} | dict(also)
    manifest = make_market(folder, shares=shares, **asked)
    narrate(f"A market with its truth is in {folder}. Go on: tracer run {manifest} --case {folder}-case")
    click.echo(manifest)


plugins = calls("plugins", "", of=list_plugins, empty="No plug-in is installed: tracer help plugins")


def _topics(_: click.Context) -> Iterator[tuple[str, str]]:
    yield from ((page.stem, "") for page in sorted(help_dir().glob("*.md")))


@operation("help", "grades", of=page_of)
def help_(_session: Session, topic: Annotated[str | None, Option("", completes=_topics)] = None) -> None:
    page = page_of(topic)
    click.echo("".join(f"{line}\n" for line in page_lines(page, terminal_width())), nl=False)


_STRONG = re.compile(r"(?<!\*)\*\*(?!\*)")
"""The marks of strong words; more stars in a row are a masked number."""


def page_lines(page: str, width: int) -> Iterator[str]:
    """The lines of a page in Markdown as a terminal shows them, of at most `width` cells: prose folded, rows of tables
    as records, what is said behind a line of code above it.

    >>> list(page_lines("| key | meaning |\\n| --- | --- |\\n| `id` | its id |\\n\\nOne\\ntwo.", 40))
    ['`id`', '  its id', '', 'One two.']
    """

    def paragraph(lines: list[str]) -> Iterator[str]:
        if lines:
            item = _ITEM.match(lines[0])
            first = item.group() if item is not None else ""
            text = " ".join([lines[0][len(first) :].strip(), *lines[1:]])
            yield from wrapped_lines(_STRONG.sub("", text), first, width)

    waiting: list[str] = []
    heads: list[str] | None = None
    code = False
    for line in page.splitlines():
        fence = line.startswith("```")
        row = _CELLS.split(line.strip().strip("|")) if line.startswith("|") else []
        cells = [cell.strip().replace("\\|", "|") for cell in row]
        goes_on = not (code or fence or cells or line.startswith("#") or _ITEM.match(line)) and line.strip() != ""
        if goes_on and not (line.startswith("    ") and not waiting):
            waiting.append(line if not waiting else line.strip())
            continue
        yield from paragraph(waiting)
        waiting.clear()
        if fence:
            code = not code
        elif code or line.startswith("    "):
            yield from _code(line if code else line[4:], width)
        elif cells:
            if heads is None:
                heads = cells
            elif not _RULE.fullmatch(line):
                yield from wrapped_lines(cells[0], "", width)
                for head, cell in zip(heads[1:], cells[1:], strict=False):
                    if cell:  # behind its heading where there are several
                        yield from wrapped_lines(f"{head}: {cell}" if head and len(heads) > 2 else cell, "  ", width)
            continue
        elif line.startswith("#"):
            yield from wrapped_lines(line.lstrip("# "), "", width)
            yield ("=" if line.startswith("# ") else "-") * min(width, len(line.lstrip("# ")))
        elif _ITEM.match(line):
            waiting = [line]
        else:
            yield line
        heads = None
    yield from paragraph(waiting)


@click.command(epilog="Example: tracer completion bash")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands, options and their words.

    bash: write it to ~/.local/share/bash-completion/completions/tracer. zsh: to a file _tracer in a folder of $fpath.
    fish: to ~/.config/fish/completions/tracer.fish. Then open a new shell.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    known = get_completion_class(shell)
    assert known is not None  # noqa: S101 - click has each of these
    root = context.find_root()
    # Not its own `source`, which asks the bash that is installed for its version, whatever the shell.
    click.echo(ShellComplete.source(known(root.command, {}, "tracer", "_TRACER_COMPLETE")))


@click.command(epilog="Example: tracer manpages ~/.local/share/man/man1")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_context
def manpages(context: click.Context, folder: Path) -> None:
    """Write a manual page of each command into DIR; `man tracer-load` shows one.

    man looks into ~/.local/share/man/man1 and /usr/local/share/man/man1. Pages of an earlier version are replaced.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputRefused(f"cannot be made ({error.strerror})", where=str(folder), remedy="name another") from error
    root = context.find_root().command
    pages = list(_man_pages(root, click.Context(root, info_name="tracer"), "tracer"))
    for name, text in pages:
        write_whole(text.encode(), folder / name)
    narrate(f"{len(pages)} manual pages written to {folder}")


def _man_pages(command: click.Command, context: click.Context, words: str) -> Iterator[tuple[str, str]]:
    """(file name, text) of a page for the command and for each below it: `tracer.1`, `tracer-load.1` …"""
    yield f"{words.replace(' ', '-')}.1", _page(command, context, words)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _man_pages(found, click.Context(found, info_name=inner, parent=context), f"{words} {inner}")


def _page(command: click.Command, context: click.Context, words: str) -> str:
    dashed = words.replace(" ", "-")
    paragraphs = [part for part in re.split(r"\n\s*\n", (command.help or "").strip()) if part.strip()]
    title = " ".join(paragraphs[0].split()).rstrip(".") if paragraphs else words
    records = (one.get_help_record(context) for one in command.get_params(context))
    options = [one for one in records if one is not None and one[1]]  # arguments say nothing of themselves
    commands: list[tuple[str, str]] = []
    if isinstance(command, click.Group):
        inner = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        commands = [(name, each.get_short_help_str(200)) for name, each in inner if each is not None]
    lines = [f'.TH "{dashed.upper()}" "1" "" "tracer {__version__}" "tracer manual"', ".SH NAME"]
    lines += [f"{_plain(dashed)} \\- {_plain(title[:1].lower() + title[1:])}", ".SH SYNOPSIS", f".B {_plain(words)}"]
    lines += [
        _plain(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        "\n.PP\n".join(_plain(" ".join(one.split())) for one in paragraphs),
    ]
    lines += [*_entries("OPTIONS", options), *_entries("COMMANDS", commands)]
    example = (command.epilog or "").strip()
    if example.startswith("Example: "):
        lines += [".SH EXAMPLE", ".nf", _plain(example.removeprefix("Example: ")), ".fi"]
    if context.parent is None:
        lines += _entries("EXIT STATUS", [(str(int(code)), what) for code, what in _EXITS.items()])
    else:
        lines += [".SH SEE ALSO", f".BR {_plain(words.split(maxsplit=1)[0])} (1)"]
    return "\n".join(lines) + "\n"


def _entries(heading: str, entries: list[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    listed = [line for term, what in entries for line in (".TP", f"\\fB{_plain(term)}\\fR", _plain(what))]
    return [f".SH {heading}", *listed]


def _plain(text: str) -> str:
    """A text as roff shows it; a line that begins with a dot or quote is not a request."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


def _code(line: str, width: int) -> Iterator[str]:
    """A line of code in at most `width` cells: a shell goes on reading where a `\\` ends it."""
    if cell_len(line) + len(_CODE) <= width:
        yield f"{_CODE}{line}".rstrip()
        return
    before = _CODE + line[: len(line) - len(line.lstrip())]
    text, _, note = f" {line.strip()}".partition(" # ")
    if note:
        yield from (f"{before}# {one}" for one in wrapped_lines(note.strip(), "", width - len(before) - 2))
    text = text.strip()
    if not text:
        return
    shell = text.startswith(("tracer ", "pip ", "python "))
    *lines, last = wrapped_lines(text, before, width - (2 if shell else 0))
    yield from (f"{one} \\" if shell else one for one in lines)
    yield last
