"""Words in the place of reasons, in whatever holds them; for programs their codes and numbers as well.

Programs get both: next to a list of sentences `reasons` is `reasons_codes`, next to one sentence `text` is `text_code`.
A code is of the catalogues and the same in every language; its numbers have gone through `disclosure`, as the
sentence's have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from tracer.disclosure import SCALARS, Reason, Text, is_reason, number_json, reason_of, with_reasons
from tracer.documents import json_of
from tracer.policy import SPOKEN, mask_text, masked_value
from tracer.wording.names import Introduced, Names
from tracer.wording.voice import Voice

if TYPE_CHECKING:
    import pyarrow as pa

_LISTS = frozenset({"reasons", "against", "alternatives", "would_tell", "left_out"})
"""Lists of sentences, whatever is in them: an empty one does not show it."""
_MARK = b"tracer:codes"
"""Metadata of a field of Arrow that holds codes."""


class Codes(Enum):
    """How the codes and numbers of reasons go along with the words."""

    NONE = "none"
    VALUES = "values"
    """`{"code": …, "numbers": {…}}`, in a list where the words are one."""
    TEXT = "text"
    """The same as one JSON text, where a field holds one value only."""


def in_words(value: object, voice: Voice, codes: Codes = Codes.NONE) -> Any:
    """A value in which every reason, however deep inside, is its sentence; its code follows what holds it."""
    return _said(with_reasons(value), voice, codes)


def rows_in_words(rows: Sequence[Any], names: Names, lang: str, codes: Codes = Codes.NONE) -> list[Any]:
    """Rows or edges in words; in each of them the id follows a name where it is first said."""
    return [_said(row, Voice(lang, Introduced(names, lang)), codes) for row in with_reasons(rows)]


def _said(value: object, voice: Voice, codes: Codes) -> Any:
    if isinstance(value, Reason):
        return voice.say(value)
    if isinstance(value, list):
        return [_said(one, voice, codes) for one in value]
    if isinstance(value, dict):
        said = {name: one if type(one) in SCALARS else _said(one, voice, codes) for name, one in value.items()}
        return said if codes is Codes.NONE else said | dict(_codes_in(value, codes))
    return value


def _codes_in(values: Mapping[str, Any], form: Codes) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        many = isinstance(value, list)
        listed = many and (name in _LISTS or any(isinstance(one, Reason) for one in value))
        if listed or isinstance(value, Reason):
            found = coded_reason(value)
            yield code_key(name, many=many), found if form is Codes.VALUES else _as_text(found)


def code_key(name: str, *, many: bool) -> str:
    """Where the codes of the words under `name` are."""
    return f"{name}_codes" if many else f"{name}_code"


def coded_reason(value: Any) -> Any:
    """The code and the numbers of a reason, or of each of several, as they may be shown.

    A sentence that was kept as words has the code of such.
    """
    if isinstance(value, list | tuple):
        return [coded_reason(one) for one in value]
    if is_reason(value):
        return number_json(reason_of(value))
    return number_json(value if isinstance(value, Reason) else Reason.of("as-written", text=Text(str(value))))


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def worded_table(table: pa.Table, voice: Voice) -> pa.Table:
    """The table with sentences in the place of reasons and of lists of them; their codes as JSON are its last columns.

    A column of the table's own keeps its name.
    """
    import pyarrow as pa

    from tracer.wording.arrow_types import REASON, REASONS

    for position, field in enumerate(table.schema):
        kind = field.type
        if kind not in (REASON, REASONS):
            continue
        values = table.column(position).to_pylist()
        words = pa.string() if kind == REASON else pa.list_(pa.string())
        table = table.set_column(position, field.name, pa.array([in_words(one, voice) for one in values], words))
        name = code_key(field.name, many=kind == REASONS)
        if name not in table.column_names:
            codes = pa.array([None if one is None else _as_text(coded_reason(one)) for one in values], pa.string())
            table = table.append_column(pa.field(name, pa.string(), metadata={_MARK: b""}), codes)
    return table


def holds_codes(field: pa.Field) -> bool:
    """Whether a column is one of codes that `worded_table` has added."""
    return field.metadata is not None and _MARK in field.metadata


def masked_table(table: pa.Table) -> pa.Table:
    """The table with people's words masked (`tracer.policy`); columns that people did not enter are not looked at. In
    the codes of a column of sentences words are masked, and ids where the sentence is."""
    import pyarrow as pa

    for position, field in enumerate(table.schema):
        if holds_codes(field):
            everywhere = field.name.rpartition("_")[0] in SPOKEN
            shown_as = partial(_masked_codes, everywhere=everywhere)
        elif field.name in SPOKEN and pa.types.is_string(field.type):
            shown_as = partial(masked_value, field.name)
        else:
            continue
        before = table.column(position).to_pylist()
        shown = {text: shown_as(text) for text in set(before)}
        if any(text != after for text, after in shown.items()):
            after = pa.array([shown[text] for text in before], field.type)
            table = table.set_column(position, field, pa.chunked_array([after]))
    return table


def _masked_codes(text: str | None, *, everywhere: bool) -> str | None:
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

    return None if text is None else _as_text(within(json_of(text)))
