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

import duckdb

from tracer.clock import now
from tracer.errors import InputRefused
from tracer.input_files import whole_bytes
from tracer.optional import ANCHOR, require

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA256_DER = bytes.fromhex("0609608648016503040201")  # The object identifier of SHA-256 in DER.
_CERTIFICATES = 0xA0  # The tag of SignedData.certificates (RFC 5652, 5.1).
_GRANTED = 0  # PKIStatus `granted`; `grantedWithMods` (1) would be an answer to another request than ours.
_STATUS = {1: "granted with modifications", 2: "rejected", 3: "not ready", 4: "revocation near", 5: "revoked"}


@dataclass(frozen=True)
class KeptStamp:
    """What an authority attests, by its answer: imported from a file, and checked again at every question."""

    response: bytes
    time: datetime  # When it stamped the statement; UTC, naive.
    authority: str | None  # The subject of the certificate that signed, where the answer holds it.
    serial: str
    ca: str | None = None  # The certificates (PEM) with which its signature was verified; None: it was not.

    @property
    def sha256(self) -> str:
        """Digest of the answer."""
        return hashlib.sha256(self.response).hexdigest()

    def line(self) -> str:
        """For people."""
        by = f" by {self.authority}" if self.authority else ""
        verified = "signature verified" if self.ca is not None else "signature NOT verified: no certificates were given"
        return f"{self.time.isoformat()}Z{by}, serial {self.serial}, {verified}"

    def fault(self, statement: bytes, nonce: int) -> str | None:
        """What is wrong with it, its signature included where that was verified; None: it checks."""
        try:
            ca = None if self.ca is None else self.ca.encode("ascii")
            stamp = read_answer(self.response, statement, nonce=nonce, ca=ca)
        except InputRefused as error:
            return f"the stamp of {self.time.isoformat()}Z: {error.what}"
        if (stamp.time, stamp.serial) != (self.time, self.serial):
            return f"the stamp of {self.time.isoformat()}Z: the answer says {stamp.time.isoformat()}Z"
        return None


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
) -> KeptStamp:
    """Check a TimeStampResp (DER) against the statement; with `ca` (certificates in PEM) also its signature. The stamp
    that it returns has no `ca`.

    Raises `InputRefused`: no such answer, not granted, for another statement or another request (its nonce), or, with
    `ca`, not signed by a time-stamp authority whose chain ends in one of its self-signed certificates at that time.
    """
    require("rfc3161_client", ANCHOR, "checking a time stamp")
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

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
        signers = {(signer.issuer, signer.serial_number) for signer in answer.signed_data.signer_infos}
        held = [load_der_x509_certificate(der) for der in sorted(answer.signed_data.certificates)]
        signed = (c.subject.rfc4514_string() for c in held if (c.issuer, c.serial_number) in signers)
        stamp = KeptStamp(response, time, next(signed, None), f"{info.serial_number:x}")
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
        roots, others = read_certificates(ca)
        builder = VerifierBuilder(roots=roots, intermediates=others)
        try:
            builder.build().verify_message(answer, statement)
        except VerificationError as error:
            # OpenSSL's own text is a stack of codes; the reason is in its last entry.
            reason = re.search(r"Verify error: ([^\"\]]+)", str(error))
            cause = reason[1] if reason else "signature failure" if "ErrorStack" in str(error) else str(error)
            what = f"its signature does not verify with the given certificates ({cause})"
            remedy = "give the certificates of the authority that answered, with the root"
            raise InputRefused(what, where=where, remedy=remedy) from error
    return stamp


def ordered_certificates(response: bytes) -> bytes:
    """A TimeStampResp whose set of certificates is in the order of DER, which many authorities do not keep.

    The reader insists on it. The set is not signed, and its members are only exchanged, so no length changes. Anything
    that is not built as RFC 3161, 2.4.2 has it comes back as it is.
    """
    try:
        answer = _parts(response, *_contents_of(response, 0))
        token = _parts(response, *_contents_of(response, answer[1][0]))
        signed = _parts(response, *_contents_of(response, _contents_of(response, token[1][0])[0]))
        start, end = next(_contents_of(response, at) for at, _ in signed if response[at] == _CERTIFICATES)
        held = sorted(response[at:stop] for at, stop in _parts(response, start, end))
    except (IndexError, StopIteration):
        return response
    return response[:start] + b"".join(held) + response[end:]


def _contents_of(content: bytes, at: int) -> tuple[int, int]:
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
        stop = _contents_of(content, start)[1]
        found.append((start, stop))
        start = stop
    return found


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


def check_response(response: bytes, statement: bytes, nonce: int, ca: Path | None, where: str) -> KeptStamp:
    """Check an answer to the request for a statement; with the certificates of file `ca` its signature, too.

    Raises `InputRefused`: not granted, for another statement or request, a signature that does not verify.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = None if ca is None else read_bytes(ca)
    stamp = read_answer(response, statement, nonce=nonce, ca=pem, where=where)
    if pem is not None:  # the certificates alone: the rest of the file does not concern the case
        roots, others = read_certificates(pem)
        pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in (*roots, *others))
        stamp = replace(stamp, ca=pem.decode("ascii"))
    return stamp


def keep_stamp(con: duckdb.DuckDBPyConnection, table: str, about: tuple[object, object], taken: KeptStamp) -> KeptStamp:
    """Keep a stamp in `table` (`about`: its first two columns), in the caller's transaction; the same again is kept
    once. An answer that is imported without certificates takes nothing away from one that was verified."""
    had = con.execute(f"DELETE FROM {table} WHERE sha256 = $sha256 RETURNING ca", {"sha256": taken.sha256}).fetchone()
    kept = taken if taken.ca is not None or had is None else replace(taken, ca=had[0])
    con.execute(
        f"INSERT INTO {table} VALUES ($about, $head, $response, $sha256, $time, $authority, $serial, $ca, $at)",
        {"about": about[0], "head": about[1], **vars(kept), "sha256": kept.sha256, "at": now()},
    )
    return kept


def read_bytes(path: Path) -> bytes:
    """A file that was named. Raises `InputRefused` where it cannot be read."""
    try:
        return whole_bytes(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error
