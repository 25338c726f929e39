"""Loads a list into a case: the original sealed, the rows kept raw, identifiers linked, every row accounted for.

One transaction: it is all there, or nothing of it. Hashing and sealing the original run in parallel to the SQL.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from dataclasses import replace as altered
from functools import partial
from pathlib import Path, PurePath
from typing import TypeAlias, TypeVar

import duckdb

from tracer.case.case import Case
from tracer.case.overlay import overlay
from tracer.case.vault import Stored
from tracer.clock import now
from tracer.dossier.parties import ensure_party, new_parties, party_ids, resolve
from tracer.dossier.stored import evidence_problems
from tracer.dossier.vocabulary import LAWFUL_BASES, ORIGINS, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.lists.linking import link_rows, seal_part
from tracer.lists.loaded import (
    DatasetFacts,
    Loaded,
    Origin,
    days_problems,
    known_exports,
    later_than_today,
    not_understood,
)
from tracer.lists.made_id import id_among, id_beside
from tracer.lists.read.added import plugin_of
from tracer.lists.read.file import check_path, read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import Account, FileRead, PartRead, ReadOptions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.secret_columns import MARK
from tracer.lists.read.words import column_named, program_of
from tracer.lists.recognised import as_downloaded, recognised
from tracer.lists.shortfall import (
    Shortfall,
    Undecided,
    broken_promises,
    many_rejected,
    place,
    region_of,
    settled,
    used_regions,
)
from tracer.meter import SILENT, Meter
from tracer.plugins import by_plugin
from tracer.policy import SHOWN_FROM
from tracer.regular import files_below, sha256_of
from tracer.resources import statements_beside


def _dropped_secrets(
    con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], original_kept: bool
) -> tuple[int | None, bool, list[str]]:
    """How many secrets of a list were dropped (None where no column holds any), whether keyed hashes of them stay, and
    what is said of them. `original_kept`: whether its file stays with the case."""
    # Counted in the raw tables: of each secret a mark stays there, or its keyed hash.
    total, hashed, found, notes = 0, False, False, list[str]()
    numbered = [(part, 0) for part in parts]
    for number, part in enumerate(parts, 1):
        headings = [column.header for column in part.columns]
        for column in part.columns:
            if column.role != "secret":
                continue
            found = True
            name = f"c{column.position}"
            counts = con.execute(
                f"SELECT count(*), count(*) FILTER ({name} <> $mark) FROM {part.raw_table} WHERE {name} <> ''",
                {"mark": MARK},
            ).fetchall()[0]
            total, hashed = total + counts[0], hashed or counts[1] > 0
            where = place(numbered, number)
            said = column.how in ("map", "format")
            notes.append(
                f"SECRETS DROPPED: {where + ': ' if where else ''}{column_named(headings, column.position)}:"
                f" {counts[0]:,} passwords or other secrets were not read in"
                + (", keyed hashes of them were" if counts[1] else "")
                + ("" if said else f"; if it holds none, say so with --map other={column.position + 1}")
            )
    if found:
        notes.append(
            "the original is kept, encrypted, with its secrets, as you asked"
            if original_kept
            else "the original holds secrets and is not kept, only its SHA-256; --keep-original keeps it, encrypted"
        )
    return total if found else None, hashed, notes


__all__ = ["DatasetFacts", "Loaded", "Origin", "load_dataset", "read_list", "refuse_taken", "store_parts"]

_statement = statements_beside(__file__)


_SAME_FOLDER, _SAME_HOLDER, _FAR = 5.0, 1.0, 0.3
"""What a list counts where the country of numbers is in doubt: one of the same folder, of the same holder, another."""
_NOTHING_OF_IT = "nothing of this folder was loaded"
_REST_OF_IT = (
    "name the other files, or let `tracer manifest new` write a manifest of the folder, which leaves out other"
    " files; `tracer run` then keeps each file that loads"
)
KnownList: TypeAlias = tuple[str, str, str]
"""A list as evidence of the country of others: its country, its holder, its path."""
_READ_SHARE = 0.4
"""Share of a load's time that reading takes (5 M rows of dirty numbers); linking takes the rest."""


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
    outside a transaction. `last`, `known`: see `in_passes`. Raises `InputRefused` for a file that
    cannot be read whole, that holds no identifier, hash or mask of one, or whose id is taken; `Undecided` where the
    country of its numbers is in doubt.
    """
    if dry_run and case.in_transaction:
        raise RuntimeError("a dry run reads in a transaction of its own")
    path = path.absolute()
    check_path(path)  # first: a mistyped name may be somebody's id
    taken: tuple[str, ...] = ()
    try:
        refuse_taken(case.con, facts.id, replace=replace, path=path)
    except InputRefused as why:
        if not dry_run:
            raise
        replace, taken = True, (f"it would be refused: {why.what}; {why.remedy}",)
    read_so = partial(read_list, case.con, path, facts, options, meter=meter, replace=replace, last=last, known=known)
    if dry_run:
        with overlay(case.con):
            _, loaded = read_so()
        return altered(loaded, notes=(*taken, *loaded.notes))
    before = _stamp(path)
    no = _next_no(case.con)
    names = _RawNames(no)
    try:
        # The pool is left first: a transaction that fails has waited for the seal, and removes it.
        with case.transaction(), ThreadPoolExecutor(1) as pool:
            sealing = pool.submit(case.vault.seal, path)
            read, loaded = read_so(names)
            sealed = sealing.result()
            kept = keeps_original(read, options)
            if not kept:
                case.vault.leave(sealed)
            if _stamp(path) != before:
                raise InputRefused(
                    "the file changed while it was read", where=str(path), remedy="load it when it is complete"
                )
            said = *_same_bytes(case.con, loaded, sealed.sha256), *_of_copies(case.con, loaded, sealed.sha256)
            loaded = altered(loaded, notes=(*loaded.notes, *said))
            _register(case, path, loaded, sealed, kept)
            return loaded
    except InputRefused:
        if case.in_transaction:
            _undo(case.con, no, names.given)
        raise


def read_list(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    facts: DatasetFacts,
    options: ReadOptions,
    names: Callable[[], str] | None = None,
    meter: Meter = SILENT,
    *,
    replace: bool = False,
    last: bool = True,
    known: Sequence[KnownList] | None = None,
) -> tuple[FileRead, Loaded]:
    """Read a file into the tables of the current catalogue; names: of its raw tables. The rest as `load_dataset`."""
    meter.heading_for(_READ_SHARE)
    options = altered(options, around=partial(lists_around, con, facts.holder, path, known))
    read = read_file(con, path, options, namer=names or _RawNames(_next_no(con)))
    meter.heading_for(1.0)
    origin = Origin(str(path), options=_options_json(options, read))
    return read, store_parts(
        con, read, facts, origin=origin, region=options.region, replace=replace, find_region=options.find_region,
        last=last,
    )  # fmt: skip


def keeps_original(read: FileRead, options: ReadOptions) -> bool:
    """Whether the original is kept: one that holds secrets only where the user asks for it."""
    return options.keep_original or not read.holds_secrets


def _register(case: Case, path: Path, loaded: Loaded, sealed: Stored, kept: bool) -> None:
    """Name the sealed original in the store, where it is kept, and the load in the journal."""
    if kept:
        case.vault.register(sealed, path.name)
    case.con.execute(
        "UPDATE dataset SET sha256 = $sha256, bytes = $bytes WHERE no = $no",
        {"sha256": sealed.sha256, "bytes": sealed.bytes, "no": loaded.no},
    )
    detail = {name: getattr(loaded, name) for name in ("dataset", "version", "rows", "identifiers", "rejected")}
    if loaded.secrets is not None:
        detail |= {"secrets_dropped": loaded.secrets, "secret_hashes": loaded.secret_hashes, "original_kept": kept}
    detail |= by_plugin(plugin_of(loaded.parts))
    case.journal.append(command="load", inputs={loaded.dataset: sealed.sha256}, detail=detail)


def _same_bytes(con: duckdb.DuckDBPyConnection, loaded: Loaded, sha256: str) -> tuple[str, ...]:
    """That another dataset, or the version before, holds the same file; of others nothing is said to a list too
    short to be compared."""
    said: tuple[str, ...] = ()
    if loaded.version > 1:
        before = con.execute(
            "SELECT max(version) FROM dataset WHERE id = $id AND version < $version AND sha256 = $sha256",
            {"id": loaded.dataset, "version": loaded.version, "sha256": sha256},
        ).fetchone()
        if before is not None and before[0] == loaded.version - 1:
            said = (f"version {loaded.version} holds the same bytes as version {before[0]}",)
    same = con.execute(
        "SELECT id FROM dataset WHERE current AND purged_at IS NULL AND sha256 = $sha256 AND id <> $id ORDER BY id",
        {"sha256": sha256, "id": loaded.dataset},
    ).fetchall()
    if not same or loaded.contacts < SHOWN_FROM:
        return said
    return (
        *said,
        f"these bytes are already loaded as {' and '.join(row[0] for row in same)}: one source, not several",
    )


def _copies_of(con: duckdb.DuckDBPyConnection, dataset: str) -> str:
    """How many copies of a list are on record, in words; empty where none is."""
    found = con.execute("SELECT count(*) FROM release WHERE dataset = $id", {"id": dataset}).fetchone()
    count = 0 if found is None else int(found[0])
    return "" if count == 0 else "a copy of it is on record" if count == 1 else f"{count:,} copies of it are on record"


def _of_copies(con: duckdb.DuckDBPyConnection, loaded: Loaded, sha256: str) -> tuple[str, ...]:
    """That copies of the version before are compared with this one from now on, where the file is another."""
    other = con.execute(
        "SELECT sha256 <> $sha256 FROM dataset WHERE id = $id AND version = $version",
        {"id": loaded.dataset, "version": loaded.version - 1, "sha256": sha256},
    ).fetchone()
    if other is None or not other[0] or not (copies := _copies_of(con, loaded.dataset)):
        return ()
    return (
        f"{copies}, made of version {loaded.version - 1} and compared with version {loaded.version} from now on,"
        " without the dates that tell them apart; a list that went on is better loaded with an --id of its own",
    )


def _undo(con: duckdb.DuckDBPyConnection, no: int, raw_tables: Iterable[str]) -> None:
    """Take a refused load out of a transaction that goes on, so that the next file can be tried and its problems
    reported together with this one's."""
    try:
        for table in raw_tables:
            drop_raw(con, table)
        for table in ("membership", "duplicate", "contact_alias", "mask", "reject", "junk", "address_label"):
            con.execute(f"DELETE FROM {table} WHERE dataset = $no", {"no": no})
    except duckdb.TransactionException:
        # A failed statement has ended the transaction: all is undone already, and nothing more can be tried.
        return


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
    """Everything after reading: the raw tables become the dataset's, their rows are linked and counted.

    `con`: the schema's base tables are in its current catalog; the caller's transaction is used. Raw tables that are
    not yet in schema `raw` under the dataset's number are moved there. `find_region`: no region was given. Raises as
    `load_dataset`.
    """
    source = origin or Origin()
    refuse_taken(con, facts.id, replace=replace)
    no = _next_no(con)
    read = altered(read, parts=settled(read.parts, source.path or facts.id, last=last))
    home, region = region, region_of(read.parts, region)
    facts, downloaded = as_downloaded(read, source.path or facts.id, facts)
    origin_said, known_by = (facts.origin, "")
    if origin_said is None:
        origin_said, known_by = recognised(con, read, source.path or facts.id, facts)
    parts = _keep_raw(con, no, read.parts)
    parts = [(seal_part(con, part), first) for part, first in parts]
    linked = link_rows(con, no, parts, region, find_region=find_region)
    short = (*broken_promises(con, [part for part, _ in parts]), *linked.short)
    if read.parts and not linked.seen:
        _undo(con, no, [part.raw_table for part, _ in parts])
        raise _nothing_in_it(source.path or facts.id, short)
    con.execute(
        "INSERT INTO junk SELECT $no, unnest($keys::BIGINT[]), NULL, 'withdrawn', 1, 0",
        {"no": no, "keys": list(read.withdrawn)},
    )
    # Make room for a new current version.
    row = con.execute("SELECT coalesce(max(version), 0) + 1 FROM dataset WHERE id = $id", {"id": facts.id}).fetchone()
    con.execute("UPDATE dataset SET current = false WHERE id = $id AND current", {"id": facts.id})
    version = 1 if row is None else int(row[0])
    rows = sum(part.rows for part in read.parts)
    # The counts of the account that the store keeps, by its columns' names; the rows have been counted.
    counts = asdict(read.account or Account(0))
    accounted = {name: None if read.account is None else n for name, n in counts.items() if name != "rows"}
    con.execute(
        _statement("insert_dataset"),
        {
            "no": no, "id": facts.id, "version": version, "holder": facts.holder, "obtained": facts.obtained,
            "created": facts.created, "exported": facts.exported, "living": facts.living,
            "origin": origin_said or "obtained", "path": source.path, "sha256": source.sha256,
            "bytes": source.bytes, "format": read.format, "encoding": read.encoding,
            "region": region, "rows": rows, "identifiers": linked.identifiers, "contacts": linked.contacts,
            "rejected": linked.rejected, "duplicates": linked.duplicates, "hashes": linked.hashes,
            "masked": linked.masked, "labels": linked.labels,
            "collected_under": facts.collected_under, "used_under": facts.used_under, "evidence": list(facts.evidence),
            "options": json.dumps(dict(source.options), ensure_ascii=False, sort_keys=True), "loaded_at": now(),
            "list_title": facts.title, "title_en": facts.title_en, "title_zh": facts.title_zh, **accounted,
        },
    )  # fmt: skip
    _describe_parts(con, no, parts)
    refused = con.execute(
        "SELECT reason, count(*) FROM reject WHERE dataset = $no GROUP BY reason ORDER BY count(*) DESC, reason",
        {"no": no},
    ).fetchall()
    reasons = {reason: int(cells) for reason, cells in refused}
    original_kept = source.options.get("original_kept") is not False
    secrets, hashed, said = _dropped_secrets(con, [part for part, _ in parts], original_kept)
    return Loaded(
        dataset=facts.id, no=no, version=version, path=source.path, format=read.format, encoding=read.encoding,
        rows=rows, identifiers=linked.identifiers, contacts=linked.contacts, rejected=linked.rejected,
        duplicates=linked.duplicates, reasons=reasons, junk=linked.junk, hashes=linked.hashes,
        masked=linked.masked, parts=read.parts, secrets=secrets, secret_hashes=hashed,
        notes=(
            *([known_by] if known_by else []), *downloaded, *said, *(one.told() for one in short), *linked.notes,
            *many_rejected(con, no, rows, linked.rejected),
            *used_regions(read.parts, home), *known_exports(read.parts), *read.notes,
            *later_than_today(facts), *not_understood(read.parts),
        ),
        account=read.account, aside=read.aside,
    )  # fmt: skip


