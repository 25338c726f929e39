"""Commands of the library's methods: their signatures are what arguments, options, help and completion are made of.

What is positional in Python is an argument; what is named and has a help text is an option. A command's help is its own
docstring, or that of the method up to what concerns Python alone.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from importlib import import_module
from operator import attrgetter
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import click

from tracer.cli.session import (
    Session,
    ask,
    case_options,
    file_of,
    language,
    narrate,
    output_arguments,
    print_change,
    print_table,
    write_output,
)
from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library.answers import Table
from tracer.library.arguments import Annotation, Option, PathKind, annotation, day, parameters
from tracer.library.base import Changed
from tracer.library.case import Case

with imported_when_used():
    from tracer.dossier.vocabulary import words_named

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Method = Callable[..., Any]
Decorated = Callable[[Method], Method]
RowsFormat: TypeAlias = Annotated[
    str, Option("How rows are printed.", name="-f --format", words=("table", "json", "ndjson", "csv", "parquet"))
]
TextFormat: TypeAlias = Annotated[
    str, Option("Text for people, JSON for programs.", name="-f --format", words=("text", "json"))
]
Output: TypeAlias = Annotated[Path | None, Option("Write to a file; - is stdout.", name="-o --output")]
Request: TypeAlias = Annotated[
    Path, PathKind.STREAM, Option("The request to carry to an authority.", name="-o --output")
]
Lang: TypeAlias = Annotated[
    str | None, Option("Language; by default that of LANG, English where it is another.", words=("en", "zh"))
]
Yes: TypeAlias = Annotated[bool, "Do not ask; needed where there is no terminal."]
Reveal: TypeAlias = Annotated[bool, "Show numbers and addresses in clear; needs --reason."]
Reason: TypeAlias = Annotated[str | None, "Why they are shown in clear; journaled."]

_FOR_PYTHON = re.compile(r"\n\n(?:In Python|Raises `|>>>|Returns).*", re.DOTALL)
_CALLED = {"import": "import_", "print": "page"}
"""Commands that are called otherwise in the library."""


def words_of(place: str | Callable[[click.Context], Iterable[tuple[str, str]]]) -> Any:
    """What completes a parameter by the words of a vocabulary, or those that a function gives, when a shell asks.

    Ids are a case's, which may be locked or encrypted for another, and are not completed.
    """

    def words(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if callable(place):
            found = list(place(context))
        else:
            module, _, name = place.rpartition(".")
            given = getattr(import_module(f"tracer.{module}"), name)() if module else words_named(place)
            found = [(word, "") for word in given]
        return [CompletionItem(word, help=line or None) for word, line in found if word.startswith(incomplete)]

    return words if place else None


class Day(click.ParamType[date | None]):
    """A day written as 2026-05-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | None:
        """The day, or click's own error."""
        try:
            return day(value, "")
        except UsageError as error:
            self.fail(f"{error.what}; {error.remedy}", param, ctx)


def method_of(of: str | Method) -> Method:
    """A function, or the method of a case or of one of its parts that `parties.add` names."""
    if callable(of):
        return of
    part, _, name = of.rpartition(".")
    found: Method = getattr(Case.__dict__[part].kind if part else Case, name)
    return found


def declared_parameters(of: str | Method, without: Collection[str] = (), *, own: bool = False) -> list[click.Parameter]:
    """Arguments and options of a method, in the order of its signature; own: those alone that have an `Option`."""
    found = list[click.Parameter]()
    for name, (one, said) in parameters(method_of(of)).items():
        if name in {*without, "self"} or (name == "lang" and not own) or (own and said.option is None):
            continue
        if said.option is not None and said.option.help:
            found.append(_option(one, said, said.option))
        elif one.kind in (one.POSITIONAL_OR_KEYWORD, one.VAR_POSITIONAL):
            found.append(_argument(one, said))
    return found


def _of(name: str, hint: Any, default: object) -> click.Option:
    """An option that commands have, whatever their method."""
    said = annotation(hint)
    one = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
    return _option(one, said, said.option or Option(""))


