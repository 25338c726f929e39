"""How a case is: its lists and parties, what was traced when, what has changed since, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.stages import facts_now

_CHANGED = {
    "datasets": "lists", "parties": "parties", "releases": "copies", "canaries": "canaries", "judgements": "decisions",
    "claims": "claims", "segments": "number blocks", "lines": "lines", "relations": "relations",
    "rules": "calling rules", "signals": "records of calls and mail", "aliases": "names of parties",
    "region": "the country", "version": "tracer itself",
}  # fmt: skip
"""Facts that findings rest on, as people call them."""
_REJECTED = 0.2
"""Share of a list's rows without an identifier from which somebody should look."""
_SHOWN = 3
"""Names of one kind that are shown; the rest is counted."""


@dataclass(frozen=True)
class CaseStatus:
    """A case at a glance."""

    case: str
    """As its manifest calls it."""
    region: str
    lists: int
    rows: int
    newest: str | None
    """The list that was loaded last."""
    parties: Mapping[str, int]
    """Role -> parties; those without a role under `without a role`."""
    copies: int
    """Marked or recorded copies that were handed over."""
    canaries: int
    signals: int
    traced: datetime | None
    """When the last trace ended (UTC)."""
    run: int | None
    findings: int
    """Current findings: derivations, attributions and retentions."""
    changed: tuple[str, ...]
    """What has changed since the last trace."""
    waiting: tuple[str, ...]
    """What waits for a person, each with the command that answers it."""

    def to_json(self) -> dict[str, Any]:
        """The row that the command prints."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The screen."""
        yield f"{self.case} ({self.region})"
        yield ""
        if not self.lists:
            yield "No lists yet. Load one: tracer load FILE --holder PARTY"
        else:
            yield f"Lists    {self.lists:,} with {self.rows:,} rows; newest: {self.newest}"
        if self.parties:
            roles = ", ".join(f"{count} {role.replace('_', ' ')}" for role, count in self.parties.items())
            yield f"Parties  {sum(self.parties.values())}: {roles}"
        if self.copies or self.canaries:
            yield f"Copies   {self.copies:,}; {self.canaries:,} controlled identities, {self.signals:,} signals"
        if self.traced is None:
            yield "Traced   never: tracer trace"
        else:
            yield f"Traced   run {self.run} on {self.traced:%Y-%m-%d %H:%M} UTC: {self.findings:,} findings"
            since = ", ".join(self.changed)
            yield f"Since    {since} changed: tracer trace" if self.changed else "Since    nothing has changed"
        yield ""
        yield "Waiting for you" if self.waiting else "Nothing is waiting for you."
        yield from (f"· {line}" for line in self.waiting)


def status(case: Case, day: date) -> CaseStatus:
    """The status of a case on a day."""
    con = case.con
    lists, rows = _one(case, "SELECT count(*), coalesce(sum(rows), 0) FROM dataset WHERE current")
    newest = _one(case, "SELECT max_by(id, no) FROM dataset WHERE current")[0]
    parties = con.execute(
        "SELECT coalesce(role, 'without a role'), count(*) FROM party WHERE merged_into IS NULL"
        " GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    run = con.execute('SELECT run, "at", facts FROM trace_run ORDER BY run DESC LIMIT 1').fetchone()
    found = "".join(
        f" + (SELECT count(*) FROM {table} WHERE superseded IS NULL)"
        for table in ("derivation", "attribution", "retention")
    )
    return CaseStatus(
        case=case.name, region=case.region, lists=int(lists), rows=int(rows), newest=newest,
        parties=dict(parties),
        copies=_one(case, "SELECT count(*) FROM release")[0], canaries=_one(case, "SELECT count(*) FROM canary")[0],
        signals=_one(case, "SELECT count(*) FROM signal")[0],
        traced=None if run is None else run[1], run=None if run is None else int(run[0]),
        findings=int(_one(case, f"SELECT 0{found}")[0]),
        changed=() if run is None else _changed(case, run[2]), waiting=tuple(_waiting(case, day)),
    )  # fmt: skip


def _changed(case: Case, facts: str | None) -> tuple[str, ...]:
    if facts is None:
        return ()
    before = json_of(facts)
    now = facts_now(case.con)
    return tuple(_CHANGED.get(name, name) for name, digest in now.items() if before.get(name) != digest)


def _waiting(case: Case, day: date) -> Iterator[str]:
    con = case.con
    pairs = con.execute("SELECT a, b FROM party_suggestion ORDER BY score DESC, a, b").fetchall()
    if pairs:
        yield _named(f"{a} and {b}" for a, b in pairs) + " may be one party: tracer party merge A B"
    # Parties that findings speak of; what waits for their answer, and who was not asked at all.
    spoken = con.execute(
        "SELECT DISTINCT coalesce(p.merged_into, p.id) FROM"
        " (SELECT vendor AS id FROM retention WHERE superseded IS NULL"
        " UNION SELECT recipient FROM attribution WHERE superseded IS NULL AND accused) AS s"
        " JOIN party AS p ON p.id = s.id"
        " WHERE coalesce(p.merged_into, p.id) NOT IN (SELECT party FROM reply) ORDER BY 1"
    ).fetchall()
    if spoken:
        yield _named(row[0] for row in spoken) + " not asked yet: tracer reply add PARTY --asked DAY --deadline DAY"
    late = con.execute(
        "SELECT party FROM reply WHERE answered IS NULL AND deadline < $day ORDER BY deadline, party", {"day": day}
    ).fetchall()
    if late:
        yield _named(row[0] for row in late) + " gave no answer by the deadline: tracer reply list"
    rejected = con.execute(
        "SELECT id FROM dataset WHERE current AND rejected > $share * rows AND origin <> 'refusals' ORDER BY id",
        {"share": _REJECTED},
    ).fetchall()
    if rejected:
        yield _named(row[0] for row in rejected) + " lost a fifth of the rows or more: tracer query rejects"
    unknown = con.execute(
        "SELECT id FROM dataset WHERE current AND obtained IS NULL AND created IS NULL ORDER BY id"
    ).fetchall()
    if unknown:
        yield _named(row[0] for row in unknown) + " without a day, which directions rest on: tracer dataset edit"


def _named(items: Iterator[str]) -> str:
    listed = list(items)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def _one(case: Case, query: str) -> tuple[Any, ...]:
    row = case.con.execute(query).fetchone()
    return () if row is None else row
