"""Says that a text could also be in another encoding: both, and the shape of one word by each, never the word."""

from __future__ import annotations

import re
from collections import Counter

from tracer.lists.read.encoding import Encoding, dense, public_name
from tracer.lists.read.source import Source
from tracer.lists.read.text import sample_bytes

SURE_ENOUGH = 0.9
"""How likely an encoding must be to be used without a word."""
_WORDS = 400


def doubts(source: Source, encoding: Encoding) -> list[str]:
    """The note on an encoding that is not sure enough, if it is not."""
    if encoding.sure >= SURE_ENOUGH or encoding.rival is None:
        return []
    name, other = public_name(encoding.name), public_name(encoding.rival)
    sample, _ = sample_bytes(source)
    shapes = shapes_by(dense(sample), encoding.name, encoding.rival)
    told = f": what reads {shapes[0]} would then read {shapes[1]}" if shapes is not None else ""
    return [
        f"{source.where}: encoding not certain; read as {name} ({encoding.sure:.0%} sure), which may also be "
        f"{other}{told}. If so, use --encoding {other}"
    ]


def shapes_by(sample: bytes, codec: str, other: str) -> tuple[str, str] | None:
    """One word's shape by two codecs: the first letter that differs, all others as x, X and □.

    The word is the one, among all that read differently, in which the commonest pair of letters differs.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    shapes: dict[tuple[str, str], tuple[str, str]] = {}
    for word in re.findall(rb"[A-Za-z\x80-\xff]{2,24}", sample)[:_WORDS]:
        one, two = word.decode(codec, "replace"), word.decode(other, "replace")
        at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
        if at is not None:
            pair = (one[at], two[at])
            pairs[pair] += 1
            shapes.setdefault(pair, (_shape(one, at), _shape(two, at)))
    return shapes[pairs.most_common(1)[0][0]] if pairs else None


def _shape(word: str, at: int) -> str:
    """The word with every letter but one as what kind of letter it is."""
    return "".join(char if i == at and char.isprintable() else _kind(char) for i, char in enumerate(word))


def _kind(char: str) -> str:
    if char.isupper():
        return "X"
    return "x" if char.islower() else "□"
