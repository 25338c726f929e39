"""The register as a page to print and keep outside: its root, what it covers, how to check it. Nothing personal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tracer.case.case import Case
from tracer.marking.register.leaves import statement
from tracer.marking.register.registers import Register
from tracer.marking.register.stamps import stamps_of
from tracer.marking.register.timestamp import statement_of

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
    """The page, text of at most 120 columns."""
    return "\n".join(_lines(case, register)) + "\n"


def _lines(case: Case, register: Register) -> Iterator[str]:
    statement = statement_of(register.draw, register.root)
    yield f"Register of the marked copies of {register.dataset}"
    yield ""
    yield f"  draw       {register.draw}"
    yield f"  day        {register.day}"
    yield f"  releases   {len(register.releases):,}"
    yield f"  canaries   {register.canaries:,}"
    yield f"  withheld   {register.withheld:,} rows over all copies"
    entry = committed_entry(case, register)
    if entry is not None:
        yield f"  committed  {entry['at']}, journal entry {entry['no']}"
        yield f"             {entry['hash']}"
    yield ""
    yield "Root"
    groups = [register.root[at : at + 4] for at in range(0, len(register.root), 4)]
    yield from (f"  {' '.join(groups[at : at + 8])}" for at in range(0, len(groups), 8))
    yield ""
    yield f"Statement (SHA-256 {hashlib.sha256(statement).hexdigest()})"
    yield from (f"  {line}" for line in statement.decode("ascii").splitlines())
    yield ""
    yield "Time stamps"
    stamps = stamps_of(case.con, register.draw)
    yield from (f"  {stamp.line()}" for stamp in stamps)
    if not stamps:
        yield "  none"
    yield ""
    yield "Releases"
    yield from _releases(case, register)
    yield ""
    yield _CHECK.rstrip("\n")


def _releases(case: Case, register: Register) -> Iterator[str]:
    rows = case.con.execute(statement("page_releases"), {"ids": list(register.releases)}).fetchall()
    for number, (release, protected, sha256, withdrawn, canaries) in enumerate(rows, 1):
        # The id of a release names its recipient.
        name = "(recipient protected)" if protected else release
        written = f"copy SHA-256 {sha256}" if sha256 else "no copy written"
        yield f"  {number:>4}  {name}: {canaries} canaries"
        yield f"        {written}"
        if withdrawn is not None:
            yield f"        withdrawn on {withdrawn}, handed to no recipient"


def committed_entry(case: Case, register: Register) -> dict[str, object] | None:
    """The journal's entry of the commitment; the last where it was committed again; None where there is none."""
    found = None
    for entry in case.journal.entries():
        if entry.get("command") == "release" and entry.get("result") == register.root:
            found = entry
    return found
