"""Applies a manifest to a case, which is made where there is none, and unmade if it stays empty: what the case lacks is
loaded, changed facts are put right, the rest stays.

One transaction: a refusal keeps nothing. Repeating it changes nothing. What a manifest no longer names stays.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import duckdb

from tracer import regular
from tracer.case.case import Case, create_case, open_case
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, is_case, read_card
from tracer.documents import json_of
from tracer.dossier.calling_rules import read_rules, replace_rules
from tracer.dossier.evidence import add_evidence
from tracer.dossier.parties import add_party, make_bare_party, resolve, suggest_merges
from tracer.dossier.records import Outcome
from tracer.dossier.statements import add_claim, add_line, add_relation, add_reply
from tracer.dossier.vocabulary import refuse
from tracer.errors import InputRefused
from tracer.export.ordinary import refuse_ordinary
from tracer.identify.organisation import same
from tracer.identify.segments import load_segments
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded, days_problems
from tracer.lists.read.model import ReadOptions
from tracer.lists.read.secret_columns import PURPOSE
from tracer.manifest.model import (
    CanariesEntry,
    DatasetEntry,
    Known,
    Manifest,
    Placed,
    ReleaseEntry,
    SignalsEntry,
    bare_holder,
)
from tracer.manifest.read import read_manifest, written_path
from tracer.marking.canary.intake import import_canaries
from tracer.marking.release.handed_over import register_release_file
from tracer.meter import SILENT, Meter
from tracer.signals.load import load_complaints, load_signals

_FILE_MARK = "manifest:"
_REMEDY = "run again with --replace to load it again, or use another id"


_WITH_ID = frozenset({"dataset", "evidence", "release"})
"""Tables whose entries are named by their ids."""


@dataclass(frozen=True)
class LoadPlan:
    """Which files must be loaded; all other tables are facts and are put in as they are."""

    load: frozenset[tuple[str, str]]
    """(table, what) of files that the case lacks, or that changed and are to be replaced."""
    replaced: frozenset[tuple[str, str]]
    """Those of `load` that take the place of something."""
    inputs: dict[str, str]
    """`table:what` → SHA-256 of the files to load."""

    def journaled(self) -> dict[str | PurePath, str]:
        """`inputs` for the journal: what has no id is a file's path."""
        return {
            what if what.partition(":")[0] in _WITH_ID else PurePath(what): sha256
            for what, sha256 in self.inputs.items()
        }


def known_ids(con: duckdb.DuckDBPyConnection) -> Known:
    """The ids that a case holds, so that a manifest may name them."""
    return Known(
        parties=tuple(row[0] for row in con.execute("SELECT id FROM party ORDER BY id").fetchall()),
        datasets=dict(con.execute("SELECT id, path FROM dataset WHERE current ORDER BY id").fetchall()),
        evidence=tuple(row[0] for row in con.execute("SELECT id FROM evidence ORDER BY id").fetchall()),
    )


def files_of(manifest: Manifest) -> Iterable[tuple[str, str, Path, str]]:
    """(table, what, file, where) of every file that is loaded; `what`: an id, or the path where the table has none."""
    base = manifest.path.resolve().parent
    for dataset in manifest.datasets:
        yield "dataset", dataset.value.id, dataset.value.path, dataset.where
    for release in manifest.releases:
        if release.value.path is not None:
            yield "release", release.value.id, release.value.path, release.where
    for piece in manifest.evidence:
        if piece.file is not None:
            yield "evidence", piece.value.id, piece.file, piece.where
    for table, entries in (
        ("canaries", manifest.canaries), ("signals", manifest.signals), ("complaints", manifest.complaints),
    ):  # fmt: skip
        for entry in entries:
            assert entry.file is not None  # noqa: S101 - these tables are refused without a file
            yield table, written_path(entry.file, base), entry.file, entry.where
    for table, file in (("segments", manifest.segments), ("rules", manifest.rules)):
        if file is not None:
            yield table, written_path(file, base), file, f"{manifest.path.name}, [case] {table}"


