"""Attribution: which releases did a dataset come from?

A copy is named, never a party. Two nulls with an error of alpha each: the code null over what the tool drew, and the
block null for unique canaries. Neither accuses where the release's ordinary rows are missing (planted canaries), where
the client holds the dataset itself, or where the release is younger than the dataset.
"""

from __future__ import annotations

import duckdb

from tracer.errors import InputRefused
from tracer.findings.attribution.joint import score_jointly, told_together
from tracer.findings.attribution.masked import ON_MASKS, tell_masks
from tracer.findings.attribution.score import ALPHA, Attribution, looks_at, score
from tracer.findings.attribution.unmarked import tell_unmarked
from tracer.findings.attribution.witness import second_witness, signal_witness
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.sightings import read_marks
from tracer.policy import SHOWN_FROM

__all__ = ["ALPHA", "COPY_UNKNOWN", "ON_MASKS", "Attribution", "attribute", "compute"]

_COLUMNS = "dataset release recipient accused p_value chance e_value canaries_seen canaries_planted rows_matched grade"


def attribute(con: duckdb.DuckDBPyConnection, *datasets: str, alpha: float = ALPHA) -> list[Attribution]:
    """A row for every release that shares rows or canaries with the dataset, accused or not, the likeliest first.

    Several datasets are taken as leaks of the same releases and scored together. `alpha` is the family-wise error that
    each null keeps over all releases; together they keep 2 alpha. Needs no earlier `trace`. Raises `InputRefused`
    where the case does not hold one of them.
    """
    marks = read_marks(con)
    missing = [dataset for dataset in datasets if dataset not in marks.datasets]
    if missing:
        near = ", ".join(sorted(marks.datasets)[:5])
        remedy = f"it holds {near} …" if near else "load one first"
        raise InputRefused.many(
            [InputRefused(f"the case holds no dataset {name!r}", remedy=remedy) for name in missing]
        )
    chosen = [marks.datasets[dataset] for dataset in dict.fromkeys(datasets)]
    if len(chosen) > 1:
        return score_jointly(CaseFacts(con), marks, chosen, alpha)
    looks = looks_at(CaseFacts(con), marks, chosen, alpha)
    return tell_masks(con, marks, chosen, tell_unmarked(looks, score(looks)), alpha)


def compute(facts: CaseFacts, run: int, alpha: float = ALPHA) -> list[Attribution]:
    """Attribute all current datasets and write the rows of `run`; what a second dataset or signals confirm becomes
    G4.
    """
    con = facts.con
    marks = read_marks(con)
    datasets = list(marks.datasets.values()) if marks.releases else []
    looks = looks_at(facts, marks, datasets, alpha) if datasets else []
    found = second_witness(con, marks, tell_unmarked(looks, told_together(looks, score(looks), alpha)))
    found = signal_witness(con, found)
    found = tell_masks(con, marks, datasets, found, alpha)
    # A short list is shown with every release alike; the number of kept rows would reveal what it shares.
    short = {dataset.id for dataset in datasets if dataset.contacts < SHOWN_FROM}
    found = [row for row in found if row.dataset not in short or row.canaries_seen or _on_masks(row)]
    put_rows(
        con, "attribution", run, f"{_COLUMNS} reasons against",
        ((*(getattr(row, name) for name in _COLUMNS.split()), kept(row.reasons), kept(row.against)) for row in found),
    )  # fmt: skip
    return found


def _on_masks(row: Attribution) -> bool:
    """Whether masks speak for or against the release: they are compared with canaries alone, never with a list."""
    return any(reason.code.startswith(ON_MASKS) for reason in (*row.reasons, *row.against))
