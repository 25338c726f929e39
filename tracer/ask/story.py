"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Composes rows of the documented views into short sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

_STRONG = 0.5
"""Findings under this probability are left to the queries."""
_SENTENCES = 3
"""Reasons, and as many objections, that are told of one finding; the rest is counted."""
_ITEMS = 8
"""Findings that are told of one kind; the rest is counted."""


@dataclass(frozen=True)
class Finding:
    """One finding: a headline and what stands behind it."""

    headline: str
    grade: str = ""
    """G0 to G5, where it has one."""
    sureness: str = ""
    """How sure, in words and numbers."""
    items: Sequence[str] = ()
    """What the headline speaks of, one line each."""
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """Findings of one kind."""

    title: str
    findings: Sequence[Finding]
    more: int = 0
    """How many were left out."""
    query: str = ""
    """The named query that gives all of them."""
    note: str = ""
    """What a reader must know of the section."""


@dataclass
class _Names:
    """Party ids as people know them."""

    by_id: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, party: str) -> str:
        name, role = self.by_id.get(party, ("", ""))
        label = f"{name} ({party})" if name else party
        return f"{label}, {role.replace('_', ' ')}" if role else label

    def short(self, party: str) -> str:
        name, _ = self.by_id.get(party, ("", ""))
        return name or party


def story(con: duckdb.DuckDBPyConnection) -> list[Section]:
    """All sections that have something to say, the weightiest first."""
    rows = _rows(con, "SELECT party, name, role FROM views.parties ORDER BY party")
    names = _Names({row["party"]: (row["name"] or "", row["role"] or "") for row in rows})
    sections = (
        _retention(con, names),
        _chains(con, names),
        _attributions(con, names),
        _campaigns(con),
        _derivations(con),
        _claims(con, names),
        _contradictions(con, names),
        _lists(con),
        _replies(con, names),
    )
    return [section for section in sections if section.findings or section.note]


