"""The folder that goes to a cluster and comes back: what lies where, and the description of the work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from tracer.cluster.questions import Question
from tracer.documents import json_of

JOB, TABLES, ANSWERS, DONE, WORK = "job.json", "tables", "answers", "done", "work"
FORMAT = 1

TABLE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "membership": {"dataset": "INT", "key": "BIGINT", "row": "BIGINT"},
    "contact_alias": {"dataset": "INT", "key": "BIGINT", "contact": "BIGINT"},
    "junk": {"dataset": "INT", "key": "BIGINT"},
    "hash_match": {"dataset": "INT", "key": "BIGINT", "row": "BIGINT"},
    "withheld": {"release": "STRING", "key": "BIGINT"},
    "canary": {
        "no": "INT", "phone": "BIGINT", "email": "BIGINT", "kind": "STRING", "organisation": "STRING",
        "imported_at": "TIMESTAMP_NTZ",
    },
    "canary_key": {"key": "BIGINT", "canary": "INT"},
    "segment": {"block": "BIGINT", "province": "STRING", "city": "STRING"},
    "dataset": {"no": "INT", "contacts": "BIGINT", "loaded_at": "TIMESTAMP_NTZ"},
    "traced": {"no": "INT", "position": "INT", "code": "BIGINT"},
}  # fmt: skip
"""The exported tables with their columns and Spark's types."""

BLINDED = {"key": "key", "contact": "key", "phone": "key", "email": "key", "example": "key", "block": "block"}
"""Columns that are under pseudonyms on the way there and back, wherever they are: column -> identifier or block."""


@dataclass(frozen=True)
class ClusterJob:
    """What is asked, of which facts."""

    facts: str
    """Digest of the facts (`answers.facts_of`)."""
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
