"""The case key: 256 random bits, kept outside the case folder.

Looked up in this order: `--key-file` > `TRACER_KEY` > the operating system's keyring > a key file in the user's data
folder. A key is never part of a command line, a log or an error.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracer.errors import CaseUnavailable, InputRefused, UsageError
from tracer.input_files import text_of

KEY_BYTES = 32
_LONGEST = 4096
"""Bytes of a key file."""
_SERVICE = "tracer"


@dataclass(frozen=True)
class CaseKey:
    """A case key and the place it came from."""

    secret: bytes
    """The 32 random bytes."""
    place: str
    """Where it lies, for people: `key file PATH`, `TRACER_KEY`, `keyring`."""

    def __repr__(self) -> str:
        """Never the secret."""
        return f"CaseKey(place={self.place!r}, fingerprint={self.fingerprint()!r})"

    def fingerprint(self) -> str:
        """A short check value that distinguishes two keys and says nothing about them."""
        return derive(self.secret, b"fingerprint")[:4].hex()

    def check(self, case_id: str) -> str:
        """The keyed check value on the case's card."""
        return hmac.new(derive(self.secret, b"check"), case_id.encode(), hashlib.sha256).hexdigest()[:16]


def derive(secret: bytes, purpose: bytes) -> bytes:
    """A 32-byte subkey of `secret` for one purpose (HKDF-SHA-256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"tracer/" + purpose).derive(secret)


def parse_key(text: str, where: str) -> bytes:
    """The 32 bytes that `text` (64 hexadecimal digits) stands for; raises `CaseUnavailable` naming `where` only."""
    cleaned = text.strip()
    try:
        secret = bytes.fromhex(cleaned)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise CaseUnavailable("not a case key", where=where, remedy="a key is 64 hexadecimal digits")
    return secret


def read_key_file(path: Path) -> CaseKey:
    """The key in a key file. The file must be readable by its owner alone (mode 0600)."""
    try:
        mode, text = path.stat().st_mode, text_of(path, "ascii", _LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseUnavailable(
            "the key file cannot be read", where=str(path), remedy="name the right file with --key-file"
        ) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise CaseUnavailable("others may read the key file", where=str(path), remedy=f"run: chmod 600 '{path}'")
    return CaseKey(parse_key(text, str(path)), f"key file {path}")


def write_key_file(path: Path, secret: bytes) -> CaseKey:
    """Write a key file with mode 0600; refuses to overwrite."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InputRefused(
            "the file already exists; a key is never overwritten", where=str(path), remedy="name a new file"
        ) from error
    except OSError as error:
        raise InputRefused(
            f"the key file cannot be written ({error.strerror})", where=str(path), remedy="name another place"
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return CaseKey(secret, f"key file {path}")


class KeyStore:
    """Finds, makes and replaces the key of a case."""

    def __init__(self, case_id: str, key_file: Path | None = None) -> None:
        self.case_id, self.key_file = case_id, key_file

    @property
    def user_file(self) -> Path:
        """The key file in the user's data folder, used where there is no keyring."""
        from platformdirs import user_data_path

        return user_data_path("tracer", appauthor=False) / "keys" / f"{self.case_id}.key"

    def find(self) -> CaseKey:
        """The key of the case; raises `CaseUnavailable` where there is none."""
        if self.key_file is not None:
            return read_key_file(self.key_file)
        from_environment = os.environ.get("TRACER_KEY", "").strip()
        if from_environment:
            return CaseKey(parse_key(from_environment, "TRACER_KEY"), "TRACER_KEY")
        stored = stored_password(_SERVICE, self.case_id)
        if stored is not None:
            return CaseKey(parse_key(stored, "keyring"), "keyring")
        if self.user_file.is_file():
            return read_key_file(self.user_file)
        remedy = "give --key-file FILE, set TRACER_KEY, or import the key: tracer key import FILE"
        raise CaseUnavailable("no key for this case", where=f"case {self.case_id}", remedy=remedy)

    def make(self) -> CaseKey:
        """The key for a new case: the one that is given, else a fresh one, stored where `find` looks."""
        if self.key_file is not None:
            if self.key_file.exists():
                return read_key_file(self.key_file)
            return write_key_file(self.key_file, secrets.token_bytes(KEY_BYTES))
        if os.environ.get("TRACER_KEY", "").strip():
            return self.find()
        return self.keep(secrets.token_bytes(KEY_BYTES))

    def keep(self, secret: bytes) -> CaseKey:
        """Store `secret` in the keyring or, where there is none, in the user's key file."""
        if _keyring("set_password", _SERVICE, self.case_id, secret.hex())[0]:
            return CaseKey(secret, "keyring")
        return write_key_file(self.user_file, secret)

    def replace(self, secret: bytes) -> CaseKey:
        """Put `secret` in the place of the stored key, in one step.

        Raises `UsageError` where the key comes from `TRACER_KEY`, which only its owner can change.
        """
        self.refuse_environment()
        place = self.key_file if self.key_file is not None else self.user_file
        if self.key_file is None and not place.is_file():
            if not _keyring("set_password", _SERVICE, self.case_id, secret.hex())[0]:
                raise CaseUnavailable(
                    "the keyring refused the new key", where="keyring", remedy="unlock it, and repeat the command"
                )
            return CaseKey(secret, "keyring")
        draft = place.with_name(place.name + ".new")
        draft.unlink(missing_ok=True)
        write_key_file(draft, secret)
        draft.replace(place)
        return CaseKey(secret, f"key file {place}")

    def refuse_environment(self) -> None:
        """Raise `UsageError` where the key comes from `TRACER_KEY`, which only its owner can change."""
        if self.key_file is None and os.environ.get("TRACER_KEY", "").strip():
            remedy = "unset it and give the key as --key-file FILE"
            raise UsageError("the key comes from TRACER_KEY, which tracer cannot change", remedy=remedy)

    def with_id(self, suffix: str) -> KeyStore:
        """The same store for another entry of this case (used while a key is being rotated)."""
        file = None if self.key_file is None else self.key_file.with_name(self.key_file.name + suffix)
        return KeyStore(self.case_id + suffix, file)

    def forget(self) -> None:
        """Remove the stored key."""
        place = self.key_file if self.key_file is not None else self.user_file
        place.unlink(missing_ok=True)
        if self.key_file is None:
            _keyring("delete_password", _SERVICE, self.case_id)


def _keyring(call: str, *arguments: str) -> tuple[bool, str | None]:
    """(whether the operating system's keyring did it, what it gave)."""
    # Without a desktop, asking costs time and can only fail.
    if sys.platform.startswith("linux") and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False, None
    import keyring
    from keyring.backends import fail, null
    from keyring.errors import KeyringError

    if isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring):
        return False, None
    try:
        return True, getattr(keyring, call)(*arguments)
    except KeyringError:
        return False, None


def stored_password(service: str, user: str) -> str | None:
    """What the operating system's keyring holds for a user of a service; None where there is none, or no keyring."""
    return _keyring("get_password", service, user)[1]
