"""Words in the place of reasons, in whatever holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from tracer.disclosure import REASON, REASONS, is_reason, reason_of
from tracer.wording.voice import Voice


def in_words(value: object, voice: Voice) -> Any:
    """A value in which every reason, however deep inside, is its sentence."""
    if isinstance(value, Mapping):
        if is_reason(value):
            return voice.say(reason_of(value))
        return {name: in_words(one, voice) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [in_words(one, voice) for one in value]
    return value


def worded_table(table: pa.Table, voice: Voice) -> pa.Table:
    """The table with sentences in the place of reasons and of lists of them."""
    for position, field in enumerate(table.schema):
        kind = field.type
        if kind in (REASON, REASONS):
            words = pa.string() if kind == REASON else pa.list_(pa.string())
            said = [in_words(value, voice) for value in table.column(position).to_pylist()]
            table = table.set_column(position, field.name, pa.array(said, words))
    return table
