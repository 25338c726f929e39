"""The stages of a trace, what each depends on, and which of them have yet to run on the case as it is now.

Every display of findings asks here first: an empty result means something only if its stage has run.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import duckdb

from tracer.disclosure import Reason, Text
from tracer.policy import SHOWN_FROM
from tracer.version import __version__
from tracer.wording import say

RULES = 2
"""Raised where stages find something else from the same facts, so that cases of before are traced again."""


@dataclass(frozen=True)
class Stage:
    """One step of a trace."""

    name: str
    tables: tuple[str, ...]
    facts: tuple[str, ...]
    """What it reads in addition to the stages before it: names in `FACTS`."""
    after: tuple[str, ...] = ()


_STAGES = """
overlaps: overlap: datasets parties:
derivations: pair_evidence derivation hidden generation explanation unexplained:
    datasets parties releases canaries judgements: overlaps
vintages: vintage: datasets parties releases canaries judgements: derivations
campaigns: signal_reading campaign campaign_source caller_pool signal_background:
    datasets parties aliases releases canaries signals segments region:
novelty: novelty: datasets parties: overlaps
alias-origins: alias_origin: datasets parties aliases: overlaps
attributions: attribution: datasets parties releases canaries: derivations campaigns
retention: retention: datasets parties releases canaries judgements: derivations vintages attributions
lines: complaint_rate line_hand rule_count: lines relations rules signals canaries parties segments region:
consent: after_refusal refused_inside legal_count:
    datasets parties releases canaries lines signals segments region: overlaps
claims: claim_verdict: datasets parties aliases releases canaries claims segments:
    derivations campaigns attributions retention lines consent
chains: chain: datasets parties releases: derivations attributions retention
"""
"""Name: tables: facts: stages before it."""
STAGES = tuple(
    Stage(name, *(tuple(words.split()) for words in rest))
    for name, *rest in (line.split(":") for line in _STAGES.replace("\n    ", " ").strip().splitlines())
)

_MARK = "stage:"
_COMPUTING = ("findings", "identify")
"""Rooms whose code decides what is found."""

FACTS = {
    "datasets": "SELECT no, id, version, holder, obtained, created, exported, living, origin, sha256, region,"
    " collected_under, used_under, options, purged_at FROM dataset WHERE current ORDER BY no",
    "parties": "SELECT id, name, role, province, industry, protected, merged_into FROM party ORDER BY id",
    "releases": "SELECT r.*, coalesce(w.rows, 0), c.canary, c.scheme"
    " FROM release r LEFT JOIN (SELECT release, count(*) AS rows FROM withheld GROUP BY release) w ON w.release = r.id"
    " LEFT JOIN release_canary c ON c.release = r.id ORDER BY r.id, c.canary, c.scheme",
    "canaries": "SELECT * FROM canary ORDER BY no",
    "judgements": "SELECT * FROM judgement ORDER BY no",
    "claims": "SELECT * FROM claim ORDER BY id",
    "segments": "SELECT count(*), min(prefix), max(prefix) FROM segment",
    "lines": "SELECT * FROM line ORDER BY id",
    "relations": "SELECT * FROM relation ORDER BY no",
    "rules": "SELECT * FROM calling_rule ORDER BY id",
    "signals": "SELECT no, sha256, format, first_at, last_at FROM signal_file ORDER BY no",
    "aliases": "SELECT party, alias FROM party_alias ORDER BY ALL",
    "region": "SELECT value FROM meta WHERE name = 'region'",
}
"""The facts that a stage may depend on, as queries whose rows tell whether they changed."""


@cache
def tool() -> str:
    """The version of tracer, and a digest of what computes findings: two builds of one version may differ."""
    root = Path(__file__).parent
    digest = hashlib.sha256(str(SHOWN_FROM).encode())
    rooms = (os.walk(root / room) for room in _COMPUTING)  # half the time that `Path.rglob` takes, in every command
    files = (f"{folder}/{name}" for folder, _, names in chain(*rooms) for name in names)
    for own_file in map(Path, sorted(name for name in files if name.endswith((".py", ".sql", ".toml", ".json")))):
        digest.update(own_file.relative_to(root).as_posix().encode() + own_file.read_bytes())
    return f"{__version__} {digest.hexdigest()[:16]}"


def mark(stage: Stage) -> str:
    """The named value of a case that holds the digest of what a stage last ran on."""
    return f"{_MARK}{stage.name}"


def read_facts(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Each fact of `FACTS` as it is now."""
    return {name: repr(con.execute(query).fetchall()) for name, query in FACTS.items()}


def fact_digests(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Stage name → digest of all that its findings depend on. facts: those of `read_facts`."""
    facts = read_facts(con) if facts is None else facts
    digests: dict[str, str] = {}
    for stage in STAGES:
        parts = [tool(), str(RULES), *(facts[name] for name in stage.facts)]
        parts += [digests[name] for name in stage.after]
        digests[stage.name] = hashlib.sha256("\x00".join(parts).encode()).hexdigest()
    return digests


def facts_now(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Digest of each fact that findings may rest on: by it a later run knows which of them changed."""
    found = {**(read_facts(con) if facts is None else facts), "version": tool()}
    return {name: hashlib.sha256(rows.encode()).hexdigest() for name, rows in found.items()}


def stale_stages(con: duckdb.DuckDBPyConnection, digests: Mapping[str, str] | None = None) -> list[Stage]:
    """The stages that have not run on the case as it is now. digests: those of `fact_digests`."""
    now = fact_digests(con) if digests is None else digests
    marks = con.execute("SELECT name, value FROM meta WHERE starts_with(name, $prefix)", {"prefix": _MARK})
    ran = dict(marks.fetchall())
    return [stage for stage in STAGES if ran.get(mark(stage)) != now[stage.name]]


def what_is_not_traced(con: duckdb.DuckDBPyConnection, statement: str | None = None, lang: str = "en") -> str:
    """What a reader must know where findings are not those of the case as it is now; empty where they are."""
    said = not_up_to_date(con, statement)
    return "" if said is None else say(said, lang)


def not_up_to_date(con: duckdb.DuckDBPyConnection, statement: str | None = None) -> Reason | None:
    """That the findings are not those of the case as it is now; None where they are.

    statement: only findings that this SQL reads count, through whatever views (`views.NAME`). A trace that failed has
    left nothing: to a reader it is one that never was.
    """
    stale = {table for stage in stale_stages(con) for table in stage.tables}
    if not stale or (statement is not None and not stale & _read_by(con, statement)):
        return None
    row = con.execute('SELECT run, "at", version FROM trace_run ORDER BY run DESC LIMIT 1').fetchone()
    if row is None:
        return Reason.of("untraced-never")
    return Reason.of("untraced-changed", run=row[0], at=Text(f"{row[1]:%Y-%m-%d %H:%M}"), version=Text(row[2]))


_RELATION = re.compile(r'\b(?:main|views)"?\."?([a-z_]+)')


def _read_by(con: duckdb.DuckDBPyConnection, statement: str) -> set[str]:
    """The tables and views that a statement reads, through views as well."""
    named = "SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'views'"
    views = dict(con.execute(f"{named} AND database_name = current_database()").fetchall())
    found, todo = set[str](), [statement]
    while todo:
        for name in _RELATION.findall(todo.pop()):
            if name not in found:
                found.add(name)
                todo += [views[name]] if name in views else []
    return found
