"""The answer of `why` for people: what is likeliest, then one block a section, what speaks against it at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tracer.ask.cells import wrapped
from tracer.ask.waterfall import waterfall
from tracer.ask.why import ties
from tracer.disclosure import FEW
from tracer.visible import visible
from tracer.wording import headlines, say
from tracer.wording.claims import claim

WIDTH = 100
"""Cells of a line where nothing else is asked for."""

_TITLES = {
    "what_if": "What is likeliest, and what else it could be", "explanations": "All explanations",
    "derivations": "Derivation", "vintages": "When the rows left the client", "overlaps": "Overlap",
    "attributions": "Attribution", "retention": "Retention", "relations": "Relations", "claims": "Claims",
    "said": "What is said of either list",
    "releases": "Releases", "chains": "Resale chains", "hidden": "Proposed hidden datasets",
    "hidden_rows": "What a hidden dataset must have held", "canaries": "Canaries", "dates": "Dates",
    "positions": "Rows in common", "other_copies": "Other copies behind the same dataset",
    "other_sources": "Other sources of the same dataset", "judgements": "Judgements", "evidence": "Documents",
    "replies": "Right of reply", "against": "What speaks against it",
}  # fmt: skip
# Counts that are not told are NULL in the views.
_COUNTS = (
    "shared", "rows_matched", "canaries_seen", "contacts", "excess", "share_of_child", "matched", "later_seen",
    "gone_seen",
)  # fmt: skip
_PROSE = ("reasons", "against", "alternatives")
_TOLD_BELOW = ("dates",)
"""What the sentences below a finding tell more plainly."""


def why_json(answer: dict[str, Any]) -> str:
    """The answer as JSON, dates in ISO 8601."""

    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds") + "Z"
        assert isinstance(value, date)  # noqa: S101 - the views give no other type that JSON lacks
        return value.isoformat()

    return json.dumps(answer, ensure_ascii=False, indent=2, default=plain)


def why_text(answer: dict[str, Any], width: int = WIDTH) -> str:
    """The answer in lines of at most `width` cells; every section that has something, then what speaks against it."""
    lines = [f"{visible(answer['a'])} — {visible(answer['b'])}"]
    if "untraced" in answer:
        lines += ["", *wrapped(answer["untraced"], "", width)]
    elif not ties(answer):
        lines += ["", "No finding and no statement ties them."]
    for section, title in _TITLES.items():
        rows = answer.get(section)
        if not rows:
            continue
        lines += ["", title]
        if section == "explanations":
            lines += _explanations(rows, width)
            continue
        for row in rows:
            lines += _row_lines(section, row, width)
    if ties(answer) and not answer["against"] and "untraced" not in answer:
        lines += ["", _TITLES["against"], "  · nothing was found; that is no proof that there is nothing"]
    return "\n".join(lines) + "\n"


def _row_lines(section: str, row: Any, width: int) -> list[str]:
    if isinstance(row, str):
        return wrapped(visible(row), "  · ", width)
    if section == "what_if":
        return list(_what_if(row, width))
    if section == "positions":
        return [line for side in ("a", "b") for line in _runs(row, side, width)]
    if section == "hidden_rows":
        return list(_hidden_rows(row, width))
    return list(_finding(section, row, width))


def _explanations(rows: list[dict[str, Any]], width: int) -> Iterator[str]:
    """The explanations of each pair; where there are several pairs, each below its names."""
    pairs = [tuple(sorted((row["giver"], row["taker"]))) for row in rows]
    for at, row in enumerate(rows):
        if len(set(pairs)) > 1 and (at == 0 or pairs[at] != pairs[at - 1]):
            yield f"  {visible(pairs[at][0])} — {visible(pairs[at][1])}"
        yield from wrapped(visible(row["said"]), f"  {_share(float(row['probability'])):>6}  ", width)


def _what_if(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from wrapped(visible(row["answer"]), "  ", width)
    if row["would_tell"]:
        yield "    What would settle it:" if not row["told"] else "    What would make it surer:"
        for text in row["would_tell"]:
            yield from wrapped(visible(text), "    · ", width)


def _finding(section: str, row: dict[str, Any], width: int) -> Iterator[str]:
    facts = []
    for name, value in row.items():
        if name in (*_PROSE, "weights", "small", "evidence", *_TOLD_BELOW) and not isinstance(value, str):
            continue
        if value is None and name in _COUNTS:
            facts.append(f"{name} {FEW}")
        elif value is not None and value not in ([], {}):
            facts.append(f"{name} {_shown(value)}")
    told = _headline(section, row)
    if told:
        yield from wrapped(visible(told), f"  {row['grade']} ", width)
    yield from wrapped(" · ".join(facts), "    " if told else "  ", width)
    for text in row.get("reasons") or []:
        yield from wrapped(visible(text), "    + ", width)
    yield from (f"    {line}" for line in waterfall(row.get("weights") or [], width - 4))
    for text in row.get("against") or []:
        yield from wrapped(visible(text), "    − ", width)
    for text in row.get("alternatives") or []:
        yield from wrapped(visible(text), "    or: ", width)
    cited = row.get("evidence")
    if isinstance(cited, list) and cited:
        yield from wrapped(", ".join(map(visible, cited)), "    documents: ", width)


def _headline(section: str, row: dict[str, Any]) -> str:
    """One line for a row; empty for sections that are no findings. Ids, not names: `why` is for looking further."""
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
    return " ".join(say(reason) for reason in reasons)


def _hidden_rows(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from wrapped(visible(row["said"]), "  ", width)
    for one in row["lists"]:
        told = f"{_shown(one['contacts'])} of them in {one['dataset']}"
        yield from wrapped(visible(told + _listed(one["runs"], one["more_runs"], ", at rows ")), "    · ", width)


def _share(p: float) -> str:
    return "<0.1%" if p < 0.001 else f"{p:.1%}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {_shown(item)}" for key, item in value.items())
    return visible(str(value))


def _runs(row: dict[str, Any], side: str, width: int) -> list[str]:
    listed = _listed(row[f"{side}_runs"], row[f"{side}_more_runs"], ": ")
    return wrapped(f"{visible(row[side])}: {row[f'{side}_rows']:,} rows{listed}", "  ", width)


def _listed(runs: list[list[int]], further: int, before: str) -> str:
    if not runs:
        return ""
    told = [f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs]
    return before + ", ".join(told) + (f" … and {further:,} more runs" if further else "")
