"""One encrypted file out, a consistent picture of a whole case; and in: it becomes a case again, all of it or nothing.

File layout: magic, one line of JSON that says what it is and how its key is made, 7 bytes of random nonce, then a tar
archive in sealed chunks (see `vault`), whose associated data are magic and line. The archive holds the card, the store
(copied page by page while no other process can write, so a damaged one stops the backup), the journal with its mark,
the originals as they lie there, where asked for the case key, and last the SHA-256 of each.
"""

from __future__ import annotations

import glob
import hashlib
import hmac
import io
import json
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
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tracer.case.case import COPIES, open_case
from tracer.case.checks import Check, check_accounts, check_journal, check_originals, check_schema, check_store
from tracer.case.key import CaseKey, KeyStore, derive, parse_key, read_key_file, write_key_file
from tracer.case.layout import Layout, is_case, read_card
from tracer.case.rotation import copy_store
from tracer.case.vault import PREFIX, ChunkWriter, clear_chunks
from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.file_writing import keep_private
from tracer.input_files import SMALL, open_regular, text_of

MAGIC = b"TRCRBKUP1\n"
CHECKSUMS = "checksums.json"
"""Name of the archive's last member."""
KEY_MEMBER = "case.key"
LEAST_PASSPHRASE = 12
"""Characters; a backup is out of its owner's hands, and scrypt only slows guessing."""
_SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
"""128 MiB and about .4 s a guess (RFC 7914); the OWASP recommendation of 2023."""


@dataclass(frozen=True)
class Backup:
    """A backup that was written."""

    path: Path
    bytes: int
    sha256: str
    originals: int


def write_backup(
    folder: Path, key_file: Path | None, target: Path, *, passphrase: str | None = None, with_key: bool = False
) -> Backup:
    """Write the case in `folder` to the new file `target`, under its own key or under a passphrase; journaled.

    Raises `InputRefused`: the file exists or cannot be written, a short passphrase, the key without a passphrase;
    `CaseUnavailable` where the case cannot be opened or something in it cannot be read.
    """
    if target.exists():
        raise _exists(target)
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        what = f"the passphrase has fewer than {LEAST_PASSPHRASE} characters"
        remedy = "use several words: a thief of the file can try passphrases without limit"
        raise InputRefused(what, where="passphrase", remedy=remedy)
    if with_key and passphrase is None:
        raise InputRefused(
            "a backup may hold the key only under a passphrase", where="--with-key", remedy="add --passphrase"
        )
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    with open_case(folder, key_file=key_file) as case:
        for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
            leftover.unlink(missing_ok=True)  # of one that was killed: no other can be at work on this case
        copy = case.spill / f"{COPIES}{secrets.token_hex(4)}.duckdb"
        members: list[tuple[str, Path | bytes]] = [("case.json", case.layout.card), ("case.duckdb", copy)]
        members += [(path.name, path) for path in (case.layout.journal, case.layout.journal_mark)]
        originals = case.vault.files.names()
        members += [(f"originals/{name}", case.vault.files.path(name)) for name in originals]
        if with_key:
            members.append((KEY_MEMBER, case.key.secret.hex().encode()))
        head, aead = _head(case.case_id, case.key, passphrase, with_key=with_key)
        try:
            copy_store(case.con, copy, case.key.secret)
            prefix, checksums = os.urandom(PREFIX), dict[str, str]()
            with draft.open("xb") as raw:
                file = _Hashed(raw)
                file.write(head + prefix)
                sealed = ChunkWriter(cast(BinaryIO, file), aead, prefix, head)
                # A stream needs no more than `write`.
                with tarfile.open(fileobj=cast(BinaryIO, sealed), mode="w|", format=tarfile.PAX_FORMAT) as archive:
                    for name, content in members:
                        checksums[name] = _add(archive, name, content)
                    _add(archive, CHECKSUMS, json.dumps(checksums, indent=1).encode())
                sealed.close()
                raw.flush()
                os.fsync(raw.fileno())
            digest, size = file.digest.hexdigest(), file.size
            os.link(draft, target)  # unlike a rename, never over a file that came meanwhile
        except FileExistsError as error:
            raise _exists(target) from error
        except OSError as error:
            what = f"the backup cannot be written ({error.strerror})"
            remedy = "check that the disk has room and that you may write there"
            raise InputRefused(what, where=str(target), remedy=remedy) from error
        finally:
            draft.unlink(missing_ok=True)
            for leftover in (copy, Path(f"{copy}.wal")):
                leftover.unlink(missing_ok=True)
        detail = {"originals": len(originals), "under": "passphrase" if passphrase else "case key", "key": with_key}
        case.journal.append(command="backup", result=digest, detail=detail)
    return Backup(target, size, digest, len(originals))


def _exists(target: Path) -> InputRefused:
    return InputRefused(
        "the file already exists", where=str(target), remedy="name a new file; backups are never overwritten"
    )


def _head(case_id: str, key: CaseKey, passphrase: str | None, *, with_key: bool) -> tuple[bytes, AESGCM]:
    said: dict[str, Any] = {"case": case_id, "made": f"{now().isoformat()}Z", "salt": secrets.token_hex(16)}
    said |= {"holds_key": with_key, "scrypt": _SCRYPT if passphrase is not None else None}
    secret = file_key(said, key.secret, passphrase)
    said["check"] = key_check(secret)
    return MAGIC + json.dumps(said, sort_keys=True).encode() + b"\n", AESGCM(derive(secret, b"backup/chunks"))


