"""Sets of holders and places of numbers as a cluster counts them: what it is asked, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.statements import by_own_names
from tracer.findings.precomputed import ROWS, kept_answer

STEPS = (
    "second_key", "signed_key", "pattern", "key_pattern", "pattern_member", "several", "key_surplus", "contact_union",
    "signed_block", "block_place", "place_size", "dataset_place",
)  # fmt: skip
"""The statements, in the order in which they rest on each other."""
_MADE = {"second_key", "signed_key", "pattern", "key_pattern", "several", "signed_block", "block_place"}
"""Those whose rows later ones read."""


@dataclass(frozen=True)
class AnsweredPatterns:
    """The tables that hold the answers of these statements."""

    pattern: Relation
    key_pattern: Relation
    pattern_member: Relation
    key_surplus: Relation
    contact_union: Relation
    block_place: Relation
    place_size: Relation
    dataset_place: Relation

    @classmethod
    def kept(cls, facts: CaseFacts) -> Self | None:
        """All of them, where they fit the case; they come together."""
        found: dict[str, Relation] = {}
        for name in (one.name for one in fields(cls)):
            answer = kept_answer(facts, f"overlap/{name}", step_text(name), {})
            if not answer:
                return None
            found[name] = next(iter(answer.values()))
        return cls(**found)


def step_text(name: str) -> str:
    """What is asked: the statement, and of one whose rows later ones read that they are to be kept."""
    text = by_own_names(name)
    return f"CREATE OR REPLACE TEMP TABLE {name} AS\n{text}" if name in _MADE else text


def step_back(name: str) -> tuple[str, ...]:
    """The relations that come back of it."""
    if name not in {one.name for one in fields(AnsweredPatterns)}:
        return ()
    return (name if name in _MADE else ROWS,)
