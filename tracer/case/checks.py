"""What can be checked of a case by itself: journal, store, schema, originals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from tracer.case.case import Case
from tracer.case.journal import ACCEPTED
from tracer.case.protected import keyed_digest
from tracer.case.schema import schema_faults
from tracer.resources import sql_next_to

_statement = sql_next_to(__file__)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    passed: bool
    detail: str


def check_journal(case: Case) -> Check:
    """Whether the journal is as it was written: as store and mark know it, and every line by itself."""
    journal = case.journal.file
    chain = journal.check()
    fault = journal.look().fault or chain.problem
    if fault:
        return Check("journal", False, fault)
    return Check("journal", True, f"{chain.entries} entries, head {chain.head}")


def accepted_journals(case: Case) -> list[Check]:
    """What was once wrong with the journal and taken as it was: it stays so, and is reported for good."""
    found = list[Check]()
    for entry in case.journal.file.entries():
        if entry.get("command") == ACCEPTED:
            who = f"{entry['who']} accepted it on {entry['at'][:10]}, saying: {entry['detail']['reason']}"
            what = f"was changed: {entry['detail']['found']}. {who}"
            found.append(Check(f"journal before entry {entry['no']}", False, what))
    return found


def check_store(case: Case) -> Check:
    """Whether the store is, to the last bit, what was sealed; where it could not be sealed, whether all can be read."""
    sealing = case.sealing
    if sealing is None:
        return Check("store", True, "not sealed: it is only read, or lies in memory")
    if sealing.fault:
        return Check("store", False, sealing.fault)
    if sealing.whole and sealing.seal is not None:
        return Check("store", True, f"as it was sealed, {sealing.seal.size:,} bytes")
    damaged = unreadable(case)
    if damaged:
        return Check("store", False, f"cannot be read: {', '.join(damaged)}")
    return Check("store", True, "not sealed (new, or who wrote last was killed); all that it holds was read")


def unreadable(case: Case) -> list[str]:
    """The tables of which not every page can be read: each page is authenticated when it is."""
    damaged = []
    tables = case.con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_catalog() ORDER BY ALL"
    ).fetchall()
    for schema, table in tables:
        try:
            for _ in case.con.sql(f'FROM "{schema}"."{table}"').to_arrow_reader(200_000):
                pass  # each page is authenticated as it is read
        except duckdb.Error:
            damaged.append(f"{schema}.{table}")
    return damaged


def check_schema(case: Case) -> Check:
    """Whether tables, columns and views are those of this version."""
    faults = schema_faults(case.con)
    return Check("schema", not faults, "; ".join(faults) if faults else "tables and views as this version has them")


def check_originals(case: Case, since: date | None = None) -> list[Check]:
    """Whether every original (loaded on `since` or later) is there and unchanged, by what they are of."""
    rows = case.con.execute(_statement("originals"), {"since": since}).fetchall()
    return [
        Check(
            f"original of {of_what}",
            whole := case.vault.files.check(sha256),
            f"sha256 {sha256}" if whole else f"missing or changed: {case.vault.files.path(sha256)}",
        )
        for sha256, of_what in rows
    ]


def check_accounts(case: Case) -> list[Check]:
    """Whether the store knows every load and every trace that the journal records."""
    con, lost, called = case.con, list[str](), dict[str, str]()
    loaded = set(con.execute("SELECT id, sha256 FROM dataset").fetchall())
    runs = dict(con.execute("SELECT run, result FROM trace_run").fetchall())
    for entry in reversed(list(case.journal.entries())):  # from the end, so that it is known what a list is called now
        detail, result = entry.get("detail") or {}, entry.get("result")
        match entry.get("command"):
            case "dataset rename":
                called[detail["was"]] = called.get(detail["dataset"], detail["dataset"])
            case "load":
                lost += [
                    f"entry {entry['no']} loaded {name}, of which the store knows nothing"
                    for name, digest in reversed((entry.get("inputs") or {}).items())
                    if (called.get(name, name), digest) not in loaded
                ]
            case "trace" if (run := detail.get("run")) is not None:
                known = runs.get(run)
                if known is None or result not in (known, keyed_digest(con, known)):
                    lost.append(f"entry {entry['no']} is of run {run}, whose result the store does not have")
    if lost:
        return [Check("journal and store", False, fault) for fault in reversed(lost)]
    return [Check("journal and store", True, "every load and trace that was journaled is there")]
