"""Asking a case: named queries, SQL, why an edge is there, chains, copies, people, how the case is, what was done in
it; and what a person decides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import click

from tracer.cli.operations import Lang, Output, Reason, Reveal, RowsFormat, TextFormat, calls, operation
from tracer.cli.printer import print_rich, rich_lines, terminal_width
from tracer.cli.session import (
    Session,
    file_of,
    language,
    narrate,
    output_arguments,
    print_records,
    print_table,
    write_output,
)
from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library.arguments import Option, pairs
from tracer.visible import visible

with imported_when_used():
    from tracer.ask import why as explaining
    from tracer.ask.named import all_queries, bind, find_query
    from tracer.ask.show import Branch
    from tracer.library.questions import explanation_text, queries
    from tracer.wording.terminal import wrapped_lines

if TYPE_CHECKING:
    from rich.tree import Tree

_STYLES = {"party": "bold", "dataset": "bold", "release": "green", "group": "dim", "again": "dim", "note": "yellow"}
_WIDEST = 160
"""Cells of a line; a tree leans to the right."""


def _query_parameters(context: click.Context) -> Iterator[tuple[str, str]]:
    """`key=` of the parameters of the query that is named before, and `key=word` where it takes one of some words."""
    # Behind a `-p` that has no value yet, click leaves the arguments as they are.
    query = all_queries().get(context.params.get("name") or next(iter(context.args), ""))
    for one in () if query is None else query.parameters:
        yield from ((f"{one.name}={word}", one.text) for word in one.words or ("",))


@operation("query", "retention --case my-case -f json", of="query")
def query(
    session: Session,
    name: Annotated[
        str | None,
        Option("", completes=lambda _: [(name, query.title) for name, query in all_queries().items()]),
    ] = None,
    *,
    params: Annotated[
        Iterable[str], Option("A parameter of the query.", "KEY=VALUE", "-p --param", completes=_query_parameters)
    ] = (),
    format_: RowsFormat = "table",
    output: Output = None,
    lang: Lang = None,
    **bounds: Any,
) -> None:
    if name is None:
        print_table(queries(), format_, output)
        return
    given = dict(pairs(params, "parameter", "-p", "write -p name=value"))
    if name == "graph":
        if given:
            raise UsageError("the query takes no parameters", where="query graph", remedy="leave -p out")
        if format_ not in {"json", "table"}:
            raise UsageError(
                f"the graph is not a table, so it cannot be printed as {format_}",
                remedy="use -f json, or tracer export graph --to csv",
            )
        content, notes = session.case().graph_json(lang=lang or "en")
        write_output(content.encode(), output)
        for note in notes:
            narrate(note)
        return
    bind(find_query(name), given)  # a mistyped parameter is reported before a case is looked for
    table = session.case().query(
        name, given, lang=language(lang, format_), **bounds, **output_arguments(output, format_)
    )
    print_table(table, format_, output, written=file_of(output) is not None)


sql = calls("sql", '"SELECT holder, sum(rows) FROM views.datasets GROUP BY holder"', of="sql")
persons = calls("persons", "client-list resold-list --case my-case", of="persons")


@operation("attribute", "resold-list --case my-case", of="attribute")
def attribute(
    session: Session,
    dataset: str,
    others: tuple[str, ...],
    *,
    format_: RowsFormat = "table",
    output: Output = None,
    **asked: Any,
) -> None:
    table = session.case().attribute(dataset, *others, **asked, **output_arguments(output, format_))
    print_table(table, format_, output, written=file_of(output) is not None)


@operation("why", "client-list resold-list --case my-case", of="why")
def why(
    session: Session,
    a: str,
    b: str,
    *,
    details: Annotated[bool, "Show all numbers, rows' positions, dates and documents."] = False,
    format_: TextFormat = "text",
    output: Output = None,
    lang: str,
) -> None:
    to = "json" if format_ == "json" else "details" if details else "text"
    wanted = {"json": "codes", "details": "text", "text": lang}[to]
    width = min(terminal_width(), explaining.WIDTH)
    answer = session.case().why(a, b, lang=lang, path=file_of(output), to=to, width=width, only=frozenset({wanted}))
    if file_of(output) is None:
        write_output(explanation_text(answer, to, width), None)
    for note in answer.notes:
        narrate(note)


@operation("judge", 'client-list resold-list confirm --note "seen in the contract"', of="judge")
def judge(session: Session, **decision: Any) -> None:
    judged = session.case().judge(**decision)
    click.echo(json.dumps(judged.to_json()))
    for note in judged.notes:
        narrate(note)
    narrate("Run `tracer trace` to bring it into effect: it says which other derivations move, and how far.")


@operation("show", "resold-list --case my-case", of="show")
def show(session: Session, *, format_: TextFormat = "text", output: Output = None, **asked: Any) -> None:
    width = min(terminal_width(), _WIDEST)

    def drawn(tree: Branch) -> str:
        return "".join(f"{line}\n" for line in rich_lines([_tree(tree)], width, colours=False))

    chain = session.case().show(path=file_of(output), to=format_, drawn=drawn, **asked)
    if format_ == "text" and output is None:
        print_rich([_tree(chain.tree)], width)
    elif file_of(output) is None:
        write_output(chain.json_text() if format_ == "json" else drawn(chain.tree), None)
    for note in chain.notes:
        narrate(note)


def _tree(branch: Branch, parent: Tree | None = None) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    text = Text()
    if branch.grade:
        text.append(f"{branch.grade} ", style="bold cyan")
    text.append(visible(branch.text), style=_STYLES.get(branch.kind, ""))
    tree = Tree(text, guide_style="dim") if parent is None else parent.add(text)
    for inner in branch.branches:
        _tree(inner, tree)
    return tree


@operation("refusals", '--reveal --reason "the client asked whom to write to" --case my-case', of="refusals")
def refusals(
    session: Session,
    *,
    reveal: Reveal = False,
    reason: Reason = None,
    format_: RowsFormat = "table",
    output: Output = None,
) -> None:
    if not reveal or not reason:
        raise UsageError(
            "single rows show people's numbers and need a reason",
            where="refusals",
            remedy='give --reveal --reason "…", or ask for counts: tracer query after-refusal',
        )
    print_table(session.case().refusals(reason=reason), format_, output)


@operation("status", "--case my-case", of="status")
def status(session: Session, *, format_: RowsFormat = "table", output: Output = None, lang: Lang = None) -> None:
    found = session.case().status()
    if format_ != "table":
        print_records([found.to_json(lang or "en")], format_, output)
        return
    width = max(terminal_width(), 40)
    lines = list[str]()
    for line in found.lines(language(lang)):
        label = re.match(r"· |\S+ {3,}", line)
        first = label.group() if label is not None else ""  # what goes on is indented under the text
        lines += wrapped_lines(line.removeprefix(first), first, width) or [""]
    write_output("\n".join(lines) + "\n", output)


@operation("journal", "--last 20 --case my-case", of="journal")
def journal(
    session: Session, *, last: int, since: Any, format_: RowsFormat = "table", output: Output = None, **of: Any
) -> None:
    table = session.case().journal(last=None if since is not None else last, since=since, **of)
    shown = table.records or ()
    if not shown and format_ == "table":
        narrate("No entries.")
        return
    print_records([entry if format_ != "table" else _narrow(entry) for entry in shown], format_, output)
    for note in table.notes:
        narrate(note)


_INPUTS, _DETAIL = 3, 60
"""Names that an entry of a table lists, and characters of its detail; all of it is in the other formats."""


def _narrow(entry: Mapping[str, Any]) -> dict[str, object]:
    names = [str(name) for name in entry["inputs"] or {}]
    more = f" and {len(names) - _INPUTS} more" if len(names) > _INPUTS else ""
    text = ", ".join(f"{name} {json.dumps(one, ensure_ascii=False)}" for name, one in entry["detail"].items() if one)
    text = text if len(text) <= _DETAIL else f"{text[:_DETAIL]}…"
    narrow = {name: entry[name] for name in ("entry", "at", "who", "command")}
    return {**narrow, "of": ", ".join(names[:_INPUTS]) + more, "detail": text}
