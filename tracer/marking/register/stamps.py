"""Time stamps over a register's root: kept in the case, and checked again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.marking.register.leaves import REGISTER
from tracer.marking.register.registers import Register
from tracer.marking.timestamp import nonce_of, read_answer, read_certificates, request_for, statement_of


@dataclass(frozen=True)
class KeptStamp:
    """One answer of an authority, as the case keeps it."""

    response: bytes
    """DER."""
    time: datetime
    """UTC, naive."""
    authority: str | None
    """The subject of the certificate that signed."""
    serial: str
    """The authority's number for it."""
    ca: str | None
    """The certificates (PEM) with which its signature was verified; None: it was not."""

    def line(self) -> str:
        """For people."""
        by = f" by {self.authority}" if self.authority else ""
        verified = "signature verified" if self.ca is not None else "signature NOT verified: no certificates were given"
        return f"{self.time.isoformat()}Z{by}, serial {self.serial}, {verified}"


def request_stamp(case: Case, register: Register) -> tuple[bytes, bytes]:
    """(the request in DER, the statement whose SHA-256 it carries); journaled. The same again for the same case."""
    statement = statement_of(register.draw, register.root)
    request = request_for(statement, nonce_of(case.secret(REGISTER), statement))
    case.journal.append(
        command="register request", result=hashlib.sha256(request).hexdigest(),
        detail={"draw": register.draw, "root": register.root},
    )  # fmt: skip
    return request, statement


def take_in_stamp(case: Case, register: Register, file: Path, ca: Path | None) -> KeptStamp:
    """Check an authority's answer and keep it in the case, journaled; the same one again is kept once.

    Raises `InputRefused` with nothing kept: not granted, for another statement or request, a signature that does not
    verify with the certificates in `ca`.
    """
    response, pem = _read(file), None if ca is None else _read(ca)
    statement = statement_of(register.draw, register.root)
    nonce = nonce_of(case.secret(REGISTER), statement)
    stamp = read_answer(response, statement, nonce=nonce, ca=pem, where=str(file))
    digest = hashlib.sha256(response).hexdigest()
    trusted = None if pem is None else _pem_of(pem)
    with case.transaction():
        had = case.con.execute(
            "DELETE FROM register_stamp WHERE draw = $draw AND sha256 = $sha256 RETURNING ca",
            {"draw": register.draw, "sha256": digest},
        ).fetchone()
        # The same answer without certificates takes nothing away from one that was verified.
        kept = KeptStamp(response, stamp.time, stamp.authority, stamp.serial, trusted or (had[0] if had else None))
        case.con.execute(
            "INSERT INTO register_stamp VALUES"
            " ($draw, $root, $response, $sha256, $time, $authority, $serial, $ca, $at)",
            {
                "draw": register.draw, "root": register.root, "response": response, "sha256": digest,
                "time": kept.time, "authority": kept.authority, "serial": kept.serial, "ca": kept.ca, "at": now(),
            },
        )  # fmt: skip
        case.journal.append(
            command="register stamp", inputs={file.name: digest}, result=register.root,
            detail={"draw": register.draw, "time": f"{kept.time.isoformat()}Z", "verified": kept.ca is not None},
        )  # fmt: skip
    return kept


def stamps_of(con: duckdb.DuckDBPyConnection, draw: str) -> list[KeptStamp]:
    """The stamps of a register, the earliest first."""
    return [
        KeptStamp(bytes(response), time, authority, serial, ca)
        for response, time, authority, serial, ca in con.execute(
            "SELECT response, stamped_at, authority, serial, ca FROM register_stamp WHERE draw = $draw"
            " ORDER BY stamped_at, sha256",
            {"draw": draw},
        ).fetchall()
    ]


def stamp_faults(case: Case, register: Register) -> list[str]:
    """What is wrong with the stamps of a register: each is checked again, its signature where it was verified."""
    statement = statement_of(register.draw, register.root)
    nonce = nonce_of(case.secret(REGISTER), statement)
    faults = []
    for kept in stamps_of(case.con, register.draw):
        ca = None if kept.ca is None else kept.ca.encode()
        try:
            stamp = read_answer(kept.response, statement, nonce=nonce, ca=ca)
        except InputRefused as error:
            faults.append(f"the stamp of {kept.time.isoformat()}Z: {error.what}")
        else:
            if (stamp.time, stamp.serial) != (kept.time, kept.serial):
                faults.append(f"the stamp of {kept.time.isoformat()}Z: the answer says {stamp.time.isoformat()}Z")
    return faults


def _pem_of(content: bytes) -> str:
    """The certificates alone: what else stands in the file is none of the case's business."""
    from cryptography.hazmat.primitives.serialization import Encoding

    roots, others = read_certificates(content)
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in (*roots, *others))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error
