"""`tracer release`: one marked copy per recipient. The register is committed first; a failure leaves nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now, today
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow, PartEdit, Template, places
from tracer.lists.write.source import RawRows, open_template
from tracer.marking.draws import KeyedDraw
from tracer.marking.identities import available, home_rows, take, withdraw
from tracer.marking.personas import Identity, PersonaMaker
from tracer.marking.register import committed_root
from tracer.marking.source_list import RowsOfList, SourceList, read_sample, read_source_list

DRAW, REGISTER = b"draw", b"register"
"""Purposes of the case's secrets."""


@dataclass(frozen=True)
class ReleaseRequest:
    """What is asked for."""

    dataset: str
    """The dataset to copy."""
    recipients: tuple[str, ...]
    """One copy each, in this order."""
    folder: Path
    """Where the copies go; made where it is missing."""
    unique: int = 5
    """Canaries that stand in one copy alone, for each copy."""
    ends: date | None = None
    """After it the recipients may hold nothing."""
    purpose: str | None = None
    """For what."""
    use_basis: str | None = None
    """Lawful basis of use."""
    day: date | None = None
    """Day of the release; today by default."""
    evidence: tuple[str, ...] = ()
    """Ids of what backs it: the contract, say."""


@dataclass(frozen=True)
class Released:
    """One copy that was written: the row that the command prints."""

    release: str
    recipient: str
    path: str
    """Absolute."""
    rows: int
    """Data rows of the copy."""
    commitment: str
    """Root of the register, hexadecimal."""
    canaries: int
    """Canaries in the copy."""
    notes: tuple[str, ...]
    """What the copy could not keep of the source, and what may give its canaries away."""

    def to_json(self) -> dict[str, object]:
        """The row as the contract has it."""
        return {
            "release": self.release, "recipient": self.recipient, "path": self.path, "rows": self.rows,
            "commitment": self.commitment, "canaries": self.canaries,
        }  # fmt: skip


@dataclass(frozen=True)
class _Planned:
    release: str
    recipient: str
    path: Path
    rows: tuple[tuple[int, NewRow], ...]
    """(canary, its row) in the order in which they are put in."""


def release_copies(case: Case, request: ReleaseRequest) -> list[Released]:
    """Draw canaries, commit the register, write the copies. Call it outside a transaction.

    Raises `InputRefused` with nothing kept or written: a recipient named twice, too few identities (it says how many
    are missing), a canary that stands in the list, purged contents, a file that exists, a source that cannot be copied.
    """
    con = case.con
    source = read_source_list(con, request.dataset)
    where = Path(source.path).name
    refuse_request(con, request)
    chosen = available(con, source, len(request.recipients) * request.unique, request.day or today())
    template = open_template(case.vault.read(source.sha256), source.parts, _raw_rows(con, source), where)
    planned = _plan_copies(case, source, request, template, chosen)
    removed = home_rows(con, source)
    edits = [_edits(source, copy.rows, removed) for copy in planned]
    commitment = _register(case, source, request, planned, edits)
    try:
        digests = _write(template, planned, edits)
        total = sum(part.rows for part in source.parts)
        written = [
            (digest, total + sum(len(part.added) - len(part.removed) for part in edit.values()))
            for digest, edit in zip(digests, edits, strict=True)
        ]
        with case.transaction():
            for copy, (digest, rows) in zip(planned, written, strict=True):
                con.execute(
                    "UPDATE release SET path = $path, sha256 = $sha256, rows = $rows WHERE id = $id",
                    {"path": str(copy.path), "sha256": digest, "rows": rows, "id": copy.release},
                )
            case.journal.append(
                command="release written",
                inputs={source.id: source.sha256},
                detail={copy.release: digest for copy, (digest, _) in zip(planned, written, strict=True)},
            )
    except BaseException:
        for copy in planned:
            copy.path.unlink(missing_ok=True)
        with case.transaction():
            withdraw(con, [copy.release for copy in planned], chosen)
            case.journal.append(command="release withdrawn", result=commitment, detail={"reason": "not written"})
        raise
    notes = template.notes + _conspicuous(planned, source)
    return [
        Released(copy.release, copy.recipient, str(copy.path), rows, commitment, len(copy.rows), notes)
        for copy, (_, rows) in zip(planned, written, strict=True)
    ]


def _conspicuous(planned: Sequence[_Planned], source: SourceList) -> tuple[str, ...]:
    """A warning where the list's order leaves canaries no place but the end."""
    places = [row.before for copy in planned for _, row in copy.rows]
    if len(places) > 1 and min(places) > source.main.rows:
        return ("the list is sorted by ids without gaps: its canaries stand at the end, where they are easily found",)
    return ()


def refuse_request(con: duckdb.DuckDBPyConnection, request: ReleaseRequest) -> None:
    """Raise all that is wrong with the words of a request, together."""
    problems = []
    twice = sorted({r for r in request.recipients if request.recipients.count(r) > 1})
    problems += [InputRefused(f"{r} is named twice", remedy="one copy per recipient and call") for r in twice]
    known = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    problems += [
        InputRefused(f"there is no party {r!r}", remedy="add it with `tracer party add`")
        for r in dict.fromkeys(request.recipients)
        if r not in known
    ]
    if not request.recipients:
        problems.append(InputRefused("no recipient", remedy="name one with --to"))
    if request.unique < 0:
        problems.append(InputRefused("a negative number of canaries", remedy="give --unique 0 or more"))
    if request.ends is not None and request.ends < (request.day or today()):
        problems.append(InputRefused(f"it ends on {request.ends}, before it begins", remedy="give a later --ends"))
    if problems:
        raise InputRefused.many(problems)


