"""Where the marks are seen, and how dense the surroundings are in which they were seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.findings.case_facts import CaseFacts
from tracer.findings.precomputed import ask
from tracer.findings.sightings.facts import RegisteredMarks, statement
from tracer.findings.sightings.hashed import count_unplaced, held_identifiers
from tracer.identify.keys import EMAIL_BASE, HASH_BASE, HASH_END, KEY_BASE, PHONE_END, further_kind
from tracer.identify.number_plans import block_of, block_sql, size_sql
from tracer.policy import SHOWN_FROM


@dataclass(frozen=True)
class Sightings:
    """Canaries and ordinary rows of all releases, as found in the datasets looked at (by dataset number)."""

    rows: Mapping[int, Mapping[int, int]]
    """Dataset -> canary -> first row that holds it."""
    matched: Mapping[tuple[int, int], int]
    """(dataset, released dataset) -> ordinary contacts in common, of pairs that are close by them."""
    ordinary: Mapping[int, int]
    withheld: Mapping[tuple[int, str], int]
    """(dataset, release) -> rows seen that the release never had."""
    homes: Mapping[int, frozenset[str]]
    """Home canary -> clients whose own lists hold it."""
    unplaced: Mapping[int, int] = field(default_factory=dict)
    """Dataset with hashes -> its hashes that are of no ordinary contact of a released dataset."""

    def canaries(self, dataset: int) -> frozenset[int]:
        """The canaries seen in a dataset."""
        return frozenset(self.rows.get(dataset, {}))


@dataclass(frozen=True)
class CanaryChance:
    """What chance would do to canaries in one dataset."""

    blocks: Mapping[int, int]
    """Block (`number_plans.block_of`) of a canary -> numbers of it in the dataset, at most where it holds hashes."""
    mails: int
    """Mail addresses in the dataset, at most where it holds hashes."""
    named: bool
    agreeing: frozenset[int]
    likeness: Mapping[int, float]
    """Canary -> probability that a chance row of the dataset agrees with its persona."""
    persons: Mapping[int, float] = field(default_factory=dict)
    """Invented person -> bound on the probability that so many strangers have one with its key among them."""


def read_sightings(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> Sightings:
    """Look for all marks in the datasets `targets` (numbers of loaded versions), in clear or hashed."""
    return facts.once(("sightings", frozenset(targets)), lambda: _read_sightings(facts, marks, targets))


def _read_sightings(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> Sightings:
    sources = sorted({release.source for release in marks.releases if release.source is not None})
    # Clients' own lists, each with its holder.
    clients = {release.client for release in marks.releases}
    own = {item.no: item.holder for item in marks.datasets.values() if item.own or item.holder in clients}
    with held_identifiers(facts.con, sorted({*targets, *own}), sources):
        rows = _rows(facts, marks, targets)
        homes: dict[int, set[str]] = defaultdict(set)
        for dataset, seen in _rows(facts, marks, sorted(own)).items():
            for canary in seen:
                if marks.canaries[canary].kind == "home":
                    homes[canary].add(own[dataset])
        home_of = {canary: frozenset(holders) for canary, holders in homes.items()}
        unplaced = count_unplaced(facts.con, targets)
        if not sources:
            return Sightings(rows, {}, {}, {}, home_of, unplaced)
        both = {"targets": list(targets), "sources": sources}
        matched = ask(facts, "sightings/matched", statement("matched"), both).fetchall()
        ordinary = ask(facts, "sightings/ordinary", statement("ordinary"), {"sources": sources}).fetchall()
        withheld = ask(facts, "sightings/withheld_seen", statement("withheld_seen"), both).fetchall()
    close = {(dataset, source): contacts for dataset, source, contacts in matched if contacts >= SHOWN_FROM}
    source_of = {release.id: release.source for release in marks.releases}
    lacking = {(dataset, release): n for dataset, release, n in withheld if (dataset, source_of[release]) in close}
    return Sightings(rows, close, dict(ordinary), lacking, home_of, unplaced)


def _rows(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> dict[int, dict[int, int]]:
    """Too few canaries that were imported after a dataset was first loaded are none there: a person may have been
    entered as a canary to find out which lists hold that person."""
    rows: dict[int, dict[int, int]] = defaultdict(dict)
    late: dict[int, set[int]] = defaultdict(set)
    first = dict(facts.con.execute("SELECT no, first_at FROM views._first_load").fetchall())
    for dataset, canary, row in ask(facts, "sightings/seen", statement("seen"), {"targets": list(targets)}).fetchall():
        rows[dataset][canary] = row
        if dataset in first and marks.canaries[canary].imported_at > first[dataset]:
            late[dataset].add(canary)
    for dataset, canaries in late.items():
        if len(canaries) < SHOWN_FROM:
            rows[dataset] = {canary: row for canary, row in rows[dataset].items() if canary not in canaries}
    return rows


def read_withheld_together(
    con: duckdb.DuckDBPyConnection, target: int, source: int, releases: Sequence[str]
) -> list[tuple[frozenset[int], int, int]]:
    """Ordinary contacts of `source` that some of the copies lack: (copies that lack them, by their place in `releases`;
    how many such contacts; how many of these `target` shows)."""
    with held_identifiers(con, [target], [source]):
        bound = {"target": target, "source": source, "copies": list(releases)}
        rows = con.execute(statement("withheld_together"), bound).fetchall()
    return [(frozenset(lacking), contacts, shown) for lacking, contacts, shown in rows]


def read_background(facts: CaseFacts, marks: RegisteredMarks, seen: Sightings) -> Mapping[int, CanaryChance]:
    """The surroundings of canaries, for every dataset in which one is seen.

    The blocks of a list's hashes are unknown. Those of ordinary contacts of a released dataset are not a
    canary's; all others may lie in any canary's block, and each block is taken to hold them all (10,000 at most), each
    to be an address. That bounds the block null from above: a list of hashes that has little in addition to the
    released rows can still be distinguished from chance by its canaries, a padded one only by names, or by the code
    null.
    """
    targets = frozenset(seen.rows)
    return facts.once(("background", targets), lambda: _read_background(facts, marks, seen)) if targets else {}


def _read_background(facts: CaseFacts, marks: RegisteredMarks, seen: Sightings) -> Mapping[int, CanaryChance]:
    con, targets = facts.con, sorted(seen.rows)
    bound: dict[str, Any] = {"targets": targets}
    blocks: dict[int, dict[int, int]] = defaultdict(dict)
    text = statement("blocks").format(block=block_sql("key"))
    for dataset, block, numbers in con.execute(text, bound | {"phone_end": PHONE_END}).fetchall():
        blocks[dataset][block] = numbers
    mails = dict(con.execute(statement("mails"), bound | {"email_base": EMAIL_BASE, "key_base": KEY_BASE}).fetchall())
    columns: dict[int, list[_Column]] = defaultdict(list)
    for dataset, *column in con.execute(statement("personas"), bound).fetchall():
        columns[dataset].append(tuple(column))
    personas = [
        (no, role, text)
        for no, canary in sorted(marks.canaries.items())
        if not any(further_kind(key) == "composite" for key in canary.keys)  # their keys have the name in them
        for role, text in (("name", canary.name), ("organisation", canary.organisation))
        if text is not None and text.strip()
    ]
    # Invented persons with the probability that one stranger has a key of theirs; people of each dataset who are known
    # by keys of several columns or mapped ones, at most.
    rates = dict(con.execute("SELECT canary, max(rate) FROM canary_key GROUP BY canary ORDER BY canary").fetchall())
    strangers: dict[int, int] = {}
    if rates:
        keys = {"hashes": HASH_BASE, "numbers": PHONE_END}
        strangers = dict(con.execute(statement("keyed"), bound | keys).fetchall())
    found = {}
    for dataset in targets:
        agreeing, likeness = _agreement(facts, dataset, seen.rows[dataset], columns[dataset], personas)
        hidden, around = seen.unplaced.get(dataset, 0), blocks[dataset]
        if hidden:  # further numbers that may lie in any canary's block
            used = {block_of(canary.phone) for canary in marks.canaries.values() if canary.phone is not None}
            around = {block: min(size, around.get(block, 0) + hidden) for block, size in sorted(used)}
        persons = {no: min(1.0, strangers.get(dataset, 0) * rate) for no, rate in rates.items()}
        named = bool(columns[dataset]) and bool(likeness)
        found[dataset] = CanaryChance(around, mails.get(dataset, 0) + hidden, named, agreeing, likeness, persons)
    return found


def chance_overlap(facts: CaseFacts, target: int, source: int) -> float:
    """Contacts that `target` would share with `source` if its numbers fell at random into the blocks it uses.

    Its hashes are taken to lie in the blocks that `source` uses.
    """
    rests_on = [target, source]

    def compute() -> float:
        bound = {"target": target, "source": source, "phone_end": PHONE_END}
        text = statement("block_overlap").format(block=block_sql("key"), size=size_sql("key"))
        row = facts.con.execute(text, bound | {"hash_base": HASH_BASE, "hash_end": HASH_END}).fetchone()
        return 0.0 if row is None else float(row[0])

    def found() -> float:
        answer: float = facts.kept("sightings/chance-overlap", rests_on, rests_on, compute)
        return answer

    return facts.once(("chance_overlap", target, source), found)


_Column = tuple[Any, ...]
"""(table, first row, rows, position, role) of a column of names or firms."""


def _plain(text: str) -> str:
    """SQL for a cell without white space and case."""
    return f"lower(regexp_replace({text}, '\\s+', '', 'g'))"


def _with_texts(
    con: duckdb.DuckDBPyConnection, column: _Column, bound: dict[str, list[Any]]
) -> list[tuple[int, int, int]]:
    """canary, rows of the column that have its text, and of these the one that has its number (1 or 0)."""
    table, _, _, position, _ = column
    query = (
        "SELECT w.canary, count(*), count(*) FILTER (r.row = w.row)"
        f" FROM (SELECT canaries AS canary, {_plain('texts')} AS text, rows AS row FROM texts_wanted) AS w"
        f" JOIN {table} AS r ON {_plain(f'r.c{position}')} = w.text GROUP BY w.canary ORDER BY w.canary"
    )
    with registered(con, texts_wanted=pa.table(bound)):
        return con.execute(query).fetchall()


def _agreement(
    facts: CaseFacts,
    dataset: int,
    rows: Mapping[int, int],
    columns: Sequence[_Column],
    personas: Sequence[tuple[int, str, str]],
) -> tuple[frozenset[int], dict[int, float]]:
    """Which seen canaries are with their persona, and how likely that would be by chance, for every persona."""
    totals: dict[str, int] = defaultdict(int)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    agreeing: set[tuple[int, str]] = set()
    for column in columns:
        _, first_row, column_rows, _, role = column
        totals[role] += column_rows
        wanted = [(no, text) for no, of_role, text in personas if of_role == role]
        if not wanted:
            continue
        bound: dict[str, list[Any]] = {
            "canaries": [no for no, _ in wanted],
            "texts": [text for _, text in wanted],
            "rows": [rows.get(no, 0) - first_row + 1 for no, _ in wanted],
        }
        compute = partial(_with_texts, facts.con, column, bound)
        for no, count, here in facts.kept("sightings/agreement", [list(column), bound], [dataset], compute):
            counts[no, role] += count
            if here > 0:
                agreeing.add((no, role))
    likeness: dict[int, float] = {}
    for no, role, _ in personas:
        if role in totals:
            others = counts[no, role] - ((no, role) in agreeing)
            # A canary agrees where its name or its firm does: the union bound over both.
            # The rule of succession keeps a value that the dataset has nowhere else from counting as impossible.
            likeness[no] = min(1.0, likeness.get(no, 0.0) + (others + 1) / (totals[role] + 1))
    return frozenset(no for no, _ in agreeing), likeness