def _nothing_in_it(where: str, short: Sequence[Shortfall]) -> InputRefused:
    """The error for a list without an identifier; it names the columns that should hold some."""
    what = "no phone number, e-mail address or key in it"
    if not short:
        return NothingInIt(
            what, where=where, remedy="name its column with --map phone=…, or its encoding with --encoding"
        )
    columns = "; ".join(f"{one.name}, as in '{one.shape}'" for one in short[:3])
    return NothingInIt(f"{what} ({columns})", where=where, remedy=short[0].remedy)


def refuse_taken(con: duckdb.DuckDBPyConnection, dataset: str, *, replace: bool, path: Path | None = None) -> None:
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
        raise InputRefused(
            f"the contents of {dataset} were purged on {purged_at:%Y-%m-%d}, and findings about it keep its id",
            where=where, remedy="load it with another --id where it may be held again",
        )  # fmt: skip
    if path is not None and path.stat().st_size == size and sha256_of(path) == sha256:
        raise InputRefused(
            f"these bytes are already loaded as {dataset}", where=where, remedy="nothing is left to load"
        )
    came = f", loaded from {before}" if path is not None and before and before != str(path) else ""
    remedy = "use another --id or --replace"
    if copies := _copies_of(con, dataset):
        came += f", and {copies}"
        remedy = "load what the list is now with another --id (with --replace copies are compared with other rows)"
    raise InputRefused(f"dataset {dataset} already exists{came}", where=where, remedy=remedy)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _next_no(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT coalesce(max(no), 0) + 1 FROM dataset").fetchone()
    return 1 if row is None else int(row[0])


def _raw_table(no: int, part: int) -> str:
    return f"raw.d{no}_p{part}"


class _RawNames:
    """Gives the names of a dataset's raw tables one after the other."""

    def __init__(self, no: int) -> None:
        self._no, self.given = no, list[str]()

    def __call__(self) -> str:
        self.given.append(_raw_table(self._no, len(self.given) + 1))
        return self.given[-1]


def _keep_raw(con: duckdb.DuckDBPyConnection, no: int, parts: tuple[PartRead, ...]) -> list[tuple[PartRead, int]]:
    """The parts with their raw tables in schema `raw`, each with the dataset's row number of its first row."""
    kept: list[tuple[PartRead, int]] = []
    first = 1
    for number, part in enumerate(parts, 1):
        table = part.raw_table
        if not table.startswith(f"raw.d{no}_p"):
            table = _raw_table(no, number)
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM {part.raw_table} ORDER BY row")
            drop_raw(con, part.raw_table)
        kept.append((altered(part, raw_table=table), first))
        first += part.rows
    return kept


def _describe_parts(con: duckdb.DuckDBPyConnection, no: int, parts: list[tuple[PartRead, int]]) -> None:
    for number, (part, first) in enumerate(parts, 1):
        con.execute(
            "INSERT INTO part VALUES ($dataset, $part, $member, $sheet, $hidden, $format, $encoding, $delimiter,"
            " $header_row, $first_row, $rows, $raw_table, $profile)",
            {
                "dataset": no, "part": number, "member": part.member, "sheet": part.sheet, "hidden": part.hidden,
                "format": part.format, "encoding": part.encoding, "delimiter": part.delimiter,
                "header_row": part.header_row, "first_row": first, "rows": part.rows, "raw_table": part.raw_table,
                "profile": program_of(part.header),
            },
        )  # fmt: skip
        columns = part.columns
        con.execute(
            "INSERT INTO dataset_column SELECT $dataset, $part, unnest($positions::INTEGER[]),"
            " unnest($headers::VARCHAR[]), unnest($roles::VARCHAR[]), unnest($hows::VARCHAR[]),"
            " unnest($pieces::VARCHAR[])",
            {
                "dataset": no, "part": number, "positions": [column.position for column in columns],
                "headers": [column.header for column in columns], "roles": [column.role for column in columns],
                "hows": [column.how for column in columns], "pieces": [column.piece for column in columns],
            },
        )  # fmt: skip


def _options_json(options: ReadOptions, read: FileRead) -> dict[str, object]:
    said: dict[str, object] = {} if keeps_original(read, options) else {"original_kept": False}
    asked = {"keep_secret_hash": options.secret_key is not None, "keep_original": options.keep_original}
    said |= {name: True for name, wanted in asked.items() if wanted}
    return said | {
        "encoding": options.encoding,
        "columns": {
            role: column if isinstance(column, str) else list(column) for role, column in options.columns.items()
        },
        "sheet": options.sheet,
        "region": options.region,
        "find_region": options.find_region,
        "has_header": options.has_header,
    }


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
    below = [(file, path in folders) for path in files for file in _files_of(path)]
    copies = _copies_in_folders(below) if folders else {}
    files = [file for file, _ in below if file not in copies]
    if not files:
        raise UsageError("no file was named", where="load", remedy="name one or more")
    if said.id and len(files) > 1:
        raise UsageError("one --id was given for several files", remedy="load them one by one, or leave --id out")
    facts = [altered(said, id=own) for own in _ids(case, files, said.id)]
    refuse(
        [
            *(id_problem(fact.id, "dataset", str(path)) for fact, path in zip(facts, files, strict=True)),
            word_problem(said.collected_under, LAWFUL_BASES, "lawful basis", "--collected-under"),
            word_problem(said.used_under, LAWFUL_BASES, "lawful basis", "--used-under"),
            *evidence_problems(case.con, said.evidence, "--evidence"),
            word_problem(said.origin, ORIGINS, "origin", "--origin"),
            *days_problems(vars(said), "--obtained"),
            *_given_twice(files),
        ]
    )
    known, options = party_ids(case.con), altered(options, among_several=len(files) > 1)
    loaded: dict[str, Loaded] = {}
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(case.transaction())
            ensure_party(case.con, said.holder, "--holder")
        holder = resolve(case.con, said.holder)

        def seen() -> list[KnownList]:
            # A dry run keeps nothing of which the store could say the country.
            read = [country_of(one, holder, options) for one in loaded.values()] if dry_run else []
            return [*known_lists(case.con), *filter(None, read)]

        def load(task: tuple[Path, DatasetFacts], last: bool, around: Sequence[KnownList]) -> None:
            path, fact = task
            meter.begin(path.name, path.stat().st_size if path.is_file() else 0)
            loaded[fact.id] = load_dataset(
                case, path, altered(fact, holder=holder), options, replace=replace, dry_run=dry_run, last=last,
                known=around, meter=meter,
            )  # fmt: skip

        problems = in_passes(list(zip(files, facts, strict=True)), load, seen)
        if len(files) > 1:
            headers = [part.header for one in loaded.values() for part in one.parts]
            problems += missing_columns(options.columns, headers, "--map") if headers else []
        if problems:
            whole = [InputRefused(_NOTHING_OF_IT, where=str(folder), remedy=_REST_OF_IT) for folder in folders]
            raise InputRefused.many([*problems, *whole])
        notes = new_parties(case.con, known, also=[said.holder])
    same = {
        fact.id: [f"{copy} is {path} byte for byte, and is not loaded again" for copy in copies if copies[copy] == path]
        for fact, path in zip(facts, files, strict=True)
    }
    in_order = [altered(loaded[fact.id], notes=(*loaded[fact.id].notes, *same[fact.id])) for fact in facts]
    return [altered(one, notes=(*one.notes, *(notes if at == 0 else ()))) for at, one in enumerate(in_order)]


Task = TypeVar("Task")


def in_passes(
    tasks: Sequence[Task],
    load: Callable[[Task, bool, Sequence[KnownList]], object],
    seen: Callable[[], Sequence[KnownList]],
) -> list[InputRefused]:
    """Load each, and those whose country is in doubt again behind the others, which are evidence then.

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
    return con.execute(
        "SELECT region, holder, coalesce(path, '') FROM dataset WHERE current AND purged_at IS NULL"
        " AND region IS NOT NULL AND no IN (SELECT dataset FROM dataset_column WHERE role = 'phone') ORDER BY no"
    ).fetchall()


def lists_around(
    con: duckdb.DuckDBPyConnection, holder: str, path: Path, known: Sequence[KnownList] | None
) -> dict[str, float]:
    """How many lists (those of the case, where None are given) are of each country; those of the same holder or folder
    count most."""
    counted: defaultdict[str, float] = defaultdict(float)
    for code, own, came_from in known_lists(con) if known is None else known:
        if came_from != str(path):
            beside = PurePath(came_from).parent == path.parent
            counted[code] += _SAME_FOLDER if beside else _SAME_HOLDER if own == holder else _FAR
    return dict(counted)


def country_of(one: Loaded, holder: str, options: ReadOptions) -> KnownList | None:
    """A loaded list as a known one; None where it has no column of numbers."""
    numbered = any(column.role == "phone" for part in one.parts for column in part.columns)
    return (region_of(one.parts, options.region), holder, one.path) if numbered else None


def _files_of(path: Path) -> list[Path]:
    """The file, or those of the folder."""
    if not path.is_dir():
        return [path]
    if found := files_below(path):
        return found
    raise InputRefused("no file in this folder", where=str(path), remedy="name a file, or another folder")


def _copies_in_folders(files: Sequence[tuple[Path, bool]]) -> dict[Path, Path]:
    """The files of folders that have the bytes of one in front of them, each with that one; `files`: each with whether
    it is of a folder."""
    alike: defaultdict[tuple[int, str], list[Path]] = defaultdict(list)
    found = [(file, _stamp(file), in_folder) for file, in_folder in files]
    sizes = Counter(stamp[0] for _, stamp, _ in found if stamp is not None)
    copies: dict[Path, Path] = {}
    for file, stamp, in_folder in found:
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
            own = id_beside(path, held, ids)
        ids.append(own)
    return ids


def _given_twice(files: Sequence[Path]) -> list[InputRefused]:
    twice = [path for path, count in Counter(map(Path.resolve, files)).items() if count > 1]
    return [InputRefused("the file was given twice", where=str(path), remedy="name it once") for path in twice]
