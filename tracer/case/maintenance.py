"""Looking after a closed case: taking its key in, changing its key, checking that nothing was altered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracer.case import rotation
from tracer.case.case import Case, open_case
from tracer.case.key import CaseKey, KeyStore, read_key_file
from tracer.case.layout import Layout, read_card
from tracer.errors import CaseUnavailable


def import_key(folder: Path, file: Path) -> CaseKey:
    """Keep the key in `file` where `folder`'s key is looked for; returns it with its new place.

    Raises `CaseUnavailable` where it is not the key of this case.
    """
    card = read_card(Layout(folder))
    given = read_key_file(file)
    if given.check(card.case_id) != card.key_check:
        raise CaseUnavailable("this is not the key of this case", where=str(file), remedy="name the right file")
    keys = KeyStore(card.case_id)
    try:
        if keys.find().secret == given.secret:
            return keys.find()
    except CaseUnavailable:
        pass  # none is kept here, or a wrong one: the right one takes its place
    keys.forget()
    return keys.keep(given.secret)


def rotate_key(folder: Path, key_file: Path | None) -> CaseKey:
    """Give the case a new random key and journal it; returns the new key."""
    with open_case(folder, key_file=key_file) as case:
        old = case.key
    layout = Layout(folder)
    rotation.rotate(layout, KeyStore(read_card(layout).case_id, key_file), old)
    with open_case(folder, key_file=key_file) as case:
        case.journal.append(command="key rotate", detail={"from": old.fingerprint(), "to": case.key.fingerprint()})
        return case.key


@dataclass(frozen=True)
class Check:
    """One thing that `verify` looked at."""

    what: str
    """What was checked."""
    passed: bool
    detail: str
    """What was found; for a failed check, where."""


def check_journal(case: Case) -> Check:
    """Whether the journal's chain holds."""
    chain = case.journal.file.check()
    return Check("journal", chain.problem is None, chain.problem or f"{chain.entries} entries, head {chain.head}")


def check_originals(case: Case) -> list[Check]:
    """Whether every original is there and unchanged, one check each, in the order of their names."""
    rows = case.con.execute("SELECT sha256, name FROM original ORDER BY name, sha256").fetchall()
    return [
        Check(
            f"original {name}",
            whole := case.vault.files.check(sha256),
            f"sha256 {sha256}" if whole else f"missing or changed: {case.vault.files.path(sha256)}",
        )
        for sha256, name in rows
    ]
