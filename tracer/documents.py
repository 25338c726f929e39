"""JSON and TOML that others wrote: the one place where they are parsed, and the one error for what is neither.

Python's parsers raise four kinds of error between them: for text that is not JSON or TOML, for bytes that are not text,
for a number of more than 4,300 digits, and for brackets nested a thousand deep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tracer.errors import InputRefused

_DECODER = json.JSONDecoder()


class NotADocument(InputRefused, ValueError):
    """It is not JSON or TOML, or holds an absurd number or nesting."""

    line_number: int | None = None
    """Where, from 1, if known."""


def json_of(text: str | bytes, *, strictly: bool = False) -> Any:
    """The document of a JSON text. `strictly`: without NaN and Infinity, which Python takes and the standard does not.

    Raises `NotADocument`.
    """
    try:
        return json.loads(text, parse_constant=_no_constant) if strictly else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal_of("JSON", error) from None


def objects_in(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON tree; no recursion, so that deep nesting cannot exhaust the stack."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def object_at(text: str, position: int) -> tuple[Any, int]:
    """The JSON value that begins at a position, and where it ends. Raises `NotADocument`."""
    try:
        return _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        raise _refusal_of("JSON", error) from None


def toml_of(text: str) -> dict[str, Any]:
    """The document of a TOML text. Raises `NotADocument`."""
    import tomllib  # few commands read one

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal_of("TOML", error) from None


def toml_value(value: str | list[str]) -> str:
    """A text, or a list of texts, as TOML has it. JSON writes what TOML reads, but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _no_constant(constant: str) -> float:
    raise ValueError(constant)


def _refusal_of(language: str, error: ValueError | RecursionError) -> NotADocument:
    if isinstance(error, json.JSONDecodeError):
        # Its message quotes nothing; that of the line is given apart, for those who name the file.
        refused = NotADocument(f"not JSON: {error.msg} (at line {error.lineno}, column {error.colno})")
        refused.line_number = error.lineno
        return refused
    if isinstance(error, RecursionError):
        return NotADocument("brackets are nested too deeply")
    if type(error).__name__ == "TOMLDecodeError":
        return NotADocument(f"not TOML: {error}")
    if isinstance(error, UnicodeError):
        return NotADocument(f"not {language}: the text is not UTF-8")
    return NotADocument("a number has thousands of digits")
