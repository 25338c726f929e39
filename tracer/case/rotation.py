"""Changing the key of a case: everything is encrypted again under the new key, then swapped in by renames.

Until the mark `rotation.json` lies in the folder, the old files and the old key are the case. From then on the new
ones are, and an interrupted swap is finished at the next opening.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import duckdb

from tracer.case.key import CaseKey, KeyStore, derive
from tracer.case.layout import CaseCard, Layout, write_card
from tracer.case.sealing import forget_seal
from tracer.case.store import CATALOG, attach, connect
from tracer.case.vault import Vault
from tracer.documents import json_of
from tracer.errors import CaseUnavailable
from tracer.file_writing import write_durably
from tracer.input_files import open_regular, text_of

_NEXT = ".next"


def is_pending(layout: Layout) -> bool:
    """Whether a rotation was interrupted during its swap."""
    return layout.rotation.is_file()


def rotate(layout: Layout, keys: KeyStore, old: CaseKey) -> CaseKey:
    """Give the case a new random key. The case must be closed. Returns the new key."""
    keys.refuse_environment()
    next_keys = keys.with_id(_NEXT)
    next_keys.forget()
    new_store, new_originals = _new_paths(layout)
    _clear(new_store, new_originals)
    secret = next_keys.make().secret  # stored next to the old one before anything is written with it
    try:
        _copy_store(layout, old.secret, secret, new_store)
        new_originals.mkdir(mode=0o700)
        source = Vault(layout.originals, derive(old.secret, b"vault"))
        renewed = Vault(new_originals, derive(secret, b"vault"))
        for sha256 in source.names():
            renewed.copy_from(source, sha256)
    except BaseException:
        _clear(new_store, new_originals)
        next_keys.forget()
        raise
    mark = json.dumps({"to": CaseKey(secret, "").fingerprint()})
    write_durably(mark.encode() + b"\n", layout.rotation)
    finish(layout, keys)
    return keys.find()


def finish(layout: Layout, keys: KeyStore) -> None:
    """Swap in the new files and the new key; safe to repeat."""
    next_keys = keys.with_id(_NEXT)
    fingerprint = json_of(text_of(layout.rotation, links=False))["to"]
    secret = _key_with(fingerprint, next_keys, keys)
    new_store, new_originals = _new_paths(layout)
    if new_store.exists():
        for path in (layout.wal, layout.seal):
            path.unlink(missing_ok=True)
        new_store.replace(layout.store)
    if new_originals.exists():
        for path in sorted(new_originals.iterdir()):
            path.replace(layout.originals / path.name)
        new_originals.rmdir()
    write_card(layout, CaseCard(keys.case_id, CaseKey(secret, "").check(keys.case_id)))
    keys.replace(secret)
    layout.rotation.unlink()
    next_keys.forget()


def _key_with(fingerprint: str, *stores: KeyStore) -> bytes:
    for store in stores:
        try:
            key = store.find()
        except CaseUnavailable:
            continue
        if key.fingerprint() == fingerprint:
            return key.secret
    remedy = "give the --key-file with which the rotation began"
    raise CaseUnavailable("a key rotation was interrupted and the new key is not here", remedy=remedy)


def _new_paths(layout: Layout) -> tuple[Path, Path]:
    return layout.store.with_name(layout.store.name + _NEXT), layout.originals.with_name("originals" + _NEXT)


def rewrite(layout: Layout, secret: bytes) -> None:
    """Rewrite the store under the same key, with what it holds and no page that once held something else.

    The case must be closed. The new file takes the old one's place in one step.
    """
    new_store, new_originals = _new_paths(layout)
    _clear(new_store, new_originals)
    try:
        _copy_store(layout, secret, secret, new_store)
        with open_regular(new_store, links=False) as file:
            os.fsync(file.fileno())
    except BaseException:
        new_store.unlink(missing_ok=True)
        raise
    layout.seal.unlink(missing_ok=True)
    new_store.replace(layout.store)


def leftovers(layout: Layout) -> list[Path]:
    """What a rotation or a rewriting left that was interrupted before its swap; nothing while a swap is pending."""
    if is_pending(layout):
        return []
    new_store, new_originals = _new_paths(layout)
    return [path for path in (new_store, Path(f"{new_store}.wal"), new_originals) if path.exists()]


def _clear(store: Path, originals: Path) -> None:
    for path in (store, Path(f"{store}.wal")):
        path.unlink(missing_ok=True)
    if originals.is_dir():
        shutil.rmtree(originals)


def _copy_store(layout: Layout, old: bytes, new: bytes, target: Path) -> None:
    with closing(connect(layout.spill, layout.store, target)) as con:
        attach(con, layout.store, old, read_only=False)  # for writing: no other process may change it meanwhile
        copy_store(con, target, new)


def copy_store(con: duckdb.DuckDBPyConnection, target: Path, secret: bytes) -> None:
    """Write all that the attached store holds into a new store at `target` under `secret`, without a seal."""
    attach(con, target, secret, read_only=False, name="renewed")
    try:
        con.execute(f"COPY FROM DATABASE {CATALOG} TO renewed")
        forget_seal(con, "renewed")
        con.execute("CHECKPOINT renewed")
    finally:
        con.execute(f"USE {CATALOG}")
        con.execute("DETACH renewed")
