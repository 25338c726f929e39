"""Asking a case: named queries, free SQL, why an edge is there, which releases a dataset came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tracer.ask.bounds import FREE, NAMED
from tracer.cli import completing
from tracer.cli.language import LANG, language
from tracer.cli.rows import file_of, leaving, print_answer, print_table, put, terminal_width
from tracer.cli.session import Session, case_options, narrate, rows_options
from tracer.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def _given(pairs: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"invalid parameter {pair!r}", where="-p", remedy="write -p name=value")
        given[name] = value
    return given


def _bounds_options(seconds: float) -> Callable[[F], F]:
    """`--timeout` and `--rows`: how long an answer may take and how long it may be."""

    def options(command: F) -> F:
        for option in (
            click.option(
                "--rows", "most", type=click.IntRange(1), default=FREE.rows, show_default=True, metavar="NUMBER",
                help="Rows to give at most.",
            ),
            click.option(
                "--timeout", type=click.FloatRange(0, min_open=True), default=seconds, show_default=True,
                metavar="SECONDS", help="Stop when it takes longer.",
            ),
        ):  # fmt: skip
            command = option(command)
        return command

    return options


def _spoken(asked: str | None, format_: str) -> str:
    """The language of an answer; programs are not given another one unasked."""
    return language(asked if format_ in ("table", "text") else asked or "en")


@click.command(epilog="Example: tracer query retention --case my-case -f json")
@click.argument("name", required=False, shell_complete=completing.query_names)
@click.option(
    "-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.",
    shell_complete=completing.query_parameters,
)  # fmt: skip
@_bounds_options(NAMED.seconds)
@rows_options
@LANG
@case_options
def query(
    session: Session,
    name: str | None,
    params: tuple[str, ...],
    timeout: float,
    most: int,
    format_: str,
    output: Path | None,
    lang: str | None,
) -> None:
    """Run a named query; without a name, list them.

    `tracer query NAME --case DIR -p key=value`; a mistyped parameter names the valid ones.
    """
    if name is None:
        from tracer.library.asking import queries

        print_table(queries(), format_, output)
        return
    given, spoken = _given(params), _spoken(lang, format_)
    if name == "graph":
        _query_graph(session, given, format_, output, lang or "en")
        return
    _check(name, given)
    table = session.case().query(name, given, lang=spoken, timeout=timeout, most=most, **leaving(output, format_))
    print_answer(table, format_, output)


def _check(name: str, given: dict[str, str]) -> None:
    """A mistyped parameter is reported before a case is looked for."""
    from tracer.ask.named import bind, find_query

    bind(find_query(name), given)


def _query_graph(session: Session, given: dict[str, str], format_: str, output: Path | None, lang: str) -> None:
    if given:
        raise UsageError("the query takes no parameters", where="query graph", remedy="leave -p out")
    if format_ not in {"json", "table"}:
        raise UsageError(
            f"the graph is not a table, so it cannot be printed as {format_}",
            remedy="use -f json, or tracer export graph --to csv",
        )
    content, notes = session.case().graph_json(lang=lang)
    put(content.encode(), output)
    for note in notes:
        narrate(note)


@click.command(epilog='Example: tracer sql "SELECT holder, sum(rows) FROM views.datasets GROUP BY holder"')
@click.argument("statement")
@_bounds_options(FREE.seconds)
@rows_options
@LANG
@case_options
def sql(
    session: Session, statement: str, timeout: float, most: int, format_: str, output: Path | None, lang: str | None
) -> None:
    """Run read-only SQL over the documented views.

    `SHOW TABLES` lists the views and `DESCRIBE views.NAME` their columns. Files and the network are out of reach.
    """
    table = session.case().sql(
        statement, lang=_spoken(lang, format_), timeout=timeout, most=most, **leaving(output, format_)
    )
    print_answer(table, format_, output)


@click.command(epilog="Example: tracer why client-list resold-list --case my-case")
@click.argument("a")
@click.argument("b")
@click.option("--details", is_flag=True, help="Show all numbers, rows' positions, dates and documents.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, JSON for programs.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file.")
@LANG
@case_options
def why(session: Session, a: str, b: str, details: bool, format_: str, output: Path | None, lang: str | None) -> None:
    """Explain what ties A and B (datasets, releases, parties or claims).

    In a few lines: the answer, how sure it is, what it rests on, what speaks against it, and what would settle it.
    "Cannot be told" is an answer. `--details` and JSON have everything behind it.
    """
    from tracer.ask.why_text import WIDTH
    from tracer.library.asking import explanation_text

    spoken = _spoken(lang, format_)
    to = "json" if format_ == "json" else "details" if details else "text"
    wanted = {"json": "codes", "details": "text", "text": spoken}[to]
    width = min(terminal_width(), WIDTH)
    answer = session.case().why(a, b, lang=spoken, path=file_of(output), to=to, width=width, only=frozenset({wanted}))
    if file_of(output) is None:
        put(explanation_text(answer, to, width), None)
    for note in answer.notes:
        narrate(note)


@click.command(epilog="Example: tracer attribute resold-list --case my-case")
@click.argument("datasets", nargs=-1, required=True, metavar="DATASET…")
@click.option(
    "--alpha", type=click.FloatRange(0, 0.5, min_open=True), default=0.01, show_default=True,
    help="Family-wise error of each of the two nulls (codes; blocks); both together keep at most twice this.",
)  # fmt: skip
@rows_options
@LANG
@case_options
def attribute(
    session: Session, datasets: tuple[str, ...], alpha: float, format_: str, output: Path | None, lang: str | None
) -> None:
    """Attribute a dataset to the releases it came from: a row for every release that shares rows, accused or not.

    Computed on demand, needs no `tracer trace`. The family of the error rate is the one dataset: over all releases
    compared, an innocent recipient is accused with a chance of at most ALPHA for the code null and ALPHA for the block
    null, together at most twice ALPHA. Several datasets are scored together, as leaks of the same releases: one
    family, one tail. The last line says which copy it is, and how often that is wrong.
    """
    table = session.case().attribute(*datasets, alpha=alpha, lang=_spoken(lang, format_), **leaving(output, format_))
    print_answer(table, format_, output)


@click.command(epilog='Example: tracer judge client-list resold-list confirm --note "seen in the contract"')
@click.argument("a")
@click.argument("b")
@click.argument("verdict", type=click.Choice(["confirm", "reject", "unsure"]))
@click.option("--note", help="Why.")
@case_options
def judge(session: Session, a: str, b: str, verdict: str, note: str | None) -> None:
    """Record a person's decision on the edge between A and B; later runs keep it.

    The newest decision on an edge holds; the one that it overrules is named. A decision that B was copied from A is
    refused while the reverse is confirmed.

    The decision is shown at once. `tracer trace` brings it into effect: it changes the probability of this edge and of
    those that depend on it, and says which it moved.
    """
    judged = session.case().judge(a, b, verdict, note=note)
    click.echo(json.dumps(judged.to_json()))
    for told in judged.notes:
        narrate(told)
    narrate("Run `tracer trace` to bring it into effect: it says which other derivations move, and how far.")
