"""Time stamps over a register's root: kept in the case, and checked again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.marking.register.kept_stamp import KeptStamp, read_bytes, take_in
from tracer.marking.register.leaves import REGISTER
from tracer.marking.register.registers import Register
from tracer.marking.register.timestamp import nonce_of, request_for, statement_of


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
    statement = statement_of(register.draw, register.root)
    taken = take_in(read_bytes(file), statement, nonce_of(case.secret(REGISTER), statement), ca, str(file))
    with case.transaction():
        had = case.con.execute(
            "DELETE FROM register_stamp WHERE draw = $draw AND sha256 = $sha256 RETURNING ca",
            {"draw": register.draw, "sha256": taken.sha256},
        ).fetchone()
        kept = taken.verified_by(had)
        case.con.execute(
            "INSERT INTO register_stamp VALUES"
            " ($draw, $root, $response, $sha256, $time, $authority, $serial, $ca, $at)",
            {"draw": register.draw, "root": register.root, **kept.row()},
        )
        case.journal.append(
            command="register stamp", inputs={file: kept.sha256}, result=register.root,
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
    faults = (kept.fault(statement, nonce) for kept in stamps_of(case.con, register.draw))
    return [fault for fault in faults if fault is not None]
