"""Lists put into a case in memory without files: columns of texts, each named by its role."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tests.inserted import insert
from tests.lists.loading import read_parts, read_table
from tracer.case.case import Case
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims import compute
from tracer.findings.claims.random import assess_random
from tracer.findings.claims.verdict import ClaimVerdict
from tracer.lists.load import store_parts
from tracer.lists.loaded import DatasetFacts
from tracer.wording import LANGUAGES, Voice, in_words
from tracer.wording import say as reason_said

BLOCKS = 1_400_000 + np.arange(400)
"""Blocks of 10,000 numbers in segments that nobody was given."""


def phones(rng: np.random.Generator, count: int) -> list[str]:
    """So many numbers at random in `BLOCKS`."""
    return [
        f"{block}{end:04d}"
        for block, end in zip(rng.choice(BLOCKS, count), rng.integers(0, 10_000, count), strict=True)
    ]


def load_list(case: Case, name: str, columns: Mapping[str, Sequence[str]], holder: str = "", **facts: Any) -> None:
    """Load a list whose columns are known by their role; its holder is `holder-NAME` where none is named."""
    part = read_table(case.con, columns, f'"raw_{name}"')
    store_parts(case.con, read_parts(part), DatasetFacts(name, holder or f"holder-{name}", **facts))


def meet(case: Case) -> None:
    """Compare all lists, as the stage before all others does: which of them are close is read from its rows."""
    case.con.execute("DELETE FROM overlap")
    overlap.compute(CaseFacts(case.con), 1)


def say(case: Case, kind: str, about: str = "p", **facts: Any) -> str:
    """Put a claim in and return its id."""
    number = case.con.execute("SELECT count(*) FROM claim").fetchall()[0][0]
    insert(case.con, "claim", **({"id": f"c{number}", "party": about, "about": about, "kind": kind} | facts))
    return f"c{number}"


def verdict(case: Case, claim: str) -> tuple[str, dict[str, Any], str]:
    """(verdict, numbers with `p`, grade) after a run of the stage; what it says in words is said in all languages."""
    meet(case)
    case.con.execute("DELETE FROM claim_verdict")
    compute(CaseFacts(case.con), 1)
    row = case.con.execute(
        "SELECT verdict, numbers, p_value, grade, alternatives FROM claim_verdict WHERE claim = $claim",
        {"claim": claim},
    ).fetchone()
    assert row is not None
    assert all(len(text) > 5 for voice in map(Voice, LANGUAGES) for text in in_words(row[4], voice))
    return row[0], json.loads(row[1]) | {"p": row[2]}, row[3]


def assessed(case: Case, dataset: str) -> ClaimVerdict:
    """What the claim that a list is random comes to."""
    meet(case)
    found = assess_random(CaseFacts(case.con), dataset)
    assert all(len(reason_said(reason, lang)) > 5 for reason in found.alternatives for lang in LANGUAGES)
    return found
