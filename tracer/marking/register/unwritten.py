"""Releases that were registered and never written: a crash came between the commitment and the copies."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register.registers import find_register, registers
from tracer.marking.release.identities import erase


@dataclass(frozen=True)
class Unwritten:
    """A draw none of whose copies the case knows to be written."""

    draw: str
    dataset: str
    releases: tuple[str, ...]
    root: str


def unwritten(con: duckdb.DuckDBPyConnection) -> list[Unwritten]:
    """The draws that were committed and never written, in the order of `registers`. Copies are written all or none."""
    return [
        Unwritten(register.draw, register.dataset, register.releases, register.root)
        for register in registers(con)
        if register.written == 0 and not register.withdrawn
    ]


def withdraw_unwritten(case: Case, draw: str) -> Unwritten:
    """Take a draw that was never written out of the case, journaled with its root; its canaries are free again, without
    the names that were made for them.

    A crash right at the end may have left whole copies in the folder
    that was named: delete them, no recipient has them. Raises `InputRefused` where there is no such draw or copies of
    it were written.
    """
    register = find_register(registers(case.con), draw)
    if register.written:
        raise InputRefused(
            f"{register.written} copies of draw {register.draw} were written", where=f"draw {register.draw}",
            remedy="copies that a recipient may hold stay on record",
        )  # fmt: skip
    with case.transaction():
        erase(case.con, register.releases)
        case.journal.append(
            command="release withdrawn", result=register.root,
            detail={"reason": "never written", "draw": register.draw, "releases": list(register.releases)},
        )  # fmt: skip
    return Unwritten(register.draw, register.dataset, register.releases, register.root)
