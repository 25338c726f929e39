"""`tracer release`: one marked copy per recipient, from the request to the files.

`release_copies` is the whole of it. The list as it is handed out, its design and the identities that may go in; who
gets which marks; what an attacker would gain by their looks; the register, committed before a copy is there; the
copies and the journal; what their sender should know. A failure leaves nothing, in the case and in the folder.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from tracer.case.case import Case
from tracer.clock import now, today
from tracer.errors import InputRefused
from tracer.file_writing import put_file
from tracer.input_files import whole_bytes
from tracer.lists.read.model import SEALED_ROLES
from tracer.lists.write.computed import computed_columns
from tracer.lists.write.model import NewRow, PartEdit, Template, places, unwritable
from tracer.lists.write.source import open_template, without_columns
from tracer.marking.canary.persons import MadePersons, enter_persons, made_persons, needs_persons, new_persons
from tracer.marking.choices.finding import (
    CHOICES,
    SORTS,
    Choices,
    Rewriting,
    bits_of,
    enter_choices,
    find_choices,
    form_pairs,
    seed_of,
)
from tracer.marking.detection.gate import Examined, Verdict, examined_release, refuse_detectable
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import SourceList, read_sample, read_source_list
from tracer.marking.register import REGISTER, committed_root
from tracer.marking.release.identities import Available, address_lenders, available, forget_releases, home_rows, reserve
from tracer.marking.release.request import (
    DENIED,
    EVERYBODY,
    Allotted,
    Contacts,
    Ints,
    ReleaseRequest,
    allot,
    as_handed_out,
    draw_withheld,
    enter_withheld,
    read_contacts,
    refuse_request,
    release_id,
    statement,
    unreachable_rows,
    with_design,
)
from tracer.marking.release.unmarked import refuse_unmarked
from tracer.meter import SILENT, Meter

_SPARE = 1.3
"""Identities that are left to lend numbers and addresses, as a multiple of those that personas will ask for."""
_DRAW = b"draw"  # Purpose of the case's secret that all draws come from.
_LEAST_CHOICES = 40  # Keyed choices of which a copy is worth having: fewer name none of several copies.
_READ_CHOICES = 30  # Choices that a leak must show, that one of a thousand copies is named.
_NAMED = 5
_NUMBERED = re.compile(r"copy-0*([0-9]{1,9})\b", re.IGNORECASE)
_KEY_HEAD = "recipient,file,release,sha256"


@dataclass(frozen=True)
class Copy:
    """One copy that was written: the row that the command prints."""

    release: str
    recipient: str
    path: str  # Absolute.
    rows: int
    commitment: str  # Root of the register, hexadecimal.
    canaries: int
    withheld: int
    notes: tuple[str, ...]  # What the copies could not keep of the source, and what may give their canaries away.
    verdict: Verdict  # What an attacker gains by the looks of the call's canaries.

    def to_json(self) -> dict[str, object]:
        """The row as the contract has it."""
        names = ("release", "recipient", "path", "rows", "commitment", "canaries", "withheld")
        return {name: getattr(self, name) for name in names} | self.verdict.figures()


@dataclass(frozen=True)
class Planned:
    """One copy that is to be written."""

    release: str
    recipient: str
    path: Path
    canaries: tuple[int, ...]  # In the order in which they are put in.
    withheld: Ints  # Numbers of the contacts that it lacks by a code.
    edit: Mapping[int, PartEdit] = field(default_factory=dict)


class PreparedRelease(NamedTuple):
    """A request and what its copies are made of."""

    request: ReleaseRequest
    source: SourceList  # As it is handed out, without the totals under it.
    template: Template
    canaries: Sequence[Identity]  # The identities that may go into the copies.
    reserves: Sequence[Identity]
    left_out: tuple[str, ...]  # Which identities are not used, and why, where the user has not read it yet.


@dataclass(frozen=True)
class Drawn:
    """Everything that the copies of one call have in common."""

    copies: tuple[Planned, ...]
    draw: str  # Names the draw: the copies that were drawn together.
    allotted: tuple[Allotted, ...]
    rows: Mapping[int, NewRow]  # Canary -> its row, the same in all copies.
    contacts: Contacts | None
    part: bytes  # Seed of the part of the contacts that copies may lack.
    lent: Mapping[int, tuple[int, ...]]  # Canary -> identities that lend its persona a second number or address.
    persons: MadePersons | None = None  # The canaries, where they are persons that were invented for the list.
    choices: tuple[bytes, Choices] | None = None  # The keyed choices with their seed, where they are asked for.


def release_copies(case: Case, request: ReleaseRequest, meter: Meter = SILENT) -> list[Copy]:
    """Draw canaries, commit the register, write the copies. Call it outside a transaction.

    Raises `InputRefused` with nothing kept or written: a recipient named twice, too few identities (it says how many
    are missing), canaries that can be told from ordinary rows, purged contents, a source that cannot be copied.
    """
    con = case.con
    source = as_handed_out(con, read_source_list(con, request.dataset), request)
    request = with_design(con, source, request)
    refuse_request(con, request)
    unmarked = refuse_unmarked(case, source)
    # The sender's key to the copies is next to their folder, or it would be handed out with it.
    folder = request.folder.resolve()
    key = folder.with_name(f"{folder.name or 'copies'}-key.csv")
    if key.exists() and _lines_of(key)[:1] != [_KEY_HEAD]:
        what = "is not a key to copies, which would be written there"
        raise InputRefused(what, where=str(key), remedy="rename it, or name another folder with -o")
    # Planted records of an earlier copy are gone in the new one, and those of the new one are rows that were not there
    # although they look old. Rows that copies lack by a code come and go in the same way.
    held = con.execute(statement("earlier_copies"), {"to": list(request.recipients), "no": source.no}).fetchall()
    named = ", ".join(recipient for (recipient,) in held[:_NAMED])
    named += f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
    said = (
        f"with an earlier copy of these rows: {named}; who compares the two finds planted records among those that came"
        " and went; rows that each copy lacks by a code (--withhold) still tell whose copy it is"
    )
    earlier = [said] if held and not meter.narrate(said) else []
    meter.begin("canaries for each copy")
    ready = prepared_release(case, source, request, meter)
    drawn = draw_copies(case, ready)
    meter.begin("what would give them away")
    found = looked_at(case, ready, drawn)
    if not request.accept_detectable:
        refuse_detectable(found, source.id)

    commitment = _register(case, ready, drawn, found.verdict.figures()["gives_away"])
    meter.begin("the copies")
    total = sum(part.rows for part in source.whole)
    rows = [total + sum(len(part.added) - len(part.removed) for part in one.edit.values()) for one in drawn.copies]
    try:
        digests = _write(ready.template, drawn.copies)
        with case.transaction():
            for copy, digest, count_of_rows in zip(drawn.copies, digests, rows, strict=True):
                con.execute(
                    "UPDATE release SET path = $path, sha256 = $sha256, rows = $rows WHERE id = $id",
                    {"path": str(copy.path), "sha256": digest, "rows": count_of_rows, "id": copy.release},
                )
            written = {copy.release: digest for copy, digest in zip(drawn.copies, digests, strict=True)}
            case.journal.append(command="release written", inputs={source.id: source.sha256}, detail=written)
    except BaseException:
        for copy in drawn.copies:
            copy.path.unlink(missing_ok=True)
        with case.transaction():
            forget_releases(con, [copy.release for copy in drawn.copies])
            case.journal.append(command="release withdrawn", result=commitment, detail={"reason": "not written"})
        raise
    added = [(one.recipient, one.path.name, one.release, sha) for one, sha in zip(drawn.copies, digests, strict=True)]
    notes = (_add_to_key(key, added), *_notes(ready, drawn, [*unmarked, *earlier]))
    about = ((*notes, found.verdict.note()), found.verdict)
    return [
        Copy(one.release, one.recipient, str(one.path), held, commitment, len(one.canaries), len(one.withheld), *about)
        for one, held in zip(drawn.copies, rows, strict=True)
    ]


def prepared_release(case: Case, source: SourceList, request: ReleaseRequest, meter: Meter = SILENT) -> PreparedRelease:
    """The list without the totals under it, its own format, opened for editing, and the identities that may go in.

    Which are not used is said at once: opening and drawing take long, and the user may want to stop here.

    Raises `InputRefused` for a format that cannot be copied, and for too few identities.
    """
    con, copies, day = case.con, len(request.recipients), request.day or today()
    needed, reserved = request.design.canaries(copies), copies * request.design.reserve
    if needs_persons(con, source):
        made = new_persons(con, needed + reserved)
        canaries, reserves = Available(made[:needed]), Available(made[needed:])
    else:
        canaries = available(con, source, needed, day)
        reserves = available(con, source, reserved, day, "reserve") if reserved else Available()
    said = [*dict.fromkeys((*canaries.left_out, *reserves.left_out))]
    if said:
        usable = f"{len(canaries.identities)} identities can be used in {source.id}"
        said.append(f"{usable}, {needed} of them are needed")
    left_out = tuple(line for line in said if not meter.narrate(line))

    where = Path(source.path).name
    content, parts = case.vault.files.read(source.sha256), source.whole
    if source.left_out:
        gone = [source.left_out[part.part] for part in source.whole]
        content, parts = without_columns(content, source.whole, gone, where)

    def kept_rows(part: int) -> list[tuple[str | None, ...]]:
        if set(source.roles[part]) & set(SEALED_ROLES):
            what = "its numbers of people or accounts are kept as hashes, and this format is written from what is kept"
            raise unwritable(what, where, "save the list as xlsx or csv, load that and release it")
        width = len(next(item.headers for item in source.parts if item.part == part))
        names, table = ", ".join(f"c{i}" for i in range(width)), source.all_rows[part]
        return con.execute(f"SELECT {names} FROM {table} ORDER BY row").fetchall()

    template = open_template(content, parts, kept_rows, where)
    # Totals under a list have neither number nor address, and stay in its copies all the same (--only-reachable).
    staying = dict(source.kept_rows)
    for part in source.whole:
        totals = template.listed(part.part)
        if totals is not None and part.part in staying:
            staying[part.part] = np.union1d(staying[part.part], np.arange(totals + 1, part.rows + 1))
    source = replace(source, kept_rows=staying)
    main, listed = source.main, template.listed(source.main.part)
    if listed is not None and main.part not in staying:
        # A row of totals is not one of the rows that planted records are to be like.
        table, cells = f"listed_of_{source.no}_{main.part}", f"SELECT * FROM {source.tables[main.part]}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {cells} WHERE row <= {listed} ORDER BY row")
        shorter = tuple(replace(part, rows=listed) if part == main else part for part in source.parts)
        tables = {**source.tables, main.part: f"temp.{table}"}
        source = replace(source, parts=shorter, tables=tables, all_rows=tables)
    return PreparedRelease(request, source, template, canaries.identities, reserves.identities, left_out)


def draw_copies(case: Case, ready: PreparedRelease) -> Drawn:
    """Draw who gets which marks and make the canaries' rows; raises where the source cannot be copied so."""
    request, source, template, canaries, reserves, _ = ready
    con, design, copies, main = case.con, request.design, len(request.recipients), source.main.part
    # Copies that were taken back count: the draw that made them is never drawn again.
    before = con.execute("SELECT (SELECT count(*) FROM release) + (SELECT count(*) FROM withdrawn_release)").fetchall()
    # The purpose names the list and how many copies there were, never a recipient.
    purpose = f"{source.id} {source.no} {before[0][0]}"
    draw = KeyedDraw(case.secret(_DRAW), purpose)

    # The canaries' rows, in the list's own style.
    order = draw.shuffled(canaries)
    if source.places("phone"):
        order.sort(key=lambda each: each.phone is None)
    reserves = draw.shuffled(reserves)[: copies * design.reserve]
    sample = read_sample(con, source, f"{source.id} {draw.below(1 << 62)}")
    computed = computed_columns(con, template, main, source.tables[main])
    maker = PersonaMaker(con, source, sample, draw, computed)
    written = dict[int, NewRow]()
    if not (invents := needs_persons(con, source)):
        lenders = address_lenders(con, source, request.day or today())
        order, written = _personas(ready, maker, order, lenders, reserves)

    # Who gets which, and what each lacks.
    allotted = allot(draw, design, copies, order[: design.canaries(copies)], reserves)
    contacts = read_contacts(con, source) if design.withhold else None
    part, withheld = draw_withheld(draw, design.withhold or 0.0, copies, contacts)
    names = _file_names(con, request.folder, KeyedDraw(case.secret(_DRAW), f"{purpose} file names"), copies, template)
    used = sorted((item.identity for item in allotted if item.copies), key=lambda identity: identity.no)
    made = made_persons(con, source, maker, used) if invents else None
    if made is not None:
        written = {no: template.as_written(main, row) for no, row in made.rows.items()}
    taken = {each.no for each in used}
    rows = {no: row for no, row in written.items() if no in taken}
    place, own = {no: at for at, no in enumerate(rows)}, defaultdict[int, list[int]](list)
    for item in allotted:
        for at in item.copies:
            own[at] += [item.identity.no] if item.identity.no in place else []
    ids = con.execute("SELECT id FROM release UNION SELECT id FROM withdrawn_release").fetchall()
    used_ids = {str(release) for (release,) in ids}
    never, planned = [home_rows(con, source), unreachable_rows(source)], list[Planned]()
    for at, (recipient, name) in enumerate(zip(request.recipients, names, strict=True)):
        release = release_id(used_ids, source.id, recipient, request.terms_of(recipient).day)
        used_ids.add(release)
        mine = tuple(sorted(own[at], key=place.__getitem__))
        # What changes: rows that no copy has, rows that this one lacks, and its canaries.
        removed = [*never, {} if contacts is None else source.rows_of_parts(contacts.rows_of(withheld[at]))]
        edit = dict[int, PartEdit]()
        for no in (each.part for each in source.parts):
            lost = frozenset[int]().union(*(each.get(no, ()) for each in removed))
            added = tuple(rows[canary] for canary in mine) if no == main else ()
            edit |= {no: PartEdit(lost, added)} if lost or added else {}
        planned.append(Planned(release, recipient, request.folder.absolute() / name, mine, withheld[at], edit))
    drawn = hashlib.sha256("\n".join(copy.release for copy in planned).encode()).hexdigest()[:16]
    choices = (seed_of(case.secret(CHOICES), drawn), keyed_choices(con, source)) if design.choices else None
    if choices is not None:
        seed, found = choices
        rewriting = Rewriting(con, source, found, computed)
        for at, copy in enumerate(planned):
            chosen = rewriting.edit(copy.edit.get(main, PartEdit()), bits_of(seed, copy.release, found.bias))
            planned[at] = replace(copy, edit={**copy.edit, main: chosen})
    template.check([copy.edit for copy in planned])
    lent = {no: tuple(each.no for each in others) for no, others in maker.lent.items() if no in taken}
    return Drawn(tuple(planned), drawn, tuple(allotted), rows, contacts, part, lent, made, choices)


