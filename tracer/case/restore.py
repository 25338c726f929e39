"""One encrypted file in: a backup becomes a case again, all of it or nothing."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracer.case.backup import CHECKSUMS, KEY_MEMBER, MAGIC, file_key, key_check
from tracer.case.case import open_case
from tracer.case.checks import Check, check_accounts, check_journal, check_originals, check_schema, check_store
from tracer.case.chunks import PREFIX, unsealed
from tracer.case.key import KeyStore, derive, parse_key, read_key_file, write_key_file
from tracer.case.layout import Layout, is_case, read_card
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.regular import SMALL, opened, text_of
from tracer.whole_file import keep_private

_MEMBER = re.compile(
    r"case\.json|case\.duckdb|journal\.(?:jsonl|head)|case\.key|checksums\.json|originals/[0-9a-f]{64}"
)
_LONGEST_HEAD = 4096
_NEEDED = ("case.json", "case.duckdb", "journal.jsonl")


@dataclass(frozen=True)
class Restored:
    """A case that was made from a backup."""

    folder: Path
    made: str
    checks: tuple[Check, ...]
    """What was checked; none where the case key is not here."""


def reads_passphrase(file: Path) -> bool:
    """Whether the backup is under a passphrase. Raises `InputRefused` where it is not a backup."""
    with _opened(file) as backup:
        return _read_head(backup, file)[1]["scrypt"] is not None


def restore(
    file: Path, folder: Path, key_file: Path | None, *, passphrase: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Restored:  # fmt: skip
    """Make the case in `folder` from a backup, and check it.

    Raises `InputRefused` with nothing kept: no backup, cut off, changed, the folder in use, what it holds does not
    check; `CaseUnavailable` where the key or the passphrase is not that of the backup.
    """
    keep_private()
    if is_case(folder) or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise InputRefused("the folder is in use", where=str(folder), remedy="name a new or an empty folder")
    draft = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}.part")
    with _opened(file) as backup:
        head, said = _read_head(backup, file)
        aead = AESGCM(derive(_key(file, said, key_file, passphrase), b"backup/chunks"))
        try:
            tell("unpacking")
            for path in (draft, Layout(draft).originals, Layout(draft).spill):
                path.mkdir(mode=0o700, parents=True)
            _unpack(backup, aead, head, draft, file)
            tell("checking")
            checks = _check(draft, str(said["case"]), key_file, file)
            _take_key(draft, str(said["case"]), key_file)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
        except OSError as error:
            raise InputRefused(
                f"cannot be restored ({error.strerror})", where=str(folder),
                remedy="check that the disk has room and that you may write there",
            ) from error  # fmt: skip
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Restored(folder, str(said["made"]), checks)


def _opened(file: Path) -> BinaryIO:
    try:
        return opened(file)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(file), remedy="name a backup") from error


def _read_head(backup: BinaryIO, file: Path) -> tuple[bytes, dict[str, Any]]:
    """(the bytes that all chunks are bound to, what they say)."""
    refused = InputRefused("not a backup of a case", where=str(file), remedy="name a file that `tracer backup` wrote")
    start = backup.read(len(MAGIC))
    line = backup.readline(_LONGEST_HEAD) if start == MAGIC else b""
    try:
        said = json_of(line)
        scrypt = said["scrypt"]
        sound = re.fullmatch("[0-9a-f]{32}", said["salt"]) and re.fullmatch("[0-9a-f]{16}", said["check"] + "")
        if scrypt is not None:  # a head that was made to eat memory is refused
            n = scrypt["n"]
            sound = sound and 1 < n <= 1 << 20 and n & (n - 1) == 0 and 0 < scrypt["r"] <= 8 and 0 < scrypt["p"] <= 4
        if not sound or not re.fullmatch("[0-9a-f]{1,64}", said["case"]) or not isinstance(said["made"], str):
            raise refused
    except (ValueError, KeyError, TypeError) as error:
        raise refused from error
    return start + line, said


def _key(file: Path, said: dict[str, Any], key_file: Path | None, passphrase: str | None) -> bytes:
    under = "passphrase" if said["scrypt"] is not None else "key"
    secret = None if under == "passphrase" else KeyStore(str(said["case"]), key_file).find().secret
    key = file_key(said, secret, passphrase)
    if key_check(key) != said["check"]:
        remedy = "try again" if under == "passphrase" else "give the key that the case had then, with --key-file"
        raise CaseUnavailable(f"the {under} is not that of this backup", where=str(file), remedy=remedy)
    return key


class _Reader(io.RawIOBase):
    """Clear chunks as a file that can be read forward."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks, self._left = chunks, b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; fewer only at the end."""
        parts, wanted = [self._left], size - len(self._left)
        while wanted > 0 and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            wanted -= len(chunk)
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]


