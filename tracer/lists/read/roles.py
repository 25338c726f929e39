"""Gives each column of a part its role: by the user's map, else by heading, else by content.

A heading that promises phone numbers over cells of which none looks like one yields to the content; a column of numbers
under an unknown heading becomes a phone column. Content is judged on a sample of rows spread over the part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path

from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.identify.devices import (
    IMEI_FRONTS,
    ad_id_of,
    chinese_plate,
    handle_of,
    imei_of,
    plate_of,
    says_nothing,
    vin_of,
)
from tracer.identify.devices import plain as bare
from tracer.identify.national_ids import SCHEMES, iban_of, likeliest_scheme
from tracer.identify.number_forms import forms_of
from tracer.identify.phone import INTERNATIONAL
from tracer.lists.read import cells
from tracer.lists.read.model import FURTHER_ROLES, PIECES, ROLES, SEALED_ROLES, ColumnRole, ReadOptions
from tracer.lists.read.region import (
    CELLS,
    are_no_ids,
    could_be_called,
    is_bare,
    looks_like_number,
    regions_speaking,
    spread_evenly,
    valid_share,
    with_regions,
)
from tracer.lists.read.secret_columns import SecretDoor, secret_positions
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

_COMMAS = re.compile(r"[,，、;；]")
_NAMES = 0.6  # share of the cells that must look like Chinese names for a column of them
_ACCOUNTS = frozenset({"username", "userid", "login", "loginname", "用户名", "用戶名", "账号", "帳號"})
_SAYS_LITTLE = frozenset("性别 性別 gender sex sexo geschlecht sexe sesso 称呼 稱呼 title salutation anrede".split())
"""Headings of columns that halve the people of a name at most."""


def key_columns(header: Sequence[str], value: str | Sequence[str]) -> tuple[list[tuple[int, ...]], list[str]]:
    """The keys that a user named, each by the positions of its columns, and what he named that is not there.

    `姓名,生日` and a list of names are one key of several columns; columns parted by `|` are keys of their own. A
    heading that holds a comma is looked for as a whole first.
    """

    def parted(piece: str) -> list[str]:
        if find_column(header, piece) or not _COMMAS.search(piece):
            return [piece]
        return [part.strip() for part in _COMMAS.split(piece) if part.strip()]

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

    def is_of_names(at: int) -> bool:
        named = role_of_heading(header[at]) or ""
        if fold(header[at]) in _ACCOUNTS or named == EITHER or PIECES.get(named, named) == "name":
            return fold(header[at]) not in _ACCOUNTS
        return bool(sample[at]) and _share(sample[at], cells.is_person) >= _NAMES

    keys, _ = key_columns(header, options.columns.get("key", ()))
    refused = []
    for key in keys:
        weak = [at for at in key if fold(header[at]) in _SAYS_LITTLE]
        names = [at for at in key if at not in weak and is_of_names(at)]
        if names and len(names) + len(weak) >= len(key):
            shown = " and ".join(f"column {at + 1}" for at in key)
            what = f"the key is a name alone ({shown}), and names never link by themselves"
            remedy = "add a column that namesakes differ in, as in --map key=姓名,生日"
            refused.append(InputRefused(what, where=where, remedy=remedy))
    if refused:
        raise InputRefused.many(refused)
    joined = [key for key in keys if len(key) > 1]
    parts = (tuple(no for no, key in enumerate(joined) if column.position in key) for column in roles)
    return tuple(
        replace(column, how="key", part_of=own) if own else column for column, own in zip(roles, parts, strict=True)
    )


# Shares of the filled cells that must look the part. Numbers are distinctive; names and places are not.
_ENOUGH = 0.5
_ENOUGH_LOOSE = 0.6
_YEAR, _LIFETIME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|^(?:19|20)\d\d"), 20
"""A day's year, and the years in which all but a fifth of the days of a column are, from which they are births."""
_ENOUGH_SAME = 0.8
"""A column is one of hashes or of masks where so many of its cells are; a few among numbers are read one by one."""
_ENOUGH_VALID = 0.3  # share of bare digits that must be valid numbers where no heading says that they are
_IDENTIFYING = ("phone", "email", "phone_hash", "email_hash")
_LETTERED = ("name", "given_name", "family_name", "organisation")
_PERSONS = ("name", "given_name", "middle_name", "family_name", EITHER)
_CODES, _FEWEST_CODES = 0.2, 20
"""The share of cells that differ, up to which words with digits are codes; cells from which a column is one of them."""
_HOLD = (*ROLES, *PIECES)  # what a person may say that a column holds


