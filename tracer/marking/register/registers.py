"""The committed registers of a case, their time stamps and pages, and single leaves that are opened to others.

A register is one salted leaf for each release, canary in a copy, code position and row left out, and the Merkle tree
over them. Single leaves can be shown to be in it; none can be guessed from its root.

A release's leaf is frozen with the commitment (`release.committed`): its end date or purpose may be put right later,
and the register still says what they were. All other leaves are read from the store as it is, so that a change shows.
Salts come from the case's secret: numbers are too few to hide without them.

Leaf: SHA-256(0x00 | salt | entry), the salt 32 bytes; node: SHA-256(0x01 | left | right), the last of an odd row moves
up (RFC 6962, section 2.1, has the same prefixes). Hashes of a row lie one behind the other in one `bytes`: a register
of 700,000 leaves is 22 MB.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tracer.case.case import Case
from tracer.case.checks import Check
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.marking.choices.finding import digests_of
from tracer.marking.register.timestamp import (
    KeptStamp,
    check_response,
    keep_stamp,
    nonce_of,
    read_answer,
    read_bytes,
    request_for,
    statement_of,
)
from tracer.marking.release.identities import forget_releases
from tracer.resources import sql_next_to
from tracer.visible import label

HASH_BYTES = 32  # As many has a salt.
_PAIR = 2 * HASH_BYTES

Step = tuple[str, bytes]  # ("left" or "right", hash): what a hash is joined with on its way up, and the side of that.


def leaf_hash(salt: bytes, entry: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + salt + entry).digest()


def root(row: bytes) -> bytes:
    """The root over leaf hashes in their order; SHA-256 of nothing where there are none."""
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > HASH_BYTES:
        row = _above(row)
    return row


def _above(row: bytes) -> bytes:
    sha256, whole = hashlib.sha256, len(row) - len(row) % _PAIR
    return b"".join([sha256(b"\x01" + row[at : at + _PAIR]).digest() for at in range(0, whole, _PAIR)]) + row[whole:]


def proofs(row: bytes, indexes: Sequence[int]) -> list[list[Step]]:
    """For each leaf in `indexes` (from 0), what it is hashed with on the way to the root, from below."""
    steps: list[list[Step]] = [[] for _ in indexes]
    places = list(indexes)
    while len(row) > HASH_BYTES:
        for found, place in zip(steps, places, strict=True):
            sibling = place ^ 1
            joined = row[sibling * HASH_BYTES : (sibling + 1) * HASH_BYTES]
            if joined:
                found.append(("left" if sibling < place else "right", joined))
        row, places = _above(row), [place // 2 for place in places]
    return steps


def follows(digest: bytes, steps: Sequence[Step], claimed: bytes) -> bool:
    """Whether a leaf's hash leads to the claimed root by the steps of its proof."""
    for side, sibling in steps:
        digest = hashlib.sha256(b"\x01" + (sibling + digest if side == "left" else digest + sibling)).digest()
    return hmac.compare_digest(digest, claimed)


REGISTER = b"register"  # Purpose of the case's secret that the salts come from.
statement = sql_next_to(__file__)  # Name -> text of `sql/<name>.sql`.
_BATCH = 50_000  # Rows that are fetched at once.


class Leaf(NamedTuple):
    """One entry of a register."""

    kind: str
    release: str | None  # The release that it is about; None for what is of the whole draw.
    canary: int | None
    entry: bytes


def facts_of(entry: str) -> dict[str, Any]:
    """What an entry says; nothing where it is not a JSON object."""
    try:
        facts = json_of(entry)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def salt(secret: bytes, entry: bytes) -> bytes:
    """The 32-byte salt of an entry: HMAC-SHA-256 of it under the register's secret."""
    return hmac.digest(secret, entry, "sha256")