def _personas(
    ready: PreparedRelease,
    maker: PersonaMaker,
    order: Sequence[Identity],
    lenders: Sequence[Identity],
    reserves: Sequence[Identity],
) -> tuple[list[Identity], dict[int, NewRow]]:
    """The identities that get a row: the first ones, and others in place of those that fit the list nowhere."""
    source, needed = ready.source, ready.request.design.canaries(len(ready.request.recipients))
    # Those with a number come first: one without is none of them where there are enough.
    able = [each for each in order if each.phone is not None] if all(e.phone for e in order[:needed]) else [*order]
    lent = int(_SPARE * needed * maker.contacts.lent_share())
    instead = able[needed : max(needed, min(2 * needed, len(able) - lent))]
    spare = [*able[needed + len(instead) :], *(each for each in order if each not in able), *lenders]
    used = sorted((*able[:needed], *reserves), key=lambda identity: identity.no)
    drawn = maker.rows_for(used, spare, instead, {each.no for each in reserves})
    rows = {no: ready.template.as_written(source.main.part, source.in_original(row)) for no, row in drawn.items()}
    return [each for each in able if each.no in rows], rows


def _file_names(
    con: duckdb.DuckDBPyConnection, folder: Path, draw: KeyedDraw, copies: int, template: Template
) -> list[str]:
    """A name for each copy: `copy-07.csv`, by a number that neither the folder nor a copy of the case has. A forwarded
    file must not tell strangers whose copy it was.

    Which recipient gets which number is drawn, or the numbers would follow the order of the command.
    """
    paths = con.execute(
        "SELECT path FROM release WHERE drawn AND path IS NOT NULL"
        " UNION ALL SELECT path FROM withdrawn_release WHERE drawn AND path IS NOT NULL"
    ).fetchall()
    there = [*(folder.iterdir() if folder.is_dir() else ()), *(Path(path) for (path,) in paths)]
    taken = {int(found[1]) for path in there if (found := _NUMBERED.match(path.name)) is not None}
    numbers = list(islice((number for number in count(1) if number not in taken), copies))
    digits = max(2, len(str(numbers[-1])))
    return [f"copy-{number:0{digits}}{template.suffix}" for number in draw.shuffled(numbers)]