def assign_roles(
    header: Sequence[str], sample: Sequence[Sequence[str]], options: ReadOptions, where: str
) -> tuple[ColumnRole, ...]:
    """The role of every column.

    `header`: heading per column; `sample`: filled cells per column. A mapped column that is not there may be in
    another part: see `missing_columns`. Raises InputRefused for a key of names alone.
    """
    mapped = _mapped_columns(header, options.columns)
    roles: list[ColumnRole] = []
    languages = likeliest_languages(header)
    profile = profile_of(header)
    secret = secret_positions(header, lambda: _has_identifier(header), mapped)
    for position, heading in enumerate(header):
        if position in mapped:
            holds, how = mapped[position], "map"
        elif position in secret:
            holds, how = "secret", "header"
        else:
            known = None if profile is None else profile.holds.get(plain(heading))
            holds, how = _detected_role(heading, sample[position], options, languages, known)
            # A role that the user gave to certain columns is taken from all others.
            holds = "other" if holds in mapped.values() else holds
        piece = holds if holds in PIECES else None
        roles.append(ColumnRole(position, heading, PIECES.get(holds, holds), how, piece=piece))
    # A word that may be the whole name or a part of it is read by the other parts of names.
    other = {"given_name": "family_name", "family_name": "given_name"}
    held = {column.piece for column in roles if column.piece in other}
    piece = other[str(held.pop())] if len(held) == 1 else None
    roles = [replace(column, role="name", piece=piece) if column.role == EITHER else column for column in roles]
    taken = frozenset(mapped.values())
    roles = list(_with_keys(roles, header, sample, options, where))
    roles = [_with_kind(column, held, taken) for column, held in zip(roles, sample, strict=True)]
    if options.find_region:
        roles = list(with_regions(roles, header, sample, options, where))
    roles = _with_ids_that_are_called(roles, sample, options.region, taken)
    if not any(column.identifies and column.role != "phone_mask" for column in roles):
        # Without any other identifier, a column of digests is taken for hashes of numbers.
        for at, column in enumerate(roles):
            if column.how != "map" and sample[at] and _share(sample[at], cells.is_hash) >= _ENOUGH_SAME:
                roles[at] = ColumnRole(at, column.header, "phone_hash", "content")
    # Hashes next to the clear column of their kind are left aside: joined, the two would undo any list of hashes.
    clear = {f"{column.role}_hash" for column in roles if column.role in ("phone", "email")}
    roles = [
        ColumnRole(column.position, column.header, "other", column.how)
        if column.role in clear and column.how != "map"
        else column
        for column in roles
    ]
    return tuple(roles) if "phone" in taken else _with_what_may_be_called(roles, sample, options, languages)


def _with_ids_that_are_called(
    roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]], region: str, taken: Collection[str]
) -> list[ColumnRole]:
    """The columns, with those of numbers under an id's heading: where it is all that there is, as in do-not-call lists,
    or a word for any number over numbers that are not ids, in a table without a column of numbers."""
    found = list(roles)
    alone = not any(column.identifies for column in roles)
    called = "phone" in taken or any(column.role in ("phone", "phone_mask") for column in roles)
    for at, column in enumerate(roles):
        number = not called and column.how == "header" and is_vague(column.header) and are_no_ids(sample[at])
        if column.role == "id" and sample[at] and (alone or number) and _identifier_kind(sample[at], region) == "phone":
            found[at] = replace(column, role="phone", how="content")
    return found


def _with_what_may_be_called(
    roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]], options: ReadOptions, languages: tuple[str, ...]
) -> tuple[ColumnRole, ...]:
    """The columns, with those marked that are not read as numbers though they may be some (`perhaps_phone`)."""
    own = [at for at, column in enumerate(roles) if _says_no_kind(column, languages)]
    if not any(are_no_ids(sample[at]) for at in own):
        return tuple(roles)
    regions = {options.region, *(column.region or options.region for column in roles if column.role == "phone")}
    if options.find_region:
        regions |= {*regions_speaking(languages), *options.around()}
    regions -= {INTERNATIONAL}
    return tuple(
        replace(column, perhaps_phone=at in own and could_be_called(sample[at], regions))
        for at, column in enumerate(roles)
    )


