"""Time stamps over a register's root (RFC 3161): the request, and reading what an authority answers. No network.

What is stamped is the statement: three lines of ASCII, each ended by LF, which name the draw and its root. The request
carries its SHA-256, so an authority learns nothing of the register.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.clock import now
from tracer.errors import InputRefused
from tracer.optional import ANCHOR, require
from tracer.regular import whole

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse


_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA256_DER = bytes.fromhex("0609608648016503040201")
"""The object identifier of SHA-256 in DER."""
_CERTIFICATES = 0xA0
"""The tag of SignedData.certificates (RFC 5652, 5.1)."""
_GRANTED = 0
"""PKIStatus `granted`; `grantedWithMods` (1) would be an answer to another request than ours."""
_STATUS = {1: "granted with modifications", 2: "rejected", 3: "not ready", 4: "revocation near", 5: "revoked"}


@dataclass(frozen=True)
class Stamp:
    """What an authority attests."""

    time: datetime
    """When it stamped the statement; UTC, naive."""
    authority: str | None
    """The subject of the certificate that signed, where the answer holds it."""
    serial: str


def statement_of(draw: str, root: str) -> bytes:
    """Exactly the bytes that are stamped for a register; `root` in hexadecimal."""
    return f"tracer register\ndraw {draw}\nroot {root}\n".encode("ascii")


def nonce_of(secret: bytes, statement: bytes) -> int:
    """The nonce of the request, 63 bits, from the case's secret: the same request again, and it cannot be guessed."""
    return int.from_bytes(hmac.digest(secret, b"time stamp " + statement, "sha256")[:8], "big") >> 1


def request_for(statement: bytes, nonce: int) -> bytes:
    """A TimeStampReq in DER (RFC 3161, 2.4.1): version 1, SHA-256 of the statement, nonce, certificate asked for."""
    algorithm = _der(0x30, _SHA256_DER + _der(0x05, b""))
    imprint = _der(0x30, algorithm + _der(0x04, hashlib.sha256(statement).digest()))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(0x30, _der(0x02, b"\x01") + imprint + _der(0x02, number) + _der(0x01, b"\xff"))


def _der(tag: int, content: bytes) -> bytes:
    """One DER value; all of ours are shorter than 128 bytes."""
    return bytes((tag, len(content))) + content


def read_answer(
    response: bytes, statement: bytes, *, nonce: int | None = None, ca: bytes | None = None, where: str = ""
) -> Stamp:
    """Check a TimeStampResp (DER) against the statement; with `ca` (certificates in PEM) also its signature.

    Raises `InputRefused`: no such answer, not granted, for another statement or another request (its nonce), or, with
    `ca`, not signed by a time-stamp authority whose chain ends in one of its self-signed certificates at that time.
    """
    require("rfc3161_client", ANCHOR, "checking a time stamp")
    from rfc3161_client import decode_timestamp_response

    try:
        answer = decode_timestamp_response(ordered_certificates(response))
        status = int(answer.status)
        if status != _GRANTED:
            said = f": {'; '.join(answer.status_string)}" if answer.status_string else ""
            what = f"the authority did not grant the stamp ({_STATUS.get(status, f'status {status}')}{said})"
            raise InputRefused(what, where=where, remedy="ask again, or ask another authority")
        info = answer.tst_info
        imprint = info.message_imprint
        algorithm, digest, given = imprint.hash_algorithm.dotted_string, imprint.message, info.nonce
        time = info.gen_time.astimezone(UTC).replace(tzinfo=None)
        stamp = Stamp(time, _authority(answer), f"{info.serial_number:x}")
    except ValueError as error:
        remedy = "give the authority's answer as it sent it (DER, *.tsr)"
        raise InputRefused("not a time-stamp answer", where=where, remedy=remedy) from error
    if algorithm != _SHA256 or digest != hashlib.sha256(statement).digest():
        what = "the stamp is for other bytes than this statement"
        raise InputRefused(what, where=where, remedy="name the draw whose request it answers")
    if nonce is not None and given != nonce:
        what = "the stamp answers another request (its nonce differs)"
        raise InputRefused(what, where=where, remedy="send the file that `tracer register request` wrote")
    if ca is not None:
        _verify(answer, statement, ca, where)
    return stamp


