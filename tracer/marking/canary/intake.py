"""The register of controlled identities: numbers and mail addresses that the enterprise controls, with their personas.

They come from a file, or are found in a copy that was handed over without this tool. At the end: what the register
holds, and which identities can be used today.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa

from tracer.case.case import Case
from tracer.case.store import registered_tables
from tracer.clock import now
from tracer.dossier.vocabulary import CANARY_KINDS, did_you_mean, refuse
from tracer.errors import InputRefused, refuse_short
from tracer.identify.digests import WIDTHS, match_digests, phone_texts_sql
from tracer.identify.email import mailbox_key, read_email_cell
from tracer.identify.keys import HASH_BASE, HASH_END, mask
from tracer.identify.person import whole_name
from tracer.identify.phone import read_phone_cell
from tracer.input_files import sha256_of
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PIECES, PartRead, ReadOptions
from tracer.lists.unread_columns import used_regions, without_doubtful_columns
from tracer.marking.persona.source_list import POSTCODE
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

statement = sql_next_to(__file__)  # Name -> text of `sql/<name>.sql`.

STATES: Mapping[str, tuple[str, ...]] = {
    "new": ("新", "新卡", "新号", "未启用"),
    "ageing": ("aging", "warming", "养号", "养卡", "养护", "养号中", "养卡中", "养护中"),
    "live": ("active", "in use", "启用", "在用", "使用中", "正常", "活跃", "有效"),
    "silent": ("idle", "dormant", "静默", "沉默", "不活跃", "停用", "停机"),
    "burnt": ("burned", "exposed", "known", "暴露", "已暴露", "已泄露", "作废"),
    "expired": ("ended", "过期", "已过期", "到期", "已到期", "注销", "已注销"),
}
"""States of an identity in the order of its life, each with what else people write for it."""
_HEADINGS = {
    "kind": ("kind", "类型", "种类"),
    "state": ("state", "状态"),
    "since": ("since", "起始", "启用日期"),
    "until": ("until", "截止", "到期日期"),
    "consent": ("consent", "同意", "授权"),
    "note": ("note", "备注"),
}
"""Columns that are known by their heading alone."""
_TAKEN = frozenset({"phone", "email", "name", "organisation", "address", *PIECES})
"""What of a column's roles is kept of an identity."""
_CHANGING = ("state", "since", "until", "consent", "note", "address", "city", "postcode")
"""What a later import of the same identity may change."""
_TYPES = {"phone": "BIGINT", "email": "BIGINT", "since": "DATE", "until": "DATE"}
"""SQL types of the register's columns; the others are texts."""
_SHOWN = 50  # Problems that are shown one by one.


@dataclass(frozen=True)
class ImportedIdentity:
    """One identity for the register; `row`: its place in the file, from 1."""

    row: int
    phone: int | None = None
    email: int | None = None
    phone_raw: str | None = None
    email_raw: str | None = None
    name: str | None = None
    organisation: str | None = None
    address: str | None = None
    kind: str = "canary"
    state: str | None = None
    since: date | None = None
    until: date | None = None
    consent: str | None = None
    note: str | None = None
    city: str | None = None
    postcode: str | None = None


_TEXTS = ("name", "organisation", "address", "consent", "note", "city", "postcode")
_FIELDS = tuple(name for name in ImportedIdentity.__dataclass_fields__ if name != "row")


@dataclass(frozen=True)
class CanaryImport:
    """What an import did."""

    path: str
    imported: Mapping[str, int]  # Kind -> identities that are new.
    known: int
    updated: int  # Those of them whose state, dates, consent or note are now others.
    without_consent: int
    seen_before: int | None
    """New identities that are in any loaded dataset: a count over the whole import, never by number. None where it is
    hidden: of so few new identities it would answer "is this number in a list?"."""
    regions: tuple[str, ...]  # Which columns of numbers were read as those of a country that was not given.

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        found: dict[str, object] = {"path": self.path, "imported": sum(self.imported.values()), "known": self.known}
        found |= {"updated": self.updated, "without_consent": self.without_consent, "seen_before": self.seen_before}
        return found | {kind: self.imported.get(kind, 0) for kind in CANARY_KINDS}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who imports them should know."""
        consent = "have no consent noted; use only those whose owners agreed, and note it in column consent"
        seen = (
            "were seen in loaded datasets before; they prove nothing there, and a release does not use those that its"
            " list holds"
        )
        new, said = sum(self.imported.values()), ((self.without_consent, consent), (self.seen_before, seen))
        return tuple(f"{self.path}: {count} of the {new} new identities {what}" for count, what in said if count)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the import does not tell, and why."""
        new = sum(self.imported.values())
        hidden = f"whether any was seen in a dataset before is shown for {SHOWN_FROM} new identities or more, not for"
        return (*self.regions, *([f"{hidden} {new}"] if new and self.seen_before is None else []))


