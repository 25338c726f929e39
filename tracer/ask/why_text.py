"""The answer of `why` for people: one block a section, the waterfall as bars, what speaks against it at the end."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from tracer.ask.render import printable
from tracer.ask.result import FEW
from tracer.ask.why import ties
from tracer.export.wording import Names, Wording

BAR = 24
"""Cells of the longest bar of a waterfall."""

_TITLES = {
    "derivations": "Derivation", "overlaps": "Overlap", "attributions": "Attribution", "retention": "Retention",
    "relations": "Relations", "claims": "Claims", "releases": "Releases", "chains": "Resale chains",
    "hidden": "Proposed hidden datasets", "canaries": "Canaries", "dates": "Dates", "positions": "Rows in common",
    "other_sources": "Other sources of the same dataset", "judgements": "Judgements", "evidence": "Documents",
    "replies": "Right of reply", "against": "What speaks against it",
}  # fmt: skip
# Counts that are not told are NULL in the views.
_COUNTS = ("shared", "rows_matched", "canaries_seen", "contacts", "excess", "share_of_child")
# Ids, not names: an answer of `why` is for looking further.
_WORDS = Wording(Names())
_PROSE = ("reasons", "against", "alternatives")
_ORDER = (
    "derivations", "attributions", "retention", "relations", "claims", "releases", "chains", "hidden", "overlaps",
    "positions", "canaries", "dates", "other_sources", "judgements", "evidence", "replies", "against",
)  # fmt: skip


def why_json(answer: dict[str, Any]) -> str:
    """The answer as JSON, dates in ISO 8601."""

    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds") + "Z"
        assert isinstance(value, date)  # noqa: S101 - the views give no other type that JSON lacks
        return value.isoformat()

    return json.dumps(answer, ensure_ascii=False, indent=2, default=plain)


def why_text(answer: dict[str, Any]) -> str:
    """The answer as text; every section that has something, then what speaks against it."""
    lines = [f"{printable(answer['a'])} — {printable(answer['b'])}"]
    if not ties(answer):
        lines += ["", "No finding and no statement ties them. (Has `tracer trace` run since the last load?)"]
    for section in _ORDER:
        rows = answer.get(section)
        if not rows:
            continue
        lines += ["", _TITLES[section]]
        for row in rows:
            lines += [f"  · {printable(row)}"] if isinstance(row, str) else _row_lines(section, row)
    if ties(answer) and not answer["against"]:
        lines += ["", _TITLES["against"], "  · nothing was found; that is no proof that there is nothing"]
    return "\n".join(lines) + "\n"


def _row_lines(section: str, row: dict[str, Any]) -> list[str]:
    if section == "positions":
        return [_runs(row, side) for side in ("a", "b")]
    facts = []
    for name, value in row.items():
        if name in (*_PROSE, "weights", "small", "evidence") and not isinstance(value, str):
            continue
        if value is None and name in _COUNTS:
            facts.append(f"{name} {FEW}")
        elif value is not None and value not in ([], {}):
            facts.append(f"{name} {_shown(value)}")
    told = _WORDS.headline(section, row)
    lines = [f"  {row['grade']} {printable(told)}"] if told else []
    lines.append("  " + ("  " if told else "") + " · ".join(facts))
    lines += [f"    + {printable(text)}" for text in row.get("reasons") or []]
    lines += _waterfall(row.get("weights") or [])
    lines += [f"    − {printable(text)}" for text in row.get("against") or []]
    lines += [f"    or: {printable(text)}" for text in row.get("alternatives") or []]
    cited = row.get("evidence")
    if isinstance(cited, list) and cited:
        lines.append(f"    documents: {', '.join(map(printable, cited))}")
    return lines


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
    return printable(str(value))


def _waterfall(weights: list[dict[str, Any]]) -> list[str]:
    """One bar a signal, in nats: to the right for the edge, to the left against it."""
    longest = max((abs(float(weight["weight"])) for weight in weights), default=0.0)
    if longest == 0.0:
        return []
    wide = max(len(str(weight["signal"])) for weight in weights)
    lines = []
    for weight in weights:
        nats = float(weight["weight"])
        bar = ("█" if nats >= 0 else "░") * max(1, round(BAR * abs(nats) / longest))
        text = printable(str(weight.get("text") or weight.get("value") or ""))
        lines.append(f"    {printable(str(weight['signal'])):<{wide}} {nats:+9.2f} {bar}  {text}")
    return lines


def _runs(row: dict[str, Any], side: str) -> str:
    runs = [f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in row[f"{side}_runs"]]
    more = f" … and {row[f'{side}_more_runs']:,} more runs" if row[f"{side}_more_runs"] else ""
    return f"  {printable(row[side])}: {row[f'{side}_rows']:,} rows: {', '.join(runs)}{more}"
