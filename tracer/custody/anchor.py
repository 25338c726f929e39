"""Anchors: somebody outside holds the journal's head, so that not even the owner can rewrite the past unseen.

The head is the hash of the journal's last line, and every line holds the hash of the one before it: one kept head,
printed or time-stamped (RFC 3161), fixes all that was journaled before, with the hashes of all originals, the roots of
all registers and the digests of all findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracer.case.case import Case
from tracer.case.checks import Check
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.marking.register.timestamp import (
    KeptStamp,
    check_response,
    keep_stamp,
    nonce_of,
    read_answer,
    read_bytes,
    request_for,
)

ANCHOR = b"anchor"
"""Purpose of the case's secret that nonces come from."""
_CHECK = """\
How to check it
  The head is the hash of the journal's last line at that moment; each line holds the hash of the one before it. With
  this page others can check later that no line up to this one was changed, dropped or put in.
  - With the case: tracer anchor check --head HEAD
  - With a folder that was handed over: python3 verify.py, and compare the line that it names
  - A time stamp is over the four lines of the statement above, each ended by LF, hashed with SHA-256:
      openssl ts -verify -data head.txt -in head.tsr -CAfile authority.pem
"""


@dataclass(frozen=True)
class Head:
    """The journal as it was at one moment."""

    case_id: str
    entries: int
    hash: str

    def statement(self) -> bytes:
        """Exactly the bytes that are stamped."""
        return f"tracer journal\ncase {self.case_id}\nentries {self.entries}\nhead {self.hash}\n".encode("ascii")


@dataclass(frozen=True)
class HeldAnchor:
    """A time stamp over a head, as the case keeps it."""

    head: Head
    stamp: KeptStamp

    def line(self) -> str:
        """For people."""
        return f"entry {self.head.entries} at {self.stamp.line()}"


def head_of(case: Case) -> Head:
    """The journal's head now. Raises `InputRefused` where its chain does not hold: nothing false is anchored."""
    chain = case.journal.file.check()
    if chain.problem is not None:
        raise InputRefused(f"the journal is damaged ({chain.problem})", remedy="run `tracer doctor`")
    return Head(case.case_id, chain.entries, chain.head)


def request_anchor(case: Case) -> tuple[bytes, bytes, Head]:
    """(the request in DER, the statement whose SHA-256 it carries, the head); journaled."""
    head = head_of(case)
    statement = head.statement()
    request = request_for(statement, nonce_of(case.secret(ANCHOR), statement))
    detail = {"entries": head.entries, "head": head.hash}
    case.journal.append(command="anchor request", result=hashlib.sha256(request).hexdigest(), detail=detail)
    return request, statement, head


def anchor_page(case: Case) -> str:
    """The head as a page to print and keep outside, nothing personal on it; journaled."""
    head = head_of(case)
    groups = [head.hash[at : at + 4] for at in range(0, len(head.hash), 4)]
    lines = ["Journal of a case", "", f"  case       {head.case_id}", f"  entries    {head.entries:,}"]
    lines += [f"  printed    {now().isoformat()}Z", "", "Head"]
    lines += [f"  {' '.join(groups[at : at + 8])}" for at in (0, 8)]
    lines += ["", f"Statement (SHA-256 {_digest(head).hex()})"]
    lines += [f"  {line}" for line in head.statement().decode("ascii").splitlines()]
    lines += ["", "Time stamps", *(f"  {held.line()}" for held in anchors(case)), "", _CHECK]
    case.journal.append(command="anchor print", detail={"entries": head.entries, "head": head.hash})
    return "\n".join(lines)


def take_in_anchor(case: Case, file: Path, ca: Path | None) -> HeldAnchor:
    """Check an authority's answer to one of this case's requests and keep it, journaled; the same again is kept once.

    Raises `InputRefused` with nothing kept: not granted, for no head of this journal that was asked for, a signature
    that does not verify with the certificates in `ca`.
    """
    response = read_bytes(file)
    heads = (head for head in _heads(case, asked=True) if _digest(head) in response)
    head = next(heads, None)
    if head is None:
        what = "the answer is not to a request of this case"
        raise InputRefused(what, where=str(file), remedy="send what `tracer anchor request` wrote")
    taken = check_response(response, head.statement(), _nonce(case, head), ca, str(file))
    with case.transaction():
        kept = keep_stamp(case.con, "journal_stamp", (head.entries, head.hash), taken)
        detail = {"entries": head.entries, "time": f"{kept.time.isoformat()}Z", "verified": kept.ca is not None}
        case.journal.append(command="anchor stamp", inputs={file: kept.sha256}, result=head.hash, detail=detail)
    return HeldAnchor(head, kept)