def import_file(case: Case, path: Path, *, kind: str | None = None, region: str | None = None) -> CanaryImport:
    """Import a file of controlled identities in a transaction of its own and journal it; see `import_canaries`.

    `region`: of its numbers; found out where neither this nor the case says one.
    """
    find_region = region is None and not case.region_is_said
    with case.transaction():
        done = import_canaries(case.con, path, kind=kind, region=region or case.region, find_region=find_region)
        detail = {"imported": dict(done.imported), "known": done.known, "updated": done.updated}
        case.journal.append(command="canary import", inputs={path: sha256_of(path)}, detail=detail)
    return done


_USES = {
    "in a copy": "release_canary",
    "in a withdrawn copy": "withdrawn_canary",
    "drawn for a release": "code_position",
    "in a probe": "probe_question",
    "reached by a call or message": "signal",
    "the key of a person": "canary_key",
}
"""Where an identity may be in use -> the table that says so."""


def remove_identities(case: Case, what: str, *, region: str | None = None) -> list[dict[str, object]]:
    """Take identities out of the register that nothing rests on: those of a file, as `import_file` reads it, or the one
    with a number or address. A row for each kind, with how many are gone.

    Raises `InputRefused`, with nothing taken out, where the case has none of them, or where any is in use: it names
    the uses and how many there are.
    """
    con, path = case.con, Path(what)
    with case.transaction():
        if path.is_file():
            options = ReadOptions(region=region or case.region, find_region=region is None and not case.region_is_said)
            problems = list[InputRefused]()
            read, _ = _of_file(con, path, None, options, problems)
            refuse(problems[:_SHOWN])
            numbers = sorted({no for known in _known_as(con, read) for no, _ in known})
        else:
            digits = "".join(char for char in what if char.isdigit())
            rows = con.execute(
                "SELECT no FROM canary WHERE lower(trim(email_raw)) = lower(trim($what)) OR ($digits <> '' AND"
                " $digits IN (CAST(phone AS VARCHAR), regexp_replace(phone_raw, '[^0-9]', '', 'g'))) ORDER BY no",
                {"what": what, "digits": digits},
            ).fetchall()
            numbers = [no for (no,) in rows]
        if not numbers:
            remedy = "name a file as it was imported, or a number or address; see tracer canary list --each"
            raise InputRefused("no identity of the case is there", where=what, remedy=remedy)
        bound, mine = {"numbers": numbers}, "IN (SELECT unnest($numbers::INTEGER[]))"
        used = []
        for use, table in _USES.items():
            counted = con.execute(f"SELECT count(DISTINCT canary) FROM {table} WHERE canary {mine}", bound)
            used += [f"{count} {use}" for (count,) in counted.fetchall() if count]
        if used:
            raise InputRefused(
                f"of {len(numbers)} identities there are in use: {', '.join(used)}; nothing was removed",
                where=what,
                remedy="give those the state expired (import them again with it), or remove the others by themselves",
            )
        counted = con.execute(f"SELECT kind, count(*) FROM canary WHERE no {mine} GROUP BY kind ORDER BY kind", bound)
        gone = dict(counted.fetchall())
        con.execute(f"DELETE FROM canary WHERE no {mine}", bound)
        inputs = {path: sha256_of(path)} if path.is_file() else {}
        case.journal.append(command="canary remove", inputs=inputs, detail=gone)
    return [{"kind": kind, "removed": count} for kind, count in gone.items()]


