"""`tracer release withdraw`: a copy that was not handed out is taken back, and its identities are free again.

Only where nothing shows that a recipient had it. The register keeps what was committed; a trace no longer looks for the
copy. A withdrawal that was wrong is undone as long as none of its identities is used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import InputRefused
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings.facts import read_marks
from tracer.findings.sightings.sightings import read_sightings
from tracer.marking.release.withdrawn import canaries_alone, move_back, move_out, used_again
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
NOT_HANDED_OUT = "not handed out"
"""The reason where none is given."""
_NAMED = 5


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
        return {
            "release": self.release, "recipient": self.recipient, "date": self.date, "canaries": self.canaries,
            "freed": self.freed, "path": self.path, "is_there": self.is_there,
        }  # fmt: skip


def withdraw(case: Case, releases: Sequence[str], reason: str = NOT_HANDED_OUT) -> list[Withdrawal]:
    """Take copies back, all or none, and journal it. Call it outside a transaction.

    Raises `InputRefused` with all that speaks against it: an unknown or withdrawn release, one that was never written,
    a canary of the copy that was reached or is in a list of that day or later, opened leaves, a confirmed source.
    """
    ids = sorted(set(releases))
    _refuse(case, ids)
    with case.transaction():
        freed = move_out(case.con, ids, now(), reason)
        case.journal.append(
            command="release withdraw", detail={"releases": ids, "freed": freed, "reason": reason}
        )  # fmt: skip
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
    problems = [
        InputRefused(
            f"{release!r} is not a withdrawn release",
            remedy=did_you_mean(release, kept) or 'see `tracer sql "FROM views.withdrawn_releases"`',
        )
        for release in ids
        if release not in kept
    ]
    problems += [
        InputRefused(
            f"identities of {release} are in {other} by now, and would name both", where=f"release {release}",
            remedy="withdraw that one first, where it was not handed out; else record what was handed out: tracer"
            " release add DATASET --to PARTY --date DATE --path FILE",
        )
        for release, other in used_again(case.con, ids)
    ]  # fmt: skip
    if problems:
        raise InputRefused.many(problems)
    with case.transaction():
        move_back(case.con, ids)
        case.journal.append(command="release withdraw undone", detail={"releases": ids})
    return ids


def _refuse(case: Case, ids: Sequence[str]) -> None:
    con = case.con
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
            problems.append(
                InputRefused(
                    f"{release} was registered and its copy never written",
                    remedy="`tracer doctor --repair` takes the whole draw back",
                )
            )
    problems = problems or [*_reached(case, ids), *_shown(case, ids)]
    if problems:
        raise InputRefused.many(problems)


def _reached(case: Case, ids: Sequence[str]) -> Iterator[InputRefused]:
    """Canaries that only these copies have, and that were reached or are in a list since."""
    con = case.con
    alone = canaries_alone(con, ids)
    bound = {"ids": list(ids), "alone": alone}
    for release, canaries, records in con.execute(_statement("reached"), bound).fetchall():
        yield InputRefused(
            f"{_canaries(canaries)} of {release} {'was' if len(canaries) == 1 else 'were'} reached since"
            f" ({records:,} records)",
            where=f"release {release}",
            remedy="somebody has the copy, or its canaries are known: it stays on record (tracer query signals)",
        )
    marks = read_marks(con)
    days = [release.date for release in marks.releases if release.id in ids]
    first = min((day for day in days if day is not None), default=None)
    later = {
        item.no: item.id for item in marks.datasets.values()
        if None in days or first is None or (item.seen or item.loaded_at.date()) >= first
    }  # fmt: skip
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
                yield InputRefused(
                    f"{_canaries(found)} of {release.id} {'is' if len(found) == 1 else 'are'} in {dataset}",
                    where=f"release {release.id}",
                    remedy=f"somebody has the copy: it stays on record (tracer attribute {dataset})",
                )


def _shown(case: Case, ids: Sequence[str]) -> Iterator[InputRefused]:
    """Copies about which something has left the case, or was decided."""
    opened = {
        str((entry.get("detail") or {}).get("release")): int(entry.get("no", 0))
        for entry in case.journal.entries()
        if entry.get("command") == "register reveal"
    }
    for release in ids:
        if release in opened:
            yield InputRefused(
                f"leaves of its register were opened (journal entry {opened[release]}): others know its canaries",
                where=f"release {release}", remedy="it stays on record; mark its identities as burnt instead",
            )  # fmt: skip
    for release, plan in case.con.execute(_statement("asked_for"), {"ids": list(ids)}).fetchall():
        yield InputRefused(
            f"a look-up service was to be asked for its canaries (probe {plan}): others may know them",
            where=f"release {release}",
            remedy=f"mark its identities as burnt instead; where it was never asked: tracer probe remove {plan}",
        )  # fmt: skip
    for release, dataset in case.con.execute(_statement("confirmed"), {"ids": list(ids)}).fetchall():
        yield InputRefused(
            f"a person confirmed that {dataset} came from it", where=f"release {release}",
            remedy=f"take that back first: tracer judge {release} {dataset} withdraw",
        )  # fmt: skip


def _canaries(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_NAMED])) + (" …" if len(numbers) > _NAMED else "")
    return f"{'canary' if len(numbers) == 1 else f'{len(numbers)} canaries'} (no. {shown})"