def _raw_rows(con: duckdb.DuckDBPyConnection, source: SourceList) -> RawRows:
    def rows(part: int) -> list[tuple[str | None, ...]]:
        width = len(next(item.headers for item in source.parts if item.part == part))
        names = ", ".join(f"c{i}" for i in range(width))
        return con.execute(f"SELECT {names} FROM {source.tables[part]} ORDER BY row").fetchall()

    return rows


def _plan_copies(
    case: Case, source: SourceList, request: ReleaseRequest, template: Template, chosen: Sequence[Identity]
) -> list[_Planned]:
    """Allot the identities at random and make their rows and files; raises where a file exists."""
    con = case.con
    day = request.day or today()
    count = con.execute("SELECT count(*) FROM release").fetchone()
    # The purpose names the list and how many copies there were, never a recipient.
    draw = KeyedDraw(case.secret(DRAW), f"{source.id} {source.no} {0 if count is None else count[0]}")
    allotted = draw.shuffled(chosen)
    regions = dict(
        con.execute("SELECT '86' || prefix, coalesce(city, province) FROM segment ORDER BY prefix").fetchall()
    )
    sample = read_sample(con, source, f"{source.id} {draw.below(1 << 62)}")
    maker = PersonaMaker(source, sample, draw, regions, RowsOfList(con, source))
    taken = {row[0] for row in con.execute("SELECT id FROM release").fetchall()}
    planned, problems = [], []
    for at, recipient in enumerate(request.recipients):
        mine = allotted[at * request.unique : (at + 1) * request.unique]
        path = request.folder.absolute() / f"{source.id}-{recipient}{template.suffix}"
        if path.exists():
            problems.append(InputRefused("the file exists", where=str(path), remedy="name another folder with -o"))
        identity = release_id(taken, source.id, recipient, day)
        taken.add(identity)
        rows = tuple((item.no, maker.row(item)) for item in sorted(mine, key=lambda item: item.no))
        planned.append(_Planned(identity, recipient, path, rows))
    if problems:
        raise InputRefused.many(problems)
    return planned


def release_id(taken: set[str], dataset: str, recipient: str, day: date | None) -> str:
    """`dataset@recipient@date`, with `#2` and so on behind it where that is taken."""
    base = f"{dataset}@{recipient}@{day}" if day is not None else f"{dataset}@{recipient}"
    number, identity = 2, base
    while identity in taken:
        number, identity = number + 1, f"{base}#{number}"
    return identity


def _edits(
    source: SourceList, rows: Sequence[tuple[int, NewRow]], removed: Mapping[int, frozenset[int]]
) -> dict[int, PartEdit]:
    edits = {part: PartEdit(removed=gone) for part, gone in removed.items() if gone}
    main = source.main.part
    added = tuple(row for _, row in rows)
    if added:
        edits[main] = PartEdit(removed.get(main, frozenset()), added)
    return edits


def _register(
    case: Case,
    source: SourceList,
    request: ReleaseRequest,
    planned: Sequence[_Planned],
    edits: Sequence[Mapping[int, PartEdit]],
) -> str:
    """Commit who gets which canary where; returns the root."""
    con, main = case.con, source.main.part
    draw = hashlib.sha256("\n".join(copy.release for copy in planned).encode()).hexdigest()[:16]
    with case.transaction():
        for copy, edit in zip(planned, edits, strict=True):
            design = {"draw": draw, "unique": request.unique, "format": source.main.format}
            con.execute(
                "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, drawn, design, evidence,"
                " registered_at) VALUES ($id, $dataset, $to, $day, $ends, $purpose, $basis, true, $design, $evidence,"
                " $at)",
                {
                    "id": copy.release, "dataset": source.id, "to": copy.recipient, "day": request.day or today(),
                    "ends": request.ends, "purpose": request.purpose, "basis": request.use_basis,
                    "design": json.dumps(design, sort_keys=True), "evidence": list(request.evidence), "at": now(),
                },
            )  # fmt: skip
            place = places(edit)
            take(con, copy.release, source, [(no, row, place[main, i]) for i, (no, row) in enumerate(copy.rows)])
        commitment = committed_root(con, case.secret(REGISTER), draw)
        ids = [copy.release for copy in planned]
        con.execute(
            "UPDATE release SET commitment = $root WHERE id IN (SELECT unnest($ids))", {"root": commitment, "ids": ids}
        )
        case.journal.append(
            command="release", inputs={source.id: source.sha256}, result=commitment,
            detail={"releases": ids, "draw": draw, "canaries": sum(len(copy.rows) for copy in planned)},
        )  # fmt: skip
    return commitment


def _write(template: Template, planned: Sequence[_Planned], edits: Sequence[Mapping[int, PartEdit]]) -> list[str]:
    """Write all copies beside their places and rename them when all are there; the SHA-256 of each."""
    drafts: list[tuple[Path, Path]] = []
    digests = []
    try:
        for copy, edit in zip(planned, edits, strict=True):
            copy.path.parent.mkdir(parents=True, exist_ok=True)
            content = template.render(edit)
            draft = copy.path.with_name(f".{copy.path.name}.{os.getpid()}.part")
            drafts.append((draft, copy.path))
            with draft.open("xb") as file:
                draft.chmod(0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            digests.append(hashlib.sha256(content).hexdigest())
        for draft, path in drafts:
            draft.rename(path)
    except OSError as error:
        raise InputRefused(
            f"the copies cannot be written ({error.strerror})", where=str(error.filename or planned[0].path.parent),
            remedy="name another folder with -o",
        ) from error  # fmt: skip
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
    return digests
