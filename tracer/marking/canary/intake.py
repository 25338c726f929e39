"""Importing controlled identities: numbers and mail addresses that the enterprise controls, each with its persona. They
come from a file, or are found in a copy that was handed over without this tool."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from tracer.case.case import Case
from tracer.case.registered import registered
from tracer.clock import now
from tracer.dossier.vocabulary import CANARY_KINDS, did_you_mean
from tracer.errors import InputRefused
from tracer.identify.digests import WIDTHS, match_digests, phone_texts_sql
from tracer.identify.email import mailbox_key, read_email_cell
from tracer.identify.keys import HASH_BASE, HASH_END
from tracer.identify.person import whole_name
from tracer.identify.phone_rules import read_phone_cell
from tracer.input_files import sha256_of
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PIECES, PartRead, ReadOptions
from tracer.lists.unread_columns import used_regions, without_doubtful_columns
from tracer.marking.persona.source_list import POSTCODE
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""

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
    """One identity for the register."""

    row: int
    """Its place in the file, from 1."""
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

    @property
    def persona(self) -> tuple[int | None, int | None, str | None, str | None]:
        """What two canaries may not share: the same number may stand for another persona."""
        return self.phone, self.email, self.name, self.organisation


_FIELDS = tuple(name for name in ImportedIdentity.__dataclass_fields__ if name != "row")


@dataclass(frozen=True)
class CanaryImport:
    """What an import did."""

    path: str
    imported: Mapping[str, int]
    """Kind -> identities that are new."""
    known: int
    updated: int
    """Those of them whose state, dates, consent or note are now others."""
    without_consent: int
    seen_before: int | None
    """New identities that are in any loaded dataset: a count over the whole import, never by number. None where it is
    hidden: of so few new identities it would answer "is this number in a list?"."""
    regions: tuple[str, ...]
    """Which columns of numbers were read as those of a country that was not given."""

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        found: dict[str, object] = {"path": self.path, "imported": sum(self.imported.values()), "known": self.known}
        found |= {"updated": self.updated, "without_consent": self.without_consent, "seen_before": self.seen_before}
        return found | {kind: self.imported.get(kind, 0) for kind in CANARY_KINDS}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who imports them should know."""
        new = sum(self.imported.values())
        lines = []
        if self.without_consent:
            lines.append(
                f"{self.path}: {self.without_consent} of the {new} new identities have no consent noted; use only "
                "those whose owners agreed, and note it in column consent"
            )
        if self.seen_before:
            lines.append(
                f"{self.path}: {self.seen_before} of the {new} new identities were seen in loaded "
                "datasets before; they prove nothing there, and a release does not use those that its list holds"
            )
        return tuple(lines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the import does not tell, and why."""
        new = sum(self.imported.values())
        hidden = f"whether any was seen in a dataset before is shown for {SHOWN_FROM} new identities or more, not for"
        return (*self.regions, *([f"{hidden} {new}"] if new and self.seen_before is None else []))


def take_in(case: Case, path: Path, *, kind: str | None = None, region: str | None = None) -> CanaryImport:
    """Import a file of controlled identities in a transaction of its own and journal it; see `import_canaries`.

    `region`: of its numbers; found out where neither this nor the case says one.
    """
    find_region = region is None and not case.region_is_said
    with case.transaction():
        done = import_canaries(case.con, path, kind=kind, region=region or case.region, find_region=find_region)
        case.journal.append(
            command="canary import",
            inputs={path: sha256_of(path)},
            detail={"imported": dict(done.imported), "known": done.known, "updated": done.updated},
        )
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


def take_out(case: Case, what: str, *, region: str | None = None) -> list[dict[str, object]]:
    """Take identities out of the register that nothing rests on: those of a file, as `take_in` reads it, or the one
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
            if problems:
                raise InputRefused.many(problems[:_SHOWN])
            keys = {(one.phone, one.email) for one in read}
            held = con.execute("SELECT no, phone, email FROM canary ORDER BY no").fetchall()
            numbers = [no for no, phone, email in held if (phone, email) in keys]
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
    identities, parts = _of_file(con, path, kind, ReadOptions(region=region, find_region=find_region), problems)
    fresh, known = _sorted_out(con, identities, path, problems)
    if problems:
        more = len(problems) - _SHOWN
        last = InputRefused(f"and {more} more problems", where=str(path), remedy="correct these first")
        raise InputRefused.many([*problems[:_SHOWN], *([last] if more > 0 else [])])
    updated = 0
    for no, identity in known:
        # What the file leaves blank stays.
        given = {name: value for name in _CHANGING if (value := getattr(identity, name)) is not None}
        if given:
            before = con.execute(f"SELECT {', '.join(given)} FROM canary WHERE no = $no", {"no": no}).fetchone()
            if before != tuple(given.values()):
                changes = ", ".join(f"{name} = ${name}" for name in given)
                con.execute(f"UPDATE canary SET {changes} WHERE no = $no", given | {"no": no})
                updated += 1
    numbers = add_canaries(con, fresh, now())
    kinds = dict(sorted(Counter(each.kind for each in fresh).items()))
    without_consent = sum(identity.consent is None for identity in fresh)
    seen = seen_in_any(con, numbers) if len(fresh) >= SHOWN_FROM else None
    return CanaryImport(str(path), kinds, len(known), updated, without_consent, seen, used_regions(parts, region))


def _of_file(
    con: duckdb.DuckDBPyConnection, path: Path, kind: str | None, options: ReadOptions, problems: list[InputRefused]
) -> tuple[list[ImportedIdentity], Sequence[PartRead]]:
    """The identities of a file, and its parts; what is wrong with its rows is added to `problems`. `kind` holds where a
    row names none."""
    identities: list[ImportedIdentity] = []
    parts = without_doubtful_columns(read_file(con, path, options).parts, str(path))
    for part in parts:
        at, region = dict[str, int](), options.region
        for column in part.columns:
            heading = column.header.strip().casefold()
            plain = next((name for name, words in _HEADINGS.items() if heading in words), None)
            role = plain or (column.holds if column.holds in _TAKEN else None)
            role = role or ("postcode" if POSTCODE.search(heading) else None)
            if role is not None and role not in at:
                at[role] = column.position
                region = column.region or region
        if "phone" in at or "email" in at:
            names = ", ".join(f"c{i}" for i in range(len(part.columns)))
            rows = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
            for number, cells in enumerate(rows, 1):
                texts = {role: (cells[i] or "").strip() or None for role, i in at.items()}
                found = _FileRow(number, with_wholes(texts), path, problems).identity(kind, region)
                identities += [] if found is None else [found]
        else:
            what, remedy = "missing column of numbers or mail addresses", "head it phone or email"
            problems.append(InputRefused(what, where=str(path), remedy=remedy))
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    return identities, parts


def with_wholes(texts: dict[str, str | None]) -> dict[str, str | None]:
    """A row's cells with the name put together from its parts where no column has the whole."""
    given, family = texts.get("given_name") or "", texts.get("family_name") or ""
    return {**texts, "name": texts.get("name") or whole_name(given, family) or None}


@dataclass(frozen=True)
class _FileRow:
    number: int
    cells: Mapping[str, str | None]
    path: Path
    problems: list[InputRefused]

    def identity(self, kind: str | None, region: str) -> ImportedIdentity | None:
        """The identity of this row, or None with the problems noted."""
        before, get = len(self.problems), self.cells.get
        phone, email = self._key("phone", region), self._key("email", region)
        if get("phone") is None and get("email") is None:
            self._refuse("neither a number nor a mail address")
        named = get("kind") or kind or "canary"
        if named not in CANARY_KINDS:
            self._refuse(f"invalid kind of canary {named!r}", did_you_mean(named, CANARY_KINDS))
        # A state is named in English or Chinese.
        word = get("state")
        state = next((s for s, words in STATES.items() if word and word.casefold() in (s, *words)), None)
        if word is not None and state is None:
            self._refuse(f"invalid state of a canary {word!r}", did_you_mean(word, STATES))
        since, until = self._day("since"), self._day("until")
        if since is not None and until is not None and until < since:
            self._refuse(f"it is there until {until}, before it begins on {since}")
        if len(self.problems) > before:
            return None
        kept = ("name", "organisation", "address", "consent", "note", "city", "postcode")
        texts = {"phone_raw": get("phone"), "email_raw": get("email"), **{name: get(name) for name in kept}}
        return ImportedIdentity(self.number, phone, email, kind=named, state=state, since=since, until=until, **texts)

    def _key(self, role: str, region: str) -> int | None:
        raw = self.cells.get(role)
        if raw is None:
            return None
        readings = read_phone_cell(raw, region) if role == "phone" else read_email_cell(raw, region)
        # An address with a tag has a folded twin, which is not the canary: the first reading is the address itself.
        exact = [reading for reading in readings if reading.kind != "email_folded"]
        if len(exact) != 1:
            self._refuse(f"{len(exact)} identities in one cell", "give each a row of its own")
        elif exact[0].status != "ok" or exact[0].key is None:
            what = "number" if role == "phone" else "mail address"
            self._refuse(f"no usable {what} ({exact[0].reason or exact[0].status})")
        else:
            return exact[0].key
        return None

    def _day(self, name: str) -> date | None:
        text = self.cells.get(name)
        try:
            return None if text is None else date.fromisoformat(text[:10].replace("/", "-"))
        except ValueError:
            self._refuse(f"invalid date {text!r} in column {name}", "write it like 2026-05-01")
            return None

    def _refuse(self, what: str, remedy: str = "") -> None:
        self.problems.append(InputRefused(what, where=f"{self.path}, row {self.number}", remedy=remedy))


def _sorted_out(
    con: duckdb.DuckDBPyConnection, identities: Sequence[ImportedIdentity], path: Path, problems: list[InputRefused]
) -> tuple[list[ImportedIdentity], list[tuple[int, ImportedIdentity]]]:
    """The identities that are new, and those that the case has, by number; doubles and changed kinds are problems."""

    def refuse(row: int, what: str, remedy: str) -> None:
        problems.append(InputRefused(what, where=f"{path}, row {row}", remedy=remedy))

    held: dict[tuple[int | None, int | None], list[tuple[int, str | None, str | None, str]]] = {}
    for no, phone, email, name, organisation, kind in con.execute(
        "SELECT no, phone, email, name, organisation, kind FROM canary ORDER BY no"
    ).fetchall():
        held.setdefault((phone, email), []).append((no, name, organisation, kind))
    first: dict[tuple[int | None, int | None, str | None, str | None], int] = {}
    fresh: list[ImportedIdentity] = []
    known: list[tuple[int, ImportedIdentity]] = []
    for one in identities:
        if one.persona in first:
            refuse(one.row, f"the same identity as in row {first[one.persona]}", "keep one of them")
            continue
        first[one.persona] = one.row
        # What a release has made up for an identity (a firm for a bare name) does not make it another identity.
        same = (
            (no, kind)
            for no, name, organisation, kind in held.get((one.phone, one.email), [])
            if one.name in (None, name) and one.organisation in (None, organisation)
        )
        no, kind = next(same, (None, None))
        if no is None:
            fresh.append(one)
        elif kind != one.kind:
            refuse(one.row, f"the identity already exists as {kind}, not {one.kind}", "keep its kind")
        else:
            known.append((no, one))
    # An address may mean the mailbox which is another identity's own address: folding the one leaves the other, so a
    # leak of the one would look like a leak of both.
    rows = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL").fetchall()
    forms: list[tuple[int | None, int, int | None]] = [(None, email, mailbox_key(raw or "")) for email, raw in rows]
    forms += [(one.row, one.email, mailbox_key(one.email_raw or "")) for one in fresh if one.email is not None]
    clash = {email for _, email, box in forms if box == email} & {box for _, email, box in forms if box != email}
    what = "the same mailbox as another identity's, written otherwise; no list could tell the two apart"
    for row, _, box in forms:
        if row is not None and box in clash:
            refuse(row, what, "use only one of them, or give both a tag")
    return fresh, known


def add_canaries(con: duckdb.DuckDBPyConnection, identities: Sequence[ImportedIdentity], at: datetime) -> list[int]:
    """Put identities into the register; returns their numbers, in the same order."""
    ((last,),) = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchall()
    numbers = list(range(last + 1, last + 1 + len(identities)))
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
    mine = "no IN (SELECT unnest($numbers::INTEGER[]))"
    found = con.execute(
        f"SELECT DISTINCT c.no FROM (SELECT no, unnest([phone, email]) AS key FROM canary WHERE {mine}) AS c"
        " JOIN membership AS m ON m.key = c.key JOIN dataset AS d ON d.no = m.dataset AND d.current ORDER BY c.no",
        {"numbers": list(numbers)},
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
        {"numbers": list(numbers)},
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


@dataclass(frozen=True)
class Entered:
    """How many of a copy's rows beyond its dataset are what."""

    canaries: int
    new: int
    foreign: int


def enter_canaries(
    con: duckdb.DuckDBPyConnection, release: str, no: int, parts: Sequence[PartRead], region: str, marked: Sequence[int]
) -> Entered:
    """Enter the canaries of a copy: of the rows that dataset `no` lacks those with an imported identity, and `marked`.

    Reads `handed_over_key`(part, row, position, key). `marked`: data rows of the copy, from 1; a row there that cannot
    be a canary raises `InputRefused`.
    """
    before = {number: sum(part.rows for part in parts[: number - 1]) for number in range(1, len(parts) + 1)}
    beyond = {
        before[part_no] + row: (part_no, row)
        for part_no, row in con.execute(statement("rows_beyond"), {"no": no}).fetchall()
    }
    wrong = sorted({row for row in marked if row not in beyond})
    if wrong:
        shown = ", ".join(map(str, wrong[:5])) + (" …" if len(wrong) > 5 else "")
        raise InputRefused(
            f"canary_rows: {shown} cannot be canaries: not among the {sum(part.rows for part in parts):,} rows, without"
            " a number or address, or in the dataset",
            where=f"release {release}",
            remedy="count data rows of the copy from 1, behind the header",
        )
    entered: dict[int, tuple[str, int]] = {}
    fresh: list[tuple[ImportedIdentity, str, int]] = []
    known = _imported(con, beyond, frozenset(marked))
    for place in sorted(known.keys() | set(marked)):
        part, row = parts[beyond[place][0] - 1], beyond[place][1]
        names = ", ".join(f"c{i}" for i in range(len(part.columns)))
        cells = con.execute(f"SELECT {names} FROM {part.raw_table} WHERE row = $row", {"row": row}).fetchall()[0]
        identity, persona = _in_row(part, row, cells, region), json.dumps(cells, ensure_ascii=False)
        if place not in known:
            fresh.append((identity, persona, place))
        elif known[place] not in entered:
            entered[known[place]] = (persona, place)
            # The persona in the copy becomes that of an identity which was imported without one.
            con.execute(
                "UPDATE canary SET name = coalesce(name, $name), organisation = coalesce(organisation, $organisation),"
                " address = coalesce(address, $address) WHERE no = $no",
                {"no": known[place]} | {name: getattr(identity, name) for name in ("name", "organisation", "address")},
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
    return Entered(len(entered), len(numbers), len(beyond.keys() - known.keys() - set(marked)))


def _imported(
    con: duckdb.DuckDBPyConnection, beyond: Mapping[int, tuple[int, int]], marked: frozenset[int]
) -> dict[int, int]:
    """Row of the copy -> the imported identity in it (in `marked` rows also one of a copy); the first.

    An address counts in every form that means its mailbox, where no other identity has that mailbox.
    """
    numbers: dict[int, int] = {}
    boxes: dict[int, set[int]] = {}
    of_copies = set[int]()
    for number, phone, email, raw, note in con.execute(
        "SELECT no, phone, email, email_raw, note FROM canary ORDER BY no"
    ).fetchall():
        if note == _FOUND:
            of_copies.add(number)
        for key in (phone, email):
            if key is not None:
                numbers.setdefault(key, number)
        box = None if raw is None else mailbox_key(raw)
        if box is not None:
            boxes.setdefault(box, set()).add(number)
    for box, owners in boxes.items():
        if len(owners) == 1:
            numbers.setdefault(box, min(owners))
    keys, canaries = pa.array(list(numbers), pa.int64()), pa.array(list(numbers.values()), pa.int64())
    with registered(con, canary_key=pa.table({"key": keys, "canary": canaries})):
        rows = con.execute(
            "SELECT k.part, k.row, min(c.canary) FROM handed_over_key AS k JOIN canary_key AS c ON c.key = k.key"
            " GROUP BY k.part, k.row ORDER BY k.part, k.row"
        ).fetchall()
    found = {(part, row): canary for part, row, canary in rows}
    return {
        place: found[at]
        for place, at in beyond.items()
        if at in found and (found[at] not in of_copies or place in marked)
    }


def _in_row(part: PartRead, row: int, cells: Sequence[str | None], region: str) -> ImportedIdentity:
    """The identity in a row of a copy."""
    texts: dict[str, str | None] = {}
    for column in part.columns:
        cell = cells[column.position]
        if cell is not None:
            texts.setdefault(column.holds, cell)
    texts = with_wholes(texts)
    phone = next((r.key for r in read_phone_cell(texts.get("phone") or "", region) if r.status == "ok"), None)
    email = next((r.key for r in read_email_cell(texts.get("email") or "", region) if r.status == "ok"), None)
    raw = texts.get("phone"), texts.get("email"), texts["name"], texts.get("organisation"), texts.get("address")
    return ImportedIdentity(row, phone, email, *raw, note=_FOUND)
