"""The whole answer of `why`, for `--details`: what is likeliest, then one section for each kind of row, with its facts
by their keys, and what speaks against it at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from rich.cells import cell_len, set_cell_size

from tracer.ask.result import Column, ColumnType, json_value
from tracer.ask.table import cell, heading, truth
from tracer.ask.why import ties
from tracer.disclosure import Reason, Word
from tracer.findings.statements import headlines
from tracer.policy import FEW
from tracer.visible import visible
from tracer.wording import Voice, say
from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, Table
from tracer.wording.terminal import terminal_text
from tracer.wording.voice import percent

WIDTH = 100
"""Cells of a line where nothing else is asked for."""

_TITLES = (
    "what_if",
    "explanations",
    "derivations",
    "pairs",
    "vintages",
    "alias_origins",
    "overlaps",
    "attributions",
    "retention",
    "relations",
    "claims",
    "refusals",
    "said",
    "releases",
    "chains",
    "hidden",
    "hidden_rows",
    "canaries",
    "dates",
    "positions",
    "other_copies",
    "other_sources",
    "judgements",
    "evidence",
    "replies",
    "against",
)
"""Sections in their order; each has its title in the catalogues."""
# Hidden counts are NULL in the views.
_COUNTS = (
    "shared",
    "rows_matched",
    "canaries_seen",
    "contacts",
    "excess",
    "share_of_child",
    "matched",
    "later_seen",
    "gone_seen",
)
_PROSE = {"reasons": "for", "against": "against", "alternatives": "or"}
"""Sentences below a finding, and how they are set; the drawing of an edge's weights follows its reasons."""
_TOLD_BELOW = (*_PROSE, "weights", "small", "evidence", "dates")
"""Columns that are not among a row's facts: the sentences below it say them more plainly."""
_LEAST_BARS, _NUMBER = 11, 10
"""Cells that the bars of a drawing need at least, and those of its columns of numbers."""

Row = Mapping[str, Any]


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
            writers: Mapping[str, Callable[[Any], Iterator[Block]]] = {
                "what_if": self._what_if,
                "positions": self._positions,
                "hidden_rows": self._hidden_rows,
            }
            for row in rows:
                yield from writers[section](row) if section in writers else self._finding(section, row)

    def _what_if(self, row: Row) -> Iterator[Block]:
        yield Paragraph(row["answer"])
        if row["would_tell"]:
            title = Reason.of("why-would-settle") if not row["told"] else Reason.of("why-would-make-surer")
            yield Paragraph(self._voice.say(title), "label")
            yield Points(tuple(row["would_tell"]))

    def _finding(self, section: str, row: Row) -> Iterator[Block]:
        """Ids, not names: this is for looking further."""
        headline = (" " if self._voice.lang == "en" else "").join(map(self._voice.say, _headline(section, row)))
        if headline:
            yield Heading(3, headline, row.get("grade") or "")
        yield Paragraph(" · ".join(self._facts(section, row)))
        for name, style in _PROSE.items():
            if row.get(name):
                yield Points(tuple(row[name]), style)
            if name == "reasons" and (drawn := _waterfall(row.get("weights") or [], self._width, self._voice.lang)):
                yield DrawnLines(tuple(drawn))
        cited = row.get("evidence")
        if isinstance(cited, list) and cited:
            yield Points((self._voice.word("why-documents", ids=", ".join(map(visible, cited))),))

    def _facts(self, section: str, row: Row) -> Iterator[str]:
        for name, value in row.items():
            if name in _TOLD_BELOW and not isinstance(value, str):
                continue
            if value is None and name in _COUNTS:
                yield f"{heading(name, self._voice.lang)} {FEW}"
            elif value is not None and value not in ([], {}):
                yield f"{heading(name, self._voice.lang)} {self._shown(section, name, value)}"

    def _hidden_rows(self, row: Row) -> Iterator[Block]:
        yield Paragraph(row["said"])
        yield self._runs(
            "why-hidden-rows",
            ((one["dataset"], one["contacts"], one["runs"], one["more_runs"]) for one in row["lists"]),
        )

    def _positions(self, row: Row) -> Iterator[Block]:
        sides = ("a", "b")
        yield self._runs(
            "why-rows",
            ((row[of], row[f"{of}_rows"], row[f"{of}_runs"], row[f"{of}_more_runs"]) for of in sides),
        )

    def _runs(self, key: str, lists: Iterable[tuple[str, Any, list[list[int]], int]]) -> Points:
        """Lists with so many of their rows, and where these are."""
        items = []
        for name, n, runs, further in lists:
            told = ", ".join(f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs)
            told += f" {self._voice.word('why-more-runs', n=further)}" if further else ""
            items.append(self._voice.word(key, list=name, n=n, runs=told or "–"))
        return Points(tuple(items))

    def _shown(self, section: str, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return truth(value, self._voice.lang)
        if isinstance(value, int | float):
            return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
        if isinstance(value, list):
            return ", ".join(self._shown(section, name, item) for item in value)
        if isinstance(value, dict):
            return "; ".join(f"{key} {self._shown(section, name, item)}" for key, item in value.items())
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
