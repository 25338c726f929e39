"""What is kept of an entry of a stolen log or a combination list: site, login, program, and a mark for the secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from tracer.identify.number_forms import forms_of
from tracer.lists.read import cells
from tracer.lists.read.landing import table_of_rows
from tracer.lists.read.model import ColumnRole

COLUMNS = ("site", "email", "phone", "user", "application", "secret", "unread")
"""Headings of the columns that entries become."""
_PLAIN = {"site": "site", "user": "other", "application": "other", "secret": "secret", "unread": "other"}
_EMAIL = re.compile(r"[^\s@:;|,<>\"']+@[^\s@:;|,<>\"']+\.[^\s@:;|,<>\"'.]{2,}")
_CODED = re.compile(r"(?:\+|00)[1-9][\d ().\-]{7,18}\d")
_BARE = re.compile(r"\(?0?\d[\d ().\-]{7,14}\d")
_LONGEST = 254
BATCH = 50_000


class Login(NamedTuple):
    """One entry, in the order of `COLUMNS`."""

    site: str | None = None
    email: str | None = None
    phone: str | None = None
    user: str | None = None
    application: str | None = None
    secret: str | None = None
    unread: str | None = None


def login_columns(site: str | None, login: str, secret: str | None, region: str, program: str | None = None) -> Login:
    """An entry whose login is an address, a number, or another name."""
    text = login.strip()
    if len(text) > _LONGEST:
        text = ""
    if _EMAIL.fullmatch(text):
        return Login(site, text, None, None, program or None, secret)
    if is_number(text, region):
        return Login(site, None, text, None, program or None, secret)
    return Login(site, None, None, text or None, program or None, secret)


def is_number(text: str, region: str) -> bool:
    """Whether a login may be a telephone number."""
    if not text or text[0] not in "+0123456789(":
        return False
    if _CODED.fullmatch(text) is not None or cells.is_phone(text):  # a Chinese number is known as such anywhere
        return True
    return not forms_of(region).by_rule and _BARE.fullmatch(text) is not None and not cells.is_date(text)


def tables(logins: Iterable[Login]) -> Iterator[object]:
    """Entries as Arrow tables."""
    stream = iter(logins)
    while piece := list(islice(stream, BATCH)):
        yield table_of_rows(piece)


def with_roles(roles: Iterable[ColumnRole]) -> tuple[ColumnRole, ...]:
    """The columns with the roles that entries have, where the user has given none."""
    return tuple(
        replace(column, role=_PLAIN[column.header], how="format")
        if column.how != "map" and column.header in _PLAIN
        else column
        for column in roles
    )
