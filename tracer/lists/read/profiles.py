"""The exports of well-known programs, known by their headings: which program made a list, and what its columns hold.

Most of their columns say in words what they hold, and are read like any other list's. A profile has the rest: numbers
under headings that no language has for numbers (`Ufficio`), and columns that look like a contact's and are not (an
assistant's number, a mail's display name, the account that a record belongs to).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.lists.read.languages import plain


@dataclass(frozen=True)
class ExportProfile:
    """A program's export."""

    name: str
    signs: frozenset[str]
    holds: Mapping[str, str]


def profile_of(header: Sequence[str]) -> ExportProfile | None:
    """The program whose export has these headings; None for a list that is none of a known one."""
    held = {plain(heading) for heading in header}
    return next((one for one in _profiles() if one.signs <= held), None)


def program_of(header: Sequence[str]) -> str | None:
    """The name of the program whose export has these headings, if it is a known one."""
    found = profile_of(header)
    return None if found is None else found.name


def set_aside(header: Sequence[str]) -> list[str]:
    """The headings of columns that a known program has for somebody other than the contact, or for no person."""
    found = profile_of(header)
    return [] if found is None else [each for each in header if found.holds.get(plain(each)) == "other"]


@cache
def _profiles() -> tuple[ExportProfile, ...]:
    table = toml_of((Path(__file__).parent / "profiles.toml").read_text("utf-8"))
    return tuple(
        ExportProfile(
            layout.pop("profile"),
            frozenset(_plain(layout.pop("signs"))),
            {heading: holds for holds, listed in layout.items() for heading in _plain(listed)},
        )
        for layout in table["layout"]
    )


def _plain(listed: str) -> list[str]:
    return [plain(heading) for heading in listed.split(",")]