def make_plan(case: Case, manifest: Manifest, *, replace: bool) -> LoadPlan:
    """Compare the manifest's files with what the case loaded.

    Raises:
        InputRefused: with every file that changed since it was loaded, unless `replace`.
    """
    load, replaced, inputs = set[tuple[str, str]](), set[tuple[str, str]](), dict[str, str]()
    changed: list[InputRefused] = []
    datasets = {entry.value.id: entry for entry in manifest.datasets}
    for table, what, file, where in files_of(manifest):
        had = _loaded_hash(case, table, what)
        now = sha256_of(file)
        reread = table == "dataset" and had is not None and _reads_otherwise(case, manifest, datasets[what])
        if had == now and not reread:
            continue
        load.add((table, what))
        inputs[f"{table}:{what}"] = now
        if had is not None:
            replaced.add((table, what))
            how = "the file has changed since it was loaded" if had != now else "it is to be read with other options"
            changed.append(InputRefused(f"{what}: {how}", where=where, remedy=_REMEDY))
    if changed and not replace:
        raise InputRefused.many(changed)
    return LoadPlan(frozenset(load), frozenset(replaced), inputs)


def remember(case: Case, table: str, what: str, sha256: str) -> None:
    """Keep the hash of a file that has no row of its own."""
    if table not in ("dataset", "evidence"):
        case.set_meta(f"{_FILE_MARK}{table}:{what}", sha256)


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal.

    Raises:
        InputRefused: it cannot be read.
    """
    try:
        return regular.sha256_of(file)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(file), remedy="check the path") from None


def _loaded_hash(case: Case, table: str, what: str) -> str | None:
    found: tuple[Any, ...] | None
    if table == "dataset":
        found = case.con.execute("SELECT sha256 FROM dataset WHERE id = $id AND current", {"id": what}).fetchone()
    elif table == "evidence":
        found = case.con.execute("SELECT sha256 FROM evidence WHERE id = $id", {"id": what}).fetchone()
    elif table == "release":
        found = case.con.execute("SELECT sha256 FROM release WHERE id = $id", {"id": what}).fetchone()
    else:
        return case.meta(f"{_FILE_MARK}{table}:{what}") or None
    return None if found is None else found[0]


def read_options(case: Case, manifest: Manifest, entry: DatasetEntry) -> dict[str, Any]:
    """How an entry is to be read, in the form that the case keeps with a dataset."""
    return {
        "columns": {role: name if isinstance(name, str) else list(name) for role, name in entry.columns.items()},
        "encoding": entry.encoding,
        "sheet": entry.sheet,
        "region": entry.region or manifest.region or case.region,
        "find_region": not (entry.region or manifest.region or case.region_is_said),
    }


def _reads_otherwise(case: Case, manifest: Manifest, entry: Placed[DatasetEntry]) -> bool:
    """Whether the manifest asks for another reading than that by which the dataset was loaded."""
    row = case.con.execute("SELECT options FROM dataset WHERE id = $id AND current", {"id": entry.value.id}).fetchone()
    had = json_of(row[0]) if row is not None else {}
    wanted = read_options(case, manifest, entry.value)
    return any(had.get(name) != wanted[name] for name in wanted if name in had)


APPLIED = "manifest:applied"
"""Named value of a case to which a manifest has been applied."""


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

    Raises:
        InputRefused: a day now lies before one that comes first, of the two that the manifest and the case name.
    """
    # The holder that was made for want of one says nothing against the one that the case knows.
    holder = None if entry.holder == bare_holder(entry.id) else resolve(con, entry.holder)
    facts = {
        "holder": holder, "obtained": entry.obtained, "created": entry.created, "exported": entry.exported,
        "living": entry.living, "origin": entry.origin,
        "collected_under": entry.collected_under, "used_under": entry.used_under,
        "evidence": list(entry.evidence) or None, "list_title": entry.title, "title_en": entry.title_en,
        "title_zh": entry.title_zh,
    }  # fmt: skip
    changed = _update(con, "dataset", entry.id, facts, "id = $id AND current")
    known = kept_facts(con, entry.id)
    refuse(days_problems(vars(known), f"dataset {entry.id}") if changed and known else ())
    return changed


