"""Applies a manifest to a case, which is made where there is none, and unmade if it stays empty: what the case lacks is
loaded, changed facts are put right, the rest stays.

What the manifest itself says is one transaction, and refused whole. Then each file is one of its own: what loads stays,
whatever becomes of the others, and is not loaded again. What rests on a file that did not load waits. Repeating it
changes nothing. What a manifest no longer names stays.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from functools import partial
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

import duckdb

from tracer.case.case import Case, create_case, open_case
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, is_case, read_card
from tracer.case.memory import memory_case
from tracer.documents import json_of
from tracer.dossier.calling_rules import read_rules, replace_rules
from tracer.dossier.parties import add_party, make_bare_party, resolve, suggest_merges
from tracer.dossier.statements import add_evidence, add_statement
from tracer.dossier.vocabulary import refuse
from tracer.errors import InputRefused
from tracer.export.tool_words import refuse_tool_word
from tracer.identify.organisation import same
from tracer.identify.segments import load_segments
from tracer.input_files import sha256_of
from tracer.lists.load import KnownList, known_lists, load_dataset, until_countries_are_known
from tracer.lists.loaded import Loaded, days_problems
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ReadOptions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.secret_columns import PURPOSE
from tracer.lists.unread_columns import Undecided
from tracer.manifest.model import (
    LISTED,
    DatasetEntry,
    Known,
    Manifest,
    Placed,
    ReleaseEntry,
    bare_holder,
)
from tracer.manifest.read import read_in_part, read_manifest, written_path
from tracer.marking.canary.intake import import_canaries
from tracer.marking.release.handed_over import register_release_file
from tracer.meter import SILENT, Meter
from tracer.records import DatasetFacts, Evidence, Outcome, declared_fields
from tracer.signals.formats import format_named
from tracer.signals.load import NO_RELEASE, document_format, load_complaints, load_signals

_FILE_MARK = "manifest:"
"""Beginning of the named values that hold the hashes of files without a row of their own."""
APPLIED = "manifest:applied"
"""Named value of a case of which a manifest has loaded something."""
_WITH_ID = frozenset({"dataset", "evidence", "release"})
"""Tables whose entries are named by their ids, and have a row of their own for their file's hash."""
_WITH_FILES = ("evidence", "canaries", "dataset", "release", "signals", "complaints")
"""Tables whose entries have files, in the order in which one may rest on another."""
_JOURNALED = frozenset({"dataset", "signals", "complaints"})
"""What is journaled where it is loaded."""
_SEALED = frozenset({"segments", "rules", "canaries"})
"""Files whose loaders do not keep the original themselves."""
_SHOWN = 20
"""Problems of one file that are named."""
_NAMED = 3
"""Lists that are named in a sentence about several; the rest is counted."""
_LEFT = "left to the case: "
_COLUMNS = {key.column or name: name for name, key in declared_fields(DatasetFacts).items() if name != "id"}
"""Column of table `dataset` → fact about it."""
_RELEASE_COLUMNS = ("date", "ends", "purpose", "use_basis")


def files_of(manifest: Manifest) -> Iterator[tuple[str, str, Placed[Any]]]:
    """(table, what, entry) of all that files are loaded for, in the order in which one may rest on another.

    what: an id, or the file's path where the table has none.
    """
    base, place = manifest.path.resolve().parent, f"{manifest.path.name}, [case]"
    for name in ("segments", "rules"):
        if (file := getattr(manifest, name)) is not None:
            yield name, written_path(file, base), Placed(file, f"{place} {name}", file)
    for table in _WITH_FILES:
        for entry in getattr(manifest, LISTED[table]):
            if table in _WITH_ID:
                yield table, entry.value.id, entry
            elif entry.file is not None:
                yield table, written_path(entry.file, base), entry


def read_options(case: Case, manifest: Manifest, entry: DatasetEntry) -> dict[str, Any]:
    """How an entry is to be read, in the form that the case keeps with a dataset."""
    return {
        "columns": {role: name if isinstance(name, str) else list(name) for role, name in entry.columns.items()},
        "encoding": entry.encoding,
        "sheet": entry.sheet,
        "region": entry.region or manifest.region or case.region,
        "find_region": not (entry.region or manifest.region or case.region_is_said),
    }


