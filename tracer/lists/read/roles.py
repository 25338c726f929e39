"""Gives each column of a part its role: by the user's map, else by heading, else by content.

A heading that promises phone numbers over cells of which none looks like one yields to the content; a column of numbers
under an unknown heading becomes a phone column. Content is judged on a sample of rows spread over the part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from tracer.errors import InputRefused
from tracer.identify.number_forms import forms_of
from tracer.lists.read import cells
from tracer.lists.read.identifiers import with_further
from tracer.lists.read.model import PIECES, ROLES, ColumnRole, ReadOptions
from tracer.lists.read.region import CELLS, is_bare, looks_like_number, spread, valid_share, with_regions
from tracer.lists.read.secret_columns import SecretDoor, identifies, secret_positions
from tracer.lists.read.words import (
    EITHER,
    fold,
    is_never_ours,
    is_vague,
    likeliest_languages,
    plain,
    profile_of,
    role_of_heading,
    shown_headings,
)

# Which columns make a key together, as the user named them, and which must not: names alone never link.

_APART = re.compile(r"[,，、;；]")
_NAMES = 0.6  # share of the cells that must look like Chinese names for a column of them
_ACCOUNTS = frozenset({"username", "userid", "login", "loginname", "用户名", "用戶名", "账号", "帳號"})
_SAYS_LITTLE = frozenset(
    (
        *("性别", "性別", "gender", "sex", "sexo", "geschlecht", "sexe", "sesso"),
        *("称呼", "稱呼", "title", "salutation", "anrede"),
    )
)
"""Headings of columns that halve the people of a name at most."""


def key_columns(header: Sequence[str], value: str | Sequence[str]) -> tuple[list[tuple[int, ...]], list[str]]:
    """The keys that a user named, each by the positions of its columns, and what he named that is not there.

    `姓名,生日` and a list of names are one key of several columns; columns parted by `|` are keys of their own. A
    heading that holds a comma is looked for as a whole first.
    """

    def parted(piece: str) -> list[str]:
        if find_column(header, piece) or not _APART.search(piece):
            return [piece]
        return [part.strip() for part in _APART.split(piece) if part.strip()]

    if isinstance(value, str):
        named = [[piece] for piece in value.split("|") if piece.strip()]
    else:
        several = [piece for piece in value if len(parted(piece)) > 1]
        together = [piece for piece in value if piece.strip() and piece not in several]
        named = [*([piece] for piece in several), *([together] if together else [])]
    keys: list[tuple[int, ...]] = []
    missing: list[str] = []
    for pieces in named:
        wanted = [one for piece in pieces for one in parted(piece)]
        found = [find_column(header, one) for one in wanted]
        missing += [one for one, positions in zip(wanted, found, strict=True) if not positions]
        # A heading that comes twice is two keys where it is one alone, else its first column.
        if len(wanted) == 1:
            keys += [(position,) for position in found[0]]
        elif all(found):
            keys.append(tuple(dict.fromkeys(positions[0] for positions in found)))
    return keys, missing


def _with_keys(
    roles: Sequence[ColumnRole],
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    options: ReadOptions,
    where: str,
) -> tuple[ColumnRole, ...]:
    """The columns, with those marked that make a key together. Raises InputRefused for a key of names, and of what says
    no more than a name does."""
    keys, _ = key_columns(header, options.columns.get("key", ()))
    refused = []
    for key in keys:
        weak = [at for at in key if fold(header[at]) in _SAYS_LITTLE]
        names = [at for at in key if at not in weak and _is_of_names(header[at], sample[at])]
        if names and len(names) + len(weak) >= len(key):
            shown = " and ".join(f"column {at + 1}" for at in key)
            what = f"the key is a name alone ({shown}), and names never link by themselves"
            remedy = "add a column that namesakes differ in, as in --map key=姓名,生日"
            refused.append(InputRefused(what, where=where, remedy=remedy))
    if refused:
        raise InputRefused.many(refused)
    joined = [key for key in keys if len(key) > 1]
    return tuple(
        replace(column, how="key", part_of=own)
        if (own := tuple(number for number, key in enumerate(joined) if column.position in key))
        else column
        for column in roles
    )


def _is_of_names(heading: str, sample: Sequence[str]) -> bool:
    if fold(heading) in _ACCOUNTS:
        return False
    named = role_of_heading(heading) or ""
    if named == EITHER or PIECES.get(named, named) == "name":
        return True
    return bool(sample) and _share(sample, cells.is_person) >= _NAMES


# Shares of the filled cells that must look the part. Numbers are distinctive; names and places are not.
_ENOUGH = 0.5
_ENOUGH_LOOSE = 0.6
_YEAR, _LIFETIME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|^(?:19|20)\d\d"), 20
"""A day's year, and the years in which all but a fifth of the days of a column are, from which they are births."""
_ENOUGH_SAME = 0.8
"""A column is one of hashes or of masks where so many of its cells are; a few among numbers are read one by one."""
_ENOUGH_VALID = 0.3  # share of bare digits that must be valid numbers where no heading says that they are
_IDENTIFYING = ("phone", "email", "phone_hash", "email_hash")
_HOLD = (*ROLES, *PIECES)  # what a person may say that a column holds


