"""Loads a list into a case: the original sealed, the rows kept raw, identifiers linked, every row accounted for.

One transaction: it is all there, or nothing of it. Hashing and sealing the original run in parallel to the SQL.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from itertools import count
from pathlib import Path, PurePath
from typing import Any, TypeAlias, TypeVar

import duckdb

from tracer.case.case import Case
from tracer.case.memory import overlay
from tracer.case.store import CATALOG
from tracer.clock import now
from tracer.dossier.parties import ensure_party, new_parties, party_ids, resolve
from tracer.dossier.stored import evidence_problems
from tracer.dossier.vocabulary import LAWFUL_BASES, ORIGINS, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.identify.phone import phone_key
from tracer.input_files import files_below, sha256_of
from tracer.lists.linking import hash_document_numbers, link_rows
from tracer.lists.loaded import (
    DatasetFacts,
    Loaded,
    Origin,
    days_problems,
    known_exports,
    later_than_today,
    not_understood,
    perhaps_numbers,
)
from tracer.lists.made_id import id_among, id_with_folder
from tracer.lists.read.file import check_path, plugin_of, read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import Account, ColumnRole, FileRead, PartRead, ReadOptions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.secret_columns import MARK
from tracer.lists.read.words import program_of
from tracer.lists.recognised import as_downloaded, recognised_origin
from tracer.lists.unread_columns import (
    Undecided,
    broken_promises,
    column_label,
    many_rejected,
    region_of,
    used_regions,
    without_doubtful_columns,
)
from tracer.meter import SILENT, Meter
from tracer.plugins import by_plugin
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

__all__ = ["DatasetFacts", "Loaded", "Origin", "load_dataset", "read_list", "store_parts"]

_statement = sql_next_to(__file__)
_COMPARED, _TIMES = 2000, 10
"""Cells that are looked for in the case, and how many times more must be met as one country's numbers."""
_SAME_FOLDER, _SAME_HOLDER, _FAR = 5.0, 1.0, 0.3
"""What a list counts where the country of numbers is in doubt: one of the same folder, of the same holder, another."""
KnownList: TypeAlias = tuple[str, str, str]
"""A list as evidence of the country of others: its country, its holder, its path."""
_READ_SHARE = 0.4  # share of a load's time that reading takes (5 M rows of dirty numbers); linking takes the rest


class NothingInIt(InputRefused):
    """A list without a number, an address, or a key of one."""


def load_dataset(
    case: Case,
    path: Path,
    facts: DatasetFacts,
    options: ReadOptions,
    *,
    replace: bool = False,
    dry_run: bool = False,
    last: bool = True,
    known: Sequence[KnownList] | None = None,
    meter: Meter = SILENT,
) -> Loaded:
    """Load a file as a dataset and journal it; `meter` receives the progress.

    `replace`: the id may exist; a new version of it becomes the current one. `dry_run`: nothing is kept; call it
    outside a transaction. `last`: whether the user is asked for what is still in doubt; before, it waits for the other
    lists (`until_countries_are_known`). `known`: the lists that were there when this pass began.

    Raises:
        InputRefused: the file cannot be read whole, holds no identifier, hash or mask of one, or its id is taken.
        Undecided: the country of its numbers is in doubt.
    """
    if dry_run and case.in_transaction:
        raise RuntimeError("a dry run reads in a transaction of its own")
    path = path.absolute()
    check_path(path)  # first: a mistyped name may be somebody's id
    taken: tuple[str, ...] = ()
    try:
        _refuse_taken(case.con, facts.id, replace=replace, path=path)
    except InputRefused as why:
        if not dry_run:
            raise
        replace, taken = True, (f"it would be refused: {why.what}; {why.remedy}",)
    no = _next_no(case.con)
    read_so = partial(read_list, case.con, path, facts, options, meter, replace=replace, last=last, known=known)
    if dry_run:
        with overlay(case.con):
            _, loaded = read_so()
        return dataclasses.replace(loaded, notes=(*taken, *loaded.notes))
    before = _size_and_time(path)
    try:
        # The pool is left first: a transaction that fails has waited for the seal, and removes it.
        with case.transaction(), ThreadPoolExecutor(1) as pool:
            sealing = pool.submit(case.vault.seal, path)
            read, loaded = read_so()
            sealed = sealing.result()
            kept = _keeps_original(read, options)
            if not kept:
                case.vault.leave(sealed)
            if _size_and_time(path) != before:
                raise InputRefused(
                    "the file changed while it was read", where=str(path), remedy="load it when it is complete"
                )
            notes = _next_to_others(case.con, loaded, sealed.sha256)
            loaded = dataclasses.replace(loaded, notes=(*loaded.notes, *notes))
            if kept:
                case.vault.register(sealed, path.name)
            case.con.execute(
                "UPDATE dataset SET sha256 = $sha256, bytes = $bytes WHERE no = $no",
                {"sha256": sealed.sha256, "bytes": sealed.bytes, "no": loaded.no},
            )
            detail = _fields(loaded, "dataset version rows identifiers rejected")
            if loaded.secrets is not None:
                detail |= {"secrets_dropped": loaded.secrets, "secret_hashes": loaded.secret_hashes}
                detail["original_kept"] = kept
            detail |= by_plugin(plugin_of(loaded.parts))
            case.journal.append(command="load", inputs={loaded.dataset: sealed.sha256}, detail=detail)
            return loaded
    except InputRefused:
        if case.in_transaction:
            _undo(case.con, no)
        raise


