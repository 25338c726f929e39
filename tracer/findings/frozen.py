"""Findings that cannot be computed again because contents were purged: they stay as they were.

A finding stays where it names a purged dataset or a release of one, where it is of a pair of lists that a purged one
may have been between, where it is the verdict on a claim about a holder of one, or a part of a list of which another
part was first in one. What a later trace finds about the same is dropped: without the contents it would not be the
same question.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

_NAMES = (
    "overlap/a/b pair_evidence/a/b derivation/parent/child generation/ancestor/dataset explanation/giver/taker/through"
    " unexplained/dataset alias_origin/dataset novelty/dataset/first vintage/source/dataset attribution/dataset"
    " retention/dataset/seen_in claim_verdict/dataset after_refusal/refusals/released refused_inside/dataset/refusals"
    " legal_count/list"
)
"""Finding tables, each with its columns that hold the id of a dataset."""
_LISTS: Mapping[str, tuple[str, ...]] = {"hidden": ("parents", "children"), "chain": ("datasets",)}
"""Finding table → its columns that hold the ids of several."""
_RELEASES = {"attribution": "release", "retention": "release", "after_refusal": "of", "legal_count": "list"}
"""Finding table → its column that holds the id of a release."""
_SUBJECT = (
    "alias_origin/dataset/origin novelty/dataset attribution/dataset/release retention/vendor/release/dataset/seen_in"
    " claim_verdict/claim after_refusal/refusals/what/of legal_count/scope/list"
)
"""Finding tables, each with the columns that say what a finding is about."""
_PAIRS = ("pair_evidence", "derivation", "generation", "explanation")
"""Finding tables whose first two columns of `_NAMES` are a pair of datasets between which others may be."""
_PURGED = "SELECT id FROM dataset WHERE current AND purged_at IS NOT NULL"


def any_purged(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a dataset of the case has no contents any more."""
    return con.execute(f"{_PURGED} LIMIT 1").fetchone() is not None


def is_frozen_sql(table: str) -> str:
    """SQL over the columns of a finding table: the finding cannot be computed again. False of every other table."""
    tests = [_names_purged(table)]
    if table in _RELEASES:
        tests.append(f"{_RELEASES[table]} IN (SELECT id FROM release WHERE dataset IN ({_PURGED}))")
    if table in _PAIRS:
        tests.append(_next_to_purged(table))
    if table == "novelty":
        tests.append(
            f"dataset IN (SELECT p.dataset FROM novelty AS p WHERE p.superseded IS NULL AND p.first IN ({_PURGED}))"
        )
    if table == "claim_verdict":
        tests.append(
            "claim IN (SELECT c.id FROM claim AS c JOIN dataset AS d ON d.holder = coalesce(c.about, c.party)"
            " WHERE d.current AND d.purged_at IS NOT NULL)"
        )
    return f"coalesce({' OR '.join(f'({test})' for test in tests)}, false)"


def _columns(tables: str, table: str) -> list[str]:
    return next((columns for name, *columns in (one.split("/") for one in tables.split()) if name == table), [])


def _next_to_purged(table: str) -> str:
    a, b = _columns(_NAMES, table)[:2]
    return f"EXISTS (SELECT 1 FROM views._beside_purged AS q WHERE q.a = {table}.{a} AND q.b = {table}.{b})"


def _names_purged(table: str) -> str:
    tests = [f"{column} IN ({_PURGED})" for column in _columns(_NAMES, table)]
    tests += [
        f"len(list_intersect({column}, (SELECT list(id) FROM ({_PURGED})))) > 0" for column in _LISTS.get(table, ())
    ]
    return " OR ".join(tests) or "false"


def drop_answered(con: duckdb.DuckDBPyConnection, table: str, run: int) -> None:
    """Delete what run `run` found about things of which an older finding stays, or about purged datasets."""
    same = f" OR {_next_to_purged(table)}" if table in _PAIRS else ""
    subject = _columns(_SUBJECT, table)
    if subject:
        joined = " AND ".join(f"old.{column} IS NOT DISTINCT FROM {table}.{column}" for column in subject)
        same = (
            f" OR EXISTS (SELECT 1 FROM (FROM {table} WHERE superseded IS NULL AND run < $run"
            f" AND {is_frozen_sql(table)}) AS old WHERE {joined})"
        )
    con.execute(
        f"DELETE FROM {table} WHERE run = $run AND (coalesce({_names_purged(table)}, false){same})", {"run": run}
    )


def highest_frozen_hidden(con: duckdb.DuckDBPyConnection) -> int:
    """The highest number of a proposed hidden dataset that stays; 0 where none does."""
    row = con.execute(
        "SELECT max(TRY_CAST(regexp_extract(id, '[0-9]+$') AS INTEGER)) FROM hidden"
        f" WHERE superseded IS NULL AND {is_frozen_sql('hidden')}"
    ).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])