def _argument(one: inspect.Parameter, said: Annotation) -> click.Argument:
    option, further = said.option or Option(""), one.kind is one.VAR_POSITIONAL
    return click.Argument(
        [one.name],
        type=_type(said, option),
        required=one.default is one.empty and not further,
        nargs=-1 if said.several or further else 1,
        metavar=option.metavar,
        shell_complete=words_of(option.completes),
    )


def _option(one: inspect.Parameter, said: Annotation, option: Option) -> click.Option:
    dashed = f"--{one.name.replace('_', '-')}"
    switch = said.types == {bool} and one.default is not False
    written = option.name.split() or [f"{dashed}/--no-{dashed[2:]}" if switch else dashed]
    flag = said.types == {bool}
    said_in_help = not (one.default is False or one.default in (one.empty, (), None, ""))
    default = {"default": one.default, "show_default": True} if said_in_help else {}
    return click.Option(
        [*written, one.name],
        type=None if flag else _type(said, option),
        is_flag=flag or None,
        required=one.default is one.empty,
        multiple=said.several or option.read is not None,
        metavar=option.metavar,
        hidden=option.hidden,
        help=option.help.removesuffix(".") + "; may be repeated." if said.several else option.help,
        callback=None if option.read is None else _reading(option.read),
        shell_complete=words_of(option.completes),
        **({"default": None} if switch and one.default is None else default),
    )