def _undo(con: duckdb.DuckDBPyConnection, no: int) -> None:
    """Take a refused load out of a transaction that goes on, so that the next file can be tried and its problems
    reported together with this one's. A failed statement has ended the transaction: then all is undone already."""
    with suppress(duckdb.TransactionException):
        tables = (
            "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_catalog()"
            " AND table_schema = 'raw' AND regexp_full_match(table_name, $form) ORDER BY table_name"
        )
        for (table,) in con.execute(tables, {"form": f"d{no}_p[0-9]+"}).fetchall():
            drop_raw(con, f"raw.{table}")
        for table in ("membership", "duplicate", "contact_alias", "mask", "reject", "junk", "address_label"):
            con.execute(f"DELETE FROM {table} WHERE dataset = $no", {"no": no})


def read_list(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    facts: DatasetFacts,
    options: ReadOptions,
    meter: Meter = SILENT,
    *,
    replace: bool = False,
    last: bool = True,
    known: Sequence[KnownList] | None = None,
    by_numbers: bool = False,
) -> tuple[FileRead, Loaded]:
    """Read a file into the tables of the current catalogue. `by_numbers`: the country of its numbers may be decided by
    those that the case holds; of lists that come in together none may decide by another. The rest as `load_dataset`."""

    def around() -> dict[str, float]:
        """How many lists are of each country; those of the same folder or holder count most."""
        counted: defaultdict[str, float] = defaultdict(float)
        for code, holder, came_from in known_lists(con) if known is None else known:
            if came_from != str(path):
                near = PurePath(came_from).parent == path.parent
                counted[code] += _SAME_FOLDER if near else _SAME_HOLDER if holder == facts.holder else _FAR
        return dict(counted)

    meter.heading_for(_READ_SHARE)
    options = dataclasses.replace(options, around=around)
    no = _next_no(con)
    names = (f"raw.d{no}_p{number}" for number in count(1))
    read = read_file(con, path, options, namer=partial(next, names))
    if by_numbers:
        read = dataclasses.replace(read, parts=_decided_by_numbers(con, read.parts))
    meter.heading_for(1.0)
    columns = {role: named if isinstance(named, str) else list(named) for role, named in options.columns.items()}
    said: dict[str, object] = _fields(options, "encoding sheet region find_region has_header") | {"columns": columns}
    if not _keeps_original(read, options):
        said["original_kept"] = False
    wanted = {"keep_secret_hash": options.secret_key is not None, "keep_original": options.keep_original}
    said |= {name: True for name, asked in wanted.items() if asked}
    origin, region, found = Origin(str(path), options=said), options.region, options.find_region
    loaded = store_parts(con, read, facts, region=region, origin=origin, replace=replace, find_region=found, last=last)
    return read, loaded


def _decided_by_numbers(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead]) -> tuple[PartRead, ...]:
    """The parts, with columns of numbers whose country is in doubt decided by the numbers that the case holds: many as
    one country's, and hardly any as another's."""

    counted = _statement("numbers_met").format(catalog=CATALOG)

    def decided(part: PartRead, column: ColumnRole) -> ColumnRole:
        if not column.doubt:
            return column
        name = f"c{column.position}"
        held = f"SELECT {name} FROM {part.raw_table} WHERE {name} <> '' ORDER BY row LIMIT {_COMPARED}"
        cells = [cell for (cell,) in con.execute(held).fetchall()]
        met = Counter[str]()
        for region in column.doubt:
            keys = [key for cell in cells if (key := phone_key(cell, region)) is not None]
            met[region] = int(con.execute(counted, {"keys": keys}).fetchall()[0][0])
        (best, most), *rest = met.most_common(2)
        clear = most >= SHOWN_FROM and all(most >= _TIMES * other for _, other in rest)
        return dataclasses.replace(column, region=best, doubt=()) if clear else column

    return tuple(
        dataclasses.replace(part, columns=tuple(decided(part, column) for column in part.columns)) for part in parts
    )