def assign_roles(
    header: Sequence[str], sample: Sequence[Sequence[str]], options: ReadOptions, where: str
) -> tuple[ColumnRole, ...]:
    """The role of every column.

    `header`: heading per column; `sample`: filled cells per column. A mapped column that is not there may be in
    another part: see `missing_columns`. Raises InputRefused for a key of names alone.
    """
    mapped = _mapped(header, options.columns)
    roles: list[ColumnRole] = []
    languages = likeliest_languages(header)
    profile = profile_of(header)
    secret = secret_positions(header, lambda: _identified(header), mapped)
    for position, heading in enumerate(header):
        if position in mapped:
            roles.append(_column(position, heading, mapped[position], "map"))
            continue
        if position in secret:
            roles.append(ColumnRole(position, heading, "secret", "header"))
            continue
        known = None if profile is None else profile.holds.get(plain(heading))
        role, how = _detected(heading, sample[position], options, languages, known)
        # A role that the user gave to certain columns is taken from all others.
        roles.append(_column(position, heading, "other" if role in mapped.values() else role, how))
    # A word that may be the whole name or a part of it is read by the other parts of names.
    other = {"given_name": "family_name", "family_name": "given_name"}
    held = {column.piece for column in roles if column.piece in other}
    piece = other[str(held.pop())] if len(held) == 1 else None
    roles = [replace(column, role="name", piece=piece) if column.role == EITHER else column for column in roles]
    found = _with_keys(roles, header, sample, options, where)
    found = with_further(found, sample, frozenset(mapped.values()))
    if options.find_region:
        found = with_regions(found, header, sample, options, where)
    if not any(column.identifies for column in found):
        # A heading such as NUMERO is an id's, but where it is all that there is, as in do-not-call lists.
        found = tuple(
            replace(column, role="phone", how="content")
            if column.role == "id" and _identifying(sample[column.position], options.region) == "phone"
            else column
            for column in found
        )
    if not any(column.identifies and column.role != "phone_mask" for column in found):
        # Without any other identifier, a column of digests is taken for hashes of numbers.
        digests = {at for at, held in enumerate(sample) if held and _share(held, cells.is_hash) >= _ENOUGH_SAME}
        found = tuple(
            ColumnRole(column.position, column.header, "phone_hash", "content")
            if column.how != "map" and column.position in digests
            else column
            for column in found
        )
    # Hashes next to the clear column of their kind are left aside: joined, the two would undo any list of hashes.
    clear = {f"{column.role}_hash" for column in found if column.role in ("phone", "email")}
    return tuple(
        ColumnRole(column.position, column.header, "other", column.how)
        if column.role in clear and column.how != "map"
        else column
        for column in found
    )


def _identified(header: Sequence[str]) -> bool:
    languages = likeliest_languages(header)
    return identifies([role_of_heading(heading, languages) for heading in header])