def keyed_choices(con: duckdb.DuckDBPyConnection, source: SourceList) -> Choices:
    """The list's cells that can be written in two ways. Raises `InputRefused` where it has hardly any, with the
    reason."""
    choices = find_choices(con, source)
    if len(choices.rows) < _LEAST_CHOICES:
        found = "no cells" if not len(choices.rows) else f"{len(choices.rows)} cells"
        why = "".join(f"; {line}" for line in choices.refused[:3])
        what = f"{found} that the list writes in two ways which mean the same ({_LEAST_CHOICES} are needed){why}"
        remedy = "leave --choices out; invented rows and --withhold mark such a list"
        raise InputRefused(what, where=source.id, remedy=remedy)
    return choices


def looked_at(case: Case, ready: PreparedRelease, drawn: Drawn) -> Examined:
    """What the canaries of a draw would give away."""
    planted = drawn.rows, {copy.release: copy.canaries for copy in drawn.copies}
    main, withholds = ready.source.main.part, bool(ready.request.design.withhold)
    # How the cells are written in the file; None where content is all that they have.
    forms = partial(ready.template.forms, main) if ready.template.forms(main, 1) else None
    return examined_release(case.con, ready.source, planted, ready.canaries, forms, withholds=withholds)


def _register(case: Case, ready: PreparedRelease, drawn: Drawn, accepted: object) -> str:
    """Commit who gets which canary where, and what each lacks; returns the root."""
    con, source, request = case.con, ready.source, ready.request
    main, ids = source.main.part, [copy.release for copy in drawn.copies]
    handed_out: dict[str, object] = {"without": list(request.without)} if request.without else {}
    handed_out |= {"only_reachable": True} if request.only_reachable else {}
    design = {"draw": drawn.draw, "format": source.main.format, **asdict(request.design), **handed_out}
    if request.design.withhold:
        design |= {"denied": DENIED, "part": drawn.part.hex()}
    placed = [(copy, places(copy.edit)) for copy in drawn.copies]
    places_of = [(copy.release, no, at[main, i]) for copy, at in placed for i, no in enumerate(copy.canaries)]
    with case.transaction():
        for copy in drawn.copies:
            terms = request.terms_of(copy.recipient)
            con.execute(
                "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, drawn, design, evidence,"
                " registered_at) VALUES ($id, $dataset, $to, $day, $ends, $purpose, $use_basis, true, $design,"
                " $evidence, $at)",
                {"id": copy.release, "dataset": source.id, "to": copy.recipient, "evidence": list(request.evidence)}
                | {"design": json.dumps(design, sort_keys=True), "at": now(), **vars(terms)},
            )
        if drawn.persons is not None:
            kinds = {item.identity.no: "reserve" if item.scheme == "reserve" else "canary" for item in drawn.allotted}
            enter_persons(con, drawn.persons, kinds, [item.identity for item in drawn.allotted])
        reserve(con, source, drawn.draw, drawn.allotted, drawn.rows, places_of, drawn.lent)
        if drawn.contacts is not None:
            enter_withheld(con, ids, [copy.withheld for copy in drawn.copies], drawn.contacts)
        if drawn.choices is not None:
            enter_choices(con, drawn.draw, *drawn.choices)
        commitment = committed_root(con, case.secret(REGISTER), drawn.draw)
        con.execute(
            "UPDATE release SET commitment = $root WHERE id IN (SELECT unnest($ids))", {"root": commitment, "ids": ids}
        )
        detail = handed_out | {"releases": ids, "draw": drawn.draw, "canaries": len(drawn.rows)}
        detail |= {"withheld": sum(len(copy.withheld) for copy in drawn.copies)}
        detail |= {"detectable": accepted} if accepted else {}
        case.journal.append(command="release", inputs={source.id: source.sha256}, result=commitment, detail=detail)
    return commitment


