"""How a case is: its lists and parties, what was traced when, what has changed since, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from tracer.ask.named import ValueRows
from tracer.case.case import Case
from tracer.disclosure import reason_of
from tracer.documents import json_of
from tracer.findings.statements import Statement, replies, statements
from tracer.stages import facts_now
from tracer.wording import data_word, say, word

_HELD = "current AND purged_at IS NULL"
"""Datasets whose contents are here: the lists that `findings` counts, too."""
_REJECTED = 0.2
"""Share of a list's rows without an identifier from which somebody should look."""
_NO_ROLE = "without a role"
_RECENT = 90
"""Days for which the status shows what a watch has reported."""
_SHOWN = 3
"""Names of one kind that are shown; the rest is counted."""


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a person."""

    what: str
    names: tuple[str, ...]

    def sentence(self, lang: str) -> str:
        """Who or what it is, and the command that answers it."""
        names = _join_items(self.names[:_SHOWN], lang)
        return data_word("status-waiting", self.what, lang, names=names, more=max(0, len(self.names) - _SHOWN))


@dataclass(frozen=True)
class CaseStatus:
    """A case at a glance."""

    case: str
    region: str
    lists: int
    rows: int
    newest: str | None
    parties: Mapping[str, int]
    """Role -> parties; those without a role under `without a role`."""
    copies: int
    canaries: int
    signals: int
    traced: datetime | None
    """When the last trace ended (UTC)."""
    run: int | None
    findings: int
    changed: tuple[str, ...]
    """Facts that findings rest on (`stages.facts_now`) and that have changed since the last trace."""
    waiting: tuple[Waiting, ...]

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The row that the command prints."""
        said = {"changed": self.what_changed(lang), "waiting": tuple(each.sentence(lang) for each in self.waiting)}
        return asdict(self) | said

    def what_changed(self, lang: str) -> tuple[str, ...]:
        """What has changed since the last trace, as people call it."""
        return tuple(data_word("status-fact", name, lang) for name in self.changed)

    def lines(self, lang: str = "en") -> Iterator[str]:
        """The screen."""
        yield f"{self.case} ({self.region})"
        yield ""
        if not self.lists:
            yield word("status-no-lists", lang)
        else:
            yield word("status-lists", lang, lists=self.lists, rows=self.rows, newest=self.newest or "")
        if self.parties:
            words = {_NO_ROLE: "none"}
            roles = [
                f"{count} {data_word('page-role', words.get(role, role), lang)}" for role, count in self.parties.items()
            ]
            yield word("status-parties", lang, n=sum(self.parties.values()), roles=_join_items(roles, lang))
        if self.copies or self.canaries:
            yield word("status-copies", lang, copies=self.copies, canaries=self.canaries, signals=self.signals)
        if self.traced is None:
            yield word("status-never-traced", lang)
        else:
            at = f"{self.traced:%Y-%m-%d %H:%M}"
            yield word("status-traced", lang, run=str(self.run), at=at, findings=self.findings)
            since = _join_items(self.what_changed(lang), lang)
            yield word("status-changed", lang, what=since) if since else word("status-unchanged", lang)
        yield ""
        yield word("status-waiting-head", lang) if self.waiting else word("status-nothing-waits", lang)
        yield from (f"· {each.sentence(lang)}" for each in self.waiting)


def _join_items(items: Sequence[str], lang: str) -> str:
    return (", " if lang == "en" else "、").join(items)