def kept_facts(con: duckdb.DuckDBPyConnection, dataset: str) -> DatasetFacts | None:
    """What the case holds about a dataset's current version."""
    row = con.execute(
        "SELECT holder, obtained, created, origin, collected_under, used_under, evidence, list_title, title_en,"
        " title_zh, exported, living FROM dataset WHERE id = $id AND current",
        {"id": dataset},
    ).fetchone()
    if row is None:
        return None
    holder, obtained, created, origin, collected, used, evidence, *others = row
    return DatasetFacts(dataset, holder, obtained, created, origin, collected, used, tuple(evidence), *others)


def update_release(con: duckdb.DuckDBPyConnection, entry: ReleaseEntry) -> list[str]:
    """Put right what the case holds about a registered release; what was changed, one a line.

    Raises:
        InputRefused: the id now names a copy of another dataset, or, where the tool drew its canaries, for another
            party or day: its register was committed for the one it has.
    """
    row = con.execute("SELECT dataset, recipient, date, drawn FROM release WHERE id = $id", {"id": entry.id}).fetchone()
    recipient = resolve(con, entry.recipient)
    if row is not None:
        dataset, had, day, drawn = row
        other_copy = drawn and (had != recipient or (entry.date is not None and entry.date != day))
        if dataset != entry.dataset or other_copy:
            raise InputRefused(
                f"release {entry.id} already exists, of {dataset} for {had}", where=f"release {entry.id}",
                remedy="use another id",
            )  # fmt: skip
    facts = {
        "recipient": recipient, "date": entry.date, "ends": entry.ends, "purpose": entry.purpose,
        "use_basis": entry.use_basis, "evidence": list(entry.evidence) or None,
    }  # fmt: skip
    return _update(con, "release", entry.id, facts, "id = $id")


def _update(con: duckdb.DuckDBPyConnection, table: str, own: str, facts: dict[str, Any], named: str) -> list[str]:
    said = {column: value for column, value in facts.items() if value is not None}
    had = con.execute(f"SELECT {', '.join(said) or 'id'} FROM {table} WHERE {named}", {"id": own}).fetchone()
    if had is None or not said:
        return []
    changed = {column: (old, value) for (column, value), old in zip(said.items(), had, strict=True) if old != value}
    for column, (_, value) in changed.items():
        con.execute(f"UPDATE {table} SET {column} = $value WHERE {named}", {"value": value, "id": own})
    return [f"{table} {own}: {column} {_shown(old)} → {_shown(new)}" for column, (old, new) in changed.items()]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


_NAMED = 3
"""Lists that are named for the rows that they lost; the rest is counted."""


def _in_one_line(loaded: Sequence[Loaded]) -> str:
    """What was loaded, and which lists have rows without a usable number or address."""
    what = f"{len(loaded):,} lists" if len(loaded) > 1 else loaded[0].dataset
    told = f"loaded {what}: {sum(each.rows for each in loaded):,} records"
    lost = sorted((each for each in loaded if each.rejected), key=lambda each: (-each.rejected, each.dataset))
    if lost:
        named = [f"{each.dataset} {each.rejected:,}" for each in lost[:_NAMED]]
        named += [f"{len(lost) - _NAMED} more lists"] if len(lost) > _NAMED else []
        where = f" ({', '.join(named)})" if len(loaded) > 1 else ""
        told += f", {sum(each.rejected for each in lost):,} of them without a usable number or address{where}"
    anew = [f"{each.dataset} {each.version}" for each in loaded if each.version > 1]
    return told + (f"; new versions: {', '.join(anew)}" if anew else "")