def import_canaries(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    kind: str | None = None,
    region: str = "CN",
    find_region: bool = False,
) -> CanaryImport:
    """Import a file of controlled identities, in the caller's transaction.

    Columns: phone and/or email; name, organisation, kind, state, since, until (ISO dates), consent, note; address,
    city, postcode of a place of one's own. A phone column alone is enough. `find_region`: whether a column of numbers
    may speak for another country than `region`. `kind` holds where the file names none (default canary). An identity
    that the case has gets what the file says of it. Raises `InputRefused` with all problems at once: cells that hold no
    single number or address, unknown kinds and states, bad dates, identities twice, a country that is not clear.
    """
    if kind is not None and kind not in CANARY_KINDS:
        raise InputRefused(f"invalid kind of canary {kind!r}", remedy=did_you_mean(kind, CANARY_KINDS))
    problems: list[InputRefused] = []
    read, parts = _of_file(con, path, kind, ReadOptions(region=region, find_region=find_region), problems)
    fresh, known = _new_and_known(con, read, path, problems)
    more = len(problems) - _SHOWN
    last = InputRefused(f"and {more} more problems", where=str(path), remedy="correct these first")
    refuse([*problems[:_SHOWN], *([last] if more > 0 else [])])
    updated = 0
    for no, one in known:
        # What the file leaves blank stays.
        given = {name: value for name in _CHANGING if (value := getattr(one, name)) is not None}
        if given:
            before = con.execute(f"SELECT {', '.join(given)} FROM canary WHERE no = $no", {"no": no}).fetchone()
            if before != tuple(given.values()):
                changes = ", ".join(f"{name} = ${name}" for name in given)
                con.execute(f"UPDATE canary SET {changes} WHERE no = $no", given | {"no": no})
                updated += 1
    numbers = add_canaries(con, fresh, now())
    kinds = dict(sorted(Counter(each.kind for each in fresh).items()))
    without_consent = sum(one.consent is None for one in fresh)
    seen = seen_in_any(con, numbers) if len(fresh) >= SHOWN_FROM else None
    return CanaryImport(str(path), kinds, len(known), updated, without_consent, seen, used_regions(parts, region))


def _of_file(
    con: duckdb.DuckDBPyConnection, path: Path, kind: str | None, options: ReadOptions, problems: list[InputRefused]
) -> tuple[list[ImportedIdentity], Sequence[PartRead]]:
    """The identities of a file, and its parts; what is wrong with its rows is added to `problems`. `kind` holds where a
    row names none."""
    found: list[ImportedIdentity] = []
    parts = without_doubtful_columns(read_file(con, path, options).parts, str(path))
    for part in parts:
        at, region = dict[str, int](), options.region
        for column in part.columns:
            heading = column.header.strip().casefold()
            role = next((name for name, words in _HEADINGS.items() if heading in words), None)
            role = role or (column.holds if column.holds in _TAKEN else None)
            role = role or ("postcode" if POSTCODE.search(heading) else None)
            if role is not None and role not in at:
                at[role] = column.position
                region = column.region or region
        if "phone" in at or "email" in at:
            for number, cells in enumerate(_cells(con, part), 1):
                texts = with_wholes({role: (cells[i] or "").strip() or None for role, i in at.items()})
                one, wrong = _of_row(number, texts, kind, region)
                problems += [InputRefused(what, where=f"{path}, row {number}", remedy=how) for what, how in wrong]
                found += [] if wrong else [one]
        else:
            what, remedy = "missing column of numbers or mail addresses", "head it phone or email"
            problems.append(InputRefused(what, where=str(path), remedy=remedy))
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    return found, parts


def _cells(con: duckdb.DuckDBPyConnection, part: PartRead, where: str = "true") -> list[tuple[str | None, ...]]:
    names = ", ".join(f"c{i}" for i in range(len(part.columns)))
    return con.execute(f"SELECT {names} FROM {part.raw_table} WHERE {where} ORDER BY row").fetchall()


def with_wholes(texts: dict[str, str | None]) -> dict[str, str | None]:
    """A row's cells with the name put together from its parts where no column has the whole."""
    given, family = texts.get("given_name") or "", texts.get("family_name") or ""
    return {**texts, "name": texts.get("name") or whole_name(given, family) or None}


