"""Asking a case: named queries, free SQL, why an edge is there, chains, releases, people, and what a person decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracer.ask.bounds import FREE, NAMED
from tracer.cli import completing
from tracer.cli.printer import print_rich, rich_lines, terminal_width
from tracer.cli.rows import file_of, leaving, print_answer, print_table, prints_rows, put
from tracer.cli.session import LANG, Session, case_options, language, narrate, options, rows_options, text_options
from tracer.dossier.vocabulary import JUDGEMENTS
from tracer.errors import UsageError
from tracer.visible import visible

if TYPE_CHECKING:
    from rich.tree import Tree

    from tracer.ask.show import Branch
    from tracer.library.table import Table

F = TypeVar("F", bound=Callable[..., Any])

_STYLES = {"party": "bold", "dataset": "bold", "release": "green", "group": "dim", "again": "dim", "note": "yellow"}
_WIDEST = 160
"""Cells of a line; a tree leans to the right."""


def _bounds_options(seconds: float) -> Callable[[F], F]:
    """`--timeout` and `--rows`: how long an answer may take and how long it may be."""
    return options(
        click.option(
            "--timeout", type=click.FloatRange(0, min_open=True), default=seconds, show_default=True,
            metavar="SECONDS", help="Stop when it takes longer.",
        ),
        click.option(
            "--rows", "most", type=click.IntRange(1), default=FREE.rows, show_default=True, metavar="NUMBER",
            help="Rows to give at most.",
        ),
    )  # fmt: skip


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
    session: Session, /, name: str | None, params: tuple[str, ...], format_: str, output: Path | None, lang: str | None,
    **bounds: Any,
) -> None:  # fmt: skip
    """Run a named query; without a name, list them.

    `tracer query NAME --case DIR -p key=value`; a mistyped parameter names the valid ones.
    """
    if name is None:
        from tracer.library.asking import queries

        print_table(queries(), format_, output)
        return
    given: dict[str, str] = {}
    for pair in params:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"invalid parameter {pair!r}", where="-p", remedy="write -p name=value")
        given[key] = value
    if name == "graph":
        if given:
            raise UsageError("the query takes no parameters", where="query graph", remedy="leave -p out")
        if format_ not in {"json", "table"}:
            raise UsageError(
                f"the graph is not a table, so it cannot be printed as {format_}",
                remedy="use -f json, or tracer export graph --to csv",
            )
        content, notes = session.case().graph_json(lang=lang or "en")
        put(content.encode(), output)
        for note in notes:
            narrate(note)
        return
    from tracer.ask.named import bind, find_query

    bind(find_query(name), given)  # a mistyped parameter is reported before a case is looked for
    spoken = language(lang, format_)
    table = session.case().query(name, given, lang=spoken, **bounds, **leaving(output, format_))
    print_answer(table, format_, output)


@click.command(epilog='Example: tracer sql "SELECT holder, sum(rows) FROM views.datasets GROUP BY holder"')
@click.argument("statement")
@_bounds_options(FREE.seconds)
@rows_options
@LANG
@case_options
def sql(
    session: Session, /, statement: str, format_: str, output: Path | None, lang: str | None, **bounds: Any
) -> None:
    """Run read-only SQL over the documented views.

    `SHOW TABLES` lists the views and `DESCRIBE views.NAME` their columns. Files and the network are out of reach.
    """
    table = session.case().sql(statement, lang=language(lang, format_), **bounds, **leaving(output, format_))
    print_answer(table, format_, output)


@click.command(epilog="Example: tracer why client-list resold-list --case my-case")
@click.argument("a")
@click.argument("b")
@click.option("--details", is_flag=True, help="Show all numbers, rows' positions, dates and documents.")
@text_options
@LANG
@case_options
def why(session: Session, a: str, b: str, details: bool, format_: str, output: Path | None, lang: str | None) -> None:
    """Explain what ties A and B (datasets, releases, parties or claims).

    In a few lines: the answer, how sure it is, what it rests on, what speaks against it, and what would settle it.
    "Cannot be told" is an answer. `--details` and JSON have everything behind it.
    """
    from tracer.ask.why_text import WIDTH
    from tracer.library.asking import explanation_text

    spoken = language(lang, format_)
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
    table = session.case().attribute(*datasets, alpha=alpha, lang=language(lang, format_), **leaving(output, format_))
    print_answer(table, format_, output)


@click.command(epilog='Example: tracer judge client-list resold-list confirm --note "seen in the contract"')
@click.argument("a")
@click.argument("b")
@click.argument("verdict", type=click.Choice(JUDGEMENTS))
@click.option("--note", help="Why.")
@case_options
def judge(session: Session, a: str, b: str, verdict: str, note: str | None) -> None:
    """Record a person's decision on the edge between A and B; later runs keep it.

    A and B are two lists (B copied from A), or a copy and the list in which it was found. What parties gave one
    another is judged on their lists. `independent`: neither list was copied from the other. `withdraw` takes the
    decision on them back.

    The newest decision on an edge holds; the one that it overrules is named. A decision that B was copied from A is
    refused while the reverse is confirmed. Whatever rests on a decision says so, with the value without it.

    The decision is shown at once. `tracer trace` brings it into effect: it changes the probability of this edge and of
    those that depend on it, and says which it moved.
    """
    judged = session.case().judge(a, b, verdict, note=note)
    click.echo(json.dumps(judged.to_json()))
    for told in judged.notes:
        narrate(told)
    narrate("Run `tracer trace` to bring it into effect: it says which other derivations move, and how far.")


@click.command(epilog="Example: tracer show resold-list --case my-case")
@click.argument("name", metavar="PARTY|DATASET")
@click.option(
    "--least", type=click.FloatRange(0, 1), default=0.5, show_default=True,
    help="Leave out findings under this probability.",
)  # fmt: skip
@text_options
@LANG
@case_options
def show(session: Session, name: str, least: float, format_: str, output: Path | None, lang: str | None) -> None:
    """Draw the chain of a party, dataset or copy as a tree: where it came from and where it went."""
    spoken = language(lang, format_)
    width = min(terminal_width(), _WIDEST)

    def drawn(tree: Branch) -> str:
        return "".join(f"{line}\n" for line in rich_lines([_tree(tree)], width, colours=False))

    chain = session.case().show(name, least=least, lang=spoken, path=file_of(output), to=format_, drawn=drawn)
    if format_ == "text" and output is None:
        print_rich([_tree(chain.tree)], width)
    elif file_of(output) is None:
        put(chain.json_text() if format_ == "json" else drawn(chain.tree), None)
    for note in chain.notes:
        narrate(note)


def _tree(branch: Branch) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    def line(of: Branch) -> Text:
        text = Text()
        if of.grade:
            text.append(f"{of.grade} ", style="bold cyan")
        return text.append(visible(of.text), style=_STYLES.get(of.kind, ""))

    def grow(tree: Tree, of: Branch) -> None:
        for inner in of.branches:
            grow(tree.add(line(inner)), inner)

    root = Tree(line(branch), guide_style="dim")
    grow(root, branch)
    return root


@click.command(epilog="Example: tracer persons client-list resold-list --case my-case")
@click.argument("a")
@click.argument("b")
@rows_options
@LANG
@case_options
def persons(session: Session, a: str, b: str, format_: str, output: Path | None, lang: str | None) -> None:
    """Estimate how many people the datasets A and B share where no identifier joins them.

    It compares names and the columns next to them (addresses, birthdays, places, sex): an estimate with its interval,
    and how many of the links are right. No person is listed, and nothing is kept: see `tracer help persons`.
    """
    print_table(session.case().persons(a, b, lang=language(lang, format_)), format_, output)


@click.command(epilog='Example: tracer refusals --reveal --reason "the client asked whom to write to" --case my-case')
@click.option("--reveal", is_flag=True, help="Print people's numbers in clear; needs --reason.")
@click.option("--reason", help="Who asked for the numbers, and why; it is journaled.")
@prints_rows()
@case_options
def refusals(session: Session, reveal: bool, reason: str | None) -> Table:
    """Print single people who were handed on or called after they had refused.

    Without a reason there are counts only: tracer query after-refusal.
    """
    if not reveal or not reason:
        raise UsageError(
            "single rows show people's numbers and need a reason", where="refusals",
            remedy='give --reveal --reason "…", or ask for counts: tracer query after-refusal',
        )  # fmt: skip
    return session.case().refusals(reason=reason)