def _counted(table: str, count: int) -> str:
    """So many tables of a manifest.

    >>> _counted("party", 25), _counted("evidence", 11), _counted("signals", 1)
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

    @property
    def nothing_new(self) -> bool:
        """Whether the case had all of it as it is."""
        return not (self.loaded or self.added or self.changed)

    def lines(self) -> list[str]:
        """What was done, one line each, for the screen."""
        told = [_in_one_line(self.loaded)] if self.loaded else []
        for one in self.loaded:
            account = one.account
            if account is not None and account.lines != account.header + account.rows:  # more than a header and rows
                told.append(f"  {one.dataset}: {account.told()}")
            told += [f"  {one.dataset}: {note}" for note in one.notes]
        if self.added:
            told.append("added: " + ", ".join(_counted(table, count) for table, count in sorted(self.added.items())))
        told += self.changed or []
        if self.nothing_new:
            told.append("nothing new: the case has all that the manifest names")
        return told + self.notes

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


def apply_manifest(case: Case, manifest: Manifest, *, replace: bool = False, meter: Meter = SILENT) -> Applied:
    """Bring the case up to the manifest, in one transaction, and journal it. `meter` receives the progress.

    Raises:
        InputRefused: files changed (without `replace`), or an input is bad; every bad input is reported, nothing is
        kept.
    """
    # What it names may be in the case, or in neither.
    manifest = read_manifest(manifest.path, known_ids(case.con), outside=manifest.outside)
    plan = make_plan(case, manifest, replace=replace)
    done = Applied()
    with case.transaction():
        _apply_case(case, manifest, plan, done)
        _apply_dossier(case, manifest, plan, done)
        _apply_files(case, manifest, plan, done, meter)
        _apply_statements(case, manifest, done)
        suggested = suggest_merges(case.con, same)
        if suggested:
            pairs = "one pair" if suggested == 1 else f"{suggested} pairs"
            done.notes.append(f"{pairs} of parties may be one: see `tracer query parties`")
        case.set_meta(APPLIED, manifest.sha256)
        if not done.nothing_new:
            inputs = {"manifest": manifest.sha256, **plan.journaled()}
            case.journal.append(command="run", inputs=inputs, detail=done.to_json())
    return done


def _apply_case(case: Case, manifest: Manifest, plan: LoadPlan, done: Applied) -> None:
    for name, value, had in (("name", manifest.name, case.name), ("region", manifest.region, case.region)):
        if value is not None and value != had:
            case.set_meta(name, value)
            done.changed.append(f"case: {name} {had} → {value}")
    base = manifest.path.resolve().parent
    for table, file in (("segments", manifest.segments), ("rules", manifest.rules)):
        what = None if file is None else written_path(file, base)
        if file is None or what is None or (table, what) not in plan.load:
            continue
        if table == "segments":
            load_segments(case.con, file)
        else:
            replace_rules(case.con, read_rules(file))
        case.vault.store(file)
        remember(case, table, what, plan.inputs[f"{table}:{what}"])
        done.added[table] += 1


def _apply_dossier(case: Case, manifest: Manifest, plan: LoadPlan, done: Applied) -> None:
    declared = {party.value.id for party in manifest.parties}
    lacking = {what for table, what in plan.load - plan.replaced if table == "dataset"}
    made = [entry.value.holder for entry in manifest.datasets if entry.value.id in lacking]
    for bare in (*manifest.bare_parties, *made):
        if bare not in declared and make_bare_party(case.con, bare):
            done.added["party"] += 1
            done.notes.append(f"party {bare} is named but not declared: it has no name and no role yet")
    for party in manifest.parties:
        outcome = add_party(case.con, party.value, change=True)
        if outcome is not Outcome.SAME:
            refuse_ordinary(case.con, party.value.id)
        done.count("party", party.value.id, outcome)
    for piece in manifest.evidence:
        anew = ("evidence", piece.value.id) in plan.replaced
        outcome = add_evidence(case.con, case.vault, piece.value, file=piece.file, change=True, replace=anew)
        done.count("evidence", piece.value.id, outcome)
    for line in manifest.lines:
        done.count("line", line.value.id, add_line(case.con, line.value, change=True))


def _apply_files(case: Case, manifest: Manifest, plan: LoadPlan, done: Applied, meter: Meter) -> None:
    """Everything that is read from files. Bad ones are gathered, so that all of them are reported."""
    base, problems = manifest.path.resolve().parent, list[InputRefused]()

    def attempt(what: str, load: Callable[[], object], file: Path | None = None) -> None:
        meter.begin(what, file.stat().st_size if file is not None and file.is_file() else 0)
        try:
            load()
        except InputRefused as problem:
            problems.append(problem)
        except duckdb.Error:
            if not problems:  # after a refusal, the transaction may be one that takes no more statements
                raise
            raise InputRefused.many(problems) from None

    for canaries in manifest.canaries:
        what = written_path(canaries.value.path, base)
        if ("canaries", what) in plan.load:
            attempt(what, partial(_canaries, case, canaries.value, done), canaries.file)
            _count_file(case, plan, "canaries", what, done)
    for dataset in manifest.datasets:
        if ("dataset", dataset.value.id) in plan.load:
            attempt(dataset.value.path.name, partial(_load, case, manifest, plan, dataset, done), dataset.value.path)
        else:
            try:
                done.changed += update_dataset(case.con, dataset.value)
            except InputRefused as problem:
                problems.append(problem)
    for release in manifest.releases:
        attempt(release.value.id, partial(_release, case, plan, release, done), release.value.path)
    for table, entries in (("signals", manifest.signals), ("complaints", manifest.complaints)):
        for entry in entries:
            what = written_path(entry.value.path, base)
            if (table, what) in plan.load:
                attempt(what, partial(_records, case, table, entry.value), entry.file)
                _count_file(case, plan, table, what, done)
    if problems:
        raise InputRefused.many(problems)


def _canaries(case: Case, entry: CanariesEntry, done: Applied) -> None:
    case.vault.store(entry.path)
    imported = import_canaries(
        case.con, entry.path, kind=entry.kind, region=case.region, find_region=not case.region_is_said
    )
    done.notes.extend((*imported.warnings, *imported.regions))


def _records(case: Case, table: str, entry: SignalsEntry) -> None:
    if table == "signals":
        load_signals(case, entry.path, entry.format)
    else:
        load_complaints(case, entry.path)


def _count_file(case: Case, plan: LoadPlan, table: str, what: str, done: Applied) -> None:
    remember(case, table, what, plan.inputs[f"{table}:{what}"])
    done.added[table] += 1


def _load(case: Case, manifest: Manifest, plan: LoadPlan, entry: Placed[DatasetEntry], done: Applied) -> None:
    anew = ("dataset", entry.value.id) in plan.replaced
    if anew:  # a new version keeps the facts of the old one that the manifest does not give
        done.changed += update_dataset(case.con, entry.value)
    kept = kept_facts(case.con, entry.value.id) if anew else None
    facts = kept or replace_fields(entry.value, holder=resolve(case.con, entry.value.holder))
    options = ReadOptions(
        **read_options(case, manifest, entry.value),
        secret_key=case.secret(PURPOSE) if entry.value.keep_secret_hash else None,
        keep_original=entry.value.keep_original,
    )
    done.loaded.append(load_dataset(case, entry.value.path, facts, options, replace=anew))


def _release(case: Case, plan: LoadPlan, entry: Placed[ReleaseEntry], done: Applied) -> None:
    withdrawn = case.con.execute(
        "SELECT withdrawn_at::DATE FROM withdrawn_release WHERE id = $id", {"id": entry.value.id}
    ).fetchone()
    if withdrawn is not None:
        done.notes.append(
            f"release {entry.value.id} was withdrawn on {withdrawn[0]} and is left out: remove it from the manifest, or"
            " take the withdrawal back (tracer release withdraw --undo)"
        )
        return
    here = case.con.execute(
        # Earlier versions counted no foreign rows: they took them for canaries.
        "SELECT drawn OR path IS NULL OR (foreign_rows IS NOT NULL AND coalesce(canary_rows, []) = $rows::INTEGER[])"
        " FROM release WHERE id = $id",
        {"id": entry.value.id, "rows": list(entry.value.canary_rows)},
    ).fetchone()
    if here is None or not here[0] or ("release", entry.value.id) in plan.load:
        facts = replace_fields(entry.value, recipient=resolve(case.con, entry.value.recipient))
        copy = register_release_file(case.con, facts, entry.value.path, case.region)
        if entry.value.path is not None and not copy.holds_secrets:
            case.vault.store(entry.value.path)
        done.notes.extend(copy.notes)
        done.added["release"] += 1
    else:
        done.changed += update_release(case.con, entry.value)


def _apply_statements(case: Case, manifest: Manifest, done: Applied) -> None:
    for relation in manifest.relations:
        what = f"{relation.value.from_party} {relation.value.kind} {relation.value.to_party}"
        done.count("relation", what, add_relation(case.con, relation.value, change=True))
    for claim in manifest.claims:
        done.count("claim", *add_claim(case.con, claim.value, change=True))
    for reply in manifest.replies:
        done.count("reply", reply.value.party, add_reply(case.con, reply.value, change=True))
