"""Everything behind an edge: numbers, rows' positions, canaries, dates, documents, and what speaks against it.

The sections are statements over the documented views (`sql/why.sql`). Rows' positions are the one thing that no view
shows; they are counted from the memberships, and only where the shared count may be shown. So are the rows that a
proposed hidden dataset must have held: positions and counts only, and no small count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import zip_longest
from typing import Any

import duckdb

from tracer.ask.named import CopiedViews, id_called
from tracer.ask.result import Column, ColumnType, json_value
from tracer.ask.table import cell, column_heading, truth
from tracer.ask.what_if import explanation, what_if
from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Ref, ReleaseRef, Word, number_json, shown_count
from tracer.documents import json_of
from tracer.errors import UsageError
from tracer.findings.attribution import at_home
from tracer.findings.statements import headlines
from tracer.late_imports import imported_when_used
from tracer.policy import FEW, Narrowed, view_rows
from tracer.resources import sql_next_to
from tracer.visible import visible
from tracer.wording import Codes, Voice, code_key, in_words, say, signals_of
from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, Table
from tracer.wording.terminal import terminal_text
from tracer.wording.voice import percent

with imported_when_used():
    from rich.cells import cell_len, set_cell_size

Row = Mapping[str, Any]

RUNS_SHOWN, RUNS_OF_HIDDEN = 40, 20
"""Runs of rows that are listed, of a pair's lists and of those that a hidden one was made into; the rest is counted."""
PAIRS_WITH_POSITIONS = 4
"""Edges between two parties may rest on many pairs of datasets: positions are given for the first ones."""

_ASKED_TWICE = ("claims", "derivations", "retention")
"""Views that several sections read; that of attributions has a row for every list and copy, and one section asks it."""
_NO_TIES = ("dates", "replies", "other_sources", "other_copies", "said")
"""Sections that connect no two parties by themselves."""

_statement = sql_next_to(__file__)
_SECTION = re.compile(r"^-- section: (\w+)\n(.*?);$", re.MULTILINE | re.DOTALL)


@cache
def _sections() -> tuple[tuple[str, str], ...]:
    text = _statement("why")
    return tuple((match[1], match[2]) for match in _SECTION.finditer(text))


_REFS: Mapping[str, type[DatasetRef | ReleaseRef | PartyRef | Ref]] = {
    "dataset": DatasetRef,
    "release": ReleaseRef,
    "party": PartyRef,
}


@dataclass(frozen=True)
class End:
    """What an id stands for."""

    ref: DatasetRef | ReleaseRef | PartyRef | Ref
    lists: tuple[str, ...]
    parties: tuple[str, ...]


def why(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    *,
    untraced: str | Reason = "",
    lang: str = "en",
    narrowed: Narrowed = dict,
    codes: Codes = Codes.NONE,
) -> dict[str, Any]:
    """What ties `a` and `b` (ids of datasets, releases, parties, claims or hidden datasets, in either order), in words.

    The answer is JSON-ready: `a`, `b`, `against` (all that speaks against, gathered), `evidence` (all that is cited),
    and a list of rows for each section of `sql/why.sql` that has one. `positions` gives, for a pair of datasets, the
    runs `[first, last]` of data rows shared on each side. `what_if` gives the best and the next explanation of each
    pair of datasets, whether they can be told apart, and what would tell; `hidden_rows` what a proposed dataset must
    have held. Sentences have bare ids.

    codes: whether those of the sentences go along. Raises `UsageError`: an id that the case does not hold, or the same
    one twice.
    """
    said: dict[str, Any] = in_words(
        explained_edge(con, a, b, untraced=untraced, narrowed=narrowed, details=True), Voice(lang), codes
    )
    # The distinct sentences of all rows that speak against something, in order of appearance, each with its code.
    against: dict[str, Any] = {}
    for row in _rows(said):
        for text, code in zip_longest(row.get("against") or [], row.get(code_key("against", many=True)) or []):
            against.setdefault(text, code)
    said["against"] = list(against)
    if codes is not Codes.NONE:
        said[code_key("against", many=True)] = list(against.values())
    said["evidence"] = said.pop("evidence")  # behind what it is about
    return said


