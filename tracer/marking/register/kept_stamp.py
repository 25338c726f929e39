"""An authority's answer as a case keeps it: imported from a file, and checked again at every question."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tracer.clock import now
from tracer.errors import InputRefused
from tracer.marking.register.timestamp import read_answer, read_certificates
from tracer.regular import whole


@dataclass(frozen=True)
class KeptStamp:
    """One time stamp."""

    response: bytes
    time: datetime
    """UTC, naive, as the authority says."""
    authority: str | None
    serial: str
    ca: str | None
    """The certificates (PEM) with which its signature was verified; None: it was not."""

    @property
    def sha256(self) -> str:
        """Digest of the answer."""
        return hashlib.sha256(self.response).hexdigest()

    def line(self) -> str:
        """For people."""
        by = f" by {self.authority}" if self.authority else ""
        verified = "signature verified" if self.ca is not None else "signature NOT verified: no certificates were given"
        return f"{self.time.isoformat()}Z{by}, serial {self.serial}, {verified}"

    def row(self) -> dict[str, object]:
        """What the case's tables keep of it, with the moment of keeping (`at`)."""
        return {
            "response": self.response, "sha256": self.sha256, "time": self.time, "authority": self.authority,
            "serial": self.serial, "ca": self.ca, "at": now(),
        }  # fmt: skip

    def verified_by(self, earlier: tuple[str | None] | None) -> KeptStamp:
        """The stamp, with the certificates of an earlier import of the same answer where this one had none.

        An answer without certificates takes nothing away from one that was verified.
        """
        return self if self.ca is not None or earlier is None else replace(self, ca=earlier[0])

    def fault(self, statement: bytes, nonce: int) -> str | None:
        """What is wrong with it, its signature included where that was verified; None: it checks."""
        try:
            stamp = read_answer(
                self.response, statement, nonce=nonce, ca=None if self.ca is None else self.ca.encode("ascii")
            )
        except InputRefused as error:
            return f"the stamp of {self.time.isoformat()}Z: {error.what}"
        if (stamp.time, stamp.serial) != (self.time, self.serial):
            return f"the stamp of {self.time.isoformat()}Z: the answer says {stamp.time.isoformat()}Z"
        return None


def take_in(response: bytes, statement: bytes, nonce: int, ca: Path | None, where: str) -> KeptStamp:
    """Check an answer to the request for a statement; with the certificates of file `ca` its signature, too.

    Raises `InputRefused`: not granted, for another statement or request, a signature that does not verify.
    """
    pem = None if ca is None else read_bytes(ca)
    stamp = read_answer(response, statement, nonce=nonce, ca=pem, where=where)
    return KeptStamp(response, stamp.time, stamp.authority, stamp.serial, None if pem is None else _pem_of(pem))


def read_bytes(path: Path) -> bytes:
    """A file that was named. Raises `InputRefused` where it cannot be read."""
    try:
        return whole(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error


def _pem_of(content: bytes) -> str:
    """The certificates alone: the rest of the file does not concern the case."""
    from cryptography.hazmat.primitives.serialization import Encoding

    roots, others = read_certificates(content)
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in (*roots, *others))
