"""Words that are people's names: what is written in an address, or in a file's name, may be one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tracer.documents import toml_of


@cache
def personal_names() -> Mapping[str, Any]:
    """The table `personal_names.toml`: each a text of words."""
    return toml_of((Path(__file__).parent / "personal_names.toml").read_text(encoding="utf-8"))


@cache
def person_words() -> frozenset[str]:
    """Common given names and surnames in Latin letters; a rare name is not among them."""
    table = personal_names()
    return frozenset(word for group in ("given", "surnames", "further") for word in table[group].split())