@contextmanager
def open_or_create(folder: Path, manifest: Manifest, *, key_file: Path | None = None) -> Iterator[Case]:
    """Open the case in `folder`, or make it with the manifest's name and region.

    A case that was made for a manifest which then is refused is removed again with its key: nothing of it is kept.

    Raises:
        InputRefused: there is no case yet, and the manifest names datasets or evidence that it does not hold itself.
        CaseUnavailable: see `open_case`.
    """
    if is_case(folder):
        with open_case(folder, key_file=key_file) as case:
            yield case
        return
    read_manifest(manifest.path, Known(), outside=manifest.outside)
    existed, had_key = folder.exists(), key_file is not None and key_file.exists()
    case = create_case(folder, name=manifest.name or "", region=manifest.region, key_file=key_file)
    try:
        with case:
            yield case
    except BaseException:
        with open_case(folder, key_file=key_file, read_only=True) as opened:
            applied = opened.meta(APPLIED) != ""
        if not applied:
            card = read_card(Layout(folder))
            shutil.rmtree(folder)
            if existed:
                folder.mkdir()
            if not had_key:
                KeyStore(card.case_id, key_file).forget()
        raise


# Facts about what is loaded already: applied where the manifest says otherwise, and returned for the journal. A key
# that the manifest leaves out stays as it is.


def update_dataset(con: duckdb.DuckDBPyConnection, entry: DatasetEntry) -> list[str]:
    """Put right what the case holds about a loaded dataset; what was changed, one a line.

    Raises `InputRefused`: a day now lies before one that comes first, of the two that the manifest and the case name.
    """
    # The holder that was made for want of one says nothing against the one that the case knows.
    holder = None if entry.holder == bare_holder(entry.id) else resolve(con, entry.holder)
    facts = {column: getattr(entry, name) for column, name in _COLUMNS.items()}
    facts |= {"holder": holder, "evidence": list(entry.evidence) or None}
    changed = _update(con, "dataset", entry.id, facts, "id = $id AND current")
    known = kept_facts(con, entry.id)
    refuse(days_problems(vars(known), f"dataset {entry.id}") if changed and known else ())
    return changed


def kept_facts(con: duckdb.DuckDBPyConnection, dataset: str) -> DatasetFacts | None:
    """What the case holds about a dataset's current version."""
    row = con.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchone()
    if row is None:
        return None
    held = dict(zip(_COLUMNS.values(), row, strict=True))
    return DatasetFacts(dataset, **held | {"evidence": tuple(held["evidence"])})


def update_release(con: duckdb.DuckDBPyConnection, entry: ReleaseEntry) -> list[str]:
    """Put right what the case holds about a registered release; what was changed, one a line.

    Raises `InputRefused`: the id now names a copy of another dataset, or, where the tool drew its canaries, for another
    party or day: its register was committed for the one it has.
    """
    row = con.execute("SELECT dataset, recipient, date, drawn FROM release WHERE id = $id", {"id": entry.id}).fetchone()
    recipient = resolve(con, entry.recipient)
    if row is not None:
        dataset, had, day, drawn = row
        other_copy = drawn and (had != recipient or (entry.date is not None and entry.date != day))
        if dataset != entry.dataset or other_copy:
            wrong = f"release {entry.id} already exists, of {dataset} for {had}"
            raise InputRefused(wrong, where=f"release {entry.id}", remedy="use another id")
    facts = {name: getattr(entry, name) for name in _RELEASE_COLUMNS}
    facts |= {"recipient": recipient, "evidence": list(entry.evidence) or None}
    return _update(con, "release", entry.id, facts, "id = $id")


def _update(con: duckdb.DuckDBPyConnection, table: str, own: str, facts: dict[str, Any], named: str) -> list[str]:
    said = {column: value for column, value in facts.items() if value is not None}
    had = con.execute(f"SELECT {', '.join(said) or 'id'} FROM {table} WHERE {named}", {"id": own}).fetchone()
    if had is None or not said:
        return []
    changed = {column: (old, value) for (column, value), old in zip(said.items(), had, strict=True) if old != value}
    for column, (_, value) in changed.items():
        con.execute(f"UPDATE {table} SET {column} = $value WHERE {named}", {"value": value, "id": own})

    def shown(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value) or "none"
        return str(value).lower() if isinstance(value, bool | None) else str(value)

    return [f"{table} {own}: {column} {shown(old)} → {shown(new)}" for column, (old, new) in changed.items()]