def file_key(said: dict[str, Any], secret: bytes | None, passphrase: str | None) -> bytes:
    """The key of one backup, from what its head says and the passphrase or, where it has none, the case key."""
    salt, scrypt = bytes.fromhex(said["salt"]), said["scrypt"]
    if scrypt is not None:
        made = Scrypt(salt=salt, length=32, n=scrypt["n"], r=scrypt["r"], p=scrypt["p"])
        return made.derive((passphrase or "").encode())
    return derive(secret or b"", b"backup/" + salt)


def key_check(secret: bytes) -> str:
    """A value that distinguishes a wrong key from a damaged file and says nothing about the key."""
    return hmac.digest(derive(secret, b"backup/check"), b"", "sha256").hex()[:16]


class _Hashed:
    """A binary file; hashes what is written to it or read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        """Write and hash."""
        self.digest.update(content)
        self.size += len(content)
        return self.file.write(content)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        content = self.file.read(size)
        self.digest.update(content)
        return content


def _add(archive: tarfile.TarFile, name: str, content: Path | bytes) -> str:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    if isinstance(content, bytes):
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        return hashlib.sha256(content).hexdigest()
    try:
        with open_regular(content, links=False) as file:
            member.size = os.fstat(file.fileno()).st_size
            read = _Hashed(file)
            archive.addfile(member, cast(BinaryIO, read))
    except FileNotFoundError as error:
        raise CaseUnavailable(
            "a part of the case is missing", where=str(content), remedy="run `tracer verify`"
        ) from error
    return read.digest.hexdigest()


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
    with _open_backup(file) as backup:
        return _read_head(backup, file)[1]["scrypt"] is not None


def restore(
    file: Path,
    folder: Path,
    key_file: Path | None,
    *,
    passphrase: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Make the case in `folder` from a backup, and check it.

    Raises `InputRefused` with nothing kept: no backup, cut off, changed, the folder in use, what it holds does not
    check; `CaseUnavailable` where the key or the passphrase is not that of the backup.
    """
    keep_private()
    if is_case(folder) or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise InputRefused("the folder is in use", where=str(folder), remedy="name a new or an empty folder")
    draft = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}.part")
    with _open_backup(file) as backup:
        head, said = _read_head(backup, file)
        under = "passphrase" if said["scrypt"] is not None else "key"
        secret = None if under == "passphrase" else KeyStore(str(said["case"]), key_file).find().secret
        key = file_key(said, secret, passphrase)
        if key_check(key) != said["check"]:
            remedy = "try again" if under == "passphrase" else "give the key that the case had then, with --key-file"
            raise CaseUnavailable(f"the {under} is not that of this backup", where=str(file), remedy=remedy)
        aead = AESGCM(derive(key, b"backup/chunks"))
        try:
            tell("unpacking")
            for path in (draft, Layout(draft).originals, Layout(draft).spill):
                path.mkdir(mode=0o700, parents=True)
            _unpack(backup, aead, head, draft, file)
            tell("checking")
            packed, packed_secret = draft / KEY_MEMBER, None
            if packed.exists():
                try:
                    packed_secret = parse_key(text_of(packed, "ascii", links=False), KEY_MEMBER)
                except UnicodeDecodeError:
                    raise CaseUnavailable("not a case key", where=KEY_MEMBER, remedy="use another backup") from None
            checks = _check(draft, str(said["case"]), packed if packed_secret else key_file, file)
            if packed_secret is not None:
                packed.unlink()
                _take_key(packed_secret, str(said["case"]), key_file)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
        except OSError as error:
            remedy = "check that the disk has room and that you may write there"
            raise InputRefused(f"cannot be restored ({error.strerror})", where=str(folder), remedy=remedy) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Restored(folder, str(said["made"]), checks)


def _open_backup(file: Path) -> BinaryIO:
    try:
        return open_regular(file)
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
            whole = all(type(scrypt[name]) is int and scrypt[name] > 0 for name in ("n", "r", "p"))
            if not (whole and 1 < n <= 1 << 20 and n & (n - 1) == 0 and scrypt["r"] <= 8 and scrypt["p"] <= 4):
                raise refused
        if not sound or not re.fullmatch("[0-9a-f]{1,64}", said["case"]) or not isinstance(said["made"], str):
            raise refused
    except (ValueError, KeyError, TypeError) as error:
        raise refused from error
    return start + line, said


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
    reader = _Reader(clear_chunks(backup, aead, backup.read(PREFIX), head))
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
                    digest = hashlib.sha256()
                    with (draft / member.name).open("xb") as target:
                        while block := content.read(1 << 20):
                            digest.update(block)
                            target.write(block)
                        target.flush()
                        os.fsync(target.fileno())
                    found[member.name] = digest.hexdigest()
        while reader.read(1 << 20):
            pass  # the last chunk says that nothing was cut off
    except (InvalidTag, tarfile.TarError, ValueError, OverflowError, EOFError, RecursionError) as error:
        raise damaged from error
    if found != stated or not set(_NEEDED) <= set(found):
        raise damaged


def _take_key(secret: bytes, case_id: str, key_file: Path | None) -> None:
    """Put a key that came with the backup where keys are looked for; only now that all of it was checked."""
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
    try:
        case = open_case(draft, key_file=key_file, thorough=True)
    except CaseUnavailable as error:
        if error.what.startswith("no key"):
            return ()
        raise
    with case:
        checks: tuple[Check, ...] = (check_journal(case), check_store(case), check_schema(case))
        checks += (*check_originals(case), *check_accounts(case))
        failed = [f"{check.what}: {check.detail}" for check in checks if not check.passed]
        if failed:
            what = f"its contents do not pass the checks ({'; '.join(failed)})"
            raise InputRefused(what, where=str(file), remedy="use another backup")
        case.journal.append(command="restore", detail={"checks": len(checks)})
    return checks