def ordered_certificates(response: bytes) -> bytes:
    """A TimeStampResp whose set of certificates is in the order of DER, which many authorities do not keep.

    The reader insists on it. The set is not signed, and its members are only exchanged, so no length changes. Anything
    that is not built as RFC 3161, 2.4.2 has it comes back as it is.
    """
    try:
        answer = _parts(response, *_inside(response, 0))
        token = _parts(response, *_inside(response, answer[1][0]))
        signed = _parts(response, *_inside(response, _inside(response, token[1][0])[0]))
        start, end = next(_inside(response, at) for at, _ in signed if response[at] == _CERTIFICATES)
        held = sorted(response[at:stop] for at, stop in _parts(response, start, end))
    except (IndexError, StopIteration):
        return response
    return response[:start] + b"".join(held) + response[end:]


def _inside(content: bytes, at: int) -> tuple[int, int]:
    """Where the value at `at` (tag, length, contents) has its contents: (start, end)."""
    size, start = content[at + 1], at + 2
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(content[at + 2 : start], "big")
    if start + size > len(content):
        raise IndexError
    return start, start + size


def _parts(content: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The values that follow one another: (start, end) of each."""
    found = []
    while start < end:
        stop = _inside(content, start)[1]
        found.append((start, stop))
        start = stop
    return found


def _authority(answer: TimeStampResponse) -> str | None:
    """The subject of the certificate that signed, where the answer holds it."""
    from cryptography.x509 import load_der_x509_certificate

    signers = {(signer.issuer, signer.serial_number) for signer in answer.signed_data.signer_infos}
    held = [load_der_x509_certificate(der) for der in sorted(answer.signed_data.certificates)]
    return next((c.subject.rfc4514_string() for c in held if (c.issuer, c.serial_number) in signers), None)


def _verify(answer: TimeStampResponse, statement: bytes, ca: bytes, where: str) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder

    roots, others = read_certificates(ca)
    builder = VerifierBuilder(roots=roots, intermediates=others)
    try:
        builder.build().verify_message(answer, statement)
    except VerificationError as error:
        # OpenSSL's own text is a stack of codes; the reason is in its last entry.
        reason = re.search(r"Verify error: ([^\"\]]+)", str(error))
        told = reason[1] if reason else "signature failure" if "ErrorStack" in str(error) else str(error)
        what = f"its signature does not verify with the given certificates ({told})"
        remedy = "give the certificates of the authority that answered, with the root"
        raise InputRefused(what, where=where, remedy=remedy) from error


def read_certificates(pem: bytes) -> tuple[list[Certificate], list[Certificate]]:
    """The certificates in a PEM file: (self-signed ones, others). Raises `InputRefused` where no root is among them."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        held = load_pem_x509_certificates(pem)
    except ValueError as error:
        remedy = "give the authority's root certificate (BEGIN CERTIFICATE)"
        raise InputRefused("the file holds no certificates in PEM", where="--ca", remedy=remedy) from error
    roots = [certificate for certificate in held if certificate.issuer == certificate.subject]
    if not roots:
        what = "the certificates include no root"
        raise InputRefused(what, where="--ca", remedy="add the self-signed root to the file")
    return roots, [certificate for certificate in held if certificate not in roots]


@dataclass(frozen=True)
class KeptStamp:
    """An authority's answer as a case keeps it: imported from a file, and checked again at every question."""

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
            "response": self.response,
            "sha256": self.sha256,
            "time": self.time,
            "authority": self.authority,
            "serial": self.serial,
            "ca": self.ca,
            "at": now(),
        }

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
