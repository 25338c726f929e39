"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Composes rows of the documented views into short sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tracer.dossier.replies import reply_state
from tracer.export.wording import Names, Wording

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


def story(con: duckdb.DuckDBPyConnection) -> list[Section]:
    """All sections that have something to say, the weightiest first."""
    rows = _rows(con, "SELECT party, name, role FROM views.parties ORDER BY party")
    words = Wording(Names({row["party"]: (row["name"] or "", row["role"] or "") for row in rows}))
    sections = (
        _retention(con, words),
        _chains(con, words),
        _attributions(con, words),
        _campaigns(con, words),
        _derivations(con, words),
        _claims(con, words),
        _contradictions(con, words),
        _lists(con),
        _replies(con, words),
    )
    return [section for section in sections if section.findings or section.note]


def _rows(con: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    cursor = con.execute(statement)
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _retention(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
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
        "Who kept a client's list, or passed it on", [_kept(seen, words) for seen in order], "retention", note
    )


def _kept(seen: list[dict[str, Any]], words: Wording) -> Finding:
    """One copy and all lists that it is behind; the reasons are those of the first, the weightiest."""
    first = seen[0]
    return Finding(
        words.kept_given(first, first["ends"], len(seen)),
        items=tuple(words.kept_item(row) for row in seen),
        reasons=first["reasons"],
        against=first["against"],
    )


def _by_grade(row: Mapping[str, Any]) -> tuple[int, str]:
    return -int(row["grade"][1:]), row["release"]


def _chains(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(con, "SELECT * FROM views.chains ORDER BY grade DESC, len(parties) DESC, parties, datasets")
    findings = [
        Finding(
            words.chain(row),
            row["grade"],
            words.chain_by(row),
        )
        for row in rows
    ]
    return _section("Through which hands the lists went", findings, "resale-chains")


def _attributions(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(
        con,
        "SELECT a.*, d.holder FROM views.attributions a JOIN views.datasets d USING (dataset)"
        " WHERE accused ORDER BY a.grade DESC, dataset, release",
    )
    findings = [
        Finding(
            words.named(row, row["holder"]),
            row["grade"],
            words.marks(row),
            against=row["against"],
        )
        for row in rows
    ]
    return _section("Which copies are named by their canaries", findings, "attributions")


def _campaigns(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(
        con,
        "SELECT * FROM views.campaigns WHERE probability >= 0.5 AND NOT starts_with(reading, 'background')"
        " ORDER BY len(releases) = 0, probability DESC, length(campaign), campaign",
    )
    findings = [
        Finding(
            f"{row['campaign']}, {' and '.join(row['channels'])}: {row['hits']} hits on {row['numbers']} controlled"
            f" numbers  [{_days(row)}]: {row['reading']}",
            "",
            words.sure(row["probability"]),
            against=row["against"],
        )
        for row in rows
    ]
    note = _rows(con, "SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")[0]["n"]
    told = f"{note} further hits belong to no campaign." if note and rows else ""
    return _section("What calls and messages that reached canaries show", findings, "campaigns", told)


def _days(row: Mapping[str, Any]) -> str:
    return " to ".join(dict.fromkeys(str(row[name].date()) for name in ("first_at", "last_at")))


def _derivations(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(
        con,
        f"SELECT * FROM views.derivations WHERE probability >= {_STRONG} ORDER BY probability DESC, parent, child",
    )
    findings = [
        Finding(
            words.copied(row),
            row["grade"],
            words.copied_sure(row),
            against=row["against"][:1],
        )
        for row in rows
    ]
    return _section("Which list was copied from which", findings, "derivations")


def _claims(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(
        con,
        "SELECT * FROM views.claims WHERE verdict NOT IN ('untested', 'untestable')"
        " ORDER BY verdict = 'contradicted' DESC, claim",
    )
    findings = [
        Finding(
            words.claim(row),
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


def _contradictions(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(con, "SELECT * FROM views.contradictions WHERE what <> 'claim against data' ORDER BY about, claim_a")
    findings = [
        Finding(
            words.contradiction(row),
            "",
            words.apart(row),
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


def _replies(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = _rows(
        con,
        "SELECT r.party, r.asked, r.deadline, r.answered FROM views.replies r WHERE r.party IN ("
        f" SELECT vendor FROM views.retention WHERE probability >= {_STRONG} AND reading <> 'held'"
        " UNION SELECT recipient FROM views.attributions WHERE accused) ORDER BY r.party, r.asked",
    )
    findings = [
        Finding(
            f"{words.party(row['party'])}: {words.reply(reply_state(row['asked'], row['deadline'], row['answered']))}"
        )
        for row in rows
    ]
    return _section("Right of reply of those who are named", findings, "")


def _section(title: str, findings: Sequence[Finding], query: str, note: str = "") -> Section:
    return Section(title, findings[:_ITEMS], max(0, len(findings) - _ITEMS), query, note)


def told(sentences: Sequence[str]) -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(sentences) - _SENTENCES
    return [*sentences[:_SENTENCES], *([f"(and {more} more: tracer why)"] if more > 0 else [])]
