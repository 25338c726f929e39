"""The rule of small counts: shared counts under 20, and comparisons with a dataset under 20 contacts, are not told.

Canaries are exempt (the views admit only those imported before the dataset), and so are a dataset's own counts.
"""

from __future__ import annotations

import re

from tracer.graph.model import FEW

LEAST = 20
"""The smallest count of people that is told (contract: What goes out)."""

_COUNTED = r"(?:contacts?|rows?|numbers?|identifiers?|people|persons?|records?|entries|phones?|e-?mails?|names?)"
_FEW_OF = re.compile(
    rf"(?<![\d.,%<*-])\b([1-9]|1[0-9])\b(?![.,]\d|[%*-])(?=(?:\s+(?!canar)[\w'-]+){{0,3}}\s+{_COUNTED}\b)"
)
_ANY_NUMBER = re.compile(r"(?<![\w<.,*-])\d[\d,]*(?:\.\d+)?\s?%?(?![\w*-]|\.\d)")
_CANARY = re.compile(r"canar", re.IGNORECASE)


def is_small(contacts: int | None) -> bool:
    """Whether a dataset of so many contacts is too small for cross-dataset numbers."""
    return contacts is not None and contacts < LEAST


def tell_shared(shared: int, *contacts: int | None) -> int | str:
    """`shared`, or `<20` where it or one of the datasets' own `contacts` is under 20."""
    return FEW if shared < LEAST or any(is_small(count) for count in contacts) else shared


def tell_sentence(sentence: str, *contacts: int | None) -> str:
    """A reason with its small counts of people replaced by `<20`; with a small dataset in it, all its numbers.

    A sentence about canaries stays: their counts are told (contract).
    """
    if _CANARY.search(sentence):
        return sentence
    if any(is_small(count) for count in contacts):
        return _ANY_NUMBER.sub(FEW, sentence)
    return _FEW_OF.sub(FEW, sentence)
