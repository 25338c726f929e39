"""What is known of a journal: what the store keeps of it, and what comparing or checking the file finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tracer.case.journal_line import GENESIS
from tracer.case.journal_mark import Mark

START = Mark(0, GENESIS, 0, hashlib.sha256().hexdigest())
"""The mark of a journal without a line."""


@dataclass(frozen=True)
class Kept:
    """What the store knows of its journal, written in the transaction that the lines belong to."""

    mark: Mark = START
    """How far the journal goes, the lines of the last transaction among it."""
    pending: str = ""
    """The lines of the last transaction: a process that was killed may not have written them."""
    taken: int = -1
    """Bytes that were taken as they were found by `doctor --accept-journal`; -1: it never was."""
    unkeyed: int = 0


@dataclass(frozen=True)
class JournalComparison:
    """What comparing the file with `Kept` and with the mark next to it found."""

    fault: str = ""
    """How it differs; empty: it does not."""
    head: Mark = START
    """How far the file goes, with what is missing of the last transaction."""
    missing: bytes = b""
    """What a killed process did not write of the last transaction; the store has it."""
    torn: int = 0
    """Bytes of a last line that was never acknowledged."""


@dataclass(frozen=True)
class ChainCheck:
    """What checking the chain found."""

    entries: int
    head: str
    problem: str | None
    """Where and how the chain breaks; None where it holds."""