def status(case: Case, day: date) -> CaseStatus:
    """The status of a case on a day."""
    con = case.con
    ((lists, rows, newest, copies, canaries, signals),) = con.execute(
        "SELECT count(*), coalesce(sum(rows), 0), max_by(id, no), (SELECT count(*) FROM release),"
        f" (SELECT count(*) FROM canary), (SELECT count(*) FROM signal) FROM dataset WHERE {_HELD}"
    ).fetchall()
    parties = con.execute(
        f"SELECT coalesce(role, '{_NO_ROLE}'), count(*) FROM party WHERE merged_into IS NULL"
        " GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    found = [one for one in statements(ValueRows(con)) if one.kind != "held"] if lists else []
    last = con.execute('SELECT run, "at", facts FROM trace_run ORDER BY run DESC LIMIT 1').fetchone()
    run, traced, facts = last or (None, None, None)
    before = None if facts is None else json_of(facts)
    changed = [] if before is None else [name for name, one in facts_now(con).items() if before.get(name) != one]
    return CaseStatus(
        case=case.name,
        region=case.region,
        lists=int(lists),
        rows=int(rows),
        newest=newest,
        parties=dict(parties),
        copies=copies,
        canaries=canaries,
        signals=signals,
        traced=traced,
        run=run,
        findings=len(found),
        changed=tuple(changed),
        waiting=tuple(_waiting_items(case, found, day)),
    )


def _waiting_items(case: Case, found: Sequence[Statement], day: date) -> Iterator[Waiting]:
    con = case.con

    def names(query: str, **bound: object) -> tuple[str, ...]:
        return tuple(row[0] for row in con.execute(query, bound).fetchall())

    # Whom findings say something against; what waits for their answer, and who was not asked at all.
    holders = dict(con.execute("SELECT dataset, holder FROM views.datasets ORDER BY dataset").fetchall())
    blamed = dict.fromkeys(
        party
        for one in found
        if one.of("retention", "attribution", "claim")
        for party in replies.accused_parties(one, holders)
    )
    asked = names("SELECT party FROM reply ORDER BY party")
    waits = {
        "leak": tuple(
            say(reason_of(reading))
            for (reading,) in con.execute(
                "SELECT reading FROM conclusion WHERE json_extract_string(facts, '$.kind') IS NOT NULL AND"
                " json_extract_string(state, '$.sure') IS DISTINCT FROM 'cannot-be-told' AND \"at\" > $since"
                " QUALIFY row_number() OVER (PARTITION BY thread ORDER BY version DESC) = 1 ORDER BY no DESC",
                {"since": day - timedelta(days=_RECENT)},
            ).fetchall()
        ),
        "unreached": names("SELECT value FROM meta WHERE name = 'alarm:fault' AND value <> ''"),
        "untold": names("SELECT channel || ' (' || fault || ')' FROM views.untold ORDER BY channel"),
        "aside": names("SELECT CAST(count(*) AS VARCHAR) FROM set_aside WHERE done_at IS NULL HAVING count(*) > 0"),
        "unplanted": (str(bare),) if (bare := home_canaries_not_seen(con)) else (),
        "same-party": names("SELECT a || ' / ' || b FROM party_suggestion ORDER BY score DESC, a, b"),
        "not-asked": tuple(party for party in blamed if party not in asked),
        "no-answer": names(
            "SELECT party FROM reply WHERE answered IS NULL AND deadline < $day ORDER BY deadline, party", day=day
        ),
        "rejected": names(
            f"SELECT id FROM dataset WHERE {_HELD} AND rejected > $share * rows"
            " AND origin NOT IN ('refusals', 'register') ORDER BY id",
            share=_REJECTED,
        ),
        "without-day": names(
            "SELECT id FROM dataset WHERE current AND obtained IS NULL AND created IS NULL ORDER BY id"
        ),
    }
    return (Waiting(what, who) for what, who in waits.items() if who)


def home_canaries_not_seen(con: duckdb.DuckDBPyConnection) -> int:
    """Home canaries that no loaded list of one's own holds: not entered, or the list was not loaded since."""
    row = con.execute(
        "SELECT count(*) FROM canary AS c WHERE c.kind = 'home' AND NOT EXISTS (SELECT 1 FROM membership AS m"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current AND d.origin = 'own' WHERE m.key IN (c.phone, c.email))"
    ).fetchone()
    return 0 if row is None else int(row[0])
