"""From a reason to a sentence: one catalogue a language, as data, and one composer.

What finds something gives a `Reason`: a code and its numbers. Only this room writes the sentence. The catalogues
(`catalogue/LANG/*.ftl`) are written in Fluent, which has plurals, choices and numbers by language in the data itself:
https://projectfluent.org. A code that one language lacks, or says with other numbers, is an error when they are loaded.
"""

from __future__ import annotations

from tracer.disclosure import Reason, Text, Word, number_json, sure_word
from tracer.documents import json_of
from tracer.wording.catalogue_files import LANGUAGES, BrokenCatalogue
from tracer.wording.structs import (
    Codes,
    code_key,
    coded_reason,
    holds_codes,
    in_words,
    masked_table,
    rows_in_words,
    worded_table,
)
from tracer.wording.voice import Voice, data_word, key_of, say, templates, word

# The signals of an edge as the store holds them, each with its name and its sentence as reasons.


def signals_of(weights: str) -> list[dict[str, object]]:
    """The steps of a waterfall (JSON of `derivation.weights`), in the finding's order.

    `signal`, `value` and `weight` are the store's; `name` and `text` are reasons, to be said by `in_words`. A case that
    an earlier version traced holds the sentence itself, which stays as it is.
    """
    return [
        {
            "signal": step["signal"],
            "name": number_json(
                Reason.of("signal-name", signal=Word(step["signal"].replace(" ", "-")), written=Text(step["signal"]))
            ),
            "value": step.get("value") or "",
            "weight": float(step["weight"]),
            "text": step.get("reason")
            or number_json(Reason.of("as-written", text=Text(str(step.get("text") or step.get("value") or "")))),
        }
        for step in json_of(weights)
    ]


__all__ = [
    "LANGUAGES",
    "BrokenCatalogue",
    "Codes",
    "Voice",
    "code_key",
    "coded_reason",
    "data_word",
    "holds_codes",
    "in_words",
    "key_of",
    "masked_table",
    "rows_in_words",
    "say",
    "signals_of",
    "sure_word",
    "templates",
    "word",
    "worded_table",
]
