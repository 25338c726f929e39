"""`verify`: nothing was altered, and the findings come out the same again.

The registers of marked copies are held against their roots, the journal, the copies and the stamps. Every fault is
named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.case.checks import (
    Check,
    accepted_journals,
    check_accounts,
    check_journal,
    check_originals,
    check_schema,
    check_store,
)
from tracer.case.protected import keyed_digest
from tracer.case.schema import former_columns
from tracer.case.store import store_fault
from tracer.custody.anchor import check_anchors
from tracer.errors import InputRefused
from tracer.input_files import sha256_of
from tracer.marking.register.registers import (
    REGISTER,
    Register,
    facts_of,
    hashes_of,
    registers,
    root,
    stamp_faults,
    stamps_of,
    statement,
)
from tracer.stages import stale_stages
from tracer.trace import findings_digest, not_recomputable, recompute_digest

_FIXED = ("dataset", "recipient", "date")
"""Facts of a release that its copy was made for: nothing may change them."""
_CORRECTED = ("ends", "purpose", "use_basis")
"""Facts that may be put right later; the register keeps what they were when it was committed."""


def verify_case(
    case: Case, progress: Callable[[str], None], since: date | None = None, copies: Sequence[Path] = ()
) -> list[Check]:
    """Run all checks; journals that they were run. `case` must be open for writing; nothing in it is changed.

    `since`: only originals that were loaded on that day or later, and findings only where a trace ran then;
    journal, store, schema and registers are always checked as a whole. `copies`: see `check_registers`.
    """
    progress("checking the journal, the store and the originals")
    checks = [check_journal(case), check_store(case)]
    looks: tuple[tuple[str, Callable[[], list[Check]]], ...] = (
        ("journal", lambda: accepted_journals(case)),
        ("schema", lambda: [check_schema(case)]),
        ("originals", lambda: check_originals(case, since)),
        ("journal and store", lambda: check_accounts(case)),
        ("register", lambda: check_registers(case, copies)),
        ("anchor", lambda: check_anchors(case)),
        ("findings", lambda: [_check_findings(case, progress, since)]),
    )
    for what, look in looks:
        try:
            checks += look()
        except duckdb.Error as error:
            if store_fault(error) is None:
                raise
            checks.append(Check(what, False, "cannot be checked: the store is damaged"))
    failed = [check.what for check in checks if not check.passed]
    if checks[0].passed:
        detail = {"checks": len(checks), "failed": failed}
        case.journal.append(command="verify", detail=detail if since is None else {**detail, "since": str(since)})
    return checks


def _check_findings(case: Case, progress: Callable[[str], None], since: date | None) -> Check:  # noqa: PLR0911 - one for each state
    row = case.con.execute('SELECT run, result, "at", version FROM trace_run ORDER BY run DESC LIMIT 1').fetchone()
    if row is None:
        return Check("findings", True, "none yet: nothing was traced")
    run, stated, at, version = row
    former = former_columns(case.con, run)
    if former == {}:
        said = f"of run {run} by tracer {version}, which kept them in another form: not compared"
        return Check("findings", True, said)
    kept = findings_digest(case.con, former)
    if kept != stated:
        return Check("findings", False, f"the findings of run {run} were changed after it")
    if since is not None and at.date() < since:
        return Check("findings", True, f"as run {run} left them; not computed again: it ran before {since}")
    if stale_stages(case.con):
        said = f"as run {run} by tracer {version} left them, but the case or tracer's own code has changed since"
        return Check("findings", True, f"{said}: run `tracer trace`, then verify again")
    progress("computing the findings again")
    again = recompute_digest(case)
    if again != kept:
        said = (
            f"a trace from scratch gives other findings than run {run} kept, by the same code of tracer: the store was "
            "changed, or packages that tracer computes with (`tracer export report` lists them)"
        )
        return Check("findings", False, said)
    left = not_recomputable(case.con)
    said = f"; {left} not recomputable, because contents were purged: as they were" if left else ""
    return Check("findings", True, f"digest {kept}, under the case's key {keyed_digest(case.con, kept)}{said}")


@dataclass
class _Journaled:
    """What the journal says of registers that were not withdrawn."""

    committed: dict[str, tuple[int, str, frozenset[str]]] = field(default_factory=dict)
    """Draw → (number of the entry, root, releases)."""
    written: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Release → (number of the entry, SHA-256 of its copy)."""
    withdrawn: dict[str, int] = field(default_factory=dict)
    """Release that was taken back → number of the entry."""