def leaves_of(con: duckdb.DuckDBPyConnection, draw: str) -> Iterator[Leaf]:
    """The leaves of one draw in the register's order. Nothing else may use the connection until all are read."""
    frozen = con.execute(statement("frozen"), {"draw": draw}).fetchall()
    if any(entry is None for _, entry in frozen):
        # Committed before releases had leaves of their own. Its root is in a journal, and computed as it was then. The
        # end date was part of every leaf, so such a register does not outlast a correction of it.
        for facts in _facts(con, "first_canaries", draw):
            yield Leaf("canary", facts["release"], facts["canary"], _json(facts))
        for release, key in con.execute(statement("withheld"), {"draw": draw}).fetchall():
            yield Leaf("withheld", release, None, _json({"release": release, "withheld": key}))
        return
    yield from (Leaf("release", release, None, entry.encode()) for release, entry in frozen)
    for facts in _facts(con, "canaries", draw):
        keys = {} if facts["keys"] else {"keys"}
        entry = {"kind": "canary", **{name: value for name, value in facts.items() if name not in keys}}
        yield Leaf("canary", facts["release"], facts["canary"], _json(entry))
    for facts in _facts(con, "positions", draw):
        yield Leaf("position", None, facts["canary"], _json({"kind": "position", **facts}))
    choices = digests_of(con, draw)
    if choices is not None:
        count, rows, seed = choices
        entry = {"kind": "choices", "draw": draw, "choices": count, "sha256": rows, "seed_sha256": seed}
        yield Leaf("choices", None, None, _json(entry))
    quoted: dict[str, str] = {}
    found = con.execute(statement("withheld"), {"draw": draw})
    while batch := found.fetchmany(_BATCH):
        for release, key in batch:
            # By far the most leaves: the text that `_json` would give, without its price.
            name = quoted.get(release) or quoted.setdefault(release, json.dumps(release, ensure_ascii=False))
            yield Leaf("withheld", release, None, f'{{"key":{key},"kind":"withheld","release":{name}}}'.encode())


def _facts(con: duckdb.DuckDBPyConnection, name: str, draw: str) -> Iterator[dict[str, Any]]:
    """The rows of a statement by the names of its columns, which are those of the entries."""
    found = con.execute(statement(name), {"draw": draw})
    names = [column[0] for column in found.description or ()]
    while batch := found.fetchmany(_BATCH):
        yield from (dict(zip(names, row, strict=True)) for row in batch)