def _rows(con: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    cursor = con.execute(statement)
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _retention(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(
        con,
        "SELECT t.*, r.ends FROM views.retention t LEFT JOIN views.releases r USING (release)"
        f" WHERE probability >= {_STRONG} AND reading <> 'held'"
        " ORDER BY t.release, reading = 'retained' DESC, first_seen, seen_in",
    )
    by_release: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_release.setdefault(row["release"], []).append(row)
    # A copy that was kept after its end comes before one that was passed on, a better grade before a lesser.
    order = sorted(by_release.values(), key=lambda seen: (seen[0]["reading"] != "retained", *_by_grade(seen[0])))
    held = _rows(con, "SELECT count(*) AS n FROM views.retention WHERE reading = 'held'")[0]["n"]
    note = (
        f"{held} further lists are with the recipients of their copies in time, which is no reproach." if held else ""
    )
    return _section(
        "Who kept a client's list, or passed it on", [_kept(seen, names) for seen in order], "retention", note
    )


def _kept(seen: list[dict[str, Any]], names: _Names) -> Finding:
    """One copy and all lists that it is behind; the reasons are those of the first, the weightiest."""
    first = seen[0]
    ends = f" to be used until {first['ends']}" if first["ends"] is not None else ""
    lists = "this list" if len(seen) == 1 else "these lists"
    return Finding(
        f"{names.of(first['vendor'])}, was given {first['release']} by {names.short(first['client'])}{ends}."
        f" It is behind {lists}:",
        items=tuple(
            f"{row['grade']} {_READINGS[row['reading'], row['after_end']]}: {row['seen_in']}, held by"
            f" {names.short(row['seen_with'])}{_since(row['first_seen'])}, {_sure(row['probability'])}"
            for row in seen
        ),
        reasons=first["reasons"],
        against=first["against"],
    )


def _by_grade(row: Mapping[str, Any]) -> tuple[int, str]:
    return -int(row["grade"][1:]), row["release"]


_READINGS = {
    ("retained", True): "KEPT after the end",
    ("passed_on", False): "passed on before the end",
    ("passed_on", None): "passed on",
}
"""(reading, after_end) in words."""


def _chains(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(con, "SELECT * FROM views.chains ORDER BY grade DESC, len(parties) DESC, parties, datasets")
    findings = [
        Finding(
            " → ".join(names.short(party) for party in row["parties"]) + _span(row["first_seen"], row["last_seen"]),
            row["grade"],
            f"by way of {', '.join(row['datasets'])}",
        )
        for row in rows
    ]
    return _section("Through which hands the lists went", findings, "resale-chains")


def _attributions(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(
        con,
        "SELECT a.*, d.holder FROM views.attributions a JOIN views.datasets d USING (dataset)"
        " WHERE accused ORDER BY a.grade DESC, dataset, release",
    )
    findings = [
        Finding(
            f"{row['dataset']} came from the copy {row['release']} that {names.short(row['recipient'])} received"
            + (" and holds" if row["holder"] == row["recipient"] else ""),
            row["grade"],
            _marks_seen(row),
            against=row["against"],
        )
        for row in rows
    ]
    return _section("Which copies are named by their canaries", findings, "attributions")


def _campaigns(con: duckdb.DuckDBPyConnection) -> Section:
    rows = _rows(
        con,
        "SELECT * FROM views.campaigns WHERE probability >= 0.5 AND NOT starts_with(reading, 'background')"
        " ORDER BY len(releases) = 0, probability DESC, length(campaign), campaign",
    )
    findings = [
        Finding(
            f"{row['campaign']}, {' and '.join(row['channels'])}: {row['hits']} hits on {row['numbers']} controlled"
            f" numbers{_span(row['first_at'].date(), row['last_at'].date())}: {row['reading']}",
            "",
            _sure(row["probability"]),
            against=row["against"],
        )
        for row in rows
    ]
    note = _rows(con, "SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")[0]["n"]
    told = f"{note} further hits belong to no campaign." if note and rows else ""
    return _section("What calls and messages that reached canaries show", findings, "campaigns", told)


def _marks_seen(row: Mapping[str, Any]) -> str:
    seen = _count(row["canaries_seen"])
    chance = (
        "" if row["chance"] is None else f"; chance of that in a list that does not come from it {row['chance']:.2g}"
    )
    return f"{seen} of its {row['canaries_planted']} canaries are in it{chance}"


def _derivations(con: duckdb.DuckDBPyConnection) -> Section:
    rows = _rows(
        con,
        f"SELECT * FROM views.derivations WHERE probability >= {_STRONG} ORDER BY probability DESC, parent, child",
    )
    findings = [
        Finding(
            f"{row['parent']} → {row['child']}",
            row["grade"],
            f"{_sure(row['probability'])}, {_count(row['shared'])} shared contacts",
            against=row["against"][:1],
        )
        for row in rows
    ]
    return _section("Which list was copied from which", findings, "derivations")


def _claims(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(
        con,
        "SELECT * FROM views.claims WHERE verdict NOT IN ('untested', 'untestable')"
        " ORDER BY verdict = 'contradicted' DESC, claim",
    )
    findings = [
        Finding(
            f"{row['verdict'].upper()}: {names.short(row['party'])} says {row['kind'].replace('_', ' ')}"
            + (f" of {row['dataset']}" if row["dataset"] else "")
            + (f" — “{row['quote']}”" if row["quote"] else ""),
            row["grade"],
            "" if row["p_value"] is None else f"p = {row['p_value']:.2g}",
            against=row["alternatives"],
        )
        for row in rows
    ]
    untested = _rows(con, "SELECT count(*) AS n FROM views.claims WHERE verdict IN ('untested', 'untestable')")[0]["n"]
    return _section(
        "What parties say, and what the lists say",
        findings,
        "claims",
        f"{untested} claims were not tested." if untested else "",
    )


def _contradictions(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(con, "SELECT * FROM views.contradictions WHERE what <> 'claim against data' ORDER BY about, claim_a")
    findings = [
        Finding(
            f"About {names.short(row['about'])}, {row['claim_kind'].replace('_', ' ')}:"
            f" {names.short(row['party_a'])} says {_number(row['value_a'])},"
            f" {names.short(row['party_b'])} says {_number(row['value_b'])}",
            "",
            "" if row["factor"] is None else f"{row['factor']:,.0f} times apart",
        )
        for row in rows
    ]
    return _section("Statements that contradict each other", findings, "contradictions")


def _lists(con: duckdb.DuckDBPyConnection) -> Section:
    row = _rows(
        con,
        "SELECT count(*) AS lists, coalesce(sum(rows), 0) AS n, coalesce(sum(rejected), 0) AS rejected"
        " FROM views.datasets",
    )[0]
    note = f"{row['lists']} lists, {row['n']:,} rows, of which {row['rejected']:,} gave no usable identifier."
    return _section("The lists", [], "datasets", note)


def _replies(con: duckdb.DuckDBPyConnection, names: _Names) -> Section:
    rows = _rows(
        con,
        "SELECT r.party, r.state FROM views.replies r WHERE r.party IN ("
        f" SELECT vendor FROM views.retention WHERE probability >= {_STRONG} AND reading <> 'held'"
        " UNION SELECT recipient FROM views.attributions WHERE accused) ORDER BY r.party",
    )
    findings = [Finding(f"{names.of(row['party'])}: {row['state']}") for row in rows]
    return _section("Right of reply of those who are named", findings, "")


def _section(title: str, findings: Sequence[Finding], query: str, note: str = "") -> Section:
    return Section(title, findings[:_ITEMS], max(0, len(findings) - _ITEMS), query, note)


def told(sentences: Sequence[str]) -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(sentences) - _SENTENCES
    return [*sentences[:_SENTENCES], *([f"(and {more} more: tracer why)"] if more > 0 else [])]


def _sure(probability: float) -> str:
    shown = ">99.9%" if probability > 0.999 else f"{probability:.1%}"
    return f"probability {shown}"


def _count(count: int | None) -> str:
    return "<20" if count is None else f"{count:,}"


def _since(day: date | None) -> str:
    return "" if day is None else f" on {day.isoformat()}"


def _span(first: date | None, last: date | None) -> str:
    days = [day.isoformat() for day in (first, last) if day is not None]
    return f"  [{' to '.join(dict.fromkeys(days))}]" if days else ""


def _number(value: Any) -> str:
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    return f"{number:,.0f}" if number >= 1000 else f"{number:g}"
