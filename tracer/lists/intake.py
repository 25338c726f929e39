"""Files named on a command line become datasets: ids from names, facts checked, all files or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace as replace_fields
from pathlib import Path

from tracer.case.case import Case
from tracer.dossier.parties import ensure_party, new_parties, party_ids, resolve
from tracer.dossier.statements import evidence_problems
from tracer.dossier.vocabulary import LAWFUL_BASES, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded, days_problem
from tracer.lists.made_id import id_among
from tracer.lists.read.model import ReadOptions
from tracer.meter import SILENT, Meter


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

    said: of all files; an empty id is made of each file's name.
    Raises `UsageError` where one id is given for several files, `InputRefused` for what cannot be loaded.
    """
    if not files:
        raise UsageError("no file was named", where="load", remedy="name one or more")
    if said.id and len(files) > 1:
        raise UsageError("one --id was given for several files", remedy="load them one by one, or leave --id out")
    facts = [replace_fields(said, id=own) for own in _ids(case, files, said.id)]
    refuse(
        [
            *(id_problem(fact.id, "dataset", str(path)) for fact, path in zip(facts, files, strict=True)),
            word_problem(said.collected_under, LAWFUL_BASES, "lawful basis", "--collected-under"),
            word_problem(said.used_under, LAWFUL_BASES, "lawful basis", "--used-under"),
            *evidence_problems(case.con, said.evidence, "--evidence"),
            days_problem(said.created, said.obtained, "--obtained"),
            *_same_ids(facts, files),
        ]
    )
    known = party_ids(case.con)
    loaded: list[Loaded] = []
    problems: list[InputRefused] = []
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(case.transaction())
            ensure_party(case.con, said.holder, "--holder")
        holder = resolve(case.con, said.holder)
        for path, fact in zip(files, facts, strict=True):
            try:
                named = replace_fields(fact, holder=holder)
                meter.begin(path.name, path.stat().st_size if path.is_file() else 0)
                loaded.append(load_dataset(case, path, named, options, replace=replace, dry_run=dry_run, meter=meter))
            except InputRefused as problem:
                problems.append(problem)
        if problems:
            raise InputRefused.many(problems)
        notes = new_parties(case.con, known, also=[said.holder])
    return [replace_fields(one, notes=(*one.notes, *(notes if at == 0 else ()))) for at, one in enumerate(loaded)]


def _ids(case: Case, files: Sequence[Path], given: str) -> list[str]:
    """The ids of the files: given, or made from the name; numbered where the name must stay hidden."""
    rows = case.con.execute("SELECT id, path FROM dataset WHERE current ORDER BY id").fetchall()
    held = {own: str(Path(path).resolve()) for own, path in rows}
    ids = list[str]()
    for path in files:
        ids.append(given or id_among(path.resolve(), held, ids))
    return ids


def _same_ids(facts: Sequence[DatasetFacts], files: Sequence[Path]) -> list[InputRefused]:
    seen: dict[str, Path] = {}
    problems = []
    for fact, path in zip(facts, files, strict=True):
        if fact.id in seen and path.resolve() == seen[fact.id].resolve():
            problems.append(InputRefused("the file was given twice", where=str(path), remedy="name it once"))
        elif fact.id in seen:
            problems.append(
                InputRefused(
                    f"has the same id {fact.id!r} as {seen[fact.id]}", where=str(path),
                    remedy="load it alone, with an --id",
                )
            )  # fmt: skip
        seen[fact.id] = path
    return problems