def door_of(header: Sequence[str], options: ReadOptions, also: Sequence[str] = ()) -> SecretDoor:
    """What the rows of a table with these headings go through before they are landed.

    `also`: headings whose cells may hold secrets in a table with others that do.
    """
    found = secret_positions(header, lambda: _identified(header), _mapped(header, options.columns))
    if found:
        found |= {at for at, heading in enumerate(header) if heading in also}
    named = max((at + 1 for at, heading in enumerate(header) if heading.strip()), default=0)
    return SecretDoor(found, options.secret_key, named)


def _column(position: int, heading: str, holds: str, how: str) -> ColumnRole:
    return ColumnRole(position, heading, PIECES.get(holds, holds), how, piece=holds if holds in PIECES else None)


def _detected(
    heading: str, sample: Sequence[str], options: ReadOptions, languages: tuple[str, ...], known: str | None
) -> tuple[str, str]:
    """Role and how it was found. 备注 over numbers is a number column all the same; 身份证 and 订单号 never are.

    `known`: what the column holds in the export of the program that made the list.
    """
    named = known or role_of_heading(heading, languages)
    if known not in (None, "phone", "email") or (named == "other" and is_never_ours(heading, languages)):
        return str(named), "header"
    region = options.region
    # The role that the cells speak for; None where they speak for none.
    found = None if not sample else _identifying(sample, region) or _describing(sample)
    if named == "phone" and options.find_region and not is_vague(heading):
        # The cells may look like numbers of another country.
        numbers = [one for cell in sample for one in cells.numbers_in(cell)]
        if numbers and _share(numbers, looks_like_number) >= _ENOUGH:
            return "phone", "header"
    labelled = [cell for cell in sample if cells.is_labelled(cell) and looks_like_number(cell)]
    if found is None and len(labelled) > _ENOUGH * len(sample):
        found = "phone"
    if named in _IDENTIFYING:
        promised = _kept_promise(named, sample, region)
        if promised is not None:
            return promised, "header"
    if named is None or named in _IDENTIFYING:
        return (found, "content") if found is not None else ("other", "content")
    if found in ("phone", "email", "phone_mask") and named not in ("date", "created", "deleted"):
        bare_ids = named == "id" and found == "phone" and _share(sample, cells.is_plainly_phone) < _ENOUGH
        return (named, "header") if bare_ids else (found, "content")
    return named, "header"


def _kept_promise(named: str, sample: Sequence[str], region: str) -> str | None:
    """What is under a heading that promises numbers or addresses: in clear, hashed, masked; None for neither."""
    kind = named.removesuffix("_hash")
    if not sample:
        return named
    if _share(sample, cells.is_hash_by_name) >= _ENOUGH_SAME:
        return f"{kind}_hash"
    if kind == "phone" and _share(sample, cells.is_mask_by_name) >= _ENOUGH_SAME:
        return "phone_mask"
    clear: Callable[[str], bool] = cells.is_email if kind == "email" else lambda c: cells.is_phone(c, region)
    if any(clear(cell) for cell in sample):
        return kind
    return f"{kind}_hash" if any(cells.is_hash(cell) for cell in sample) else None


def _share(sample: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for cell in sample if test(cell)) / len(sample)


_CASE_NUMBER = re.compile(r"(?:19|20)\d\d[-/]\d{1,6}")
"""A year and a running number, as requests are numbered: digits enough for a telephone's."""


def _identifying(sample: Sequence[str], region: str) -> str | None:
    """Whether the cells are numbers, masked or in clear, or addresses."""
    if _share(sample, cells.is_mask) >= _ENOUGH_SAME:
        return "phone_mask"
    if _share(sample, lambda c: _CASE_NUMBER.fullmatch(c.strip()) is not None) >= _ENOUGH_SAME:
        return None
    forms = forms_of(region)
    if _share(sample, lambda c: cells.is_phone(c, region)) >= forms.enough:
        # Some that have no country code must be valid numbers: ids, amounts and moments are digits, too.
        bare = [cell for cell in spread(sample, CELLS) if is_bare(cell) and not cells.is_mask(cell)]
        if forms.by_rule or not bare or valid_share(bare, region) >= _ENOUGH_VALID:
            return "phone"
    return "email" if _share(sample, cells.is_email) >= _ENOUGH else None