def _count_of_tables(table: str, count: int) -> str:
    """So many tables of a manifest.

    >>> _count_of_tables("party", 25), _count_of_tables("evidence", 11), _count_of_tables("signals", 1)
    ('25 parties', '11 pieces of evidence', '1 file of signals')
    """
    one = {"evidence": "piece of evidence"}.get(table, f"file of {table}" if table.endswith("s") else table)
    head, *rest = one.split(" ")
    many = head[:-1] + "ies" if head.endswith(("ply", "rty")) else head + "s"
    return f"{count:,} {one}" if count == 1 else f"{count:,} {' '.join((many, *rest))}"


@dataclass
class Applied:
    """What became of a manifest."""

    loaded: list[Loaded] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    """Facts that were put right, one a line: `dataset d7: holder a → b`."""
    notes: list[str] = field(default_factory=list)
    problems: list[InputRefused] = field(default_factory=list)
    """What is wrong with files that did not load, in the manifest's order within each table."""
    failed: set[tuple[str, str]] = field(default_factory=set)
    """(table, what) of them."""
    waiting: list[str] = field(default_factory=list)
    """What was left, since it rests on one of them; a line each."""

    @property
    def nothing_new(self) -> bool:
        """Whether the case had all of it as it is."""
        return not (self.loaded or self.added or self.changed)

    def lines(self) -> list[str]:
        """What was done, one line each, for the screen."""
        said = list[str]()
        if self.loaded:
            several = len(self.loaded) > 1
            what = f"{len(self.loaded):,} lists" if several else self.loaded[0].dataset
            said.append(f"loaded {what}: {sum(each.rows for each in self.loaded):,} records")
            lost = sorted((one for one in self.loaded if one.rejected), key=lambda one: (-one.rejected, one.dataset))
            if lost:
                named = [f"{each.dataset} {each.rejected:,}" for each in lost[:_NAMED]]
                named += [f"{len(lost) - _NAMED} more lists"] if len(lost) > _NAMED else []
                where = f" ({', '.join(named)})" if several else ""
                count = sum(each.rejected for each in lost)
                said[0] += f", {count:,} of them without a usable number or address{where}"
            if again := [f"{each.dataset} {each.version}" for each in self.loaded if each.version > 1]:
                said[0] += f"; new versions: {', '.join(again)}"
        for one in self.loaded:
            account = one.account
            if account is not None and account.lines != account.header + account.rows:  # more than a header and rows
                said.append(f"  {one.dataset}: {account.line()}")
            said += [f"  {one.dataset}: {note}" for note in one.notes]
        if self.added:
            said.append(
                "added: " + ", ".join(_count_of_tables(table, count) for table, count in sorted(self.added.items()))
            )
        said += self.changed
        if self.nothing_new and not self.failed:
            said.append("nothing new: the case has all that the manifest names")
        return said + self.notes

    def to_json(self) -> dict[str, object]:
        """For the journal: no personal data."""
        return {
            "loaded": [loaded.dataset for loaded in self.loaded],
            "added": dict(sorted(self.added.items())),
            "changed": self.changed,
        }

    def count(self, table: str, what: str, outcome: Outcome) -> None:
        """Note the outcome of one table."""
        if outcome is Outcome.ADDED:
            self.added[table] += 1
        elif outcome is Outcome.CHANGED:
            self.changed.append(f"{table} {what}: changed")


class FilesRefused(InputRefused):
    """Some files of a manifest did not load. The others are kept, nothing was traced; the next `run` goes on there."""

    def __init__(self, done: Applied) -> None:
        self.done = done
        self.loaded = tuple(done.loaded)
        """The datasets that were loaded before this was raised."""
        self.waiting = tuple(done.waiting)
        """What was left out since it rests on a file that did not load, a line each."""
        first = done.problems[0]
        super().__init__(first.what, where=first.where, remedy=first.remedy, problems=tuple(done.problems))

    def line(self) -> str:
        """The problems, what waits, and how to go on."""
        end = "all else is loaded and kept, nothing was traced; correct this and run again to go on from here"
        return "\n".join((super().line(), *self.waiting, end))


