"""`tracer release withdraw`: a copy that was not handed out is taken back, and its identities are free again.

Only where nothing shows that a recipient had it. The copy moves out of everything that looks for copies; the register
keeps what was committed: leaves, root and stamps are those of before. The canaries that no other copy has are free for
another draw, but for shared ones of a draw of which copies are left: whether a copy lacks them is part of its code.
A withdrawal that was wrong is undone as long as none of its identities is used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import InputRefused
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings import read_marks, read_sightings
from tracer.resources import sql_next_to

_statement = sql_next_to(__file__)
NOT_HANDED_OUT = "not handed out"
"""The reason where none is given."""
_NAMED = 5
_MOVED = (("withheld", "release"), ("release_canary", "release"), ("release", "id"))
"""Tables that hold a copy and the column that names it; what is withdrawn has tables of its own."""


@dataclass(frozen=True)
class Withdrawal:
    """One copy that was taken back: the row that the command prints."""

    release: str
    recipient: str
    date: date | None
    canaries: int
    freed: int
    path: str | None
    """Where the copy was written; None where the case does not know."""
    is_there: bool

    def to_json(self) -> dict[str, object]:
        """The row."""
        return dict(vars(self))


def withdraw(case: Case, releases: Sequence[str], reason: str = NOT_HANDED_OUT) -> list[Withdrawal]:
    """Take copies back, all or none, and journal it. Call it outside a transaction.

    Raises `InputRefused` with all that speaks against it: an unknown or withdrawn release, one that was never written,
    a canary of the copy that was reached or is in a list of that day or later, opened leaves, a confirmed source.
    """
    con, ids = case.con, sorted(set(releases))
    held = dict(con.execute("SELECT id, drawn AND sha256 IS NULL FROM release ORDER BY id").fetchall())
    gone = {row[0] for row in con.execute("SELECT id FROM withdrawn_release").fetchall()}
    problems = []
    for release in ids:
        if release in gone:
            problems.append(InputRefused(f"{release} is withdrawn already", remedy="--undo takes that back"))
        elif release not in held:
            remedy = did_you_mean(release, held) or "see `tracer query releases`"
            problems.append(InputRefused(f"unknown release {release!r}", remedy=remedy))
        elif held[release]:
            remedy = "`tracer doctor --repair` takes the whole draw back"
            problems.append(InputRefused(f"{release} was registered and its copy never written", remedy=remedy))
    problems = problems or [*_reached_canaries(case, ids), *_shown_copies(case, ids)]
    if problems:
        raise InputRefused.many(problems)
    named = {"ids": ids}
    with case.transaction():
        con.execute(f"CREATE OR REPLACE TEMP TABLE freed_now AS {_statement('freed')}", named)
        con.execute(_statement("move_canaries"), named)
        _copy_rows(con, "withdrawn_withheld", "* FROM withheld", "release, key", named)
        said = {**named, "at": now(), "reason": reason}
        columns = "*, $at::TIMESTAMP AS withdrawn_at, $reason AS reason"
        _copy_rows(con, "withdrawn_release", f"{columns} FROM release", "id", said)
        con.execute(_statement("forget_freed"), named)
        con.execute("UPDATE withdrawn_canary SET freed = true WHERE canary IN (SELECT canary FROM temp.freed_now)")
        con.execute(
            "UPDATE code_position SET freed = true WHERE canary IN (SELECT canary FROM temp.freed_now)"
            " AND draw IN (SELECT json_extract_string(design, '$.draw') FROM withdrawn_release)"
        )
        for table, column in _MOVED:
            con.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT unnest($ids))", named)
        (freed,) = con.execute("SELECT count(*) FROM temp.freed_now").fetchall()[0]
        con.execute("DROP TABLE temp.freed_now")
        detail = {"releases": ids, "freed": int(freed), "reason": reason}
        case.journal.append(command="release withdraw", detail=detail)
    return [
        Withdrawal(release, recipient, day, canaries, freed, path, path is not None and Path(path).is_file())
        for release, recipient, day, canaries, freed, path in case.con.execute(
            _statement("withdrawals"), {"ids": ids}
        ).fetchall()
    ]


def undo_withdrawal(case: Case, releases: Sequence[str]) -> list[str]:
    """Put withdrawn copies back among the releases, all or none, and journal it; their ids, ordered.

    Raises `InputRefused` where one is not withdrawn, or where another release has its identities by now.
    """
    ids = sorted(set(releases))
    kept = [row[0] for row in case.con.execute("SELECT id FROM withdrawn_release ORDER BY id").fetchall()]
    problems, listing = list[InputRefused](), 'see `tracer sql "FROM views.withdrawn_releases"`'
    for release in ids:
        if release not in kept:
            remedy = did_you_mean(release, kept) or listing
            problems.append(InputRefused(f"{release!r} is not a withdrawn release", remedy=remedy))
    remedy = (
        "withdraw that one first, where it was not handed out; else record what was handed out: tracer"
        " release add DATASET --to PARTY --date DATE --path FILE"
    )
    # Withdrawn copies with a release that has a canary which the copy would need again.
    for release, other in case.con.execute(_statement("used_again"), {"ids": ids}).fetchall():
        what = f"identities of {release} are in {other} by now, and would name both"
        problems.append(InputRefused(what, where=f"release {release}", remedy=remedy))
    if problems:
        raise InputRefused.many(problems)
    con, named = case.con, {"ids": ids}
    with case.transaction():
        # What a withdrawal did, the other way round: none of the identities is used again.
        names = ", ".join(f"{name} = coalesce(canary.{name}, w.{name})" for name in ("name", "organisation", "address"))
        con.execute(
            f"UPDATE canary SET {names} FROM withdrawn_canary AS w"
            " WHERE w.canary = canary.no AND w.release IN (SELECT unnest($ids))",
            named,
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE needed_now AS {_statement('needed')}", named)
        con.execute(
            "UPDATE code_position SET freed = NULL FROM temp.needed_now AS n"
            " WHERE n.draw = code_position.draw AND n.canary = code_position.canary"
        )
        con.execute("UPDATE withdrawn_canary SET freed = false WHERE canary IN (SELECT canary FROM temp.needed_now)")
        con.execute("DROP TABLE temp.needed_now")
        canaries = "release, canary, scheme, persona, row FROM withdrawn_canary"
        _copy_rows(con, "release_canary", canaries, "release, canary, row", named)
        _copy_rows(con, "withheld", "* FROM withdrawn_withheld", "release, key", named)
        _copy_rows(con, "release", "* EXCLUDE (withdrawn_at, reason) FROM withdrawn_release", "id", named)
        for table, column in _MOVED:
            held = f"withdrawn_{table.removeprefix('release_')}"
            con.execute(f"DELETE FROM {held} WHERE {column} IN (SELECT unnest($ids))", named)
        case.journal.append(command="release withdraw undone", detail={"releases": ids})
    return ids


def _copy_rows(
    con: duckdb.DuckDBPyConnection, into: str, columns: str, order: str, bound: Mapping[str, object]
) -> None:
    """Copy the rows of the copies `$ids`, which the first column of the order names, into another table."""
    named = f"WHERE {order.partition(',')[0]} IN (SELECT unnest($ids))"
    con.execute(f"INSERT INTO {into} BY NAME SELECT {columns} {named} ORDER BY {order}", dict(bound))


def _reached_canaries(case: Case, ids: list[str]) -> Iterator[InputRefused]:
    """Canaries that only these copies have, and that were reached or are in a list since."""
    con = case.con
    only_here = con.execute(
        "SELECT canary FROM release_canary GROUP BY canary"
        " HAVING bool_and(release IN (SELECT unnest($ids))) ORDER BY canary",
        {"ids": ids},
    ).fetchall()
    alone = [canary for (canary,) in only_here]
    remedy = "somebody has the copy, or its canaries are known: it stays on record (tracer query signals)"
    for release, canaries, records in con.execute(_statement("reached"), {"ids": ids, "alone": alone}).fetchall():
        what = f"{_canaries(canaries)} of {release} {'was' if len(canaries) == 1 else 'were'} reached since"
        yield InputRefused(f"{what} ({records:,} records)", where=f"release {release}", remedy=remedy)
    marks = read_marks(con)
    days = [release.date for release in marks.releases if release.id in ids]
    first = min((day for day in days if day is not None), default=None)
    later = {
        item.no: item.id
        for item in marks.datasets.values()
        if None in days or first is None or (item.day_seen or item.loaded_at.date()) >= first
    }
    if not alone or not later:
        return
    with CaseFacts(con) as facts:
        seen = read_sightings(facts, marks, sorted(later))
    for release in marks.releases:
        if release.id not in ids:
            continue
        for no, dataset in sorted(later.items(), key=lambda item: item[1]):
            found = sorted(seen.canaries(no) & release.canaries & set(alone))
            if found and not release.later_than(marks.datasets[dataset]):
                what = f"{_canaries(found)} of {release.id} {'is' if len(found) == 1 else 'are'} in {dataset}"
                remedy = f"somebody has the copy: it stays on record (tracer attribute {dataset})"
                yield InputRefused(what, where=f"release {release.id}", remedy=remedy)


def _shown_copies(case: Case, ids: list[str]) -> Iterator[InputRefused]:
    """Copies about which something has left the case, or was decided."""
    opened = {
        str((entry.get("detail") or {}).get("release")): int(entry.get("no", 0))
        for entry in case.journal.entries()
        if entry.get("command") == "register reveal"
    }
    for release in ids:
        if release in opened:
            what = f"leaves of its register were opened (journal entry {opened[release]}): others know its canaries"
            remedy = "it stays on record; mark its identities as burnt instead"
            yield InputRefused(what, where=f"release {release}", remedy=remedy)
    for release, plan in case.con.execute(_statement("asked_for"), {"ids": ids}).fetchall():
        what = f"a look-up service was to be asked for its canaries (probe {plan}): others may know them"
        remedy = f"mark its identities as burnt instead; where it was never asked: tracer probe remove {plan}"
        yield InputRefused(what, where=f"release {release}", remedy=remedy)
    for release, dataset in case.con.execute(_statement("confirmed"), {"ids": ids}).fetchall():
        what, remedy = f"a person confirmed that {dataset} came from it", f"tracer judge {release} {dataset} withdraw"
        yield InputRefused(what, where=f"release {release}", remedy=f"take that back first: {remedy}")


def _canaries(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_NAMED])) + (" …" if len(numbers) > _NAMED else "")
    return f"{'canary' if len(numbers) == 1 else f'{len(numbers)} canaries'} (no. {shown})"