def explained_edge(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    *,
    untraced: str | Reason = "",
    narrowed: Narrowed = dict,
    details: bool = False,
) -> dict[str, Any]:
    """The same answer with its reasons as values; details: with the rows' positions, which take longest.

    Raises `UsageError`: see `why`.
    """
    ends = ends_of(con, a, b)
    a, b = (end.ref.id for end in ends)
    if a == b:
        raise UsageError(
            f"{a!r} is given twice", where="why", remedy=f"name two ends; `tracer show {a}` shows one with its chain"
        )
    bound: dict[str, Any] = {"a": a, "b": b}
    for side, end in zip("ab", ends, strict=True):
        bound[f"{side}_lists"], bound[f"{side}_parties"] = list(end.lists), list(end.parties)
    found: dict[str, Any] = {"a": a, "b": b}
    if untraced:
        found["untraced"] = number_json(untraced) if isinstance(untraced, Reason) else untraced
    copied = CopiedViews(con, _ASKED_TWICE)
    for section, sql in _sections():
        used = {name: value for name, value in bound.items() if re.search(rf"\${name}\b", sql)}
        rows = view_rows(con, copied.on_copies(sql), used, narrowed)
        if rows:
            found[section] = rows
    for edge in found.get("derivations", []):
        signals, total = signals_of(edge["weights"]), 0.0
        for signal in signals:
            total += float(str(signal["weight"]))
            signal["total"] = round(total, 6)
        edge["weights"] = signals
    for one in found.get("explanations", []):
        one["said"] = number_json(explanation(one))
    own = "SELECT holder FROM dataset WHERE origin = 'own' AND list_contains($lists, id)"
    owned = [
        {*end.parties, *(holder for (holder,) in con.execute(own, {"lists": list(end.lists)}).fetchall())}
        for end in ends
    ]
    homes = [
        {"dataset": dataset, "client": client, "said": number_json(said)}
        for (dataset, client), said in at_home(con).items()
        if any(dataset in one.lists and client in owners for one, owners in zip(ends, owned[::-1], strict=True))
    ]
    for section, column in (("vintages", "dates"), ("claims", "numbers")):
        for row in found.get(section, []):
            row[column] = json_of(row[column])
    pairs = [pair for pair in found.get("overlaps", []) if details and not pair["small"]][:PAIRS_WITH_POSITIONS]
    hidden = [row for row in found.get("hidden", []) if details and row["contacts"] is not None]
    answers = [row for row in what_if(con, found) if row["best"] is not None or not untraced]
    more = {"positions": [_positions(con, pair["a"], pair["b"]) for pair in pairs], "what_if": answers}
    more |= {"at_home": homes, "hidden_rows": [_hidden_rows(con, row) for row in hidden]}
    found |= {section: rows for section, rows in more.items() if rows or section == "what_if"}
    cited = dict.fromkeys(ref for row in _rows(found) for ref in row.get("evidence") or [])
    found["evidence"] = view_rows(
        con,
        "SELECT evidence, kind, path, statement, acquired, by_whom, sha256 FROM views.evidence"
        " WHERE list_contains($cited, evidence) ORDER BY evidence",
        {"cited": list(cited)},
    )
    return found


def ties(answer: Mapping[str, object]) -> bool:
    """Whether anything ties the two ends; dates and rights of reply alone do not."""
    return "at_home" in answer or any(section in answer for section, _ in _sections() if section not in _NO_TIES)


def ends_of(con: duckdb.DuckDBPyConnection, *names: str) -> list[End]:
    """What ids, or names or titles of one thing, stand for: datasets, releases, parties, claims or hidden datasets.

    Raises `UsageError`: the case does not hold one of them; names the nearest.
    """
    known = {
        name: End(_REFS.get(kind, Ref)(name), tuple(lists or ()), tuple(parties))
        for name, kind, lists, parties in con.execute(_statement("ends"), {"ids": list(names)}).fetchall()
    }
    return [known[name] if name in known else ends_of(con, id_called(con, name, "why"))[0] for name in names]