def _keeps_original(read: FileRead, options: ReadOptions) -> bool:
    """Whether the original is kept: one that holds secrets only where the user asks for it."""
    return options.keep_original or not read.holds_secrets


def store_parts(
    con: duckdb.DuckDBPyConnection,
    read: FileRead,
    facts: DatasetFacts,
    *,
    region: str = "CN",
    origin: Origin | None = None,
    replace: bool = False,
    find_region: bool = False,
    last: bool = True,
) -> Loaded:
    """Store what was read as a dataset: its raw tables, the contacts of its rows, and the row of the dataset itself.

    `con`: the schema's base tables are in its current catalog; the caller's transaction is used. Raw tables that are
    not yet in schema `raw` under the dataset's number are moved there. `find_region`: no region was given. Raises as
    `load_dataset`.
    """
    # Whose numbers they are, and what the list says of itself.
    source = origin or Origin()
    _refuse_taken(con, facts.id, replace=replace)
    name, no, region_given = source.path or facts.id, _next_no(con), region
    read = dataclasses.replace(read, parts=without_doubtful_columns(read.parts, name, last=last))
    region = region_of(read.parts, region)
    facts, downloaded = as_downloaded(read, name, facts)
    came, how_known = (facts.origin, "") if facts.origin is not None else recognised_origin(con, read, name, facts)

    # The parts in schema `raw`, each with the dataset's row number of its first row; then their rows are linked.
    parts: list[tuple[PartRead, int]] = []
    first = 1
    for number, part in enumerate(read.parts, 1):
        table = part.raw_table
        if not table.startswith(f"raw.d{no}_p"):
            table = f"raw.d{no}_p{number}"
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM {part.raw_table} ORDER BY row")
            drop_raw(con, part.raw_table)
        parts.append((hash_document_numbers(con, dataclasses.replace(part, raw_table=table)), first))
        first += part.rows
    linked = link_rows(con, no, parts, region, find_region=find_region)
    short = (*broken_promises(con, [part for part, _ in parts]), *linked.short)
    if read.parts and not linked.seen:
        _undo(con, no)
        what = "no phone number, e-mail address or key in it"
        remedy = "name its column with --map phone=…, or its encoding with --encoding"
        perhaps = perhaps_numbers(read.parts)
        if perhaps:
            what = f"{what} ({perhaps[0]})"
        if short:  # the columns that should hold some
            columns = "; ".join(f"{one.name}, as in '{one.shape}'" for one in short[:3])
            what, remedy = f"{what} ({columns})", short[0].remedy
        raise NothingInIt(what, where=name, remedy=remedy)
    con.execute(
        "INSERT INTO junk SELECT $no, unnest($keys::BIGINT[]), NULL, 'withdrawn', 1, 0",
        {"no": no, "keys": list(read.withdrawn)},
    )

    # The dataset's row, as the new current version.
    next_version = "SELECT coalesce(max(version), 0) + 1 FROM dataset WHERE id = $id"
    version = con.execute(next_version, {"id": facts.id}).fetchall()[0][0]
    con.execute("UPDATE dataset SET current = false WHERE id = $id AND current", {"id": facts.id})
    rows = sum(part.rows for part in read.parts)
    account = dataclasses.asdict(read.account or Account(0))
    values = {
        **{count: None if read.account is None else lines for count, lines in account.items()},
        **_fields(facts, "id holder obtained created exported living collected_under used_under title_en title_zh"),
        **_fields(source, "path sha256 bytes"),
        **_fields(read, "format encoding"),
        **_fields(linked, "identifiers contacts rejected duplicates hashes masked labels"),
        "list_title": facts.title,
        "evidence": list(facts.evidence),
        "options": json.dumps(dict(source.options), ensure_ascii=False, sort_keys=True),
    }
    values |= {"no": no, "version": version, "origin": came or "obtained", "region": region, "rows": rows}
    con.execute(_statement("insert_dataset"), values | {"loaded_at": now()})
    _describe_parts(con, no, parts)

    # What it came to.
    reasons = con.execute(
        "SELECT reason, count(*) FROM reject WHERE dataset = $no GROUP BY reason ORDER BY count(*) DESC, reason",
        {"no": no},
    ).fetchall()
    secrets, hashed, about_secrets = _dropped_secrets(con, parts, source.options.get("original_kept") is not False)
    notes = (
        *([how_known] if how_known else []),
        *downloaded,
        *about_secrets,
        *(one.line() for one in short),
        *linked.notes,
        *many_rejected(con, no, rows, linked.rejected),
        *used_regions(read.parts, region_given),
        *known_exports(read.parts),
        *read.notes,
        *later_than_today(facts),
        *perhaps_numbers(read.parts),
        *not_understood(read.parts),
    )
    return Loaded(
        dataset=facts.id,
        no=no,
        version=version,
        path=source.path,
        rows=rows,
        reasons={reason: int(cells) for reason, cells in reasons},
        secrets=secrets,
        secret_hashes=hashed,
        notes=notes,
        **_fields(read, "format encoding parts account aside"),
        **_fields(linked, "identifiers contacts rejected duplicates hashes masked junk"),
    )