def anchors(case: Case) -> list[HeldAnchor]:
    """The anchors that the case keeps, by the line that they fix."""
    return [
        HeldAnchor(Head(case.case_id, entries, head), KeptStamp(bytes(response), time, authority, serial, ca))
        for entries, head, response, time, authority, serial, ca in case.con.execute(
            "SELECT entries, head, response, stamped_at, authority, serial, ca FROM journal_stamp"
            " ORDER BY entries, stamped_at, sha256"
        ).fetchall()
    ]


def check_anchors(case: Case) -> list[Check]:
    """What `verify` asks: every kept stamp checks again, is over a line that is still there, and none is missing."""
    held = anchors(case)
    lines = {entry["no"]: entry["hash"] for entry in case.journal.file.entries()}
    faults = []
    for one in held:
        fault = one.stamp.fault(one.head.statement(), _nonce(case, one.head))
        faults += [f"entry {one.head.entries}: {fault}"] if fault else []
        if lines.get(one.head.entries) != one.head.hash:
            faults.append(f"entry {one.head.entries} is not the one that was stamped at {one.stamp.time.isoformat()}Z")
    kept = {one.stamp.sha256 for one in held}
    for entry in case.journal.file.entries():
        if entry.get("command") == "anchor stamp":
            faults += [
                f"the stamp of entry {entry['no']} is gone" for one in entry["inputs"].values() if one not in kept
            ]
    if faults:
        return [Check("anchor", False, fault) for fault in faults]
    if not held:
        return [Check("anchor", True, "none: no third party holds the head")]
    return [Check("anchor", True, f"{len(held)} time stamps, the last over {held[-1].line()}")]


def check_head(case: Case, stated: str) -> Check:
    """Whether the journal still has a line with the head that somebody kept: 64 hexadecimal digits, spaces allowed."""
    head = "".join(stated.split()).lower()
    if len(head) != 64 or set(head) - set("0123456789abcdef"):
        raise InputRefused("a head is 64 hexadecimal digits", where="--head", remedy="copy it from the page")
    found = next((one for one in _heads(case) if one.hash == head), None)
    return _check_head(case, found, "the head")


def check_answer(case: Case, file: Path, ca: Path | None) -> Check:
    """Whether the journal still has the line that an authority stamped, with its answer kept anywhere."""
    response, pem = read_bytes(file), None if ca is None else read_bytes(ca)
    found = next((one for one in _heads(case) if _digest(one) in response), None)
    if found is None:
        return _check_head(case, None, "the stamp")
    stamp = read_answer(response, found.statement(), ca=pem, where=str(file))
    signed = "signature verified" if pem is not None else "signature NOT verified: give --ca"
    return _check_head(case, found, f"the stamp of {stamp.time.isoformat()}Z ({signed})")


def _check_head(case: Case, found: Head | None, what: str) -> Check:
    chain = case.journal.file.check()
    if chain.problem is not None:
        return Check("anchor", False, f"the journal is not whole: {chain.problem}")
    if found is None:
        return Check("anchor", False, f"{what} is of no line of this journal: it is another one, or was rewritten")
    return Check("anchor", True, f"{what} is of entry {found.entries}; nothing up to it was changed")


def _heads(case: Case, *, asked: bool = False) -> Iterator[Head]:
    """The heads that the journal has had, the latest first; `asked`: only those that a request was made for."""
    case_id = case.case_id
    for entry in reversed(list(case.journal.file.entries())):
        if not asked:
            yield Head(case_id, int(entry["no"]), str(entry["hash"]))
        elif entry.get("command") == "anchor request":
            yield Head(case_id, int(entry["detail"]["entries"]), str(entry["detail"]["head"]))


def _digest(head: Head) -> bytes:
    return hashlib.sha256(head.statement()).digest()


def _nonce(case: Case, head: Head) -> int:
    return nonce_of(case.secret(ANCHOR), head.statement())
