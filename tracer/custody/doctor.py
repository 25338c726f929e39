"""`doctor`: what a crash, a full disk or a stray edit left wrong in a case, and what can be repaired.

It only looks, unless it is asked to repair. A repair removes nothing that a command had acknowledged.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracer.case import rotation
from tracer.case.case import Case, open_case, tidy
from tracer.case.checks import unreadable
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, read_card
from tracer.case.schema import compare
from tracer.case.sealing import Sealing
from tracer.errors import CaseUnavailable, refuse_short
from tracer.marking.register.registers import unwritten_draws, withdraw_unwritten

_LEAST_FREE = 256 << 20
"""Bytes that should be free in addition to the store's size: a purge and a backup write it a second time."""


@dataclass(frozen=True)
class CaseFault:
    """One thing that is not as it should be."""

    what: str
    detail: str
    mended: bool = False
    """Whether it was repaired; `detail` then says how."""


def examine(folder: Path, key_file: Path | None) -> list[CaseFault]:
    """Look at a case and change nothing.

    Raises `CaseUnavailable` where it is not a case, the key is missing or wrong, or another process holds it.
    """
    layout = Layout(folder)
    card = read_card(layout)
    found = [
        CaseFault("key", f"others may read {path}: --repair sets its mode to 0600; if others could, rotate the key")
        for path in _open_keys(KeyStore(card.case_id, key_file))
    ]
    found += [CaseFault(*one) for one in _in_folder(layout)]
    if any(finding.what == "key" for finding in found):
        return found  # a key that others may read is not used
    if rotation.is_pending(layout):
        what = "was interrupted while its files were swapped in: --repair finishes it"
        return [*found, CaseFault("key rotation", what)]
    try:
        with open_case(folder, key_file=key_file, read_only=True) as case:
            found += [CaseFault(*one) for one in _in_store(case)]
    except CaseUnavailable as error:
        if not error.what.startswith(("the store cannot be opened", "the store is missing")):
            raise
        found.append(CaseFault("store", error.line()))
    return found


def repair(folder: Path, key_file: Path | None) -> list[CaseFault]:
    """Repair what can be repaired; returns what was done, and what is left. Raises as `examine`."""
    layout = Layout(folder)
    done = list[CaseFault]()
    for path in _open_keys(KeyStore(read_card(layout).case_id, key_file)):
        path.chmod(0o600)
        how = f"repaired: the mode of {path} is 0600 now; if others could read it: tracer key rotate"
        done.append(CaseFault("key", how, mended=True))
    before = examine(folder, key_file)
    if any(finding.what == "store" and "cannot be opened" in finding.detail for finding in before):
        return [*done, *before]
    for path in (*_drafts(layout), *rotation.leftovers(layout)):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in _open_files(layout):
        path.chmod(0o600)
    with open_case(folder, key_file=key_file, thorough=True) as case:  # completes what a killed command had committed
        sound = not case.journal.file.look().fault
        if sound and case.journal.resume(thorough=False):  # cuts off what a killed command left half
            tidy(case)
        if case.sealing is not None and case.sealing.fault and sound and not unreadable(case):
            case.sealing.mark(case.con)
        withdrawn = [withdraw_unwritten(case, one.draw).draw for one in unwritten_draws(case.con)] if sound else []
        unfinished = _unfinished_purges(case) if sound else []
        if sound:
            detail = {"found": [finding.what for finding in before], "withdrawn": withdrawn}
            case.journal.append(command="doctor repair", detail=detail)
        secret = case.key.secret
    if unfinished:
        rotation.rewrite(layout, secret)
        with open_case(folder, key_file=key_file) as case:
            for dataset in unfinished:
                case.journal.append(command="purge finished", detail={"dataset": dataset, "store": "rewritten"})
    left = examine(folder, key_file)
    mended = [CaseFault(one.what, f"repaired: {one.detail}", mended=True) for one in before if one not in left]
    return [*done, *mended, *left]


def accept_journal(folder: Path, key_file: Path | None, reason: str | None) -> str:
    """Accept a changed journal as it is, for a reason that stays in it for good; returns what was wrong.

    Raises `UsageError` where the reason is none, `InputRefused` where nothing is wrong.
    """
    reason = reason or ""
    refuse_short(reason, "say why the journal differs and who looked into it")
    with open_case(folder, key_file=key_file, thorough=True) as case:
        return case.journal.accept(reason)


def _open_keys(keys: KeyStore) -> Iterator[Path]:
    """The key files that others than their owner may read."""
    for path in {keys.key_file or keys.user_file, keys.user_file}:
        if os.name == "posix" and path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield path