def _fields(value: object, names: str) -> dict[str, Any]:
    """Some attributes by their names."""
    return {name: getattr(value, name) for name in names.split()}


def _describe_parts(con: duckdb.DuckDBPyConnection, no: int, parts: Sequence[tuple[PartRead, int]]) -> None:
    """Write the rows of `part` and `dataset_column`."""
    for number, (part, first) in enumerate(parts, 1):
        con.execute(
            _statement("insert_part"),
            {"dataset": no, "part": number, "first_row": first, "profile": program_of(part.header)}
            | _fields(part, "member sheet hidden format encoding delimiter header_row rows raw_table"),
        )
        names = "position header role how piece".split()
        columns = {f"{name}s": [getattr(column, name) for column in part.columns] for name in names}
        con.execute(_statement("insert_columns"), {"dataset": no, "part": number, **columns})


def _dropped_secrets(
    con: duckdb.DuckDBPyConnection, parts: Sequence[tuple[PartRead, int]], original_kept: bool
) -> tuple[int | None, bool, list[str]]:
    """How many secrets of a list were dropped (None where no column holds any), whether keyed hashes of them stay, and
    what is said of them. `original_kept`: whether its file stays with the case."""
    # Counted in the raw tables: of each secret a mark stays there, or its keyed hash.
    total, hashed, notes = 0, False, list[str]()
    for number, (part, _) in enumerate(parts, 1):
        for column in part.columns:
            if column.role != "secret":
                continue
            name = f"c{column.position}"
            dropped, hashes = con.execute(
                f"SELECT count(*), count(*) FILTER ({name} <> $mark) FROM {part.raw_table} WHERE {name} <> ''",
                {"mark": MARK},
            ).fetchall()[0]
            total, hashed = total + dropped, hashed or hashes > 0
            where = column_label(part, number, len(parts), column)
            note = f"SECRETS DROPPED: {where}: {dropped:,} passwords or other secrets were not read in"
            note += ", keyed hashes of them were" if hashes else ""
            if column.how not in ("map", "format"):
                note += f"; if it holds none, say so with --map other={column.position + 1}"
            notes.append(note)
    if not notes:
        return None, False, []
    notes.append(
        "the original is kept, encrypted, with its secrets, as you asked"
        if original_kept
        else "the original holds secrets and is not kept, only its SHA-256; --keep-original keeps it, encrypted"
    )
    return total, hashed, notes


def _next_to_others(con: duckdb.DuckDBPyConnection, loaded: Loaded, sha256: str) -> list[str]:
    """Notes on the version before (the same bytes, or other rows for the copies on record) and on other datasets of
    the same bytes. A list too short to be compared learns nothing of others."""
    notes, old = list[str](), loaded.version - 1
    bound = {"id": loaded.dataset, "sha256": sha256, "before": old}
    as_before, same = con.execute(_statement("next_to_others"), bound).fetchall()[0]
    if as_before:
        notes.append(f"version {loaded.version} holds the same bytes as version {old}")
    if same and loaded.contacts >= SHOWN_FROM:
        notes.append(f"these bytes are already loaded as {' and '.join(same)}: one source, not several")
    if as_before is False and (copies := _copies_on_record(con, loaded.dataset)):
        notes.append(
            f"{copies}, made of version {old} and compared with version {loaded.version} from now on, without the dates"
            " that tell them apart; a list that went on is better loaded with an --id of its own"
        )
    return notes


