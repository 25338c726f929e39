"""What `verify` asks of the registers: roots, the journal's word, the copies, the stamps. Every fault is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register.leaves import REGISTER, facts_of, hashes_of, root, statement
from tracer.marking.register.registers import Register, registers, stamp_faults, stamps_of
from tracer.regular import sha256_of

_FIXED = ("dataset", "recipient", "date")
"""Facts of a release that its copy was made for: nothing may change them."""
_CORRECTED = ("ends", "purpose", "use_basis")
"""Facts that may be put right later; the register keeps what they were when it was committed."""


@dataclass(frozen=True)
class RegisterAudit:
    """What was found."""

    registers: int
    releases: int
    stamps: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    lying: tuple[str, ...] = ()
    """Copies that were withdrawn and still lie where they were written."""


@dataclass
class _Journaled:
    """What the journal says of registers that were not withdrawn."""

    committed: dict[str, tuple[int, str, frozenset[str]]] = field(default_factory=dict)
    """Draw → (number of the entry, root, releases)."""
    written: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Release → (number of the entry, SHA-256 of its copy)."""
    withdrawn: dict[str, int] = field(default_factory=dict)
    """Release that was taken back → number of the entry."""


def audit_registers(case: Case, copies: Sequence[Path] = ()) -> RegisterAudit:
    """Check every register. Reads each leaf once: about 5 µs a leaf.

    `copies`: folders in which copies are looked for where they were written, in addition to the case's own folder.
    """
    homes = [folder.resolve() for folder in (case.folder.resolve().parent, *copies)]
    held = registers(case.con)
    journaled = _journaled(case)
    faults, notes = list[str](), list[str]()
    recipients = dict(case.con.execute("SELECT id, merged_into FROM party WHERE merged_into IS NOT NULL").fetchall())
    for register in held:
        found = [*_root_faults(case, register), *_journal_faults(case, register, journaled)]
        faults += [f"draw {register.draw}: {fault}" for fault in (*found, *stamp_faults(case, register))]
        changed, corrected = _facts(case, register, recipients)
        faults, notes = faults + changed, notes + corrected
        faults += _copy_faults(case, register, homes)
    faults += _withdrawal_faults(case, journaled)
    known = {register.draw for register in held}
    faults += [
        f"draw {draw}: journal entry {number} committed it, and the case no longer holds it"
        for draw, (number, _, _) in sorted(journaled.committed.items())
        if draw not in known
    ]
    lying = [
        f"{release} was withdrawn, and its copy is still there; delete {path}"
        for release, path in case.con.execute(
            "SELECT id, path FROM withdrawn_release WHERE path IS NOT NULL ORDER BY id"
        ).fetchall()
        if any(Path(path).absolute().is_relative_to(home) for home in homes) and Path(path).is_file()
    ]
    stamps = sum(len(stamps_of(case.con, register.draw)) for register in held)
    releases = sum(len(register.releases) for register in held)
    return RegisterAudit(len(held), releases, stamps, tuple(faults), tuple(notes), tuple(lying))


def _root_faults(case: Case, register: Register) -> Iterator[str]:
    roots = case.con.execute(
        "SELECT count(DISTINCT commitment) FROM (SELECT commitment, drawn, design FROM release UNION ALL"
        " SELECT commitment, drawn, design FROM withdrawn_release)"
        " WHERE drawn AND json_extract_string(design, '$.draw') = $draw",
        {"draw": register.draw},
    ).fetchone()
    if roots is not None and roots[0] != 1:
        yield "its releases name different roots"
    again = root(hashes_of(case.con, case.secret(REGISTER), register.draw)).hex()
    if again != register.root:
        yield f"changed after it was committed ({', '.join(register.releases)}): its root is now {again}"


def _journaled(case: Case) -> _Journaled:
    said = _Journaled()
    for entry in case.journal.entries():
        command, detail, number = entry.get("command"), entry.get("detail") or {}, int(entry.get("no", 0))
        if command == "release" and "draw" in detail:
            said.committed[str(detail["draw"])] = (
                number,
                str(entry.get("result")),
                frozenset(detail.get("releases", ())),
            )
        elif command == "release withdrawn":
            said.committed = {
                draw: committed for draw, committed in said.committed.items() if committed[1] != entry.get("result")
            }
        elif command == "release withdraw":
            said.withdrawn |= dict.fromkeys(map(str, detail.get("releases", ())), number)
        elif command == "release withdraw undone":
            for release in detail.get("releases", ()):
                said.withdrawn.pop(str(release), None)
        elif command == "release written":
            said.written |= {str(release): (number, str(digest)) for release, digest in detail.items()}
    return said


def _journal_faults(case: Case, register: Register, said: _Journaled) -> Iterator[str]:
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
    digests = dict(
        case.con.execute(
            "SELECT id, sha256 FROM release WHERE id IN (SELECT unnest($ids)) ORDER BY id",
            {"ids": list(register.releases)},
        ).fetchall()
    )
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


def _facts(case: Case, register: Register, recipients: dict[str, str]) -> tuple[list[str], list[str]]:
    """(changed facts that may not change, corrected ones), each with its release."""
    faults, notes = list[str](), list[str]()
    for release, frozen, *now in case.con.execute(statement("facts_now"), {"draw": register.draw}).fetchall():
        if frozen is None:
            continue
        was = facts_of(frozen)
        for name, value in zip((*_FIXED, *_CORRECTED), now, strict=True):
            before, after = was.get(name), None if value is None else str(value)
            if name == "recipient" and before in recipients:
                before = recipients[before]
            if before == after:
                continue
            told = f"{release}: {name} was {before or 'none'} when committed and is {after or 'none'} now"
            (faults if name in _FIXED else notes).append(told)
    return faults, notes


def _withdrawal_faults(case: Case, said: _Journaled) -> Iterator[str]:
    """A copy that is not looked for must have been taken back, and one that was must not be looked for."""
    kept = {row[0] for row in case.con.execute("SELECT id FROM withdrawn_release").fetchall()}
    live = {row[0] for row in case.con.execute("SELECT id FROM release").fetchall()}
    for release in sorted(kept - said.withdrawn.keys()):
        yield f"the journal does not say that {release} was withdrawn"
    for release in sorted(said.withdrawn.keys() - kept):
        what = "and it is among the releases" if release in live else "and the case no longer holds it"
        yield f"journal entry {said.withdrawn[release]} withdrew {release}, {what}"


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
