"""What is concluded of a copy, a database or a register: from signals by an alarm that holds for ever, from lists by
what `attribute` finds; and when that has changed enough to be reported again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import duckdb

from tracer.alarm.outbox import keep
from tracer.ask.attributing import attributions_of
from tracer.case.case import Case
from tracer.case.schema import read_meta
from tracer.disclosure import SURE, Reason
from tracer.documents import json_of
from tracer.findings.attribution import at_home
from tracer.findings.campaigns import read_signals
from tracer.findings.campaigns.leaks import leaks_of
from tracer.policy import mask_text
from tracer.visible import label

_AT_HOME = "G2"
"""Grade of a list of somebody else that holds home canaries: they cannot run backwards, and name no copy."""
_SHOWN, _SUBJECT = 10, 80
"""Mails that a message lists, and characters of a subject."""
_SILENT = timedelta(days=30)
_WORDS = [word for _, word in SURE]


@dataclass(frozen=True)
class SignalsHeard:
    """What calls, messages and mail say of it."""

    first: date
    last: date
    hits: Mapping[str, int]
    """Channel → how many."""
    numbers: int
    planted: int
    knew: int
    others: int
    probability: float
    copies: int = 1
    """Copies of the client's lists that are on record: without one, only the database itself can be meant."""
    mails: tuple[Mapping[str, Any], ...] = ()
    """The newest of what it rests on: at, channel, from (a domain), subject, timed."""


@dataclass(frozen=True)
class ListSeen:
    """What a list shows of it."""

    dataset: str
    holder: str
    grade: str
    error: float | None


