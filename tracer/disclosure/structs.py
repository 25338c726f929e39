"""Reasons as the store, Arrow and JSON hold them: `{code, numbers}`, the numbers as they may be shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tracer.disclosure.numbers import Reason
from tracer.disclosure.shown import disclosed, known
from tracer.documents import json_of

_KEYS, _MAPPINGS = 2, (dict, Mapping)
PLAIN = (str, int, float, type(None))
"""What most values are, and no reason is: asked first, because to ask for a mapping takes ten times as long."""
SCALARS = frozenset({*PLAIN, bool})
"""The types of nearly all of them: where a value is one of many, its type alone is asked for."""


def stored(reason: Reason) -> dict[str, str]:
    """A reason as it is stored: as it may be shown, its numbers as JSON."""
    numbers = {name: disclosed(number) for name, number in reason.numbers.items()}
    return {"code": reason.code, "numbers": json.dumps(numbers, ensure_ascii=False, sort_keys=True)}


def is_reason(value: object) -> bool:
    """Whether a value is a reason in the store's form."""
    return isinstance(value, _MAPPINGS) and len(value) == _KEYS and "code" in value and "numbers" in value


def reason_of(value: Mapping[str, Any]) -> Reason:
    """The reason of the store's form; its numbers may be JSON still, or read already."""
    numbers = value["numbers"]
    read = json_of(numbers) if isinstance(numbers, str) else numbers
    return Reason(str(value["code"]), {name: known(one) for name, one in read.items()})


def opened(value: Any) -> Any:
    """A value in which every reason, however deep inside, has its numbers read from their JSON."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, Mapping):
        if is_reason(value) and isinstance(value["numbers"], str):
            return {"code": value["code"], "numbers": json_of(value["numbers"])}
        return {name: one if type(one) in SCALARS else opened(one) for name, one in value.items()}
    return [opened(one) for one in value] if isinstance(value, list | tuple) else value