def check_registers(case: Case, copies: Sequence[Path] = ()) -> list[Check]:
    """One check over all registers that were committed; where they are not as they were, one for each fault. Reads each
    leaf once: about 5 µs a leaf.

    `copies`: folders in which copies are looked for where they were written, in addition to the case's own folder.
    """
    homes = [folder.resolve() for folder in (case.folder.resolve().parent, *copies)]
    held, journaled = registers(case.con), _journal_state(case)
    faults, notes = list[str](), list[str]()
    merged = dict(case.con.execute("SELECT id, merged_into FROM party WHERE merged_into IS NOT NULL").fetchall())
    for register in held:
        found = (*_draw_faults(case, register, journaled), *stamp_faults(case, register))
        faults += [f"draw {register.draw}: {fault}" for fault in found]
        changed, corrected = _changed_facts(case, register, merged)
        faults += [*changed, *_copy_faults(case, register, homes)]
        notes += [f"corrected since: {note}" for note in corrected]
    # A copy that is not looked for must have been taken back, and one that was must not be looked for.
    kept = {row[0] for row in case.con.execute("SELECT id FROM withdrawn_release").fetchall()}
    live = {row[0] for row in case.con.execute("SELECT id FROM release").fetchall()}
    for release in sorted(kept - journaled.withdrawn.keys()):
        faults.append(f"the journal does not say that {release} was withdrawn")
    for release in sorted(journaled.withdrawn.keys() - kept):
        what = "and it is among the releases" if release in live else "and the case no longer holds it"
        faults.append(f"journal entry {journaled.withdrawn[release]} withdrew {release}, {what}")
    known = {register.draw for register in held}
    faults += [
        f"draw {draw}: journal entry {number} committed it, and the case no longer holds it"
        for draw, (number, _, _) in sorted(journaled.committed.items())
        if draw not in known
    ]
    if faults:
        return [Check("register", False, fault) for fault in faults]
    notes += [
        f"{release} was withdrawn, and its copy is still there; delete {path}"
        for release, path in case.con.execute(
            "SELECT id, path FROM withdrawn_release WHERE path IS NOT NULL ORDER BY id"
        ).fetchall()
        if any(Path(path).absolute().is_relative_to(home) for home in homes) and Path(path).is_file()
    ]
    stamps = sum(len(stamps_of(case.con, register.draw)) for register in held)
    releases = sum(len(register.releases) for register in held)
    said = f"{len(held)} committed, {releases} releases and {stamps} time stamps as they were"
    # A corrected end date is not a fault: the register keeps what it was, and says so.
    return [Check("register", True, said), *(Check("register", True, note) for note in notes)]


def _journal_state(case: Case) -> _Journaled:
    """What the journal says in the end: later lines take back what earlier ones say."""
    said = _Journaled()
    for entry in case.journal.entries():
        command, detail, number = entry.get("command"), entry.get("detail") or {}, int(entry.get("no", 0))
        if command == "release" and "draw" in detail:
            releases = frozenset(detail.get("releases", ()))
            said.committed[str(detail["draw"])] = number, str(entry.get("result")), releases
        elif command == "release withdrawn":
            said.committed = {draw: had for draw, had in said.committed.items() if had[1] != entry.get("result")}
        elif command == "release withdraw":
            said.withdrawn |= dict.fromkeys(map(str, detail.get("releases", ())), number)
        elif command == "release withdraw undone":
            for release in detail.get("releases", ()):
                said.withdrawn.pop(str(release), None)
        elif command == "release written":
            said.written |= {str(release): (number, str(digest)) for release, digest in detail.items()}
    return said