def _open_files(layout: Layout) -> list[Path]:
    """The case's own files that others than their owner may read."""
    if os.name != "posix":
        return []
    return sorted(path for path in layout.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077)


def _drafts(layout: Layout) -> list[Path]:
    """Files that were being written when a process was killed, anywhere in the case."""
    return sorted(
        {*layout.folder.glob("*.new"), *layout.originals.glob(".*.part")}
        | {path for path in layout.spill.glob("*") if path.is_file()}
    )


def _in_folder(layout: Layout) -> Iterator[tuple[str, str]]:
    """What is wrong with the case's files, as far as it shows without opening the store."""
    for path in (layout.originals, layout.spill):
        if not path.is_dir():
            yield "folder", f"{path} is missing: restore the case from a backup"
            return
    open_ = _open_files(layout)
    if open_:
        yield "modes", f"others may read {len(open_)} files of the case: --repair sets their mode to 0600"
    left = [*_drafts(layout), *rotation.leftovers(layout)]
    if left:
        names = ", ".join(str(path.relative_to(layout.folder)) for path in left[:5])
        yield "leftovers", f"{len(left)} unfinished files of a killed command ({names}): --repair removes them"
    if layout.wal.exists():
        yield "store", "a command that wrote was killed: --repair, or the next one, completes what it had committed"
    needed = (layout.store.stat().st_size if layout.store.is_file() else 0) + _LEAST_FREE
    free = shutil.disk_usage(layout.folder).free
    if free < needed:
        yield "disk", f"{free >> 20:,} MiB are free; a purge or a backup needs {needed >> 20:,}"


def _in_store(case: Case) -> Iterator[tuple[str, str]]:
    """What is wrong with the journal, the originals and what commands left half done; and whether the seal holds."""
    look = case.journal.file.look()
    if look.fault:
        yield "journal", f'{look.fault}: restore a backup, or take it as it is: --accept-journal --reason "…"'
    if look.torn:
        yield "journal", "its last line is half there (a crash while it was written): --repair cuts it off"
    if compare(case.con, case.layout.store).missing:
        yield "schema", "made by an earlier version: --repair adds the tables that are new"
    waiting = look.missing.count(b"\n")
    if waiting:
        yield "journal", f"{waiting} entries of a killed command are not written yet: --repair writes them"
    named = {row[0] for row in case.con.execute("SELECT sha256 FROM original").fetchall()}
    kept = set(case.vault.files.names())
    if kept - named:
        yield "originals", f"{len(kept - named)} belong to a load that never was committed: --repair removes them"
    for sha256 in sorted(named - kept):
        yield "originals", f"{sha256} is missing: restore the case from a backup"
    for dataset, sha256 in case.con.execute(
        "SELECT id, sha256 FROM dataset WHERE purged_at IS NULL AND sha256 <> ''"
        " AND json_extract(options, '$.original_kept') IS NULL"  # left out: it holds secrets
        " AND sha256 NOT IN (SELECT sha256 FROM original) ORDER BY id, version"
    ).fetchall():
        yield "originals", f"dataset {dataset} has none ({sha256}): restore the case from a backup"
    for one in unwritten_draws(case.con):
        what = f"draw {one.draw} was committed and its {len(one.releases)} copies were never written"
        yield "register", f"{what}: --repair withdraws it; delete what may lie in the folder that was named"
    for channel, messages, since, fault in case.con.execute(
        "SELECT channel, messages, since, fault FROM views.untold ORDER BY channel"
    ).fetchall():
        what = f"{messages} messages since {since:%Y-%m-%d %H:%M} UTC were not taken by {channel} ({fault})"
        yield "alarm", f"{what}: repair that, and run tracer watch, which tries again"
    for dataset in _unfinished_purges(case):
        yield "purge", f"the pages that held {dataset} are still in the store's file: --repair rewrites it"
    sealing = Sealing(case.layout, case.key.secret)
    sealing.look(thorough=True)
    sealing.judge(case.con)
    if sealing.fault:
        what = "--repair reads all of it and, where that is sound, seals it again and journals that it did"
        yield "store", f"{sealing.fault}: {what}; a backup is better where you cannot explain the change"


def _unfinished_purges(case: Case) -> list[str]:
    open_ = dict[str, None]()
    for entry in case.journal.entries():
        dataset = str(dict(entry.get("detail") or {}).get("dataset", ""))
        if entry.get("command") == "purge":
            open_[dataset] = None
        elif entry.get("command") == "purge finished":
            open_.clear()  # rewriting the store leaves out all that was removed before
    return list(open_)