def _positions(con: duckdb.DuckDBPyConnection, a: str, b: str) -> dict[str, Any]:
    numbers = dict(con.execute("SELECT id, no FROM views._size WHERE id IN ($a, $b)", {"a": a, "b": b}).fetchall())
    answer: dict[str, Any] = {"a": a, "b": b}
    for side, name, other in (("a", a, b), ("b", b, a)):
        bound = {"side": numbers[name], "other": numbers[other]}
        runs = con.execute(_statement("shared_positions"), bound).fetchall()
        answer[f"{side}_rows"] = sum(last - first + 1 for first, last in runs)
        answer[f"{side}_runs"] = [list(run) for run in runs[:RUNS_SHOWN]]
        answer[f"{side}_more_runs"] = max(0, len(runs) - RUNS_SHOWN)
    return answer


def _hidden_rows(con: duckdb.DuckDBPyConnection, hidden: Row) -> dict[str, Any]:
    """What one row of the view `hidden` must have held.

    `held_by`: number of children, near-copies taken as one → contacts that so many of them hold (`<20` where they are
    few); `lists`: for each child its contacts of these, and the runs `[first, last]` of its data rows; `said`: all but
    the lists as a reason.
    """
    from tracer.findings.overlap.close import one_list, witnesses

    numbers = dict(con.execute("SELECT id, no FROM views._size WHERE NOT tiny ORDER BY id").fetchall())
    children = {name: numbers[name] for name in hidden["children"] if name in numbers}
    groups = witnesses(list(children.values()), lambda a, b: one_list(con, a, b))
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    bound = {"children": list(children.values()), "witness": [group_of[number] for number in children.values()]}
    counted = con.execute(_statement("hidden_rows"), bound).fetchall()
    by_number = {which: contacts for what, which, contacts in counted if what == "dataset"}
    held = [(which, Count(contacts)) for what, which, contacts in counted if what == "children"]
    lists = []
    for name, number in children.items():
        count = shown_count(Count(by_number.get(number, 0)))
        runs = con.execute(_statement("hidden_positions"), {**bound, "side": number}).fetchall() if count != FEW else []
        lists.append(
            {
                "dataset": name,
                "contacts": count,
                "runs": [list(run) for run in runs[:RUNS_OF_HIDDEN]],
                "more_runs": max(0, len(runs) - RUNS_OF_HIDDEN),
            }
        )
    said = Reason.of(
        "hidden-rows-held",
        hidden=Ref(hidden["hidden"]),
        contacts=Count(hidden["contacts"]),
        held=tuple(Reason.of("hidden-rows-held-by", contacts=contacts, lists=which) for which, contacts in held),
    )
    return {
        "hidden": hidden["hidden"],
        "contacts": hidden["contacts"],
        "held_by": {str(which): shown_count(contacts) for which, contacts in held},
        "lists": lists,
        "said": number_json(said),
    }