@dataclass(frozen=True)
class Applying:
    """A manifest on its way into a case: `run` applies it to the user's, `check` to one of which nothing stays."""

    case: Case
    manifest: Manifest
    meter: Meter = SILENT
    done: Applied = field(default_factory=Applied)
    lacking: dict[tuple[str, str], str] = field(default_factory=dict)
    """(table, what) of files that must be loaded, since the case lacks them or they changed → their SHA-256; empty of
    a release that is not on record as the manifest has it, without a file or with the same."""
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Those of them that take the place of something."""
    doubted: set[tuple[str, str]] = field(default_factory=set)
    """(table, what) of lists of which the country of their numbers was in doubt."""

    def all(self, *, replace: bool = False) -> Applied:
        """Do all of it, and say what was done and what was not.

        Raises `InputRefused`: before a list is read: files changed, without `replace`, or facts contradict the case's.
        """
        self._compare_files(replace=replace)
        done, manifest = self.done, self.manifest
        self._step(self._facts, {one for one in self.lacking if one[0] == "evidence"}, applied=False)
        wanted: dict[str, list[tuple[str, Placed[Any]]]] = {}
        for table, what, entry in files_of(manifest):
            if table != "evidence" and (table, what) in self.lacking:
                wanted.setdefault(table, []).append((what, entry))
        for table, entries in wanted.items():
            load = partial(self._file, table)
            for doubt in until_countries_are_known(entries, load, lambda: known_lists(self.case.con)):
                asked = [entry for what, entry in entries if (table, what) in self.doubted & done.failed]
                if len(asked) == 1:
                    done.problems += _refusals_in_manifest(doubt, asked[0])
                    continue
                # What must be said of the countries of lists, once for all of them.
                lines = ", ".join(entry.where.removeprefix(f"{manifest.path.name}, ") for entry in asked)
                where, remedy = f"{manifest.path.name}, {lines}", "say it with the key region of each"
                done.problems.append(InputRefused(doubt.problems[0].what, where=where, remedy=remedy))

        # Columns that are named for the lists of a glob, and that none of those which were loaded has.
        headers = {one.dataset: [part.header for part in one.parts] for one in done.loaded}
        for where, group in groupby(manifest.datasets, lambda one: one.where):
            lists = [one.value for one in group]
            if len(lists) > 1 and all(one.id in headers for one in lists):
                held = [header for one in lists for header in headers[one.id]]
                done.problems += missing_columns(lists[0].columns, held, where)

        self._step(self._statements, set(), applied=not done.failed)
        fresh = {one.dataset for one in done.loaded if one.version == 1}
        ids = [one.value.id for one in manifest.datasets if one.value.holder == bare_holder(one.value.id)]
        if ids := [own for own in ids if own in fresh]:
            most = _NAMED if len(ids) > _NAMED + 1 else len(ids)
            named = ", ".join(ids[:most]) + (f" and {len(ids) - most:,} more lists" if len(ids) > most else "")
            done.notes.append(f"holder is not given for {named}: each gets a party of its own ({bare_holder(ids[0])})")
        return done

    def _compare_files(self, *, replace: bool) -> None:
        """Compare the manifest's files with what the case loaded."""
        changed, case = list[InputRefused](), self.case
        for table, what, entry in files_of(self.manifest):
            if table == "release":
                here = case.con.execute(
                    # Earlier versions counted no foreign rows: they took them for canaries.
                    "SELECT drawn OR path IS NULL OR (foreign_rows IS NOT NULL"
                    " AND coalesce(canary_rows, []) = $rows::INTEGER[]) FROM release WHERE id = $id",
                    {"id": what, "rows": list(entry.value.canary_rows)},
                ).fetchone()
                if here is None or not here[0]:
                    self.lacking[table, what] = ""
            if entry.file is None:
                continue
            if table in _WITH_ID:
                current = " AND current" if table == "dataset" else ""
                row = case.con.execute(f"SELECT sha256 FROM {table} WHERE id = $id{current}", {"id": what}).fetchone()
                had = None if row is None else row[0]
            else:
                had = case.meta(f"{_FILE_MARK}{table}:{what}") or None
            now, how = "", "the file has changed since it was loaded"
            try:
                now = sha256_of(entry.file)
            except OSError as error:  # of lists their load says what is wrong
                how = f"cannot be read ({error.strerror})"
            if had == now:
                kept = "SELECT options FROM dataset WHERE id = $id AND current"
                rows = case.con.execute(kept, {"id": what}).fetchall() if table == "dataset" else []
                wanted = read_options(case, self.manifest, entry.value) if rows else {}
                read = json_of(rows[0][0]) if rows else {}
                if all(read[name] == wanted[name] for name in wanted.keys() & read.keys()):
                    continue
                how = "it is to be read with other options"
            self.lacking[table, what] = now
            if had is not None:
                self.replaced.add((table, what))
            if (had is not None and not replace) or (table == "evidence" and not now):
                remedy = "run again with --replace to load it again, or use another id" if now else "check the path"
                changed.append(InputRefused(f"{what}: {how}", where=entry.where, remedy=remedy))
        refuse(changed)

    def _step(self, work: Callable[[Applied], object], own: set[tuple[str, str]], *, applied: bool) -> None:
        """One transaction with its journal entry. own: the files that it loads; applied: whether a new case is kept."""
        step, case, done = Applied(), self.case, self.done
        with case.transaction():
            work(step)
            inputs: dict[str | PurePath, str] = {"manifest": self.manifest.sha256}
            for table, what in sorted(one for one in own if self.lacking.get(one)):
                sha256, named = self.lacking[table, what], f"{table}:{what}"
                if table not in _WITH_ID:
                    case.set_meta(f"{_FILE_MARK}{named}", sha256)
                inputs[named if table in _WITH_ID else PurePath(named)] = sha256
            if step.changed or (step.added and not _JOURNALED & {table for table, _ in own}):
                case.journal.append(command="run", inputs=inputs, detail=step.to_json())
            if applied:
                case.set_meta(APPLIED, self.manifest.sha256)
        done.loaded += step.loaded
        done.changed += step.changed
        done.notes += step.notes
        done.added += step.added

    def _file(self, table: str, named: tuple[str, Placed[Any]], last: bool, known: Sequence[KnownList]) -> None:
        """A file that the case lacks: loaded whole, or refused, or left since it rests on one that was.

        last, known: see `until_countries_are_known`. Raises `Undecided` where the country of its numbers is in doubt.
        """
        (what, entry), case, done = named, self.case, self.done
        own, file, value = (table, what), entry.file, entry.value
        self.meter.begin(what if file is None else file.name, file.stat().st_size if file and file.is_file() else 0)

        def load(step: Applied) -> None:
            match table:
                case "segments":
                    load_segments(case.con, value)
                case "rules":
                    replace_rules(case.con, read_rules(value))
                case "canaries":
                    find = not (self.manifest.region or case.region_is_said)
                    taken = import_canaries(case.con, value.path, kind=value.kind, region=case.region, find_region=find)
                    step.notes.extend((*taken.warnings, *taken.regions))
                case "dataset":
                    self._dataset(value, step, last=last, known=known)
                case "release":
                    self._release(value, step)
                case "signals":
                    load_signals(case, value.path, value.format)
                case _:
                    load_complaints(case, value.path)
            if table not in ("dataset", "release"):
                step.added[table] += 1
            if table in _SEALED and file is not None:
                case.vault.store(file)

        wanted = self._what_is_missing(table, value)
        try:
            if wanted is None:
                self._step(load, {own}, applied=True)
                done.failed.discard(own)
                return
            done.waiting.append(f"{entry.where}: left out until {wanted} is loaded")
            if table == "release" and file is not None:  # what is wrong with it is said with all the rest
                for part in read_file(case.con, file, ReadOptions(region=case.region)).parts:
                    drop_raw(case.con, part.raw_table)
        except Undecided:
            done.failed.add(own)
            self.doubted.add(own)
            raise
        except InputRefused as refused:
            done.problems += _refusals_in_manifest(refused, entry)
        done.failed.add(own)

    def _what_is_missing(self, table: str, entry: Any) -> str | None:
        """What a file rests on that is not in the case as the manifest has it."""
        failed = {missing for missing, _ in self.done.failed}
        if table == "release" and not self._holds(entry.dataset):
            return f"dataset {entry.dataset}"
        if "canaries" in failed and (table == "signals" or (table == "release" and entry.path is not None)):
            return "every file of canaries"
        if table == "signals" and "release" in failed:
            form = document_format(entry.path) if entry.format is None else format_named(entry.format)
            return "every copy" if form is not None and form.reader == "allowed" else None
        return None

    def _holds(self, dataset: str) -> bool:
        row = self.case.con.execute("SELECT 1 FROM dataset WHERE id = $id AND current", {"id": dataset}).fetchone()
        return row is not None and ("dataset", dataset) not in self.done.failed

    def _facts(self, done: Applied) -> None:
        """What the manifest says, but for what rests on lists."""
        case, manifest = self.case, self.manifest
        for name, value, had in (("name", manifest.name, case.name), ("region", manifest.region, case.region)):
            if value is not None and value != had:
                case.set_meta(name, value)
                done.changed.append(f"case: {name} {had} → {value}")
        declared = {party.value.id for party in manifest.parties}
        for bare in manifest.bare_parties:
            if bare not in declared and make_bare_party(case.con, bare):
                done.added["party"] += 1
                done.notes.append(f"party {bare} is named but not declared: it has no name and no role yet")
        for party in manifest.parties:
            outcome = add_party(case.con, party.value, change=True)
            if outcome is not Outcome.SAME:
                refuse_tool_word(case.con, party.value.id)
            done.count("party", party.value.id, outcome)
        for piece in manifest.evidence:
            again = ("evidence", piece.value.id) in self.replaced
            outcome = add_evidence(case.con, case.vault, piece.value, file=piece.file, change=True, replace=again)
            done.count("evidence", piece.value.id, outcome)
        for line in manifest.lines:
            done.count("line", *add_statement(case.con, line.value, change=True))
        problems = list[InputRefused]()
        for table, what, entry in files_of(manifest):
            if table not in ("dataset", "release") or (table, what) in self.lacking:
                continue
            try:
                correct = update_dataset if table == "dataset" else update_release
                done.changed += correct(case.con, entry.value)
            except InputRefused as problem:
                problems.append(problem)
        refuse(problems)

    def _dataset(self, entry: DatasetEntry, done: Applied, *, last: bool, known: Sequence[KnownList]) -> None:
        case, again = self.case, ("dataset", entry.id) in self.replaced
        if again:  # a new version keeps the facts of the old one that the manifest does not give
            done.changed += update_dataset(case.con, entry)
        elif make_bare_party(case.con, entry.holder):
            done.added["party"] += 1
        kept = kept_facts(case.con, entry.id) if again else None
        facts = kept or replace_fields(entry, holder=resolve(case.con, entry.holder))
        where = next(one.where for one in self.manifest.datasets if one.value.id == entry.id)
        options = ReadOptions(
            **read_options(case, self.manifest, entry),
            secret_key=case.secret(PURPOSE) if entry.keep_secret_hash else None,
            keep_original=entry.keep_original,
            among_several=sum(one.where == where for one in self.manifest.datasets) > 1,  # those of one glob
        )
        done.loaded.append(
            load_dataset(case, entry.path, facts, options, replace=again, last=last, known=known, meter=self.meter)
        )

    def _release(self, entry: ReleaseEntry, done: Applied) -> None:
        case = self.case
        withdrawn = case.con.execute(
            "SELECT withdrawn_at::DATE FROM withdrawn_release WHERE id = $id", {"id": entry.id}
        ).fetchone()
        if withdrawn is not None:
            done.notes.append(
                f"release {entry.id} was withdrawn on {withdrawn[0]} and is left out: remove it from the manifest, or"
                " take the withdrawal back (tracer release withdraw --undo)"
            )
            return
        facts = replace_fields(entry, recipient=resolve(case.con, entry.recipient))
        copy = register_release_file(case.con, facts, entry.path, case.region)
        if entry.path is not None and not copy.holds_secrets:
            case.vault.store(entry.path)
        done.notes.extend(copy.notes)
        done.added["release"] += 1

    def _statements(self, done: Applied) -> None:
        """What people say, now that the lists are there that it is about, and which parties may be one."""
        con = self.case.con
        for table in ("relation", "claim", "reply"):
            for entry in getattr(self.manifest, LISTED[table]):
                about = getattr(entry.value, "dataset", None)
                if about is None or self._holds(about):
                    done.count(table, *add_statement(con, entry.value, change=True))
                else:
                    self.done.waiting.append(f"{entry.where}: left out until dataset {about} is loaded")
        suggested = suggest_merges(con, same)
        if suggested:
            pairs = "one pair" if suggested == 1 else f"{suggested} pairs"
            done.notes.append(f"{pairs} of parties may be one: see `tracer query parties`")