def _copies_on_record(con: duckdb.DuckDBPyConnection, dataset: str) -> str:
    """How many copies of a list are on record, in words; empty where none is."""
    count = con.execute("SELECT count(*) FROM release WHERE dataset = $id", {"id": dataset}).fetchall()[0][0]
    return "" if count == 0 else "a copy of it is on record" if count == 1 else f"{count:,} copies of it are on record"


def _refuse_taken(con: duckdb.DuckDBPyConnection, dataset: str, *, replace: bool, path: Path | None = None) -> None:
    """Raise `InputRefused` where a dataset of this id is loaded and may not be replaced; says so if it is this file, or
    was purged. `path`: the file that is to be loaded."""
    taken = con.execute(
        "SELECT path, bytes, sha256, purged_at FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchone()
    if taken is None or replace:
        return
    before, size, sha256, purged_at = taken
    where = dataset if path is None else str(path)
    if purged_at is not None:
        what = f"the contents of {dataset} were purged on {purged_at:%Y-%m-%d}, and findings about it keep its id"
        raise InputRefused(what, where=where, remedy="load it with another --id where it may be held again")
    if path is not None and path.stat().st_size == size and sha256_of(path) == sha256:
        raise InputRefused(
            f"these bytes are already loaded as {dataset}",
            where=where,
            remedy="nothing is left to load; --replace reads them again, with other options",
        )
    what = f"dataset {dataset} already exists"
    what += f", loaded from {before}" if path is not None and before and before != str(path) else ""
    remedy = "use another --id or --replace"
    if copies := _copies_on_record(con, dataset):
        what += f", and {copies}"
        remedy = "load what the list is now with another --id (with --replace copies are compared with other rows)"
    raise InputRefused(what, where=where, remedy=remedy)


def _size_and_time(path: Path) -> tuple[int, int] | None:
    """What changes where a file is written to; None where it is not there."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _next_no(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM dataset").fetchall()[0][0])


# Files named on a command line become datasets: ids from names, facts checked, all files or none.


def load_files(
    case: Case,
    files: Sequence[Path],
    said: DatasetFacts,
    options: ReadOptions,
    *,
    replace: bool,
    dry_run: bool,
    meter: Meter = SILENT,
) -> list[Loaded]:
    """Load all files, or none; the problems of all files are raised together. `meter` receives the progress.

    files: a folder among them is all files in it and below; of those that are the same bytes the first. said: of all
    files; an empty id is made of each file's name, and of its folder's where two of them have one name.
    Raises `UsageError` where one id is given for several files, `InputRefused` for what cannot be loaded.
    """
    folders = [path for path in files if path.is_dir()]
    found: list[tuple[Path, bool]] = []
    for path in files:
        below = files_below(path) if path.is_dir() else [path]
        if not below:
            raise InputRefused("no file in this folder", where=str(path), remedy="name a file, or another folder")
        found += [(file, path in folders) for file in below]
    copies = _copies_in_folders(found) if folders else {}
    files = [file for file, _ in found if file not in copies]
    if not files:
        raise UsageError("no file was named", where="load", remedy="name one or more")
    if said.id and len(files) > 1:
        raise UsageError("one --id was given for several files", remedy="load them one by one, or leave --id out")
    facts = [dataclasses.replace(said, id=own) for own in _ids(case, files, said.id)]
    twice = [path for path, count in Counter(map(Path.resolve, files)).items() if count > 1]
    refuse(
        [
            *(id_problem(fact.id, "dataset", str(path)) for fact, path in zip(facts, files, strict=True)),
            word_problem(said.collected_under, LAWFUL_BASES, "lawful basis", "--collected-under"),
            word_problem(said.used_under, LAWFUL_BASES, "lawful basis", "--used-under"),
            *evidence_problems(case.con, said.evidence, "--evidence"),
            word_problem(said.origin, ORIGINS, "origin", "--origin"),
            *days_problems(vars(said), "--obtained"),
            *(InputRefused("the file was given twice", where=str(path), remedy="name it once") for path in twice),
        ]
    )
    known, options = party_ids(case.con), dataclasses.replace(options, among_several=len(files) > 1)
    loaded: dict[str, Loaded] = {}
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(case.transaction())
            ensure_party(case.con, said.holder, "--holder")
        holder = resolve(case.con, said.holder)

        def seen() -> list[KnownList]:
            # A dry run keeps nothing of which the store could say the country.
            return known_lists(case.con) + [
                (region_of(one.parts, options.region), holder, one.path)
                for one in (loaded.values() if dry_run else ())
                if any(column.role == "phone" for part in one.parts for column in part.columns)
            ]

        def load(task: tuple[Path, DatasetFacts], last: bool, around: Sequence[KnownList]) -> None:
            path, fact = task[0], dataclasses.replace(task[1], holder=holder)
            meter.begin(path.name, path.stat().st_size if path.is_file() else 0)
            how = {"replace": replace, "dry_run": dry_run, "last": last}
            loaded[fact.id] = load_dataset(case, path, fact, options, known=around, meter=meter, **how)

        problems = until_countries_are_known(list(zip(files, facts, strict=True)), load, seen)
        if len(files) > 1:
            headers = [part.header for one in loaded.values() for part in one.parts]
            problems += missing_columns(options.columns, headers, "--map") if headers else []
        if problems:
            what = "nothing of this folder was loaded"
            remedy = (
                "name the other files, or let `tracer manifest new` write a manifest of the folder, which leaves out"
                " other files; `tracer run` then keeps each file that loads"
            )
            whole = [InputRefused(what, where=str(folder), remedy=remedy) for folder in folders]
            raise InputRefused.many([*problems, *whole])
        about_parties = new_parties(case.con, known, also=[said.holder])
    for number, (fact, path) in enumerate(zip(facts, files, strict=True)):
        notes = [f"{copy} is {path} byte for byte, and is not loaded again" for copy in copies if copies[copy] == path]
        notes += about_parties if number == 0 else []
        loaded[fact.id] = dataclasses.replace(loaded[fact.id], notes=(*loaded[fact.id].notes, *notes))
    return [loaded[fact.id] for fact in facts]


Task = TypeVar("Task")


def until_countries_are_known(
    tasks: Sequence[Task],
    load: Callable[[Task, bool, Sequence[KnownList]], object],
    seen: Callable[[], Sequence[KnownList]],
) -> list[InputRefused]:
    """Load each, and those whose country is in doubt again after the others, which are evidence then.

    `load`: gets a task, whether it is its last chance, and the lists that were there when its pass began (`seen`):
    those of one pass say nothing of one another, so that their order does not matter. Returns the problems; what stays
    in doubt is one question.
    """
    problems: list[InputRefused] = []
    undecided: list[Undecided] = []
    waiting, last = list(tasks), len(tasks) == 1
    while waiting:
        again: list[Task] = []
        known = seen()
        for task in waiting:
            try:
                load(task, last, known)
            except Undecided as doubt:
                if last:
                    undecided.append(doubt)
                else:
                    again.append(task)
            except InputRefused as problem:
                problems.append(problem)
        last = len(again) == len(waiting)
        waiting = again
    return [*problems, Undecided.together(undecided)] if undecided else problems


def known_lists(con: duckdb.DuckDBPyConnection) -> list[KnownList]:
    """The case's lists with numbers."""
    return con.execute(_statement("known_lists")).fetchall()


def _copies_in_folders(files: Sequence[tuple[Path, bool]]) -> dict[Path, Path]:
    """The files of folders that have the bytes of one before them, each with that one; `files`: each with whether
    it is of a folder."""
    alike: defaultdict[tuple[int, str], list[Path]] = defaultdict(list)
    stamps = [(file, _size_and_time(file), in_folder) for file, in_folder in files]
    sizes = Counter(stamp[0] for _, stamp, _ in stamps if stamp is not None)
    copies: dict[Path, Path] = {}
    for file, stamp, in_folder in stamps:
        if stamp is None or sizes[stamp[0]] < 2 or not os.access(file, os.R_OK):  # reading it says what is wrong
            continue
        same = alike[stamp[0], sha256_of(file)]
        if same and in_folder and same[0].resolve() != file.resolve():
            copies[file] = same[0]
        same.append(file)
    return copies


def _ids(case: Case, files: Sequence[Path], given: str) -> list[str]:
    """The ids of the files: given, or made from the name; numbered where the name must stay hidden."""
    rows = case.con.execute("SELECT id, path FROM dataset WHERE current ORDER BY id").fetchall()
    held = {own: str(Path(path).resolve()) for own, path in rows}
    ids, of = list[str](), dict[str, Path]()
    for path in map(Path.resolve, files):
        own = given or id_among(path, held, ids)
        if of.setdefault(own, path) != path:
            own = id_with_folder(path, held, ids)
        ids.append(own)
    return ids