def _reading(read: Callable[[tuple[str, ...]], object]) -> Callable[[click.Context, click.Parameter, Any], object]:
    def value(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> object:
        try:
            return read(given)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return value


def _type(said: Annotation, option: Option) -> click.ParamType[Any]:
    """What click reads a text as."""
    if isinstance(option.words, str):
        return click.Choice(words_named(option.words))
    if option.words:
        return click.Choice(option.words)
    if said.types & {PathLike, Path}:
        return click.Path(
            path_type=Path,
            file_okay=said.path is not PathKind.FOLDER,
            dir_okay=said.path is PathKind.FOLDER or said.path is None,
            allow_dash=said.path is PathKind.STREAM,
            readable=False,  # what cannot be read is said with the other problems of its input
        )
    if date in said.types:
        return Day()
    return click.STRING if str in said.types or not said.types & {int, float} else _number(said, option)


def _number(said: Annotation, option: Option) -> click.ParamType[Any]:
    low = option.above if option.least is None else option.least
    high = option.below if option.most is None else option.most
    whole = float not in said.types
    if low is None and high is None:
        return click.INT if whole else click.FLOAT
    if whole:
        return click.IntRange(None if low is None else int(low), None if high is None else int(high))
    return click.FloatRange(low, high, min_open=option.above is not None, max_open=option.below is not None)


def help_of(of: str | Method) -> str:
    """The docstring of a method, but for what concerns Python alone."""
    return _FOR_PYTHON.sub("", inspect.getdoc(method_of(of)) or "")


def operation(
    words: str,
    example: str,
    *options: Decorated,
    of: str | Method,
    also: str = "",
    without: Collection[str] = (),
    optional: Collection[str] = (),
    more: Sequence[click.Parameter] = (),
    **settings: Any,
) -> Callable[[Method], click.Command]:
    """Make a command of a method; what is decorated is called with the session and the method's arguments.

    Parameters of its own that it is annotated with an `Option` for are the command's too. words: how it is called;
    example: what follows them; options, more: of the command alone; also: another method whose parameters it has;
    without: parameters that the command fills in itself; optional: those that only some ways of calling it need. A
    method with `lang` gets the option, and the language that it is in.
    """
    known = inspect.signature(method_of(of)).parameters

    def decorate(body: Method) -> click.Command:
        own = declared_parameters(body, own=True)
        named = [*without, *(str(one.name) for one in own)]
        declared = declared_parameters(of, named)
        further = declared_parameters(also, [*known, *named]) if also else []
        speaks = "lang" in known and "lang" not in named
        has_default = {
            one.name for one in declared if known[str(one.name)].default not in (None, inspect.Parameter.empty)
        }

        def called(session: Session, /, **given: Any) -> Any:
            if speaks:
                given["lang"] = language(given["lang"], given.get("format_") or "table")
            return body(
                session, **{name: one for name, one in given.items() if one is not None or name not in has_default}
            )

        made: Any = click.make_pass_decorator(Session, ensure=True)(called)
        for option in reversed([*options, *([case_options] if isinstance(of, str) else [])]):
            made = option(made)
        said, epilog = inspect.getdoc(body) or help_of(of), f"Example: tracer {words} {example}".rstrip()
        name = words.rpartition(" ")[2]
        command: click.Command = click.command(name, click.Command, help=said, epilog=epilog, **settings)(made)
        spoken = [_of("lang", Lang, None)] if speaks else []
        command.params = [*declared, *further, *own, *more, *spoken, *command.params]
        for one in command.params:
            one.required = one.required and one.name not in optional
        return command

    return decorate


def calls(
    words: str,
    example: str,
    *,
    of: str | Method,
    prints: str | None = "",
    says: str = "",
    asks: str = "",
    empty: str = "",
    form: str = "",
    said: str = "",
    more: Sequence[click.Parameter] = (),
    **fixed: Any,
) -> click.Command:
    """Make a command that only calls a method, and prints what it returns: rows, the object of a change, text, notes.

    prints: what is printed in place of that, None for nothing; says: lines behind it on stderr; both are formatted with
    the arguments, `done` and `case`. asks: what is to be confirmed first, by `--yes` or on a terminal; empty: what is
    said where there are no rows; form: the one format of rows; said: the help; more: options of the command alone;
    fixed: arguments that are always the same.
    """
    signature = inspect.signature(method_of(of))
    gives_rows = not form and signature.return_annotation in ("Table", "Attribution")
    gives_text = prints == "" and signature.return_annotation == "str"
    leaves = "width" in signature.parameters  # of an answer that the method itself writes to a file
    further = [*more, *([_of("yes", Yes, False)] if asks else [])]
    further += [_of("format_", RowsFormat, "table")] if gives_rows else []
    further += [_of("output", Output, None)] if gives_rows or gives_text else []

    @operation(words, example, of=of, without=fixed, more=further)
    def command(
        session: Session, *, yes: bool = True, format_: str = form, output: Path | None = None, **given: Any
    ) -> None:
        if asks:
            ask(asks.format(**given), words.rpartition(" ")[2], yes)
        case = session.case() if isinstance(of, str) else None
        method = attrgetter(of)(case) if isinstance(of, str) else of
        done = method(**given, **fixed, **(output_arguments(output, format_) if leaves else {}))
        if prints:
            click.echo(prints.format(done=done, **given))
        elif isinstance(done, Table):
            if empty and not len(done) and format_ == "table":
                narrate(empty)
            else:
                print_table(done, format_, output, written=leaves and file_of(output) is not None)
        elif isinstance(done, Changed) and prints is not None:
            print_change(done)
        elif isinstance(done, str):
            write_output(done, output)
        elif isinstance(done, tuple | list):
            for line in done:
                narrate(line)
        for line in says.format(done=done, case=case, **given).splitlines():
            narrate(line)

    command.help = said or command.help
    return command


class CommandGroup(click.Group):
    """Commands of one part of a case: `party add` is `case.parties.add`."""

    def __init__(self, name: str, part: str, example: str, said: str) -> None:
        super().__init__(name, help=inspect.cleandoc(said), epilog=f"Example: tracer {name} {example}")
        self.part = part

    def operation(
        self, name: str, example: str, *options: Decorated, of: str | Method = "", **settings: Any
    ) -> Callable[[Method], click.Command]:
        """A command of the group with a function of its own: see `operation`."""
        made = operation(f"{self.name} {name}", example, *options, of=of or self._method(name), **settings)

        def decorate(body: Method) -> click.Command:
            command = made(body)
            self.add_command(command)
            return command

        return decorate

    def calls(self, name: str, example: str, of: str | Method = "", **settings: Any) -> None:
        """A command that only calls a method: see `calls`."""
        self.add_command(calls(f"{self.name} {name}", example, of=of or self._method(name), **settings))

    def _method(self, name: str) -> str:
        return f"{self.part}.{_CALLED.get(name, name)}"
