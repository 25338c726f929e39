"""One encrypted file out: a consistent picture of a whole case.

File layout: magic, one line of JSON that says what it is and how its key is made, 7 bytes of random nonce, then a tar
archive in sealed chunks (`chunks`), whose associated data are magic and line. The archive holds the card, the store
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
import secrets
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tracer.case.case import COPIES, open_case
from tracer.case.chunks import PREFIX, ChunkWriter
from tracer.case.key import CaseKey, derive
from tracer.case.rotation import copy_store
from tracer.clock import now
from tracer.errors import CaseUnavailable, InputRefused
from tracer.regular import opened

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
    _refuse(target, passphrase, with_key=with_key)
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
            digest, size = _write(draft, head, aead, members)
            os.link(draft, target)  # unlike a rename, never over a file that came meanwhile
        except FileExistsError as error:
            raise _exists(target) from error
        except OSError as error:
            raise InputRefused(
                f"the backup cannot be written ({error.strerror})", where=str(target),
                remedy="check that the disk has room and that you may write there",
            ) from error  # fmt: skip
        finally:
            draft.unlink(missing_ok=True)
            for leftover in (copy, Path(f"{copy}.wal")):
                leftover.unlink(missing_ok=True)
        detail = {"originals": len(originals), "under": "passphrase" if passphrase else "case key", "key": with_key}
        case.journal.append(command="backup", result=digest, detail=detail)
    return Backup(target, size, digest, len(originals))


def _refuse(target: Path, passphrase: str | None, *, with_key: bool) -> None:
    if target.exists():
        raise _exists(target)
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        raise InputRefused(
            f"the passphrase has fewer than {LEAST_PASSPHRASE} characters", where="passphrase",
            remedy="use several words: a thief of the file can try passphrases without limit",
        )  # fmt: skip
    if with_key and passphrase is None:
        raise InputRefused(
            "a backup may hold the key only under a passphrase", where="--with-key", remedy="add --passphrase"
        )


def _exists(target: Path) -> InputRefused:
    return InputRefused(
        "the file already exists", where=str(target), remedy="name a new file; backups are never overwritten"
    )


def _head(case_id: str, key: CaseKey, passphrase: str | None, *, with_key: bool) -> tuple[bytes, AESGCM]:
    said: dict[str, Any] = {
        "case": case_id, "made": f"{now().isoformat()}Z", "salt": secrets.token_hex(16), "holds_key": with_key,
        "scrypt": _SCRYPT if passphrase is not None else None,
    }  # fmt: skip
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


class _Counting:
    """A binary file that hashes what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        """Write and hash."""
        self.digest.update(content)
        self.size += len(content)
        return self.file.write(content)


def _write(draft: Path, head: bytes, aead: AESGCM, members: list[tuple[str, Path | bytes]]) -> tuple[str, int]:
    prefix, checksums = os.urandom(PREFIX), dict[str, str]()
    with draft.open("xb") as raw:
        file = _Counting(raw)
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
    return file.digest.hexdigest(), file.size


class _Hashing(io.RawIOBase):
    """Reads a file and hashes it on the way."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.file, self.digest = file, hashlib.sha256()

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
        with opened(content, links=False) as file:
            member.size = os.fstat(file.fileno()).st_size
            read = _Hashing(file)
            archive.addfile(member, read)
    except FileNotFoundError as error:
        raise CaseUnavailable(
            "a part of the case is missing", where=str(content), remedy="run `tracer verify`"
        ) from error
    return read.digest.hexdigest()