def _write(template: Template, planned: Sequence[Planned]) -> list[str]:
    """Write all copies next to their places and rename them when all are there; the SHA-256 of each."""
    drafts: list[tuple[Path, Path]] = []
    digests = []
    try:
        for copy in planned:
            copy.path.parent.mkdir(parents=True, exist_ok=True)
            content = template.render(copy.edit)
            draft = copy.path.with_name(f".{copy.path.name}.{os.getpid()}.part")
            drafts.append((draft, copy.path))
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            digests.append(hashlib.sha256(content).hexdigest())
        for draft, path in drafts:
            draft.rename(path)
    except OSError as error:
        what, where = f"the copies cannot be written ({error.strerror})", error.filename or planned[0].path.parent
        raise InputRefused(what, where=str(where), remedy="name another folder with -o") from error
    except UnicodeEncodeError as error:
        what = f"a planted record needs {error.object[error.start : error.end]!r}, which {error.encoding} has not"
        remedy = "save the list as UTF-8, load that and release it"
        raise InputRefused(what, where=planned[0].path.name, remedy=remedy) from error
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
    return digests


def _add_to_key(path: Path, copies: Iterable[Sequence[str]]) -> str:
    """Add (recipient, file, release, SHA-256) of copies to the key, which its owner alone may read; what to say of it.

    The case has all of it too: where the key cannot be written, the copies are good all the same.
    """
    added = io.StringIO()
    csv.writer(added, lineterminator="\n").writerows(copies)
    try:
        put_file("\n".join([*(_lines_of(path) or [_KEY_HEAD]), added.getvalue()]), path)
    except InputRefused as error:
        return f"whose copy is which: tracer query releases; the key to them {error.line()}"
    return f"whose copy is which, for you alone: {path}"