def _unpack(backup: BinaryIO, aead: AESGCM, head: bytes, draft: Path, file: Path) -> None:
    damaged = InputRefused("the backup is cut off or was changed", where=str(file), remedy="use another backup")
    reader = _Reader(unsealed(backup, aead, backup.read(PREFIX), head))
    stated, found = dict[str, str](), dict[str, str]()
    left = os.fstat(backup.fileno()).st_size  # nothing in a backup is packed
    try:
        with tarfile.open(fileobj=cast(BinaryIO, reader), mode="r|") as archive:
            for member in archive:
                plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
                content = archive.extractfile(member) if plain and _MEMBER.fullmatch(member.name) else None
                left -= member.size
                if content is None or member.name in found or left < 0:
                    raise damaged
                if member.name == CHECKSUMS:
                    stated = json_of(content.read(SMALL))
                else:
                    found[member.name] = _written(content, draft / member.name)
        while reader.read(1 << 20):
            pass  # the last chunk says that nothing was cut off
    except (InvalidTag, tarfile.TarError, ValueError, OverflowError, EOFError, RecursionError) as error:
        raise damaged from error
    if found != stated or not set(_NEEDED) <= set(found):
        raise damaged


def _written(content: Any, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as target:
        while block := content.read(1 << 20):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _packed_key(draft: Path) -> bytes | None:
    """The key that came with the backup."""
    packed = draft / KEY_MEMBER
    if not packed.exists():
        return None
    try:
        return parse_key(text_of(packed, "ascii", links=False), KEY_MEMBER)
    except UnicodeDecodeError:
        raise CaseUnavailable("not a case key", where=KEY_MEMBER, remedy="use another backup") from None


def _take_key(draft: Path, case_id: str, key_file: Path | None) -> None:
    """Put a key that came with the backup where keys are looked for; only now that all of it was checked."""
    secret = _packed_key(draft)
    if secret is None:
        return
    (draft / KEY_MEMBER).unlink()
    if key_file is not None:
        if not key_file.exists():
            write_key_file(key_file, secret)
        elif read_key_file(key_file).secret != secret:
            raise CaseUnavailable("holds another key than the backup", where=str(key_file), remedy="name a new file")
        return
    keys = KeyStore(case_id)
    try:
        kept = keys.find()
    except CaseUnavailable as error:
        if not error.what.startswith("no key"):
            raise
        keys.keep(secret)
        return
    if kept.secret != secret:
        raise CaseUnavailable(
            "another key is kept for this case here", where=kept.place, remedy="give --key-file with a new file"
        )


def _check(draft: Path, case_id: str, key_file: Path | None, file: Path) -> tuple[Check, ...]:
    if read_card(Layout(draft)).case_id != case_id:
        raise InputRefused("the case in it is not the one it names", where=str(file), remedy="use another backup")
    packed = draft / KEY_MEMBER if _packed_key(draft) is not None else None
    try:
        case = open_case(draft, key_file=packed or key_file, thorough=True)
    except CaseUnavailable as error:
        if error.what.startswith("no key"):
            return ()
        raise
    with case:
        checks = (
            check_journal(case),
            check_store(case),
            check_schema(case),
            *check_originals(case),
            *check_accounts(case),
        )
        failed = [f"{check.what}: {check.detail}" for check in checks if not check.passed]
        if failed:
            raise InputRefused(
                f"its contents do not pass the checks ({'; '.join(failed)})",
                where=str(file),
                remedy="use another backup",
            )
        case.journal.append(command="restore", detail={"checks": len(checks)})
    return checks