def _says_no_kind(column: ColumnRole, languages: tuple[str, ...]) -> bool:
    """Whether a column is left as one of ids, names or anything else though its heading does not say which numbers."""
    if column.role not in ("id", "name", "other") or column.how not in ("header", "content"):
        return False
    if is_never_ours(column.header, languages):
        return False
    return is_vague(column.header) or role_of_heading(column.header, languages) not in (
        "id",
        "date",
        "created",
        "deleted",
    )


def _has_identifier(header: Sequence[str]) -> bool:
    """Whether a column says whose its rows are, in clear."""
    languages = likeliest_languages(header)
    return any(role_of_heading(heading, languages) in ("phone", "email", "name", "id") for heading in header)


def door_of(header: Sequence[str], options: ReadOptions, also: Sequence[str] = ()) -> SecretDoor:
    """What the rows of a table with these headings go through before they are landed.

    `also`: headings whose cells may hold secrets in a table with others that do.
    """
    found = secret_positions(header, lambda: _has_identifier(header), _mapped_columns(header, options.columns))
    if found:
        found |= {at for at, heading in enumerate(header) if heading in also}
    named = max((at + 1 for at, heading in enumerate(header) if heading.strip()), default=0)
    return SecretDoor(found, options.secret_key, named)


def _detected_role(
    heading: str, sample: Sequence[str], options: ReadOptions, languages: tuple[str, ...], known: str | None
) -> tuple[str, str]:
    """What a column holds and how it was found. 备注 over numbers is a number column all the same; 身份证 and 订单号
    never are.

    `known`: what the column holds in the export of the program that made the list.
    """
    named = known or role_of_heading(heading, languages)
    if known not in (None, "phone", "email") or (named == "other" and is_never_ours(heading, languages)):
        return str(named), "header"
    region = options.region
    if named == "phone" and options.find_region and not is_vague(heading):
        # The cells may look like numbers of another country.
        numbers = [one for cell in sample for one in cells.numbers_in(cell)]
        if numbers and _share(numbers, looks_like_number) >= _ENOUGH:
            return "phone", "header"
    if named in _IDENTIFYING:
        promised = _kept_promise(named, sample, region)
        if promised is not None:
            return promised, "header"
    # The role that the cells speak for; None where they speak for none.
    found = None if not sample else _identifier_kind(sample, region) or _described_kind(sample)
    labelled = [cell for cell in sample if cells.is_labelled(cell) and looks_like_number(cell)]
    if found is None and len(labelled) > _ENOUGH * len(sample):
        found = "phone"
    # Customers may be numbered: 1001, 1002.
    counted = named in _LETTERED and bool(sample)
    counted = counted and all(cell.replace("-", "").replace(" ", "").isdigit() for cell in sample)
    if counted and found is None and len(set(sample)) == len(sample):
        found = "id"
    if named is None or named in _IDENTIFYING or counted:
        return found or "other", "content"
    if found in ("phone", "email", "phone_mask") and named not in ("date", "created", "deleted"):
        bare_ids = named == "id" and found == "phone" and _share(sample, cells.is_plainly_phone) < _ENOUGH
        return (named, "header") if bare_ids else (found, "content")
    codes = named in _PERSONS and found != "name" and _are_codes(sample)
    return ("other", "content") if codes else (named, "header")


def _are_codes(sample: Sequence[str]) -> bool:
    """Whether the cells are few words with digits: a client's code, the order that the rows are of; no names."""
    few = len(sample) >= _FEWEST_CODES and len(set(sample)) <= _CODES * len(sample)
    return few and _share(sample, lambda cell: re.fullmatch(r"\S*\d\S*", cell)) >= _ENOUGH


