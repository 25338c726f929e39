"""What may be shown of a number: the one place that hides small counts of people, before there are words."""

from __future__ import annotations

from tracer.disclosure.numbers import (
    Count,
    DatasetRef,
    Measure,
    Number,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Share,
    Text,
    Times,
    Word,
)
from tracer.disclosure.shown import disclosed, known, ratio, told
from tracer.disclosure.structs import is_reason, opened, reason_of, stored

__all__ = [
    "Count", "DatasetRef", "Measure", "Number", "PValue", "PartyRef",
    "Probability", "Reason", "Ref", "ReleaseRef", "Share", "Text", "Times", "Word", "disclosed", "is_reason", "known",
    "opened",
    "ratio", "reason_of", "stored", "told",
]  # fmt: skip