def _json(entry: dict[str, object]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def hashes_of(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> bytes:
    """The leaf hashes of one draw as the store has it now, one behind the other."""
    return b"".join(leaf_hash(salt(secret, leaf.entry), leaf.entry) for leaf in leaves_of(con, draw))


def committed_root(con: duckdb.DuckDBPyConnection, secret: bytes, draw: str) -> str:
    """The root over the draw as the store has it now, in hexadecimal; call it in the transaction that commits it.

    Where the draw has no commitment yet, its releases' leaves are frozen with what the store says of them now.
    """
    every = _facts(con, "release_facts", draw)
    entries = {facts["release"]: _json({"kind": "release", "draw": draw, **facts}).decode() for facts in every}
    if entries:
        con.execute(
            "UPDATE release SET committed = f.entry FROM (SELECT unnest($ids) AS id, unnest($entries) AS entry) AS f"
            " WHERE release.id = f.id",
            {"ids": list(entries), "entries": list(entries.values())},
        )
    return root(hashes_of(con, secret, draw)).hex()


def changed_registers(con: duckdb.DuckDBPyConnection, secret: bytes) -> list[str]:
    """Releases whose register no longer gives the root that was committed, ordered by id."""
    rows = con.execute(
        "SELECT id, json_extract_string(design, '$.draw'), commitment FROM release WHERE drawn ORDER BY id"
    ).fetchall()
    roots = {draw: root(hashes_of(con, secret, draw)).hex() for draw in sorted({str(draw) for _, draw, _ in rows})}
    return [release for release, draw, commitment in rows if roots[str(draw)] != commitment]


@dataclass(frozen=True)
class Register:
    """One committed register."""

    draw: str
    dataset: str
    day: date | None
    releases: Sequence[str]
    root: str  # Hexadecimal.
    canaries: int
    withheld: int
    written: int
    stamped: datetime | None  # The earliest stamp; UTC.
    withdrawn: Sequence[str]
    """Those of its releases that were taken back: the register keeps them, and no recipient has their copies."""

    @property
    def statement(self) -> bytes:
        """What is stamped."""
        return statement_of(self.draw, self.root)

    def to_json(self) -> dict[str, object]:
        """The row that `tracer register list` prints."""
        row = {name: getattr(self, name) for name in ("draw", "dataset", "day")} | {"releases": len(self.releases)}
        row |= {"canaries": self.canaries, "withheld": self.withheld, "root": self.root}
        stamped = None if self.stamped is None else f"{self.stamped.isoformat()}Z"
        return row | {"stamped": stamped, "withdrawn": len(self.withdrawn)}


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
    request = request_for(register.statement, nonce_of(case.secret(REGISTER), register.statement))
    detail = {"draw": register.draw, "root": register.root}
    case.journal.append(command="register request", result=hashlib.sha256(request).hexdigest(), detail=detail)
    return request, register.statement


def take_in_stamp(case: Case, register: Register, file: Path, ca: Path | None) -> KeptStamp:
    """Check an authority's answer and keep it in the case, journaled; the same one again is kept once.

    Raises `InputRefused` with nothing kept: not granted, for another statement or request, a signature that does not
    verify with the certificates in `ca`.
    """
    nonce = nonce_of(case.secret(REGISTER), register.statement)
    taken = check_response(read_bytes(file), register.statement, nonce, ca, str(file))
    with case.transaction():
        kept = keep_stamp(case.con, "register_stamp", (register.draw, register.root), taken)
        detail = {"draw": register.draw, "time": f"{kept.time.isoformat()}Z", "verified": kept.ca is not None}
        case.journal.append(command="register stamp", inputs={file: kept.sha256}, result=register.root, detail=detail)
    return kept


def stamps_of(con: duckdb.DuckDBPyConnection, draw: str) -> list[KeptStamp]:
    """The stamps of a register, the earliest first."""
    rows = con.execute(
        "SELECT response, stamped_at, authority, serial, ca FROM register_stamp WHERE draw = $draw"
        " ORDER BY stamped_at, sha256",
        {"draw": draw},
    ).fetchall()
    return [KeptStamp(bytes(response), *others) for response, *others in rows]


def stamp_faults(case: Case, register: Register) -> list[str]:
    """What is wrong with the stamps of a register: each is checked again, its signature where it was verified."""
    nonce = nonce_of(case.secret(REGISTER), register.statement)
    faults = (kept.fault(register.statement, nonce) for kept in stamps_of(case.con, register.draw))
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
    lines += ["", f"Statement (SHA-256 {hashlib.sha256(register.statement).hexdigest()})"]
    lines += [f"  {line}" for line in register.statement.decode("ascii").splitlines()]
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


def unwritten_draws(con: duckdb.DuckDBPyConnection) -> list[Register]:
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
        forget_releases(case.con, register.releases)
        detail = {"reason": "never written", "draw": register.draw, "releases": list(register.releases)}
        case.journal.append(command="release withdrawn", result=register.root, detail=detail)
    return register


FORMAT = "tracer register leaves 1"
HOW = (
    "leaf = SHA-256(00 | salt | entry in UTF-8); joined with each step of its proof, node = SHA-256(01 | left | right),"
    " it gives the root. A time stamp is over the statement in ASCII. Check: tracer register check FILE --root ROOT"
)
_MOST = 100_000  # Leaves that one file opens: more is the register itself, which stays in the case.


@dataclass(frozen=True)
class OpenedLeaves:
    """Which leaves of a release are opened."""

    canaries: tuple[int, ...] = ()
    recipient_only: bool = False  # The release's own leaf alone: recipient, day and end, and how many canaries.
    withheld: bool = False  # The rows that were left out as well: identifiers of people.

    def takes(self, leaf: Leaf, release: str, canaries: frozenset[int]) -> bool:
        """Whether a leaf is opened; `canaries`: all those of the release."""
        if leaf.kind == "position":
            return not self.canaries and not self.recipient_only and leaf.canary in canaries
        if leaf.release != release:
            return False
        if self.canaries:
            return leaf.kind == "canary" and leaf.canary in self.canaries
        if self.recipient_only:
            return leaf.kind == "release"
        return leaf.kind != "withheld" or self.withheld


def open_leaves(case: Case, release: str, opening: OpenedLeaves, reason: str) -> bytes:
    """A JSON file with the opened leaves, their salts and proofs, the root and its stamps; journaled with the reason.

    Raises `InputRefused`: no such committed release, a canary that is not in it, no reason, a register that no longer
    gives the root that was committed.
    """
    if not reason.strip():
        what = "the reason is missing"
        raise InputRefused(what, where="--reason", remedy="say why the leaves leave the case in clear")
    held = registers(case.con)
    register = find_register([one for one in held if release in one.releases], release)
    in_copy = case.con.execute(
        "SELECT canary FROM release_canary WHERE release = $release"
        " UNION SELECT canary FROM withdrawn_canary WHERE release = $release",
        {"release": release},
    ).fetchall()
    canaries, where = frozenset(canary for (canary,) in in_copy), f"release {release}"
    strangers = sorted(set(opening.canaries) - canaries)
    if strangers:
        what = f"no canary {', '.join(map(str, strangers))} in its copy"
        raise InputRefused(what, where=where, remedy="see `tracer query canaries`")
    secret, hashes, opened = case.secret(REGISTER), bytearray(), dict[int, Leaf]()
    for leaf in leaves_of(case.con, register.draw):
        if opening.takes(leaf, release, canaries):
            opened[len(hashes) // HASH_BYTES] = leaf
        hashes += leaf_hash(salt(secret, leaf.entry), leaf.entry)
    if not opened:
        remedy = "leave the option out: an early version kept the recipient in the canaries' leaves"
        raise InputRefused("its register has no leaf of this kind", where=where, remedy=remedy)
    if len(opened) > _MOST:
        raise InputRefused(f"{len(opened):,} leaves at once", where=where, remedy="open single canaries with --canary")
    row = bytes(hashes)
    if root(row).hex() != register.root:
        what = "the register was changed after it was committed: nothing of it can be proved"
        raise InputRefused(what, where=f"draw {register.draw}", remedy="run `tracer verify`")
    statement = register.statement.decode("ascii")
    document: dict[str, object] = {"format": FORMAT, "how": HOW, "draw": register.draw, "root": register.root}
    document["statement"] = statement
    document["leaves"] = [
        {"entry": leaf.entry.decode(), "salt": salt(secret, leaf.entry).hex()}
        | {"proof": [[side, sibling.hex()] for side, sibling in steps]}
        for leaf, steps in zip(opened.values(), proofs(row, list(opened)), strict=True)
    ]
    document["stamps"] = [
        {"time": f"{stamp.time.isoformat()}Z", "authority": stamp.authority}
        | {"answer": base64.b64encode(stamp.response).decode("ascii")}
        for stamp in stamps_of(case.con, register.draw)
    ]
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    detail: dict[str, object] = {"release": release, "draw": register.draw, "leaves": len(opened)}
    detail |= {**vars(opening), "canaries": list(opening.canaries), "reason": reason}
    case.journal.append(command="register reveal", result=hashlib.sha256(content).hexdigest(), detail=detail)
    return content


def check_leaves(content: bytes, where: str, *, stated: str | None = None, ca: bytes | None = None) -> list[Check]:
    """Check opened leaves, without the case: each leads to the root, that is the `stated` one, the stamps are for it.

    `ca` (PEM): the stamps' signatures are verified as well. Raises `InputRefused` where the file is none of ours.
    """
    draw, claimed, said, leaves, answers = _read(content, where)
    checks = []
    for entry, leaf_salt, proof in leaves:
        holds, title = follows(leaf_hash(leaf_salt, entry.encode()), proof, claimed), label(_title(entry))
        checks.append(Check("leaf", holds, title if holds else f"does not lead to the root; it claims: {title}"))
    statement = statement_of(draw, claimed.hex())
    if said != statement.decode("ascii"):
        checks.append(Check("statement", False, "it does not state the file's own draw and root"))
    if stated is not None:
        digits = "".join(stated.split())  # people write it in groups
        if re.fullmatch("[0-9a-fA-F]{64}", digits) is None:
            raise InputRefused("a root has 64 hexadecimal digits", where="--root", remedy="copy it from the page")
        same = hmac.compare_digest(claimed, bytes.fromhex(digits))
        shown = claimed.hex() if same else f"the file has {claimed.hex()}, another register's"
        checks.append(Check("root", same, shown))
    for answer in answers:
        try:
            stamp = read_answer(answer, statement, ca=ca)
        except InputRefused as error:
            if error.where == "--ca":
                raise
            checks.append(Check("stamp", False, error.what))
        else:
            by = f" by {stamp.authority}" if stamp.authority else ""
            verified = "signature verified" if ca is not None else "signature not verified: give --ca"
            checks.append(Check("stamp", True, f"{stamp.time.isoformat()}Z{by}, {verified}"))
    return checks


OpenedLeaf = tuple[str, bytes, tuple[Step, ...]]  # (entry, salt, proof) of one leaf of a file.


def _read(content: bytes, where: str) -> tuple[str, bytes, str, list[OpenedLeaf], list[bytes]]:
    """(draw, root, statement, leaves, answers of authorities) of a file; nothing of it is checked yet."""
    try:
        said = json_of(content)
        draw, statement, claimed = said["draw"], said["statement"], bytes.fromhex(said["root"])
        leaves = list[OpenedLeaf]()
        for leaf in said["leaves"]:
            proof = tuple((side, bytes.fromhex(sibling)) for side, sibling in leaf["proof"])
            leaves.append((leaf["entry"], bytes.fromhex(leaf["salt"]), proof))
        answers = [base64.b64decode(stamp["answer"], validate=True) for stamp in said["stamps"]]
        steps = [step for _, _, proof in leaves for step in proof]
        sizes = {len(each) for each in (claimed, *(salted for _, salted, _ in leaves), *(other for _, other in steps))}
        texts = all(isinstance(text, str) for text in (draw, statement, *(entry for entry, _, _ in leaves)))
        sound = texts and sizes == {HASH_BYTES} and {side for side, _ in steps} <= {"left", "right"}
        if said["format"] != FORMAT or not leaves or not sound or not draw.isalnum() or not draw.isascii():
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        what = "not a complete file of opened leaves"
        raise InputRefused(what, where=where, remedy="give a file that `tracer register reveal` wrote") from error
    return draw, claimed, statement, leaves, answers


def _title(entry: str) -> str:
    """What a leaf is about, without the identity itself."""
    facts = facts_of(entry)
    kind, release, canary = facts.get("kind", "canary"), facts.get("release"), facts.get("canary")
    if kind == "release":
        ends = f", until {facts['ends']}" if facts.get("ends") else ""
        return f"release {release}: to {facts.get('recipient')} on {facts.get('date')}{ends}"
    if kind == "position":
        return f"code position of canary {canary}: {facts.get('scheme')}, bias {facts.get('bias')}"
    if kind == "withheld" or "withheld" in facts:
        return f"a row left out of {release}"
    return f"canary {canary} in row {facts.get('row')} of {release}"