def _of_row(
    number: int, cells: Mapping[str, str | None], kind: str | None, region: str
) -> tuple[ImportedIdentity, list[tuple[str, str]]]:
    """The identity of a row of a file, and what is wrong with it, each with a remedy."""
    wrong, keys, days = list[tuple[str, str]](), dict[str, int | None](), dict[str, date | None]()
    for role, read, what in (("phone", read_phone_cell, "number"), ("email", read_email_cell, "mail address")):
        raw, keys[role] = cells.get(role), None
        if raw is not None:
            # An address with a tag has a folded twin, which is not the canary: the first reading is the address itself.
            exact = [reading for reading in read(raw, region) if reading.kind != "email_folded"]
            if len(exact) != 1:
                wrong.append((f"{len(exact)} identities in one cell", "give each a row of its own"))
            elif exact[0].status != "ok" or exact[0].key is None:
                wrong.append((f"no usable {what} ({exact[0].reason or exact[0].status})", ""))
            else:
                keys[role] = exact[0].key
    if cells.get("phone") is None and cells.get("email") is None:
        wrong.append(("neither a number nor a mail address", ""))
    named, word = cells.get("kind") or kind or "canary", cells.get("state")
    if named not in CANARY_KINDS:
        wrong.append((f"invalid kind of canary {named!r}", did_you_mean(named, CANARY_KINDS)))
    # A state is named in English or Chinese.
    state = next((s for s, words in STATES.items() if word and word.casefold() in (s, *words)), None)
    if word is not None and state is None:
        wrong.append((f"invalid state of a canary {word!r}", did_you_mean(word, STATES)))
    for name in ("since", "until"):
        text, days[name] = cells.get(name), None
        try:
            days[name] = None if text is None else date.fromisoformat(text[:10].replace("/", "-"))
        except ValueError:
            wrong.append((f"invalid date {text!r} in column {name}", "write it like 2026-05-01"))
    since, until = days["since"], days["until"]
    if since is not None and until is not None and until < since:
        wrong.append((f"it is there until {until}, before it begins on {since}", ""))
    texts: dict[str, Any] = {name: cells.get(name) for name in _TEXTS}
    key = (keys["phone"], keys["email"], cells.get("phone"), cells.get("email"))
    return ImportedIdentity(number, *key, kind=named, state=state, since=since, until=until, **texts), wrong


def _known_as(con: duckdb.DuckDBPyConnection, read: Sequence[ImportedIdentity]) -> list[list[tuple[int, str]]]:
    """Number and kind of each identity of the case that one of a file is: of the same number and address, and called
    so. What a release has made up for it (a firm for a bare name) does not make it another."""
    held = defaultdict[tuple[int | None, int | None], list[tuple[int, str | None, str | None, str]]](list)
    for no, phone, email, name, firm, kind in con.execute(
        "SELECT no, phone, email, name, organisation, kind FROM canary ORDER BY no"
    ).fetchall():
        held[phone, email].append((no, name, firm, kind))
    return [
        [
            (no, kind)
            for no, name, firm, kind in held[one.phone, one.email]
            if one.name in (None, name) and one.organisation in (None, firm)
        ]
        for one in read
    ]


def _new_and_known(
    con: duckdb.DuckDBPyConnection, read: Sequence[ImportedIdentity], path: Path, problems: list[InputRefused]
) -> tuple[list[ImportedIdentity], list[tuple[int, ImportedIdentity]]]:
    """The identities that are new, and those that the case has, by number; doubles and changed kinds are problems."""

    def wrong(row: int, what: str, remedy: str) -> None:
        problems.append(InputRefused(what, where=f"{path}, row {row}", remedy=remedy))

    first: dict[tuple[int | str | None, ...], int] = {}
    fresh: list[ImportedIdentity] = []
    known: list[tuple[int, ImportedIdentity]] = []
    for one, held in zip(read, _known_as(con, read), strict=True):
        # The same number may stand for another persona, but not for the same one twice.
        persona = (one.phone, one.email, one.name, one.organisation)
        if persona in first:
            wrong(one.row, f"the same identity as in row {first[persona]}", "keep one of them")
            continue
        first[persona] = one.row
        if not held:
            fresh.append(one)
            continue
        no, kind = held[0]
        if kind != one.kind:
            wrong(one.row, f"the identity already exists as {kind}, not {one.kind}", "keep its kind")
        else:
            known.append((no, one))
    # An address may mean the mailbox which is another identity's own address: folding the one leaves the other, so a
    # leak of the one would look like a leak of both.
    rows = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL").fetchall()
    forms: list[tuple[int | None, int, int | None]] = [(None, email, mailbox_key(raw or "")) for email, raw in rows]
    forms += [(one.row, one.email, mailbox_key(one.email_raw or "")) for one in fresh if one.email is not None]
    clash = {email for _, email, box in forms if box == email} & {box for _, email, box in forms if box != email}
    what = "the same mailbox as another identity's, written otherwise; no list could tell the two apart"
    for row_or_none, _, box in forms:
        if row_or_none is not None and box in clash:
            wrong(row_or_none, what, "use only one of them, or give both a tag")
    return fresh, known


