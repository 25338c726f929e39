"""Decides what is concluded: from signals by an alarm that holds for ever, from lists by what `attribute` finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from tracer.alarm.conclusion import LeakReport, ListSeen, SignalsHeard, with_list
from tracer.alarm.outbox import latest
from tracer.ask.attributing import attributions_of
from tracer.case.case import Case
from tracer.case.schema import read_meta
from tracer.findings.attribution import at_home
from tracer.findings.campaigns import read_signals
from tracer.findings.campaigns.leaks import SourceInUse, leaks_of
from tracer.findings.campaigns.posterior import Complaints
from tracer.policy import mask_text
from tracer.visible import label

_SIGNALS, _LISTS, _REGISTER = "alarm:signals", "alarm:lists", "alarm:register"
"""Named values: newest file of signals and newest list that were looked at; the register as it was."""
_AT_HOME = "G2"
"""Grade of a list of somebody else that holds home canaries: they cannot run backwards, and name no copy."""
_SHOWN, _SUBJECT = 10, 80
"""Mails that a message lists, and characters of a subject."""


@dataclass(frozen=True)
class Look:
    """What a case holds that may not have been looked at."""

    signals: int
    lists: int
    register: str

    def keep(self, case: Case) -> None:
        """All this was looked at; call it in the transaction that keeps what was concluded."""
        case.set_meta(_SIGNALS, str(self.signals))
        case.set_meta(_LISTS, str(self.lists))
        case.set_meta(_REGISTER, self.register)


def look_at(con: duckdb.DuckDBPyConnection) -> Look:
    """The case as it is now."""
    row = con.execute(
        "SELECT (SELECT coalesce(max(no), 0) FROM signal_file), (SELECT coalesce(max(no), 0) FROM dataset),"
        " (SELECT count(*) || ' ' || coalesce(CAST(max(imported_at) AS VARCHAR), '') FROM canary) || '|'"
        " || (SELECT count(*) || ' ' || coalesce(CAST(max(registered_at) AS VARCHAR), '') FROM release) || '|'"
        " || (SELECT count(*) FROM release_canary)"
    ).fetchone()
    assert row is not None  # noqa: S101 - a query without tables always gives a row
    return Look(int(row[0]), int(row[1]), str(row[2]))


def looked_at(con: duckdb.DuckDBPyConnection) -> Look | None:
    """The case as it was when it was last looked at; None where a watch never did."""
    lists = read_meta(con, _LISTS, "")
    if not lists:
        return None
    return Look(int(read_meta(con, _SIGNALS, "0")), int(lists), read_meta(con, _REGISTER, ""))


def begin(case: Case) -> None:
    """Lists that were loaded before a case is first watched are left to `trace`; its signals are all looked at."""
    if looked_at(case.con) is None:
        with case.transaction():
            Look(0, look_at(case.con).lists, "").keep(case)


def conclusions(case: Case, had: Look, now: Look, *, again: bool = False) -> list[LeakReport]:
    """What can be concluded, the gravest first; whether it is news is not asked. `again`: lists that were named before
    are attributed again, because a trace has found more about them.
    """
    con = case.con
    known = {one.thread: one for one in (kept.conclusion for kept in latest(con)) if one is not None}
    found: dict[str, LeakReport] = {}
    if now.signals > had.signals or now.register != had.register:
        for leak in _leaks(con, had, now, known.values()):
            # Rounded as it is said, so that a change too small to be read is not reported.
            likely, counts = round(leak.probability, 4), (leak.numbers, leak.planted, leak.knew, leak.others)
            mails = tuple(_mails(con, leak))
            heard = SignalsHeard(leak.first, leak.last, leak.channels, *counts, likely, leak.copies, mails)
            one = LeakReport(leak.kind, leak.subject, heard)
            found[one.thread] = replace(one, lists=known.get(one.thread, one).lists)
    for kind, subject, seen in _lists(con, had, known.values(), again=again):
        one = LeakReport(kind, subject)
        one = found.get(one.thread) or known.get(one.thread) or one
        found[one.thread] = replace(one, lists=with_list(one, seen))
    return sorted(found.values(), key=LeakReport.order)


def _leaks(con: duckdb.DuckDBPyConnection, had: Look, now: Look, known: Iterable[LeakReport]) -> list[SourceInUse]:
    since = None
    if now.register == had.register:
        row = con.execute('SELECT min("at") FROM signal WHERE file > $file', {"file": had.signals}).fetchone()
        if row is None or row[0] is None:
            return []
        # The case's clock may be a day ahead or behind.
        since = date.fromordinal(row[0].date().toordinal() - 1)
    before = [(one.kind, one.subject, one.heard.first, one.heard.last) for one in known if one.heard is not None]
    reading = read_signals(con)
    return leaks_of(reading, Complaints(con), before, since)


def _mails(con: duckdb.DuckDBPyConnection, leak: SourceInUse) -> Iterator[dict[str, Any]]:
    """The newest hits behind it, as a message may show them: no number and no address is in them."""
    files, lines, canaries = (list(column) for column in zip(*leak.hits, strict=True)) if leak.hits else ([], [], [])
    rows = con.execute(
        'SELECT s."at", s.channel, s.caller, s.subject, s.timed FROM signal s JOIN (SELECT'
        " unnest(CAST($files AS INTEGER[])) AS file, unnest(CAST($rows AS BIGINT[])) AS row,"
        " unnest(CAST($canaries AS INTEGER[])) AS canary) h USING (file, row, canary)"
        ' ORDER BY s."at" DESC, file, row, canary LIMIT $most',
        {"files": files, "rows": lines, "canaries": canaries, "most": _SHOWN},
    ).fetchall()
    for at, channel, caller, subject, timed in reversed(rows):
        sender = mask_text(label((caller or "").rpartition("@")[2] if channel == "email" else caller or ""))
        # A stranger's subject as a message may show it: no number, no link that a reader could follow, no markup.
        said = mask_text(label(" ".join((subject or "").split())))[:_SUBJECT]
        about = re.sub(r"[*_`~<>|\[\]]", " ", re.sub(r"(?i)http", "hxxp", said.replace("://", ": //")))
        yield {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "channel": channel, "from": sender, "subject": about, "timed": timed}


def _lists(
    con: duckdb.DuckDBPyConnection, had: Look, known: Iterable[LeakReport], *, again: bool
) -> list[tuple[str, str, list[ListSeen]]]:
    """(kind and subject of what leaked, lists that come from it), of lists that are new."""
    named = {one.dataset for conclusion in known for one in conclusion.lists} if again else set()
    rows = con.execute(
        "SELECT id, holder FROM dataset WHERE current AND purged_at IS NULL AND origin IS DISTINCT FROM 'own'"
        " AND (no > $no OR id IN (SELECT unnest($named))) ORDER BY id",
        {"no": had.lists, "named": sorted(named)},
    ).fetchall()
    found: dict[tuple[str, str], list[ListSeen]] = {}
    holders = dict(rows)
    for dataset, client in at_home(con):
        if dataset in holders:
            found.setdefault(("client", client), []).append(ListSeen(dataset, holders[dataset], _AT_HOME, None))
    for dataset, holder in rows:
        for row in attributions_of(con, dataset).rows():
            if row["accused"]:
                found.setdefault(("release", row["release"]), []).append(
                    ListSeen(dataset, holder, row["grade"], row["error"])
                )
    return [(*about, lists) for about, lists in sorted(found.items())]
