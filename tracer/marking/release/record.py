"""`tracer release add`: a handover that took place without the tool, checked as a manifest's [[release]] is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tracer.case.case import Case
from tracer.dossier.parties import resolve
from tracer.dossier.stored import evidence_problems
from tracer.dossier.vocabulary import LAWFUL_BASES, did_you_mean, id_problem, refuse, word_problem
from tracer.errors import InputRefused
from tracer.marking.release.drawing import release_id
from tracer.marking.release.handed_over import HandedOverCopy, ReleaseFacts, register_release_file
from tracer.marking.release.request import unknown_parties


def record_handover(case: Case, facts: ReleaseFacts, path: Path | None = None) -> HandedOverCopy:
    """Put a handover on record, in the caller's transaction; its copy's file goes into the vault where it may.

    `facts.id`: empty for `dataset@recipient@date`. Raises `InputRefused` with all that is wrong: an unknown dataset,
    party, basis or piece of evidence, an end before the day, a release that is on record already, a file that is not a
    copy of the dataset.
    """
    refuse(_problems(case, facts))
    withdrawn = {row[0] for row in case.con.execute("SELECT id FROM withdrawn_release").fetchall()}
    facts = replace(
        facts, recipient=resolve(case.con, facts.recipient),
        id=facts.id or release_id(withdrawn, facts.dataset, facts.recipient, facts.date),
    )  # fmt: skip
    taken = case.con.execute(
        "SELECT id, drawn FROM release WHERE id = $id", {"id": facts.id}
    ).fetchone()  # fmt: skip
    if taken is not None:
        how = "tracer wrote its copy" if taken[1] else "it was recorded"
        raise InputRefused(
            f"release {taken[0]!r} already exists: {how}", where=f"release {facts.id}",
            remedy="give a second copy of that day another --id",
        )  # fmt: skip
    copy = register_release_file(case.con, facts, path, case.region)
    if path is not None and not copy.holds_secrets:
        case.vault.store(path)
    return copy


def _problems(case: Case, facts: ReleaseFacts) -> Iterator[InputRefused | None]:
    con = case.con
    datasets = [row[0] for row in con.execute("SELECT id FROM dataset WHERE current AND purged_at IS NULL").fetchall()]
    if facts.dataset not in datasets:
        yield InputRefused(
            f"unknown dataset {facts.dataset!r}",
            remedy=did_you_mean(facts.dataset, datasets) or "load it first: tracer load FILE --holder PARTY",
        )
    known = con.execute("SELECT 1 FROM party WHERE id = $id", {"id": facts.recipient}).fetchone()
    yield from unknown_parties([facts.recipient] if known is None else [])
    if facts.id:
        yield id_problem(facts.id, "release")
    yield word_problem(facts.use_basis, LAWFUL_BASES, "lawful basis")
    if facts.ends is not None and facts.date is not None and facts.ends < facts.date:
        yield InputRefused(f"the release ends on {facts.ends}, before it begins", remedy="give a later --ends")
    yield from evidence_problems(con, facts.evidence, "--evidence")