def _refusals_in_manifest(refused: InputRefused, entry: Placed[Any]) -> Iterator[InputRefused]:
    """What is wrong with a file, at its place in the manifest; remedies name the manifest's keys."""
    for each in refused.problems[:_SHOWN]:
        place = each.where
        if entry.file is not None:
            within = place.removeprefix(str(entry.file)).removeprefix(entry.file.name)
            place = entry.file.name + (f", {within}" if within == place and place else within)
        own = re.search(r"\(in a manifest: (.+)\)$", each.remedy)
        remedy = f"say it, as in {own[1]}" if own is not None else each.remedy
        remedy = re.sub(r"--map (\w+)=([^\s,;]+)", r'columns = { \1 = "\2" }', remedy)
        remedy = re.sub(r"--(encoding|region|sheet|id|origin|holder)\b", r"the key \1", remedy)
        yield InputRefused(f"{place}: {each.what}", where=entry.where, remedy=remedy)
    if (more := len(refused.problems) - _SHOWN) > 0:
        yield InputRefused(
            f"and {more:,} more problems of this file", where=entry.where, remedy="correct those above first"
        )


def apply_manifest(case: Case, manifest: Manifest, *, replace: bool = False, meter: Meter = SILENT) -> Applied:
    """Bring the case up to the manifest, and journal it. `meter` receives the progress.

    Raises:
        InputRefused: the manifest names what the case has not, or files changed (without `replace`); nothing is kept.
        FilesRefused: files cannot be loaded; every other one is.
    """
    # What it names may be in the case, or in neither.
    parties, evidence = (
        tuple(one for (one,) in case.con.execute(f"SELECT id FROM {table} ORDER BY id").fetchall())
        for table in ("party", "evidence")
    )
    lists = dict(case.con.execute("SELECT id, path FROM dataset WHERE current ORDER BY id").fetchall())
    manifest = read_manifest(manifest.path, Known(parties, lists, evidence), outside=manifest.outside)
    done = Applying(case, manifest, meter).all(replace=replace)
    if done.problems:
        raise FilesRefused(done)
    return done


