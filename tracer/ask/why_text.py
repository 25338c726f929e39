"""The whole answer of `why`, for `--details`: what is likeliest, then one section for each kind of row, with its facts
by their keys, and what speaks against it at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tracer.ask.column_words import cell, heading, truth
from tracer.ask.waterfall import waterfall
from tracer.ask.why import ties
from tracer.disclosure import Reason
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import claim
from tracer.policy import FEW
from tracer.visible import visible
from tracer.wording import Voice
from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, Table
from tracer.wording.terminal import terminal_text
from tracer.wording.voice import percent

WIDTH = 100
"""Cells of a line where nothing else is asked for."""

_TITLES = (
    "what_if", "explanations", "derivations", "pairs", "vintages", "alias_origins", "overlaps", "attributions",
    "retention",
    "relations",
    "claims", "said", "releases", "chains", "hidden", "hidden_rows", "canaries", "dates", "positions", "other_copies",
    "other_sources", "judgements", "evidence", "replies", "against",
)  # fmt: skip
"""Sections in their order; each has its title in the catalogues."""
# Hidden counts are NULL in the views.
_COUNTS = (
    "shared", "rows_matched", "canaries_seen", "contacts", "excess", "share_of_child", "matched", "later_seen",
    "gone_seen",
)  # fmt: skip
_PROSE = ("reasons", "against", "alternatives")
_TOLD_BELOW = ("dates",)
"""What the sentences below a finding tell more plainly."""

Row = Mapping[str, Any]


def why_json(answer: dict[str, object]) -> str:
    """The answer as JSON, dates in ISO 8601."""

    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds") + "Z"
        assert isinstance(value, date)  # noqa: S101 - the views give no other type that JSON lacks
        return value.isoformat()

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
    for section in _TITLES:
        rows = answer.get(section)
        if rows:
            yield details.title(section)
            yield from details.section(section, rows)
    if ties(answer) and not answer["against"] and "untraced" not in answer:
        yield details.title("against")
        yield Points((voice.say(Reason.of("why-against-none")),))


class _Details:
    """Sets rows of the answer, which are in words already."""

    def __init__(self, width: int, voice: Voice) -> None:
        self._width, self._voice = width, voice

    def title(self, section: str) -> Heading:
        return Heading(2, self._voice.say(Reason(f"why-title-{headlines.kebab(section)}")))

    def section(self, section: str, rows: list[Any]) -> Iterator[Block]:
        if isinstance(rows[0], str):
            yield Points(tuple(rows))
            return
        if section == "explanations":
            yield from self._explanations(rows)
            return
        writers: Mapping[str, Callable[[Any], Iterator[Block]]] = {
            "what_if": self._what_if, "positions": self._positions, "hidden_rows": self._hidden_rows,
        }  # fmt: skip
        for row in rows:
            yield from writers[section](row) if section in writers else self._finding(section, row)

    def _explanations(self, rows: list[Row]) -> Iterator[Block]:
        """The explanations of each pair; where there are several pairs, each below its names."""
        pairs: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            pairs.setdefault(tuple(sorted((row["giver"], row["taker"]))), []).append(row)
        for pair, found in pairs.items():
            if len(pairs) > 1:
                yield Paragraph(" — ".join(pair), "label")
            yield Table((), tuple((percent(row["probability"]), row["said"]) for row in found))

    def _what_if(self, row: Row) -> Iterator[Block]:
        yield Paragraph(row["answer"])
        if row["would_tell"]:
            title = Reason.of("why-would-settle") if not row["told"] else Reason.of("why-would-make-surer")
            yield Paragraph(self._voice.say(title), "label")
            yield Points(tuple(row["would_tell"]))

    def _finding(self, section: str, row: Row) -> Iterator[Block]:
        told = self._headline(section, row)
        if told:
            yield Heading(3, told, row["grade"])
        yield Paragraph(" · ".join(self._facts(section, row)))
        if row.get("reasons"):
            yield Points(tuple(row["reasons"]), "for")
        drawn = waterfall(row.get("weights") or [], self._width, self._voice.lang)
        if drawn:
            yield DrawnLines(tuple(drawn))
        if row.get("against"):
            yield Points(tuple(row["against"]), "against")
        if row.get("alternatives"):
            yield Points(tuple(row["alternatives"]), "or")
        cited = row.get("evidence")
        if isinstance(cited, list) and cited:
            yield Points((self._voice.word("why-documents", ids=", ".join(map(visible, cited))),))

    def _facts(self, section: str, row: Row) -> Iterator[str]:
        for name, value in row.items():
            if name in (*_PROSE, "weights", "small", "evidence", *_TOLD_BELOW) and not isinstance(value, str):
                continue
            if value is None and name in _COUNTS:
                yield f"{heading(name, self._voice.lang)} {FEW}"
            elif value is not None and value not in ([], {}):
                yield f"{heading(name, self._voice.lang)} {self._shown(section, name, value)}"

    def _headline(self, section: str, row: Row) -> str:
        """One line for a row; empty for sections that are not findings. Ids, not names: this is for looking further."""
        if section == "derivations":
            reasons = [headlines.derivation(row), headlines.derivation_sure(row)]
        elif section == "attributions" and row["accused"]:
            reasons = [headlines.attribution(row), *headlines.marks(row)]
        elif section == "retention":
            reasons = [headlines.retention(row)]
        elif section in ("claims", "said"):
            reasons = [claim(row)]
        else:
            reasons = [headlines.chain(row)] if section == "chains" else []
        return (" " if self._voice.lang == "en" else "").join(self._voice.say(reason) for reason in reasons)

    def _hidden_rows(self, row: Row) -> Iterator[Block]:
        yield Paragraph(row["said"])
        yield Points(
            tuple(
                self._voice.word(
                    "why-hidden-rows", n=self._shown("", "", one["contacts"]), list=one["dataset"],
                    runs=self._runs(one["runs"], one["more_runs"]) or "–",
                )
                for one in row["lists"]
            )
        )  # fmt: skip

    def _positions(self, row: Row) -> Iterator[Block]:
        yield Points(
            tuple(
                self._voice.word(
                    "why-rows", list=row[side], n=row[f"{side}_rows"],
                    runs=self._runs(row[f"{side}_runs"], row[f"{side}_more_runs"]) or "–",
                )
                for side in ("a", "b")
            )
        )  # fmt: skip

    def _runs(self, runs: list[list[int]], further: int) -> str:
        told = ", ".join(f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs)
        return f"{told} {self._voice.word('why-more-runs', n=further)}" if further else told

    def _shown(self, section: str, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return truth(value, self._voice.lang)
        if isinstance(value, int):
            return f"{value:,}"
        if isinstance(value, float):
            return f"{value:.4g}"
        if isinstance(value, list):
            return ", ".join(self._shown(section, name, item) for item in value)
        if isinstance(value, dict):
            return "; ".join(f"{key} {self._shown(section, name, item)}" for key, item in value.items())
        return visible(cell(section, name, str(value), self._voice.lang))