def _rows(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of all sections."""
    return (row for rows in found.values() if isinstance(rows, list) for row in rows)


WIDTH = 100
"""Cells of a line where nothing else is asked for."""

_TITLES = (
    "what_if explanations derivations pairs vintages alias_origins overlaps attributions retention relations claims"
    " refusals said releases chains hidden hidden_rows canaries dates positions other_copies other_sources"
    " judgements evidence replies against"
).split()
"""Sections in their order; each has its title in the catalogues."""
# Hidden counts are NULL in the views.
_COUNTS = "shared rows_matched canaries_seen contacts excess share_of_child matched later_seen gone_seen".split()
_PROSE = {"reasons": "for", "against": "against", "alternatives": "or"}
"""Sentences below a finding, and how they are set; the drawing of an edge's weights follows its reasons."""
_TOLD_BELOW = (*_PROSE, "weights", "small", "evidence", "dates")
"""Columns that are not among a row's facts: the sentences below it say them more plainly."""
_LEAST_BARS, _NUMBER = 11, 10
"""Cells that the bars of a drawing need at least, and those of its columns of numbers."""


def why_json(answer: dict[str, object]) -> str:
    """The answer as JSON, dates in ISO 8601."""
    plain = partial(json_value, Column("", ColumnType.TEXT))
    return json.dumps(answer, ensure_ascii=False, indent=2, default=plain)


def why_text(answer: dict[str, Any], width: int = WIDTH, lang: str = "en") -> str:
    """The answer in lines of at most `width` cells."""
    return terminal_text(why_details(answer, width, Voice(lang)), width)


def why_details(answer: Row, width: int, voice: Voice) -> Iterator[Block]:
    """Every section that has something, then what speaks against it. `voice` said the answer; `width`: of drawings."""
    yield Paragraph(f"{answer['a']} — {answer['b']}")
    if "untraced" in answer:
        yield Paragraph(answer["untraced"])
    elif not ties(answer):
        yield Paragraph(voice.say(Reason.of("why-no-tie")))
    details = _Details(width, voice)
    nothing = [] if answer["against"] or not ties(answer) or "untraced" in answer else [Reason.of("why-against-none")]
    said = {**answer, "against": answer["against"] or [voice.say(one) for one in nothing]}
    for section in _TITLES:
        rows = said.get(section)
        if rows:
            yield Heading(2, voice.say(Reason(f"why-title-{headlines.kebab(section)}")))
            yield from details.section(section, rows)


class _Details:
    """Sets rows of the answer, which are in words already."""

    def __init__(self, width: int, voice: Voice) -> None:
        self._width, self._voice = width, voice

    def section(self, section: str, rows: list[Any]) -> Iterator[Block]:
        if isinstance(rows[0], str):
            yield Points(tuple(rows))
        elif section == "explanations":
            # The explanations of each pair; where there are several pairs, each below its names.
            pairs: dict[tuple[str, ...], list[Row]] = {}
            for row in rows:
                pairs.setdefault(tuple(sorted((row["giver"], row["taker"]))), []).append(row)
            for pair, found in pairs.items():
                if len(pairs) > 1:
                    yield Paragraph(" — ".join(pair), "label")
                yield Table((), tuple((percent(row["probability"]), row["said"]) for row in found))
        else:
            for row in rows:
                yield from self._row(section, row)

    def _row(self, section: str, row: Row) -> Iterator[Block]:
        match section:
            case "what_if":
                yield Paragraph(row["answer"])
                if row["would_tell"]:
                    title = Reason.of("why-would-settle") if not row["told"] else Reason.of("why-would-make-surer")
                    yield Paragraph(self._voice.say(title), "label")
                    yield Points(tuple(row["would_tell"]))
            case "positions":
                sides = ((row[of], *(row[f"{of}_{what}"] for what in ("rows", "runs", "more_runs"))) for of in "ab")
                yield self._runs("why-rows", sides)
            case "hidden_rows":
                yield Paragraph(row["said"])
                lists = ([one[name] for name in ("dataset", "contacts", "runs", "more_runs")] for one in row["lists"])
                yield self._runs("why-hidden-rows", lists)
            case _:
                yield from self._finding_blocks(section, row)

    def _finding_blocks(self, section: str, row: Row) -> Iterator[Block]:
        """Ids, not names: this is for looking further."""
        headline = (" " if self._voice.lang == "en" else "").join(map(self._voice.say, _headline(section, row)))
        if headline:
            yield Heading(3, headline, row.get("grade") or "")
        facts = list[str]()
        for name, value in row.items():
            if name in _TOLD_BELOW and not isinstance(value, str):
                continue
            if value is None and name in _COUNTS:
                facts.append(f"{column_heading(name, self._voice.lang)} {FEW}")
            elif value is not None and value not in ([], {}):
                facts.append(f"{column_heading(name, self._voice.lang)} {self._cell_text(section, name, value)}")
        yield Paragraph(" · ".join(facts))
        for name, style in _PROSE.items():
            if row.get(name):
                yield Points(tuple(row[name]), style)
            if name == "reasons" and (drawn := _waterfall(row.get("weights") or [], self._width, self._voice.lang)):
                yield DrawnLines(tuple(drawn))
        cited = row.get("evidence")
        if isinstance(cited, list) and cited:
            yield Points((self._voice.word("why-documents", ids=", ".join(map(visible, cited))),))

    def _runs(self, key: str, lists: Iterable[Sequence[Any]]) -> Points:
        """Lists with so many of their rows, and where these are."""
        items = []
        for name, n, runs, further in lists:
            told = ", ".join(f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs)
            told += f" {self._voice.word('why-more-runs', n=further)}" if further else ""
            items.append(self._voice.word(key, list=name, n=n, runs=told or "–"))
        return Points(tuple(items))

    def _cell_text(self, section: str, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return truth(value, self._voice.lang)
        if isinstance(value, int | float):
            return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
        if isinstance(value, list):
            return ", ".join(self._cell_text(section, name, item) for item in value)
        if isinstance(value, dict):
            return "; ".join(f"{key} {self._cell_text(section, name, item)}" for key, item in value.items())
        return visible(cell(section, name, str(value), self._voice.lang))


def _headline(section: str, row: Row) -> Sequence[Reason]:
    """What a row says; nothing for sections that are not findings."""
    if section == "derivations":
        return headlines.derivation(row), headlines.derivation_sure(row)
    if section == "attributions" and row["accused"]:
        return headlines.attribution(row), *headlines.marks(row)
    made = {"retention": headlines.retention, "claims": headlines.claim, "said": headlines.claim}
    made |= {"chains": headlines.chain, "refusals": headlines.refusal}
    return (made[section](row),) if section in made else ()


def _waterfall(weights: Sequence[Row], width: int, lang: str) -> list[str]:
    """The signals of an edge as a picture in lines of at most `width` cells: signal, weight, running total, and a bar
    to the right of the line for the edge, to the left of it against. Bars grow with the square root of the nats, so
    that the small ones are still seen.
    """
    longest = max((abs(float(weight["weight"])) for weight in weights), default=0.0)
    if longest == 0.0:
        return []
    signal, of_weight, of_total, favours, opposes = (
        say(Reason.of("waterfall-heading", column=Word(column)), lang)
        for column in ("signal", "weight", "total", "for", "against")
    )
    names = [visible(str(weight["name"])) for weight in weights]
    wide = max(cell_len(name) for name in (*names, signal))
    room = max(_LEAST_BARS, width - wide - 2 * (_NUMBER + 1) - 2)
    against = max(-float(weight["weight"]) for weight in weights)
    # Both sides share the room as their longest bars do.
    left = min(room // 2, max(0, round(room * against**0.5 / (against**0.5 + longest**0.5)))) if against > 0 else 0
    right = room - left - 1
    heads = (" " * (_NUMBER - cell_len(head)) + head for head in (of_weight, of_total))
    opposed = opposes if left >= cell_len(opposes) else ""
    before = " " * (left - cell_len(opposed)) + opposed
    lines = [f"{set_cell_size(signal, wide)} {' '.join(heads)}  {before}│{favours}"]
    for name, row in zip(names, weights, strict=True):
        nats = float(row["weight"])
        side, most = (right, longest) if nats >= 0 else (left, against)
        bar = max(1, round(side * (abs(nats) / most) ** 0.5)) if nats else 0
        drawn = f"{'':>{left}}│{'█' * bar}" if nats >= 0 else f"{'░' * bar:>{left}}│"
        given, so_far = f"{nats:+,.2f}", f"{row['total']:+,.2f}"
        lines.append(f"{set_cell_size(name, wide)} {given:>{_NUMBER}} {so_far:>{_NUMBER}}  {drawn}")
    return lines