@dataclass(frozen=True)
class CheckedManifest:
    """A manifest that can be run, and what a person should know about it."""

    manifest: Manifest
    files: int
    notes: tuple[str, ...]
    """What is left to the case, and what `run` notes of the manifest and its files."""

    def line(self) -> str:
        """What it holds, in one line."""
        held = self.manifest
        counted = (
            (len(held.parties), "party", "parties"),
            (len(held.datasets), "list", "lists"),
            (len(held.releases), "copy handed out", "copies handed out"),
            (len(held.claims), "claim", "claims"),
            (len(held.signals) + len(held.complaints), "file of records", "files of records"),
        )
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counted if count]
        files = f"{self.files:,} {'file' if self.files == 1 else 'files'}, all readable"
        return f"{held.path.name} can be run: {', '.join([*parts, files])}"


def check_manifest(path: Path, *, outside: bool = False, meter: Meter = SILENT) -> CheckedManifest:
    """Hold a manifest to all that is known without a case, by `run`'s own work on a case in memory, which goes again.

    What only the user's case can know is said, and not held against it.

    outside: its paths may leave its folder.

    Raises `InputRefused`: with all that is wrong: with the manifest, in the order of its lines, then with those of its
    files that can be read all the same.
    """
    manifest, wrong, open_ = read_in_part(path, outside=outside)
    notes = [_LEFT + problem.line() for problem in open_]  # what a case must hold for the manifest to be run
    with memory_case(originals=False) as case:
        for cited in {one for entry in manifest.entries() for one in getattr(entry.value, "evidence", ())}:
            if cited not in {piece.value.id for piece in manifest.evidence}:
                add_evidence(case.con, case.vault, Evidence(cited, text=_LEFT))
        done = Applying(case, manifest, meter).all()
    notes += done.notes + [f"{one.dataset}: {note}" for one in done.loaded for note in one.notes]
    left = [one for one in done.problems if NO_RELEASE in one.what]
    refuse([*wrong, *(one for one in done.problems if one not in left)])
    notes += [_LEFT + one.line() for one in left]
    files = sum(1 for _, _, entry in files_of(manifest) if entry.file is not None)
    return CheckedManifest(manifest, files, tuple(notes))