@dataclass(frozen=True)
class LeakReport:
    """What is reported of one copy, database or register. The store keeps it as the JSON of its fields."""

    kind: str
    subject: str
    heard: SignalsHeard | None = None
    lists: tuple[ListSeen, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> LeakReport:
        """From what the store keeps."""
        heard = kept["heard"]
        if heard is not None:
            days = {name: date.fromisoformat(heard[name]) for name in ("first", "last")}
            heard = SignalsHeard(**{**heard, **days, "mails": tuple(heard.get("mails", ()))})
        return cls(kept["kind"], kept["subject"], heard, tuple(ListSeen(**one) for one in kept["lists"]))

    @property
    def thread(self) -> str:
        """What its versions have in common."""
        return f"{'copy' if self.kind == 'release' else self.kind}:{self.subject}"

    @property
    def sure(self) -> str | None:
        """One of the five words, for what signals say; None where only lists speak."""
        return next(word for least, word in SURE if self.heard.probability >= least) if self.heard is not None else None

    def state(self) -> dict[str, Any]:
        """That of which a change is reported."""
        channels = sorted([*(self.heard.hits if self.heard is not None else ()), *(["list"] if self.lists else [])])
        grade, parties = max((one.grade for one in self.lists), default=None), {one.holder for one in self.lists}
        return {"sure": self.sure, "grade": grade, "channels": channels, "parties": sorted(parties)}


def is_news(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Whether a state is to be reported after another: a grade or a word that changed, a channel or party that is new.

    A word that falls by one is not news: it would come and go with every hit that belongs to somebody else."""
    if before is None or before["grade"] != now["grade"]:
        return True
    if set(now["channels"]) - set(before["channels"]) or set(now["parties"]) - set(before["parties"]):
        return True
    was, word = before["sure"], now["sure"]
    if was is None or word is None:
        return bool(was != word)
    fall = _WORDS.index(word) - _WORDS.index(was)
    return fall < 0 or fall > 1 or (fall == 1 and word == _WORDS[-1])


class KeptReport(NamedTuple):
    """The newest version of a thread."""

    version: int
    state: dict[str, Any]
    conclusion: LeakReport | None
    """None of a sign of life or a test."""


def latest(con: duckdb.DuckDBPyConnection) -> dict[str, KeptReport]:
    """The newest version of every thread."""
    rows = con.execute(
        "SELECT thread, version, state, facts FROM conclusion"
        " QUALIFY row_number() OVER (PARTITION BY thread ORDER BY version DESC) = 1 ORDER BY no"
    ).fetchall()
    kept = ((thread, version, json_of(state), json_of(facts)) for thread, version, state, facts in rows)
    return {
        thread: KeptReport(version, state, LeakReport.of(facts) if "heard" in facts else None)
        for thread, version, state, facts in kept
    }


def report(case: Case, found: Sequence[tuple[LeakReport, Reason]], channels: Sequence[str]) -> None:
    """Keep what is news, with a message for each channel. Call it in a transaction."""
    before, rank = latest(case.con), 0
    for one, reading in found:
        had, state = before.get(one.thread), one.state()
        if had is None and state["sure"] == "cannot-be-told":
            continue
        said = None if had is None or had.conclusion is None else had.conclusion.heard
        # A database may leak twice: what was silent for a month since it was reported is reported again.
        again = said is not None and one.heard is not None and one.heard.first > said.last + _SILENT
        if again or is_news(None if had is None else had.state, state):
            rank += 1
            version = 1 if had is None else had.version + 1
            keep(case, one.thread, asdict(one), reading, channels, version=version, state=state, rank=rank)


class Look(NamedTuple):
    """What a case holds that may not have been looked at: its newest file of signals and newest list, and the register
    as it is."""

    signals: int
    lists: int
    register: str

    def keep(self, case: Case) -> None:
        """All this was looked at; call it in the transaction that keeps what was concluded."""
        for name, value in zip(self._fields, self, strict=True):
            case.set_meta(f"alarm:{name}", str(value))


def look_at(con: duckdb.DuckDBPyConnection) -> Look:
    """The case as it is now."""
    (row,) = con.execute(
        "SELECT (SELECT coalesce(max(no), 0) FROM signal_file), (SELECT coalesce(max(no), 0) FROM dataset),"
        " (SELECT count(*) || ' ' || coalesce(CAST(max(imported_at) AS VARCHAR), '') FROM canary) || '|'"
        " || (SELECT count(*) || ' ' || coalesce(CAST(max(registered_at) AS VARCHAR), '') FROM release) || '|'"
        " || (SELECT count(*) FROM release_canary)"
    ).fetchall()
    return Look(*row)


def looked_at(con: duckdb.DuckDBPyConnection) -> Look | None:
    """The case as it was when it was last looked at; None where a watch never did."""
    signals, lists, register = (read_meta(con, f"alarm:{name}", "") for name in Look._fields)
    return Look(int(signals or 0), int(lists), register) if lists else None


def begin(case: Case) -> None:
    """Lists that were loaded before a case is first watched are left to `trace`; its signals are all looked at."""
    if looked_at(case.con) is None:
        with case.transaction():
            Look(0, look_at(case.con).lists, "").keep(case)


def conclusions(case: Case, had: Look, now: Look, *, again: bool = False) -> list[LeakReport]:
    """What can be concluded, the gravest first; whether it is news is not asked. `again`: lists that were named before
    are attributed again, because a trace has found more about them."""
    con = case.con
    known = {thread: kept.conclusion for thread, kept in latest(con).items() if kept.conclusion is not None}
    found: dict[str, LeakReport] = {}
    if now.signals > had.signals or now.register != had.register:
        for one in _leaks(con, had, now, known.values()):
            found[one.thread] = replace(one, lists=known.get(one.thread, one).lists)
    named = {one.dataset for conclusion in known.values() for one in conclusion.lists} if again else set[str]()
    for (kind, subject), seen in sorted(_lists(con, had, named).items()):
        one = LeakReport(kind, subject)
        one = found.get(one.thread) or known.get(one.thread) or one
        lists = {each.dataset: each for each in (*one.lists, *seen)}  # those that were looked at again replace others
        found[one.thread] = replace(one, lists=tuple(lists[dataset] for dataset in sorted(lists)))

    def gravity(one: LeakReport) -> tuple[object, ...]:
        likely = one.heard.probability if one.heard is not None else 0.0
        return -int((one.state()["grade"] or "G0")[1:]), -likely, one.thread

    return sorted(found.values(), key=gravity)


def _leaks(con: duckdb.DuckDBPyConnection, had: Look, now: Look, known: Iterable[LeakReport]) -> Iterator[LeakReport]:
    """What signals say, looking only at days since the newest that came where the register is as it was."""
    since = None
    if now.register == had.register:
        ((first,),) = con.execute('SELECT min("at") FROM signal WHERE file > $file', {"file": had.signals}).fetchall()
        if first is None:
            return
        since = first.date() - timedelta(days=1)  # the case's clock may be a day ahead or behind
    before = [(one.kind, one.subject, one.heard.first, one.heard.last) for one in known if one.heard is not None]
    for leak in leaks_of(read_signals(con), before, since):
        files, lines, canaries = ([hit[i] for hit in leak.hits] for i in range(3))
        rows = con.execute(
            'SELECT s."at", s.channel, s.caller, s.subject, s.timed FROM signal s JOIN (SELECT'
            " unnest(CAST($files AS INTEGER[])) AS file, unnest(CAST($rows AS BIGINT[])) AS row,"
            " unnest(CAST($canaries AS INTEGER[])) AS canary) h USING (file, row, canary)"
            ' ORDER BY s."at" DESC, file, row, canary LIMIT $most',
            {"files": files, "rows": lines, "canaries": canaries, "most": _SHOWN},
        ).fetchall()
        # Rounded as it is said, so that a change too small to be read is not reported.
        likely, counts = round(leak.probability, 4), (leak.numbers, leak.planted, leak.knew, leak.others)
        mails = tuple(_shown_hit(*row) for row in reversed(rows))
        heard = SignalsHeard(leak.first, leak.last, leak.channels, *counts, likely, leak.copies, mails)
        yield LeakReport(leak.kind, leak.subject, heard)


def _shown_hit(
    at: datetime, channel: str, caller: str | None, subject: str | None, timed: str | None
) -> dict[str, Any]:
    """A hit as a message may show it: no number, no address, no link that a reader could follow, no markup."""
    sender = mask_text(label((caller or "").rpartition("@")[2] if channel == "email" else caller or ""))
    said = mask_text(label(" ".join((subject or "").split())))[:_SUBJECT]
    about = re.sub(r"[*_`~<>|\[\]]", " ", re.sub(r"(?i)http", "hxxp", said.replace("://", ": //")))
    return {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "channel": channel, "from": sender, "subject": about, "timed": timed}


def _lists(con: duckdb.DuckDBPyConnection, had: Look, named: Iterable[str]) -> dict[tuple[str, str], list[ListSeen]]:
    """(kind and subject of what leaked) → lists that come from it, of lists that are new or `named`."""
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
                seen = ListSeen(dataset, holder, row["grade"], row["error"])
                found.setdefault(("release", row["release"]), []).append(seen)
    return found
