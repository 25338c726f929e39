"""Which stages must run again, in which order, and what becomes of the findings before them.

A stage runs again when something it depends on has changed since it last ran. Findings are append-only: a finding that
is found again stays as it is, one that is not is superseded by the run that did not find it, and none is overwritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

import duckdb

from tracer.case.case import Case
from tracer.case.protected import keyed_digest
from tracer.case.schema import write_metas
from tracer.clock import now
from tracer.dossier.calling_rules import ensure_rules
from tracer.findings import (
    alias_origins,
    attribution,
    campaigns,
    chains,
    claims,
    consent,
    derivation,
    lines,
    novelty,
    overlap,
    retention,
    vintage,
)
from tracer.findings.case_facts import CaseFacts, EarlierAnswers, any_purged, drop_answered, drop_answers, is_frozen_sql
from tracer.identify.segments import ensure_segments
from tracer.stages import STAGES, fact_digests, facts_now, mark, read_facts, stale_stages, tool
from tracer.version import __version__

ROOMS: Mapping[str, ModuleType] = {
    "overlaps": overlap,
    "derivations": derivation,
    "vintages": vintage,
    "campaigns": campaigns,
    "novelty": novelty,
    "alias-origins": alias_origins,
    "attributions": attribution,
    "retention": retention,
    "lines": lines,
    "consent": consent,
    "claims": claims,
    "chains": chains,
}
"""Stage → the room whose `compute` writes its findings with the number of a run, after the stages before it. They are
bound here and not in `stages`, which every command that reads asks without computing anything."""


@dataclass(frozen=True)
class Traced:
    """What a trace did."""

    run: int | None
    """Number of the run; None where nothing had changed."""
    stages: tuple[str, ...]
    added: int
    superseded: int
    result: str


def trace(case: Case, progress: Callable[[str], None] = lambda _: None) -> Traced:
    """Bring the findings of a case up to date; `progress` receives each stage that runs.

    The same facts give the same findings, byte for byte.
    """
    con = case.con
    with case.transaction():
        ensure_segments(con)
        ensure_rules(con)
        drop_answers(con, stale_only=True)
    said = read_facts(con)
    digests = fact_digests(con, said)
    stale = stale_stages(con, digests)
    if not stale:
        return Traced(None, (), 0, 0, findings_digest(con))
    earlier = EarlierAnswers(con, tool())
    with case.transaction(), CaseFacts(con, earlier=earlier) as facts:
        run, purged = _start_run(con, digests, said), any_purged(con)
        columns, marks = _columns(con), dict[str, str]()
        added = superseded = 0
        for stage in stale:
            progress(stage.name)
            ROOMS[stage.name].compute(facts, run)
            for table in stage.tables:
                if purged:
                    drop_answered(con, table, run)
                spared = "" if not purged else f" AND NOT {is_frozen_sql(table)}"
                new, gone = _settle(con, table, columns[table], run, spared)
                added, superseded = added + new, superseded + gone
            marks[mark(stage)] = digests[stage.name]
        write_metas(con, marks)
        earlier.keep()
        result = findings_digest(con)
        con.execute("UPDATE trace_run SET result = $result WHERE run = $run", {"result": result, "run": run})
        inputs = {stage.name: keyed_digest(con, digests[stage.name]) for stage in stale}
        detail = {"run": run, "added": added, "superseded": superseded}
        case.journal.append(command="trace", inputs=inputs, result=keyed_digest(con, result), detail=detail)
    return Traced(run, tuple(stage.name for stage in stale), added, superseded, result)


def recompute_digest(case: Case) -> str:
    """The digest that a trace from scratch gives; nothing of it is kept."""
    con = case.con
    con.execute("BEGIN")
    try:
        said = read_facts(con)
        run, purged = _start_run(con, fact_digests(con, said), said), any_purged(con)
        with CaseFacts(con, from_scratch=True) as facts:
            for stage in STAGES:
                for table in stage.tables:
                    but = f" AND NOT {is_frozen_sql(table)}" if purged else ""
                    con.execute(f"UPDATE {table} SET superseded = $run WHERE superseded IS NULL{but}", {"run": run})
                ROOMS[stage.name].compute(facts, run)
                for table in stage.tables if purged else ():
                    drop_answered(con, table, run)
        return findings_digest(con)
    finally:
        con.execute("ROLLBACK")


def not_recomputable(con: duckdb.DuckDBPyConnection) -> int:
    """How many current findings cannot be computed again, because contents that they rest on were purged."""
    if not any_purged(con):
        return 0
    tables = (table for stage in STAGES for table in stage.tables)
    counts = " + ".join(
        f"(SELECT count(*) FROM {table} WHERE superseded IS NULL AND {is_frozen_sql(table)})" for table in tables
    )
    return int(con.execute(f"SELECT {counts}").fetchall()[0][0])


def findings_digest(con: duckdb.DuckDBPyConnection, former: Mapping[str, Sequence[str]] | None = None) -> str:
    """SHA-256 over all current findings, whatever run found them. former: the tables and columns of these that an
    earlier version had, which its digest was made of."""
    tables = [table for stage in STAGES for table in stage.tables if former is None or table in former]
    columns = {table: ", ".join(f'"{name}"' for name in names) for table, names in (former or {}).items()}
    lines = con.execute(
        " UNION ALL ".join(
            f"SELECT '{table}', md5(string_agg(line, chr(10) ORDER BY line)) FROM ("
            f" SELECT f::VARCHAR AS line FROM (SELECT * EXCLUDE (run, superseded) FROM"
            f" (SELECT {columns.get(table, '*')} FROM {table} WHERE superseded IS NULL)) AS f)"
            for table in tables
        )
    ).fetchall()
    digest, of = hashlib.sha256(), dict(lines)
    for table in tables:
        digest.update(f"{table}={of[table]}\n".encode())
    return digest.hexdigest()


def _start_run(con: duckdb.DuckDBPyConnection, digests: dict[str, str], said: Mapping[str, str]) -> int:
    ((run,),) = con.execute("SELECT coalesce(max(run), 0) + 1 FROM trace_run").fetchall()
    read = {"inputs": json.dumps(digests), "facts": json.dumps(facts_now(con, said))}
    con.execute(
        'INSERT INTO trace_run (run, "at", version, inputs, facts, judged) VALUES'
        " ($run, $at, $version, $inputs, $facts, (SELECT coalesce(max(no), 0) FROM judgement))",
        {"run": run, "at": now(), "version": __version__, **read},
    )
    return int(run)


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Finding table → its columns but those that say in which run a finding came and went."""
    columns: dict[str, list[str]] = {table: [] for stage in STAGES for table in stage.tables}
    for table, name in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_catalog()"
        " AND schema_name = 'main' AND column_name NOT IN ('run', 'superseded') ORDER BY table_name, column_index"
    ).fetchall():
        if table in columns:
            columns[table].append(name)
    return columns