def _draw_faults(case: Case, register: Register, said: _Journaled) -> Iterator[str]:
    """What is wrong with a register's root, and with what the journal says of it and of its copies."""
    (roots,) = case.con.execute(
        "SELECT count(DISTINCT commitment) FROM (SELECT commitment, drawn, design FROM release UNION ALL"
        " SELECT commitment, drawn, design FROM withdrawn_release)"
        " WHERE drawn AND json_extract_string(design, '$.draw') = $draw",
        {"draw": register.draw},
    ).fetchall()[0]
    if roots != 1:
        yield "its releases name different roots"
    again = root(hashes_of(case.con, case.secret(REGISTER), register.draw)).hex()
    if again != register.root:
        yield f"changed after it was committed ({', '.join(register.releases)}): its root is now {again}"
    committed = said.committed.get(register.draw)
    if committed is None:
        yield "the journal does not say that it was committed"
        return
    number, journaled_root, releases = committed
    if journaled_root != register.root:
        yield f"journal entry {number} committed the root {journaled_root}"
    if releases != frozenset(register.releases):
        other = ", ".join(sorted(releases ^ frozenset(register.releases)))
        yield f"journal entry {number} committed other releases (differing: {other})"
    rows = case.con.execute(
        "SELECT id, sha256 FROM release WHERE id IN (SELECT unnest($ids)) ORDER BY id", {"ids": list(register.releases)}
    ).fetchall()
    digests = dict(rows)
    never = [release for release, digest in digests.items() if digest is None]
    if never:
        yield (
            f"registered and never written, so that no recipient holds a copy: {', '.join(never)}; delete what may lie"
            " in the folder that was named"
        )
    for release, digest in digests.items():
        written = said.written.get(release)
        if digest is None:
            continue
        if written is None:
            yield f"the journal does not say that the copy of {release} was written"
        elif written[0] <= number:
            yield f"the copy of {release} was written (entry {written[0]}) before the register was committed ({number})"
        elif written[1] != digest:
            yield f"the copy of {release} has SHA-256 {written[1]} in the journal and {digest} in the case"


def _changed_facts(case: Case, register: Register, merged: dict[str, str]) -> tuple[list[str], list[str]]:
    """(changed facts that may not change, corrected ones), each with its release."""
    faults, notes = list[str](), list[str]()
    for release, frozen, *now in case.con.execute(statement("facts_now"), {"draw": register.draw}).fetchall():
        if frozen is None:
            continue
        was = facts_of(frozen)
        for name, value in zip((*_FIXED, *_CORRECTED), now, strict=True):
            before, after = was.get(name), None if value is None else str(value)
            if name == "recipient":
                before = merged.get(str(before), before)
            if before != after:
                what = f"{release}: {name} was {before or 'none'} when committed and is {after or 'none'} now"
                (faults if name in _FIXED else notes).append(what)
    return faults, notes


def _copy_faults(case: Case, register: Register, homes: Sequence[Path]) -> Iterator[str]:
    """A copy that still lies where it was written must be the one that was: its canaries are what the register says.

    The store says where it was written, and may be a stranger's: nothing outside `homes` is opened.
    """
    for release, path, digest in case.con.execute(
        "SELECT id, path, sha256 FROM release WHERE id IN (SELECT unnest($ids)) AND path IS NOT NULL ORDER BY id",
        {"ids": list(register.releases)},
    ).fetchall():
        try:
            copy = Path(path).resolve()
            if not any(copy.is_relative_to(home) for home in homes):
                continue
            now = sha256_of(copy)
        except (OSError, ValueError, RuntimeError, InputRefused):
            continue  # handed over and gone, or not to be read here
        if now != digest:
            yield f"{release}: its copy was changed after it was written ({path})"