def _describing(sample: Sequence[str]) -> str | None:
    """What the cells say about contacts: days, firms, places, names, numbers in a row."""
    loose: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("date", cells.is_date),
        ("organisation", cells.is_firm),
        ("address", cells.is_place),
        ("name", cells.is_person),
    )
    for role, test in loose:
        if _share(sample, test) >= _ENOUGH_LOOSE:
            # Days of most of a lifetime are those on which people were born, and not those of rows.
            years = sorted(int(found[0]) for cell in sample if (found := _YEAR.search(cell)) is not None)
            births = len(years) > 3 and years[-1 - len(years) // 10] - years[len(years) // 10] >= _LIFETIME
            return None if role == "date" and births else role
    if len(sample) > 3 and all(map(cells.is_number, sample)) and len(set(sample)) == len(sample):
        return "id"
    return None


def _wanted(value: str | Sequence[str]) -> list[str]:
    return [piece for piece in (value.split("|") if isinstance(value, str) else list(value)) if piece.strip()]


def named_columns(columns: Mapping[str, str | Sequence[str]]) -> tuple[str, ...]:
    """All columns that the user named, as he wrote them; those of keys whole, and at their commas."""
    named = [piece for role, value in columns.items() if role != "key" for piece in _wanted(value)]
    keys = [one for piece in _wanted(columns.get("key", ())) for one in (piece, *_APART.split(piece)) if one.strip()]
    return (*named, *dict.fromkeys(keys))


def _mapped(header: Sequence[str], columns: Mapping[str, str | Sequence[str]]) -> dict[int, str]:
    """Column position to role, as the user said, of the columns that are here."""
    mapped: dict[int, str] = {}
    for role, value in columns.items():
        if role == "key":
            mapped.update((key[0], role) for key in key_columns(header, value)[0] if len(key) == 1)
        elif role in _HOLD:
            mapped.update((position, role) for wanted in _wanted(value) for position in find_column(header, wanted))
    return mapped


def missing_columns(
    columns: Mapping[str, str | Sequence[str]], headers: Sequence[Sequence[str]], where: str
) -> list[InputRefused]:
    """What is wrong with the columns that a user named: roles that are none, columns that none of these tables has.

    A key of several columns must be whole in one of them.
    """
    missing, unknown = list[str](), list[InputRefused]()
    for role, value in columns.items():
        if role not in _HOLD:
            near = get_close_matches(role, _HOLD, 1)
            remedy = f"did you mean {near[0]!r}?" if near else f"roles are {', '.join(_HOLD)}"
            unknown.append(InputRefused(f"invalid role {role!r}", where=where, remedy=remedy))
        elif role == "key":
            for one in value.split("|") if isinstance(value, str) else [value]:
                lacked = [key_columns(header, one)[1] for header in headers]
                missing += [name for fewest in sorted(lacked, key=len)[:1] for name in fewest]
        else:
            missing += [w for w in _wanted(value) if not any(find_column(header, w) for header in headers)]
    headings = tuple(dict.fromkeys(heading for header in headers for heading in header))
    known = [heading for heading in shown_headings(headings) if heading]
    for wanted in missing:
        near = get_close_matches(wanted, known, 1)
        remedy = f"it has no known headings: use a number from 1 to {len(headings)}"
        if known:
            guess = f"did you mean {near[0]!r}? " if near else ""
            remedy = f"{guess}its columns are {', '.join(known[:12])}"
        unknown.append(InputRefused(f"unknown column {wanted!r}", where=where, remedy=remedy))
    return unknown


def find_column(header: Sequence[str], wanted: str) -> list[int]:
    """Positions of the column a user means: its heading, its heading but for width and blanks, its number from 1, its
    letters.
    """
    exact = [i for i, heading in enumerate(header) if heading == wanted]
    if exact:
        return exact
    folded = fold(wanted)
    alike = [i for i, heading in enumerate(header) if folded and fold(heading) == folded]
    if alike:
        return alike
    text = wanted.strip()
    if text.isascii() and text.isdigit():
        position = int(text) - 1
    elif text.isascii() and text.isalpha() and len(text) <= 3:
        position = -1
        for letter in text.upper():
            position = (position + 1) * 26 + ord(letter) - ord("A")
    else:
        return []
    return [position] if 0 <= position < len(header) else []