def _settle(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], run: int, but: str = ""
) -> tuple[int, int]:
    """Keep what was found again, supersede what was not; returns how many findings are new and how many are gone.

    but: SQL that spares some of what was not found again.
    """
    had, found = con.execute(
        f"SELECT count(*) FILTER (superseded IS NULL AND run < $run), count(*) FILTER (run = $run) FROM {table}",
        {"run": run},
    ).fetchall()[0]
    if not had:
        return int(found), 0
    same = " AND ".join(f"old.{name} IS NOT DISTINCT FROM new.{name}" for name in columns)
    pairs = con.execute(
        "CREATE OR REPLACE TEMP TABLE found_again AS SELECT old.rowid AS old_id, new.rowid AS new_id"
        f" FROM {table} AS old JOIN {table} AS new ON {same}"
        " WHERE old.superseded IS NULL AND old.run < $run AND new.run = $run",
        {"run": run},
    ).fetchall()[0][0]
    gone = con.execute(
        f"UPDATE {table} SET superseded = $run WHERE superseded IS NULL AND run < $run"
        f" AND rowid NOT IN (SELECT old_id FROM found_again){but}",
        {"run": run},
    ).fetchall()[0][0]
    again = 0
    if pairs:
        again = con.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT new_id FROM found_again)").fetchall()[0][0]
    con.execute("DROP TABLE found_again")
    return int(found) - int(again), int(gone)