def _kept_promise(named: str, sample: Sequence[str], region: str) -> str | None:
    """What is under a heading that promises numbers or addresses: in clear, hashed, masked; None for neither."""
    kind = named.removesuffix("_hash")
    if not sample:
        return named
    if _share(sample, cells.is_hash_by_name) >= _ENOUGH_SAME:
        return f"{kind}_hash"
    if kind == "phone" and _share(sample, cells.is_mask_by_name) >= _ENOUGH_SAME:
        return "phone_mask"
    if any(cells.is_email(cell) if kind == "email" else cells.is_phone(cell, region) for cell in sample):
        return kind
    return f"{kind}_hash" if any(map(cells.is_hash, sample)) else None


def _share(sample: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(1 for cell in sample if test(cell)) / len(sample)


_CASE_NUMBER = re.compile(r"(?:19|20)\d\d[-/]\d{1,6}")
"""A year and a running number, as requests are numbered: digits enough for a telephone's."""


def _identifier_kind(sample: Sequence[str], region: str) -> str | None:
    """Whether the cells are numbers, masked or in clear, or addresses."""
    if _share(sample, cells.is_mask) >= _ENOUGH_SAME:
        return "phone_mask"
    if _share(sample, lambda cell: _CASE_NUMBER.fullmatch(cell.strip())) >= _ENOUGH_SAME:
        return None
    forms = forms_of(region)
    if _share(sample, lambda cell: cells.is_phone(cell, region)) >= forms.enough:
        # Some that have no country code must be valid numbers: ids, amounts and moments are digits, too.
        bare = [cell for cell in spread_evenly(sample, CELLS) if is_bare(cell) and not cells.is_mask(cell)]
        if forms.by_rule or not bare or valid_share(bare, region) >= _ENOUGH_VALID:
            return "phone"
    return "email" if _share(sample, cells.is_email) >= _ENOUGH else None


_LOOSE: dict[str, Callable[[str], bool]] = {
    **{"date": cells.is_date, "organisation": cells.is_firm, "address": cells.is_place, "name": cells.is_person}
}


def _described_kind(sample: Sequence[str]) -> str | None:
    """What the cells say about contacts: days, firms, places, names, numbers in a row."""
    role = next((role for role, test in _LOOSE.items() if _share(sample, test) >= _ENOUGH_LOOSE), None)
    if role == "date":
        # Days of most of a lifetime are those on which people were born, and not those of rows.
        years = sorted(int(found[0]) for cell in sample if (found := _YEAR.search(cell)) is not None)
        births = len(years) > 3 and years[-1 - len(years) // 10] - years[len(years) // 10] >= _LIFETIME
        return None if births else role
    if role is None and len(sample) > 3 and all(map(cells.is_number, sample)) and len(set(sample)) == len(sample):
        return "id"
    return role


def _wanted_columns(value: str | Sequence[str]) -> list[str]:
    return [piece for piece in (value.split("|") if isinstance(value, str) else list(value)) if piece.strip()]


def named_columns(columns: Mapping[str, str | Sequence[str]]) -> tuple[str, ...]:
    """All columns that the user named, as he wrote them; those of keys whole, and at their commas."""
    named = [piece for role, value in columns.items() if role != "key" for piece in _wanted_columns(value)]
    keys = [
        one
        for piece in _wanted_columns(columns.get("key", ()))
        for one in (piece, *_COMMAS.split(piece))
        if one.strip()
    ]
    return (*named, *dict.fromkeys(keys))


def _mapped_columns(header: Sequence[str], columns: Mapping[str, str | Sequence[str]]) -> dict[int, str]:
    """Column position to role, as the user said, of the columns that are here."""
    mapped: dict[int, str] = {}
    for role, value in columns.items():
        if role == "key":
            mapped.update((key[0], role) for key in key_columns(header, value)[0] if len(key) == 1)
        elif role in _HOLD:
            mapped.update(
                (position, role) for wanted in _wanted_columns(value) for position in find_column(header, wanted)
            )
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
            missing += [w for w in _wanted_columns(value) if not any(find_column(header, w) for header in headers)]
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


# Columns of further identifiers: telephones' and advertising ids, cars and plates, accounts, numbers of people, IBANs.
# A heading that names one is believed where half of the cells are valid. Without a heading only what cannot be anything
# else is taken for one: nearly all cells valid, with a check digit that would be right by chance in one cell of ten.

_PROMISED = 0.5
_BY_CONTENT = 0.9
_FEWEST = 8  # cells from which content alone says what a column is
_LOOKED_AT = 300
_STRONG = tuple(scheme for scheme, kind in SCHEMES.items() if kind.strong)
_CHECKED = tuple(scheme for scheme, kind in SCHEMES.items() if kind.has_check)
_VALID: Mapping[str, Callable[[str], object]] = {
    **{"imei": imei_of, "ad_id": ad_id_of, "vin": vin_of},
    **{"plate": plate_of, "iban": iban_of},
}


FoundKind = tuple[str, str | None, str]
"""What a column holds: one of `FURTHER_ROLES`, its variant; `header` or `content`."""


def _with_kind(column: ColumnRole, sample: Sequence[str], mapped: Collection[str]) -> ColumnRole:
    """The column, as one of these kinds where it holds one; `mapped`: roles that the user gave to certain columns."""
    heading = plain(column.header)
    if column.how == "map" and column.role in FURTHER_ROLES:  # the service, or the scheme of most cells
        variant = None
        if column.role == "handle":
            variant = next((own for role, own in _headings().get(heading, ()) if role == "handle"), "wechat")
        elif column.role == "national_id":
            variant = likeliest_scheme(sample[:_LOOKED_AT], SCHEMES, 0.0) or "CN"
        return replace(column, variant=variant)
    held = [cell for cell in sample[:_LOOKED_AT] if says_nothing(cell) is None]
    named = _headings().get(heading) or _headings().get(heading.rstrip("0123456789"))
    by_content = column.role in ("other", "id") or (column.role == "phone" and column.how == "content")
    found: FoundKind | None = None
    if named is not None:
        found = _promised_kind(named, held) if held else None
    elif by_content and column.how != "map" and len(held) >= _FEWEST:
        found = _by_content(held)
    if found is None or found[0] in mapped:
        return column
    role, variant, how = found
    if column.how in ("map", "key"):
        # Whatever it is to be used for, the number of a person is not kept in clear.
        sealed = role in SEALED_ROLES and (column.role == "key" or column.how == "key")
        return replace(column, role=role, variant=variant) if sealed else column
    return replace(column, role=role, how=how, variant=variant)


def promised_kind(heading: str) -> str | None:
    """The kind that a heading names and that nothing else is called by; None for any other heading."""
    named = _headings().get(plain(heading), ())
    roles = {role for role, _ in named}
    return next(iter(roles)) if roles and roles <= {"imei", "vin", "iban"} else None


def _promised_kind(named: Sequence[tuple[str, str]], held: Sequence[str]) -> FoundKind | None:
    for role in dict.fromkeys(role for role, _ in named):
        variants = [variant for own, variant in named if own == role]
        if role == "national_id":
            scheme = likeliest_scheme(held, _CHECKED if "any" in variants else variants, _PROMISED)
            if scheme is not None:
                return role, scheme, "header"
        elif _share(held, _VALID.get(role) or partial(handle_of, service=variants[0])) >= _PROMISED:
            return role, variants[0] or None, "header"
    return None


_SURE: Mapping[str, Callable[[str], object]] = {
    "imei": lambda cell: len(bare(cell)) == 15 and bare(cell)[:2] in IMEI_FRONTS and imei_of(cell) is not None,
    "iban": iban_of,
    "plate": chinese_plate,
    "vin": lambda cell: bare(cell)[:1].upper() in "12345L" and vin_of(cell) is not None,
}


def _by_content(held: Sequence[str]) -> FoundKind | None:
    for role, test in _SURE.items():
        if _share(held[:_FEWEST], test) >= _PROMISED and _share(held, test) >= _BY_CONTENT:
            return role, None, "content"
    scheme = likeliest_scheme(held[:_FEWEST], _STRONG, _PROMISED) and likeliest_scheme(held, _STRONG, _BY_CONTENT)
    return None if scheme is None else ("national_id", scheme, "content")


@cache
def _headings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Plain heading → the roles it may name, each with its variant."""
    table = toml_of((Path(__file__).parent / "identifier_headings.toml").read_text("utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for role, words in table.items():
        for variant, listed in words.items() if isinstance(words, dict) else (("", words),):
            for phrase in listed.split(","):
                found.setdefault(plain(phrase), []).append((role, variant))
    return {word: tuple(named) for word, named in found.items() if word}