def _lines_of(path: Path) -> list[str]:
    try:
        return whole_bytes(path).decode().splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError, InputRefused):
        return []


def _notes(ready: PreparedRelease, drawn: Drawn, earlier: Sequence[str]) -> list[str]:
    """What the sender of the copies should know."""
    source, notes = ready.source, list[str]()
    if ready.request.design.withhold:
        most = max(len(copy.withheld) for copy in drawn.copies)
        what = f"each copy lacks other rows, up to {most:,}, so that it can be named when copies are compared"
        notes.append(f"{what}; {EVERYBODY}")
    notes += [*earlier, *ready.template.notes, *ready.left_out]
    absent = sum(map(len, unreachable_rows(source).values()))
    if absent:
        notes.append(f"{absent:,} rows without number or address are in no copy")
    if drawn.persons is not None and drawn.rows:
        notes.append(
            f"the list has neither numbers nor mail addresses: its {len(drawn.rows)} canaries are invented persons,"
            " known by the list's own key; only a loaded list can show them"
        )
    if drawn.choices is not None:
        (_, choices), rows = drawn.choices, source.main.rows
        counts = Counter(form_pairs()[name].sort for name in choices.pairs)
        sorts = ", ".join(f"{counts[sort]:,} of {sort}" for sort in SORTS if sort in counts)
        needed = min(rows, -(-_READ_CHOICES * rows // max(1, len(choices.rows))))
        notes.append(
            f"{len(choices.rows):,} choices in {len(np.unique(choices.rows)):,} of {rows:,} rows: {sorts}; about"
            f" {needed:,} leaked rows name one of 1,000 copies, and a reader who writes all cells in one way takes them"
            " away"
        )
        notes += choices.refused
    at = [source.in_copies(row).before for row in drawn.rows.values()]
    if len(at) > 1 and min(at) > source.main.rows:
        notes.append("the list is sorted by ids without gaps: its canaries are at the end, where they are easily found")
    lent = sum(map(len, drawn.lent.values()))
    if lent:
        notes.append(
            f"second numbers and addresses of canaries, as the list's rows have, use up further identities: {lent}"
        )
    return notes
