"""The signals of an edge as the store holds them, each with its name and its sentence as reasons."""

from __future__ import annotations

from tracer.disclosure import Reason, Text, Word, disclosed
from tracer.documents import json_of


def signals_of(weights: str) -> list[dict[str, object]]:
    """The steps of a waterfall (JSON of `derivation.weights`), in the finding's order.

    `signal`, `value` and `weight` are the store's; `name` and `text` are reasons, to be said by `in_words`. A case that
    an earlier version traced holds the sentence itself, which stays as it is.
    """
    return [
        {
            "signal": step["signal"],
            "name": disclosed(_name(str(step["signal"]))),
            "value": step.get("value") or "",
            "weight": float(step["weight"]),
            "text": step.get("reason") or disclosed(_written(str(step.get("text") or step.get("value") or ""))),
        }
        for step in json_of(weights)
    ]


def _name(signal: str) -> Reason:
    return Reason.of("signal-name", signal=Word(signal.replace(" ", "-")), written=Text(signal))


def _written(sentence: str) -> Reason:
    return Reason.of("as-written", text=Text(sentence))