def next_number(con: duckdb.DuckDBPyConnection) -> int:
    """The number that the register gives to the next identity."""
    ((last,),) = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchall()
    return int(last) + 1


def add_canaries(con: duckdb.DuckDBPyConnection, identities: Sequence[ImportedIdentity], at: datetime) -> list[int]:
    """Put identities into the register; returns their numbers, in the same order."""
    first = next_number(con)
    numbers = list(range(first, first + len(identities)))
    if identities:
        columns = ", ".join(f"unnest(${name}::{_TYPES.get(name, 'VARCHAR')}[])" for name in _FIELDS)
        con.execute(
            f"INSERT INTO canary (no, {', '.join(_FIELDS)}, imported_at)"
            f" SELECT unnest($numbers::INTEGER[]), {columns}, $at",
            {"numbers": numbers, "at": at} | {name: [getattr(one, name) for one in identities] for name in _FIELDS},
        )
    return numbers


def seen_in_any(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> int:
    """How many of these canaries are in any current dataset, be it by their number's hash in a list of hashes."""
    mine, bound = "no IN (SELECT unnest($numbers::INTEGER[]))", {"numbers": list(numbers)}
    found = con.execute(
        f"SELECT DISTINCT c.no FROM (SELECT no, unnest([phone, email]) AS key FROM canary WHERE {mine}) AS c"
        " JOIN membership AS m ON m.key = c.key JOIN dataset AS d ON d.no = m.dataset AND d.current ORDER BY c.no",
        bound,
    ).fetchall()
    con.execute(
        "CREATE OR REPLACE TEMP TABLE canary_wanted AS SELECT DISTINCT m.key AS hash FROM membership AS m"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current AND d.hashes > 0"
        " AND d.format <> 'blind' WHERE m.key >= $first AND m.key < $end",
        {"first": HASH_BASE, "end": HASH_END},
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE canary_text AS SELECT no AS key, unnest({phone_texts_sql('phone')}) AS text"
        f" FROM canary WHERE phone IS NOT NULL AND {mine}",
        bound,
    )
    con.execute("CREATE OR REPLACE TEMP TABLE canary_found (key BIGINT, hash BIGINT)")
    match_digests(con, "temp.canary_text", "temp.canary_wanted", "temp.canary_found", WIDTHS)
    found += con.execute("SELECT DISTINCT key FROM temp.canary_found").fetchall()
    for table in ("wanted", "text", "found"):
        con.execute(f"DROP TABLE temp.canary_{table}")
    return len({no for (no,) in found})


# Copies that were handed over without this tool: their canaries are rows that somebody controls.

_FOUND = "found in the copy that was handed over"
"""Note of identities that were not imported: they count where `canary_rows` names them, and go when no copy has
them."""


def enter_canaries(
    con: duckdb.DuckDBPyConnection, release: str, no: int, parts: Sequence[PartRead], region: str, marked: Sequence[int]
) -> tuple[int, int, int]:
    """Enter the canaries of a copy: of the rows that dataset `no` lacks those with an imported identity, and `marked`;
    how many they are, how many of them are new identities, and how many further rows the dataset lacks.

    Reads `handed_over_key`(part, row, position, key). `marked`: data rows of the copy, from 1; a row there that cannot
    be a canary raises `InputRefused`.
    """
    *before, rows = accumulate((part.rows for part in parts), initial=0)
    beyond = {
        before[part_no - 1] + row: (part_no, row)
        for part_no, row in con.execute(statement("rows_beyond"), {"no": no}).fetchall()
    }
    wrong = sorted({row for row in marked if row not in beyond})
    if wrong:
        shown = ", ".join(map(str, wrong[:5])) + (" …" if len(wrong) > 5 else "")
        raise InputRefused(
            f"canary_rows: {shown} cannot be canaries: not among the {rows:,} rows, without a number or address, or in"
            " the dataset",
            where=f"release {release}",
            remedy="count data rows of the copy from 1, behind the header",
        )
    entered: dict[int, tuple[str, int]] = {}
    fresh: list[tuple[ImportedIdentity, str, int]] = []
    known = _imported_in_copy(con, beyond, frozenset(marked))
    for place in sorted(known.keys() | set(marked)):
        part, row = parts[beyond[place][0] - 1], beyond[place][1]
        cells = _cells(con, part, f"row = {row}")[0]
        persona, held = json.dumps(cells, ensure_ascii=False), dict[str, str | None]()
        for column in part.columns:
            if cells[column.position] is not None:
                held.setdefault(column.holds, cells[column.position])
        held = with_wholes(held)
        own = {name: held.get(name) for name in ("name", "organisation", "address")}
        if place not in known:
            phone, email = (
                next((r.key for r in read(held.get(role) or "", region) if r.status == "ok"), None)
                for role, read in (("phone", read_phone_cell), ("email", read_email_cell))
            )
            raw = (held.get("phone"), held.get("email"), own["name"], own["organisation"], own["address"])
            fresh.append((ImportedIdentity(row, phone, email, *raw, note=_FOUND), persona, place))
        elif known[place] not in entered:
            entered[known[place]] = (persona, place)
            # The persona in the copy becomes that of an identity which was imported without one.
            con.execute(
                "UPDATE canary SET name = coalesce(name, $name), organisation = coalesce(organisation, $organisation),"
                " address = coalesce(address, $address) WHERE no = $no",
                {"no": known[place]} | own,
            )
    numbers = add_canaries(con, [identity for identity, _, _ in fresh], now())
    entered |= {number: (persona, place) for number, (_, persona, place) in zip(numbers, fresh, strict=True)}
    for number, (persona, place) in sorted(entered.items()):
        con.execute(
            "INSERT INTO release_canary VALUES ($release, $canary, 'unique', $persona, $row)",
            {"release": release, "canary": number, "persona": persona, "row": place},
        )
    con.execute(statement("pooled"), {"release": release})
    con.execute(
        "DELETE FROM canary WHERE note = $found AND no NOT IN (SELECT canary FROM release_canary)"
        " AND no NOT IN (SELECT canary FROM signal WHERE canary IS NOT NULL)",
        {"found": _FOUND},
    )
    return len(entered), len(numbers), len(beyond.keys() - known.keys() - set(marked))


def _imported_in_copy(
    con: duckdb.DuckDBPyConnection, beyond: Mapping[int, tuple[int, int]], marked: frozenset[int]
) -> dict[int, int]:
    """Row of the copy -> the imported identity in it (in `marked` rows also one of a copy); the first.

    An address counts in every form that means its mailbox, where no other identity has that mailbox.
    """
    numbers, boxes, of_copies = dict[int, int](), defaultdict[int, set[int]](set), set[int]()
    for number, phone, email, raw, note in con.execute(
        "SELECT no, phone, email, email_raw, note FROM canary ORDER BY no"
    ).fetchall():
        of_copies |= {number} if note == _FOUND else set()
        for key in (phone, email):
            if key is not None:
                numbers.setdefault(key, number)
        box = None if raw is None else mailbox_key(raw)
        if box is not None:
            boxes[box].add(number)
    for box, owners in boxes.items():
        if len(owners) == 1:
            numbers.setdefault(box, min(owners))
    keys, canaries = pa.array(list(numbers), pa.int64()), pa.array(list(numbers.values()), pa.int64())
    with registered_tables(con, canary_key=pa.table({"key": keys, "canary": canaries})):
        rows = con.execute(
            "SELECT k.part, k.row, min(c.canary) FROM handed_over_key AS k JOIN canary_key AS c ON c.key = k.key"
            " GROUP BY k.part, k.row ORDER BY k.part, k.row"
        ).fetchall()
    found = {(part, row): canary for part, row, canary in rows}
    held = {place: found[at] for place, at in beyond.items() if at in found}
    return {place: no for place, no in held.items() if no not in of_copies or place in marked}


DEAD = ("silent", "burnt", "expired")  # States in which an identity hears nothing or is known to others.
ENOUGH = 5  # Canaries of its own that a copy should have: half of the copy leaking shows one with 97 %.
_WHY_KIND = {
    "home": "in your own database, in no copy",
    "control": "in no list: it measures the background",
    "reserve": "held back",
}
_QUIET = 90
"""Days without a call or message after which number checks may take a number for a dead one. A guess: providers and the
services that clean lists do not say; one month is what is heard most."""
_SOON = 30  # Days before its end that are said beforehand.
_WANTED = {"home": "your own database leaking", "control": "how many calls any number gets"}
"""Kinds of which a case should have some, and what is not seen without them."""


def identities(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each identity, by number: masked, with its kind, state, dates and holders, and why it cannot be used.

    `age`: days since it began, or was imported; `heard`: the last day on which anything reached it; `health`: what asks
    for something to be done.
    """
    watched = con.execute("SELECT count(*) > 0 FROM signal_file").fetchone() == (True,)
    rows = []
    for no, phone, email, *row in con.execute(statement("identities")).fetchall():
        kind, state, since, until, consent, taken, used, later, imported, heard, holders = row
        why = (
            (kind != "canary", _WHY_KIND.get(kind, kind)),
            (taken, "used in a release"),
            (used, "its number or address is used in a release"),
            (state in DEAD, f"it is {state}"),
            (until is not None and until < day, "its time is over"),
            (since is not None and since > day, "its time has not begun"),
            (later, "one persona of its number can be used at a time"),
        )
        why_not = next((reason for holds, reason in why if holds), None)
        age = (day - (since or imported)).days
        quiet = (day - heard).days if heard is not None else age if watched else None
        left = None if until is None else (until - day).days
        if state in DEAD:
            health = str(state)
        elif left is not None and left <= _SOON:
            health = "expired" if left < 0 else f"ends in {left} days"
        elif phone is not None and quiet is not None and quiet > _QUIET:
            health = f"silent for {quiet} days"
        else:
            health = "well"
        shown = {"phone": None if phone is None else mask(phone), "email": None if email is None else mask(email)}
        found = {"no": no, **shown, "kind": kind, "state": state, "since": since, "until": until, "age": age}
        found |= {"heard": heard, "holders": list(holders), "health": health, "consent": consent}
        rows.append(found | {"usable": why_not is None, "why_not": why_not})
    return rows


def revealed_rows(case: Case, rows: Sequence[Mapping[str, object]], reason: str) -> list[dict[str, object]]:
    """Rows of `identities` in clear, with their personas: for their owner, who has to reach them; journaled with the
    reason. Raises `UsageError` for a reason of one word."""
    refuse_short(reason, "say who asked for them, and why")
    fields = ("name", "organisation", "address", "postcode", "city", "note")
    own = {
        no: dict(zip(("phone", "email", *fields), cells, strict=True))
        for no, *cells in case.con.execute(
            f"SELECT no, phone_raw, email_raw, {', '.join(fields)} FROM canary ORDER BY no"
        ).fetchall()
    }
    with case.transaction():
        case.journal.append(command="canary list", detail={"revealed": {"reason": reason, "identities": len(rows)}})
    return [{**row, **own[cast("int", row["no"])]} for row in rows]


def advice(con: duckdb.DuckDBPyConnection, day: date) -> list[str]:
    """What to plant or do next, one sentence each; the most pressing first."""
    rows = identities(con, day)
    usable = sum(bool(row["usable"]) for row in rows)
    kinds = Counter(row["kind"] for row in rows if row["state"] not in DEAD)
    ending = sum(str(row["health"]).startswith("ends in") for row in rows)
    silent = sum(str(row["health"]).startswith("silent for") for row in rows)
    found = []
    if usable < ENOUGH:
        found.append(
            f"{usable} canaries can be used in the next release: a copy should have {ENOUGH} or more of its own."
            " More: tracer canary import, or tracer canary make for mail addresses."
        )
    if ending:
        found.append(f"{ending} end within {_SOON} days: renew them, or plant others in time.")
    if silent:
        found.append(f"{silent} have been silent for more than {_QUIET} days: call them, or number checks drop them.")
    found += [
        f"Without {kind} identities, the case cannot see {what}." for kind, what in _WANTED.items() if not kinds[kind]
    ]
    return found


def summary(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each kind, state and reason: how many identities, and how many of them a release can use on `day`."""
    rank = ["", *STATES]
    counts = Counter((str(r["kind"]), str(r["state"] or ""), str(r["why_not"] or "")) for r in identities(con, day))
    order = sorted(counts, key=lambda one: (one[0], rank.index(one[1]) if one[1] in rank else 100, one[2]))
    return [
        dict[str, object](kind=kind, state=state or None, identities=counts[kind, state, why])
        | {"usable": 0 if why else counts[kind, state, why], "why_not": why or None}
        for kind, state, why in order
    ]
