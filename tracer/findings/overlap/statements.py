"""The room's statements, and those of them that a cluster executes over its own memberships."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.precomputed import ROWS, kept_answer
from tracer.resources import statements_beside

_statement = statements_beside(__file__)


def over(name: str, **relations: str) -> str:
    """The statement of that name; each relation is put where the file has its name in braces."""
    return _statement(name).format(**relations)


STEPS: Mapping[str, tuple[str, ...]] = {
    "second_key": (), "signed_key": (), "pattern": ("pattern",), "key_pattern": ("key_pattern",),
    "pattern_member": (ROWS,), "several": (), "key_surplus": (ROWS,), "contact_union": (ROWS,), "signed_block": (),
    "block_place": ("block_place",), "place_size": (ROWS,), "dataset_place": (ROWS,),
}  # fmt: skip
"""What a cluster is asked, in the order in which the statements rest on each other: name → what comes back of it."""


def step_text(name: str) -> str:
    """The statement over relations that are called as the file calls them; later ones read its rows, or they come back
    as they are."""
    text = _statement(name).replace("{", "").replace("}", "")
    return text if STEPS[name] == (ROWS,) else f"CREATE OR REPLACE TEMP TABLE {name} AS\n{text}"


def answered_steps(facts: CaseFacts) -> dict[str, Relation] | None:
    """Statement → the table that holds its answer, where a cluster's answers fit the case; they come together."""
    found: dict[str, Relation] = {}
    for name in (name for name, back in STEPS.items() if back):
        answer = kept_answer(facts, f"overlap/{name}", step_text(name), {})
        if not answer:
            return None
        found[name] = next(iter(answer.values()))
    return found
