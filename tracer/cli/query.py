"""Asking a case: named queries, free SQL, why an edge is there, which releases a dataset came from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tracer.ask.bounds import FREE, NAMED, Bounds
from tracer.cli.language import LANG, language
from tracer.cli.rows import answer_with, print_records, put, terminal_width, way_out
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


def _without_numbers(text: str) -> str:
    """Text for the journal: what may be a person's number is not in it."""
    return re.sub(r"\d{7,}", "[number]", text)


def _numberless(given: dict[str, str]) -> dict[str, str]:
    return {name: _without_numbers(value) for name, value in given.items()}


@click.command(epilog="Example: tracer query retention --case my-case -f json")
@click.argument("name", required=False)
@click.option("-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
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
    from tracer.ask.named import all_queries, bind, find_query, run_query
    from tracer.plugins import by_plugin
    from tracer.stages import not_up_to_date
    from tracer.wording import Voice

    if name is None:
        print_records(
            [{"query": found.name, "answers": found.answers} for found in all_queries().values()]
            + [{"query": "graph", "answers": "The whole provenance graph: nodes and edges, as JSON."}],
            format_,
            output,
        )
        return
    given, spoken = _given(params), _spoken(lang, format_)
    if name == "graph":
        _query_graph(session, given, format_, output, lang or "en")
        return
    found = find_query(name)
    asked = bind(found, given)  # a mistyped parameter is reported before the case is opened
    spoken = str(asked["lang"]) if "lang" in given else spoken
    voice = Voice(spoken)
    with session.open(read_only=True) as case:
        hand_over = answer_with(
            case,
            lambda _: run_query(case.con, found, given, Bounds(timeout, most), voice=voice),
            format_, output, "query",
            lambda result: {
                "query": name, "parameters": _numberless(given), "rows": result.table.num_rows,
                **by_plugin(found.plugin),
            },
            spoken,
        )  # fmt: skip
        warning = not_up_to_date(case.con, found.sql)
    hand_over()
    if warning is not None:
        narrate(voice.say(warning))


def _query_graph(session: Session, given: dict[str, str], format_: str, output: Path | None, lang: str) -> None:
    from tracer.publish import graph_files
    from tracer.stages import not_up_to_date
    from tracer.wording import say

    if given:
        raise UsageError("the query takes no parameters", where="query graph", remedy="leave -p out")
    if format_ not in {"json", "table"}:
        raise UsageError(
            f"the graph is not a table, so it cannot be printed as {format_}",
            remedy="use -f json, or tracer export graph --to csv",
        )
    with session.open(read_only=True) as case:
        content, warning = graph_files(case, "json", lang=lang)[""], not_up_to_date(case.con)
        case.journal.append(command="query", detail={"query": "graph"})
    put(content, output)
    if warning is not None:
        narrate(say(warning, lang))


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
    from tracer.ask.sandbox import run_sql

    spoken = _spoken(lang, format_)
    with session.open(read_only=True) as case:
        hand_over = answer_with(
            case,
            lambda way: run_sql(
                case.con, statement, Bounds(timeout, most), lang=spoken, narrowed=way.said if way else None
            ),
            format_, output, "sql",
            lambda result: {"statement": _without_numbers(statement), "rows": result.table.num_rows}, spoken,
        )  # fmt: skip
    hand_over()


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
    from tracer.ask.short_why import short_why
    from tracer.ask.why import tied
    from tracer.ask.why import why as explain
    from tracer.ask.why_text import WIDTH, why_json, why_text
    from tracer.stages import not_up_to_date
    from tracer.wording import Codes, say
    from tracer.wording.sections import with_texts
    from tracer.wording.terminal import COLUMNS, terminal_text

    spoken = _spoken(lang, format_)
    with session.open(read_only=True) as case:
        stale = not_up_to_date(case.con)
        untraced = "" if stale is None else say(stale, spoken)
        way = way_out(case, output)
        narrowed = dict if way is None else way.row
        if format_ == "text" and not details:
            found = tied(case.con, a, b, untraced=untraced, narrowed=narrowed)
            blocks = short_why(case.con, found, spoken, narrowed=narrowed, untraced=untraced)
            blocks = blocks if way is None else with_texts(blocks, way.text)
            content = terminal_text(blocks, min(terminal_width(), COLUMNS))
        else:
            codes = Codes.VALUES if format_ == "json" else Codes.NONE
            answer = explain(case.con, a, b, untraced=stale or "", lang=spoken, narrowed=narrowed, codes=codes)
            answer = answer if way is None else way.answer(answer)
            width = min(terminal_width(), WIDTH)
            content = why_json(answer) + "\n" if format_ == "json" else why_text(answer, width, spoken)
        left = {} if way is None or output is None else way.look_through(content, output)
        case.journal.append(command="why", detail={"a": a, "b": b} | left)
    put(content, output)
    for note in way.notes if way is not None else ():
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
    from tracer.ask.attributing import attributions_of
    from tracer.wording import Voice

    spoken = _spoken(lang, format_)
    with session.open(read_only=True) as case:
        hand_over = answer_with(
            case,
            lambda _: attributions_of(case.con, *datasets, alpha=alpha, voice=Voice(spoken)),
            format_, output, "attribute", lambda _: {"datasets": list(datasets), "alpha": alpha}, spoken,
        )  # fmt: skip
    hand_over()


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
    import getpass

    from tracer.clock import now
    from tracer.dossier.statements import add_judgement

    with session.open() as case, case.transaction():
        judged = add_judgement(case.con, a, b, verdict, note=note, at=now(), who=getpass.getuser())
        case.journal.append(command="judge", detail={"a": a, "b": b, "verdict": verdict, "no": judged.number})
    told = {"judgement": judged.number, "a": a, "b": b, "verdict": verdict}
    click.echo(json.dumps(told | ({} if judged.overrules is None else {"overrules": judged.overrules})))
    if judged.overrules is not None:
        narrate(f"It overrules judgement {judged.overrules}, which said {judged.overruled}.")
    narrate("Run `tracer trace` to bring it into effect: it says which other derivations move, and how far.")
