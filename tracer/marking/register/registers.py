"""The committed registers of a case: which there are, their time stamps, their pages, and those never written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register.leaves import REGISTER, statement
from tracer.marking.register.timestamp import (
    KeptStamp,
    keep_stamp,
    nonce_of,
    read_bytes,
    request_for,
    statement_of,
    take_in,
)
from tracer.marking.release.identities import erase


@dataclass(frozen=True)
class Register:
    """One committed register."""

    draw: str
    dataset: str
    day: date | None
    releases: Sequence[str]
    root: str
    """Hexadecimal."""
    canaries: int
    withheld: int
    written: int
    stamped: datetime | None
    """The earliest stamp; UTC."""
    withdrawn: Sequence[str]
    """Those of its releases that were taken back: the register keeps them, and no recipient has their copies."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer register list` prints."""
        stamped = None if self.stamped is None else f"{self.stamped.isoformat()}Z"
        row: dict[str, object] = {
            "draw": self.draw,
            "dataset": self.dataset,
            "day": self.day,
            "releases": len(self.releases),
        }
        row |= {"canaries": self.canaries, "withheld": self.withheld, "root": self.root, "stamped": stamped}
        return row | {"withdrawn": len(self.withdrawn)}


def registers(con: duckdb.DuckDBPyConnection) -> list[Register]:
    """All committed registers, by day, dataset and draw."""
    return [Register(*row) for row in con.execute(statement("registers")).fetchall()]


def find_register(held: Sequence[Register], name: str) -> Register:
    """The register that `name` means: a draw, the first digits of one, or a release. Raises `InputRefused`."""
    for register in held:
        if name == register.draw or name in register.releases:
            return register
    begins = [register for register in held if name and register.draw.startswith(name)]
    if len(begins) == 1:
        return begins[0]
    what = f"{len(begins)} draws begin with {name!r}" if begins else f"no register of a draw or release {name!r}"
    raise InputRefused(what, remedy="see `tracer register list`; only releases that tracer itself drew have one")


def request_stamp(case: Case, register: Register) -> tuple[bytes, bytes]:
    """(the request in DER, the statement whose SHA-256 it carries); journaled. The same again for the same case."""
    stamped = statement_of(register.draw, register.root)
    request = request_for(stamped, nonce_of(case.secret(REGISTER), stamped))
    detail = {"draw": register.draw, "root": register.root}
    case.journal.append(command="register request", result=hashlib.sha256(request).hexdigest(), detail=detail)
    return request, stamped


def take_in_stamp(case: Case, register: Register, file: Path, ca: Path | None) -> KeptStamp:
    """Check an authority's answer and keep it in the case, journaled; the same one again is kept once.

    Raises `InputRefused` with nothing kept: not granted, for another statement or request, a signature that does not
    verify with the certificates in `ca`.
    """
    stamped = statement_of(register.draw, register.root)
    taken = take_in(read_bytes(file), stamped, nonce_of(case.secret(REGISTER), stamped), ca, str(file))
    with case.transaction():
        kept = keep_stamp(case.con, "register_stamp", (register.draw, register.root), taken)
        detail = {"draw": register.draw, "time": f"{kept.time.isoformat()}Z", "verified": kept.ca is not None}
        case.journal.append(command="register stamp", inputs={file: kept.sha256}, result=register.root, detail=detail)
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
    stamped = statement_of(register.draw, register.root)
    nonce = nonce_of(case.secret(REGISTER), stamped)
    faults = (kept.fault(stamped, nonce) for kept in stamps_of(case.con, register.draw))
    return [fault for fault in faults if fault is not None]


_CHECK = """\
How to check it
  The root is the top of a Merkle tree (SHA-256) over one salted leaf for each release, each canary in a copy, each code
  position and each row left out. With this page others can check later that nothing in the register was changed.
  - The owner of the case: tracer verify
  - Anybody, for single leaves that the owner opens (tracer register reveal):
      tracer register check leaf.json --root ROOT
  - A time stamp is over the three lines of the statement above, each ended by LF, hashed with SHA-256:
      openssl ts -verify -data statement.txt -in root.tsr -CAfile authority.pem
"""


def page(case: Case, register: Register) -> str:
    """The register as a page to print and keep outside, text of at most 120 columns: its root, what it covers, how to
    check it. Nothing personal."""
    stamped = statement_of(register.draw, register.root)
    lines = [
        f"Register of the marked copies of {register.dataset}",
        "",
        f"  draw       {register.draw}",
        f"  day        {register.day}",
        f"  releases   {len(register.releases):,}",
        f"  canaries   {register.canaries:,}",
        f"  withheld   {register.withheld:,} rows over all copies",
    ]
    # Where it was committed again, the last entry counts.
    entries = (one for one in case.journal.entries() if one.get("command") == "release")
    for entry in [one for one in entries if one.get("result") == register.root][-1:]:
        lines += [f"  committed  {entry['at']}, journal entry {entry['no']}", f"             {entry['hash']}"]
    groups = [register.root[at : at + 4] for at in range(0, len(register.root), 4)]
    lines += ["", "Root", *(f"  {' '.join(groups[at : at + 8])}" for at in range(0, len(groups), 8))]
    lines += ["", f"Statement (SHA-256 {hashlib.sha256(stamped).hexdigest()})"]
    lines += [f"  {line}" for line in stamped.decode("ascii").splitlines()]
    lines += ["", "Time stamps", *([f"  {one.line()}" for one in stamps_of(case.con, register.draw)] or ["  none"])]
    lines += ["", "Releases"]
    rows = case.con.execute(statement("page_releases"), {"ids": list(register.releases)}).fetchall()
    for number, (release, protected, sha256, withdrawn, canaries) in enumerate(rows, 1):
        # The id of a release names its recipient.
        name = "(recipient protected)" if protected else release
        written = f"copy SHA-256 {sha256}" if sha256 else "no copy written"
        lines += [f"  {number:>4}  {name}: {canaries} canaries", f"        {written}"]
        lines += [] if withdrawn is None else [f"        withdrawn on {withdrawn}, handed to no recipient"]
    return "\n".join([*lines, "", _CHECK])


def unwritten(con: duckdb.DuckDBPyConnection) -> list[Register]:
    """The draws that were committed and never written, in the order of `registers`: a crash came between the commitment
    and the copies, which are written all or none."""
    return [one for one in registers(con) if one.written == 0 and not one.withdrawn]


def withdraw_unwritten(case: Case, draw: str) -> Register:
    """Take a draw that was never written out of the case, journaled with its root; its canaries are free again, without
    the names that were made for them.

    A crash right at the end may have left whole copies in the folder that was named: delete them, no recipient has
    them. Raises `InputRefused` where there is no such draw or copies of it were written.
    """
    register = find_register(registers(case.con), draw)
    if register.written:
        what = f"{register.written} copies of draw {register.draw} were written"
        remedy = "copies that a recipient may hold stay on record"
        raise InputRefused(what, where=f"draw {register.draw}", remedy=remedy)
    with case.transaction():
        erase(case.con, register.releases)
        detail = {"reason": "never written", "draw": register.draw, "releases": list(register.releases)}
        case.journal.append(command="release withdrawn", result=register.root, detail=detail)
    return register
