"""Right of reply: how far it has come with a party."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from tracer.clock import today
from tracer.documents import json_of
from tracer.errors import InputRefused

STATES = ("answered", "no_reply", "asked", "not_asked")
"""Answered; asked, and the deadline has passed; asked, and it has not; not asked."""


def reply_state(asked: date | None, deadline: date | None, answered: date | None) -> str:
    """One of `STATES`. A deadline has passed by the clock's day, so that a stopped clock repeats a run."""
    if answered is not None:
        return "answered"
    if deadline is not None and deadline < today():
        return "no_reply"
    return "not_asked" if asked is None and deadline is None else "asked"


LANGUAGE_PATTERN = "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
"""How a language is named: `en`, `zh`, `zh-Hant`."""
_LANGUAGE = re.compile(LANGUAGE_PATTERN)


def is_language(value: object) -> bool:
    """Whether it names a language as `en`, `zh` or `zh-Hant` does."""
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def kept_translation(translation: Mapping[str, str] | None) -> str | None:
    """Language to text as a case keeps it: the same text for the same translations."""
    return json.dumps(dict(sorted(translation.items())), ensure_ascii=False) if translation else None


def language_problem(language: str | None, translation: str | None, where: str) -> InputRefused | None:
    """A refusal where a language is not named as it must be."""
    wrong = next((one for one in (language, *json_of(translation or "{}")) if one and not is_language(one)), None)
    return None if wrong is None else InputRefused(f"invalid language {wrong!r}", where=where, remedy="write zh, en …")
