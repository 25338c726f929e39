"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Composes rows of the documented views into short sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tracer.ask.named import find_query, run_query
from tracer.ask.render import json_rows
from tracer.ask.story_parts import Finding, Section, rows_of, section
from tracer.ask.story_trade import claims, contradictions, lines, refusals
from tracer.ask.warnings import warned
from tracer.dossier.replies import reply_state
from tracer.export.wording import Names, Wording, plural
from tracer.findings.attribution import COPY_UNKNOWN

_STRONG = 0.5
"""Findings under this probability are left to the queries."""
_SENTENCES = 3
"""Reasons, and as many objections, that are told of one finding; the rest is counted."""


def story(con: duckdb.DuckDBPyConnection, *, untraced: str = "") -> list[Section]:
    """All sections that have something to say, the weightiest first.

    untraced: that findings are not those of the case as it is now (`stages.untraced`); it comes before all of them.
    """
    rows = rows_of(con, "SELECT party, name, role FROM views.parties ORDER BY party")
    words = Wording(Names({row["party"]: (row["name"] or "", row["role"] or "") for row in rows}))
    sections = (
        section("Not up to date", [], "", untraced),
        warned(con),
        _retention(con, words),
        _chains(con, words),
        _attributions(con, words),
        _campaigns(con, words),
        _derivations(con, words),
        claims(con, words),
        contradictions(con, words),
        _sales(con),
        lines(con, words),
        refusals(con, words),
        _lists(con),
        _replies(con, words),
    )
    return [each for each in sections if each.findings or each.note]


def _retention(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = rows_of(
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
    held = rows_of(con, "SELECT count(*) AS n FROM views.retention WHERE reading = 'held'")[0]["n"]
    note = (
        f"{held} further lists are with the recipients of their copies in time, which is no reproach." if held else ""
    )
    return section(
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
    rows = rows_of(con, "SELECT * FROM views.chains ORDER BY grade DESC, len(parties) DESC, parties, datasets")
    findings = [
        Finding(
            words.chain(row),
            row["grade"],
            words.chain_by(row),
        )
        for row in rows
    ]
    return section("Through which hands the lists went", findings, "resale-chains")


def _attributions(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = rows_of(
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
    findings += [
        Finding(words.unknown_copy(row), row["grade"], "", against=row["against"]) for row in _unknown_copies(con)
    ]
    return section("Which copies are named by their marks", findings, "attributions")


def _unknown_copies(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Lists of hashes that hold a client's rows and name no copy: one row for each list and client."""
    rows = rows_of(
        con,
        "SELECT a.dataset, d.holder AS client, a.grade, a.against FROM views.attributions a"
        " JOIN views.releases r USING (release) JOIN views.datasets d ON d.dataset = r.dataset"
        f" WHERE NOT accused AND len(list_filter(a.reasons, lambda reason: reason.code = '{COPY_UNKNOWN}')) > 0"
        " ORDER BY a.dataset, client, release",
    )
    found: dict[tuple[object, object], dict[str, Any]] = {}
    for row in rows:
        found.setdefault((row["dataset"], row["client"]), row | {"against": row["against"][-1:]})
    return list(found.values())


def _campaigns(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = rows_of(
        con,
        "SELECT * FROM views.campaigns WHERE probability >= 0.5 AND reading.code <> 'campaign-background'"
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
    note = rows_of(con, "SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")[0]["n"]
    told = f"{note} further hits belong to no campaign." if note and rows else ""
    return section("What calls and messages that reached canaries show", findings, "campaigns", told)


def _days(row: Mapping[str, Any]) -> str:
    return " to ".join(dict.fromkeys(str(row[name].date()) for name in ("first_at", "last_at")))


def _derivations(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = rows_of(
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
    return section("Which list was copied from which", findings, "derivations")


def _sales(con: duckdb.DuckDBPyConnection) -> Section:
    rows = json_rows(run_query(con, find_query("sales")))
    findings = [Finding(str(row["text"]), row["grade"] or "") for row in rows]
    return section("What documents say of sales, and what the lists say", findings, "sales")


def _lists(con: duckdb.DuckDBPyConnection) -> Section:
    row = rows_of(
        con,
        "SELECT count(*) AS lists, coalesce(sum(rows), 0) AS n, coalesce(sum(rejected), 0) AS rejected"
        " FROM views.datasets WHERE purged_at IS NULL",
    )[0]
    note = (
        f"{plural(row['lists'], 'list')}, {plural(row['n'], 'row')},"
        f" of which {row['rejected']:,} gave no usable identifier."
    )
    gone = rows_of(con, "SELECT dataset FROM views.datasets WHERE purged_at IS NOT NULL ORDER BY dataset")
    if gone:
        note += (
            f" The contents of {plural(len(gone), 'further list')} were purged:"
            f" {', '.join(str(one['dataset']) for one in gone)}."
        )
    return section("The lists", [], "datasets", note)


def _replies(con: duckdb.DuckDBPyConnection, words: Wording) -> Section:
    rows = rows_of(
        con,
        "SELECT r.party, r.asked, r.deadline, r.answered FROM views.replies r WHERE r.party IN ("
        f" SELECT vendor FROM views.retention WHERE probability >= {_STRONG} AND reading <> 'held'"
        " UNION SELECT recipient FROM views.attributions WHERE accused"
        " UNION SELECT unnest([party, about]) FROM views.claims WHERE verdict = 'contradicted')"
        " ORDER BY r.party, r.asked",
    )
    findings = [
        Finding(
            f"{words.party(row['party'])}: {words.reply(reply_state(row['asked'], row['deadline'], row['answered']))}"
        )
        for row in rows
    ]
    return section("Right of reply of those who are named", findings, "")


def told(sentences: Sequence[str]) -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(sentences) - _SENTENCES
    return [*sentences[:_SENTENCES], *([f"(and {more} more: tracer why)"] if more > 0 else [])]
