"""What people have entered in words: before it is shown anywhere, the numbers and addresses in it are masked.

A quote, a reply or a note may hold a person's number, and the masks of lists do not see it. These columns are known by
their names, which mean the same in every view, query and answer; every reader of rows reads them through here. What is
counted or decided never looks at them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from tracer.documents import json_of
from tracer.export.mask import mask_text
from tracer.wording import holds_codes

if TYPE_CHECKING:
    import pyarrow as pa

SPOKEN = frozenset({
    "quote", "speaker", "speaker_a", "speaker_b", "channel", "text", "reply", "note", "purpose", "kind", "by_whom",
    "who", "title", "list_title", "title_en", "title_zh", "industry", "province", "path", "value", "value_a", "value_b",
})  # fmt: skip
"""Columns whose words somebody has entered. Ids and the names of parties are shown as they are."""
_AMOUNT = re.compile(r"\s*[+-]?(?:\d{1,10}|\d*\.\d+|\d+\.\d*)(?:[eE][+-]?\d+)?\s*")
"""The value of a claim where it is an amount. No number that can be called has fewer digits with its country's code."""
T = TypeVar("T")


def masked(name: str, value: T) -> T:
    """A value of the column `name` as it may be shown.

    >>> masked("quote", "call 14000001234"), masked("value", "500000"), masked("rows", 14000001234)
    ('call 140****1234', '500000', 14000001234)
    """
    if name not in SPOKEN:
        return value
    if isinstance(value, str):
        shown = value if name.startswith("value") and _AMOUNT.fullmatch(value) else mask_text(value)
        return cast(T, shown)
    return value


def masked_row(row: Mapping[str, T]) -> dict[str, T]:
    """A row of which each column is masked where it is somebody's words."""
    return {name: masked(name, value) for name, value in row.items()}


def masked_table(table: pa.Table) -> pa.Table:
    """The same for a table; columns that people did not enter are not looked at. In the codes of a column of
    sentences words are masked, and ids where the sentence is."""
    import pyarrow as pa

    for position, field in enumerate(table.schema):
        if holds_codes(field):
            everywhere = field.name.rpartition("_")[0] in SPOKEN
            texts = table.column(position).to_pylist()
            shown = {text: _masked_codes(text, everywhere) for text in set(texts)}
            after = pa.array([shown[text] for text in texts], field.type)
            table = table.set_column(position, field, pa.chunked_array([after]))
        if field.name in SPOKEN and pa.types.is_string(field.type):
            before = table.column(position).to_pylist()
            shown = {text: masked(field.name, text) for text in set(before)}
            if any(text != after for text, after in shown.items()):
                after = pa.array([shown[text] for text in before], field.type)
                table = table.set_column(position, field, pa.chunked_array([after]))
    return table


def _masked_codes(text: str | None, everywhere: bool) -> str | None:
    """JSON of codes and numbers in which people's words are masked; everywhere: ids too."""
    hidden = {"text", "id", "dataset", "party", "release"} if everywhere else {"text"}

    def within(value: object) -> object:
        if isinstance(value, list):
            return [within(one) for one in value]
        if isinstance(value, dict):
            return {
                name: mask_text(one) if name in hidden and isinstance(one, str) else within(one)
                for name, one in value.items()
            }
        return value

    return None if text is None else json.dumps(within(json_of(text)), ensure_ascii=False, sort_keys=True)
