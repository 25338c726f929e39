"""The folder that goes to a cluster and comes back: what lies where, and what is asked: the statements that the stages
execute over memberships, with what is bound in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from tracer.documents import json_of
from tracer.findings import sightings
from tracer.findings.case_facts import ROWS, CaseFacts, question_of
from tracer.findings.claims import verdict as claims
from tracer.findings.claims.blocks import asked_canaries, limits_of
from tracer.findings.claims.random import witnesses_of
from tracer.findings.claims.verdict import lists_of, read_claims, usable
from tracer.findings.overlap.patterns import STEPS, step_text
from tracer.findings.sightings import RegisteredMarks, sources_of
from tracer.identify.number_plans import CHINA, built_in_ranges

JOB, TABLES, ANSWERS, DONE, WORK = "job.json", "tables", "answers", "done", "work"
FORMAT = 1

_COLUMNS = """
membership: dataset INT, key BIGINT, row BIGINT
contact_alias: dataset INT, key BIGINT, contact BIGINT
junk: dataset INT, key BIGINT
hash_match: dataset INT, key BIGINT, row BIGINT
withheld: release STRING, key BIGINT
canary: no INT, phone BIGINT, email BIGINT, kind STRING, organisation STRING, imported_at TIMESTAMP_NTZ
canary_key: key BIGINT, canary INT
segment: block BIGINT, province STRING, city STRING
dataset: no INT, contacts BIGINT, loaded_at TIMESTAMP_NTZ
traced: no INT, position INT, code BIGINT
"""
TABLE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    name: dict(column.split() for column in columns.split(","))
    for name, _, columns in (line.partition(":") for line in _COLUMNS.strip().splitlines())
}
"""The exported tables with their columns and Spark's types."""
BLINDED = {"key": "key", "contact": "key", "phone": "key", "email": "key", "example": "key", "block": "block"}
"""Columns that are under pseudonyms on the way there and back, wherever they are: column -> identifier or block."""


@dataclass(frozen=True)
class Question:
    """One statement file, to be executed over the exported relations."""

    name: str
    text: str
    bound: Mapping[str, Any] = field(default_factory=dict)
    """Values of its parameters: whole numbers, truth values, and lists of whole numbers."""
    back: tuple[str, ...] = (ROWS,)
    """The relations that come back; none where the statement only makes what later ones read."""

    @property
    def digest(self) -> str:
        """What an answer is found by."""
        return question_of(self.name, self.text, self.bound)


@dataclass(frozen=True)
class ClusterJob:
    """What is asked, of which facts."""

    facts: str
    memberships: int
    buckets: int
    questions: tuple[Question, ...]

    def to_json(self) -> str:
        """The description as it lies in the folder; holds no identifier."""
        whole = {"format": FORMAT, **asdict(self)}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> ClusterJob:
        """Read it again. Raises `ValueError` where it is none, or of another version of the tool."""
        whole = json_of(text)
        if not isinstance(whole, dict) or whole.pop("format", None) != FORMAT:
            raise ValueError("not a description of work that this version writes")
        asked: Sequence[dict[str, object]] = whole.pop("questions")
        questions = tuple(Question(**{**one, "back": tuple(one["back"])}) for one in asked)  # type: ignore[arg-type]  # as JSON gives it
        return cls(questions=questions, **whole)


def questions_of(con: duckdb.DuckDBPyConnection, register: RegisteredMarks) -> Iterator[Question]:
    """All that is asked."""
    yield from pattern_questions()
    # Which canaries, ordinary and withheld rows of the released datasets are in which dataset.
    targets, own, sources = register.numbers, sorted(register.own_lists), sources_of(register.releases)
    if targets and register.releases:
        for numbers in [targets, *([own] if own and own != targets else [])]:
            yield Question("sightings/seen", sightings.statement("seen"), {"targets": numbers})
        looked = {"targets": targets, "sources": sources}
        bounds = {"matched": looked, "ordinary": {"sources": sources}, "withheld_seen": looked}
        for name, bound in bounds.items() if sources else ():
            yield Question(f"sightings/{name}", sightings.statement(name), bound)
    # Numbers by block of every list that is claimed to be random, against what it cannot have fed.
    claimed = {name for claim in read_claims(con) if claim.kind == "random" for name in lists_of(con, claim)}
    for name in sorted(claimed):
        no, why_not = usable(con, name)
        if why_not is not None:
            continue
        witnesses = list(witnesses_of(CaseFacts(con), name))
        # Blinded keys keep blocks of 10,000, and the great lists are Chinese: other plans' blocks are counted here.
        limits = limits_of(next(each for each in built_in_ranges() if each.country == CHINA))
        blocks = {"dataset": no, "witnesses": witnesses, "without": list[int](), **limits}
        yield Question("claims/blocks", claims.statement("blocks"), blocks)
        canaries = asked_canaries(con, no, consumers=False) | limits
        yield Question("claims/canaries", claims.statement("canaries"), canaries)


def pattern_questions() -> Iterator[Question]:
    """Sets of holders, from which overlaps and derivations are computed, contacts with several identifiers, and where
    numbers lie."""
    for name, back in STEPS.items():
        yield Question(f"overlap/{name}", step_text(name), {}, back)
