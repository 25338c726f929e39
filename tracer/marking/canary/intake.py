"""Importing controlled identities: numbers and mail addresses that the enterprise controls, each with its persona."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.vocabulary import CANARY_KINDS, did_you_mean
from tracer.errors import InputRefused
from tracer.identify.digests import WIDTHS, match_digests, phone_texts_sql
from tracer.identify.email import mailbox_key
from tracer.identify.keys import HASH_BASE, HASH_END
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions
from tracer.lists.shortfall import settled, used_regions
from tracer.marking.canary.identity_file import ImportedIdentity, identities_of
from tracer.policy import SHOWN_FROM
from tracer.regular import sha256_of

__all__ = ["CanaryImport", "ImportedIdentity", "add_canaries", "import_canaries", "seen_in_any", "take_in"]

_SHOWN = 50
"""Problems that are shown one by one."""


_CHANGING = ("state", "since", "until", "consent", "note", "address", "city", "postcode")
"""What a later import of the same identity may change."""


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
    regions: tuple[str, ...] = ()
    """Which columns of numbers were read as those of a country that was not given."""

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        return {
            "path": self.path, "imported": sum(self.imported.values()), "known": self.known,
            "updated": self.updated, "without_consent": self.without_consent, "seen_before": self.seen_before,
            **{kind: self.imported.get(kind, 0) for kind in CANARY_KINDS},
        }  # fmt: skip

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
        if new == 0 or self.seen_before is not None:
            return self.regions
        return (
            *self.regions,
            f"whether any was seen in a dataset before is shown for {SHOWN_FROM} new identities or more, not for {new}",
        )


def take_in(case: Case, path: Path, *, kind: str | None = None, region: str | None = None) -> CanaryImport:
    """Import a file of controlled identities in a transaction of its own and journal it; see `import_canaries`.

    `region`: of its numbers; found out where neither this nor the case says one.
    """
    with case.transaction():
        done = import_canaries(
            case.con, path, kind=kind, region=region or case.region,
            find_region=region is None and not case.region_is_said,
        )  # fmt: skip
        case.journal.append(
            command="canary import",
            inputs={path: sha256_of(path)},
            detail={"imported": dict(done.imported), "known": done.known, "updated": done.updated},
        )
    return done


_USES = {
    "in a copy": "release_canary", "in a withdrawn copy": "withdrawn_canary", "drawn for a release": "code_position",
    "in a probe": "probe_question", "reached by a call or message": "signal", "the key of a person": "canary_key",
}  # fmt: skip
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
            numbers = _of_file(con, path, region or case.region, find_region=region is None and not case.region_is_said)
        else:
            digits = "".join(char for char in what if char.isdigit())
            rows = con.execute(
                "SELECT no FROM canary WHERE lower(trim(email_raw)) = lower(trim($what)) OR ($digits <> '' AND"
                " $digits IN (CAST(phone AS VARCHAR), regexp_replace(phone_raw, '[^0-9]', '', 'g'))) ORDER BY no",
                {"what": what, "digits": digits},
            ).fetchall()
            numbers = [no for (no,) in rows]
        if not numbers:
            raise InputRefused(
                "no identity of the case is there", where=what,
                remedy="name a file as it was imported, or a number or address; see tracer canary list --each",
            )  # fmt: skip
        bound = {"numbers": numbers}
        mine = "IN (SELECT unnest($numbers::INTEGER[]))"
        used = {
            use: count
            for use, table in _USES.items()
            for (count,) in con.execute(
                f"SELECT count(DISTINCT canary) FROM {table} WHERE canary {mine}", bound
            ).fetchall()
            if count
        }
        if used:
            said = ", ".join(f"{count} {use}" for use, count in used.items())
            raise InputRefused(
                f"of {len(numbers)} identities there are in use: {said}; nothing was removed", where=what,
                remedy="give those the state expired (import them again with it), or remove the others by themselves",
            )  # fmt: skip
        counted = con.execute(f"SELECT kind, count(*) FROM canary WHERE no {mine} GROUP BY kind ORDER BY kind", bound)
        gone = [{"kind": kind, "removed": count} for kind, count in counted.fetchall()]
        con.execute(f"DELETE FROM canary WHERE no {mine}", bound)
        case.journal.append(
            command="canary remove",
            inputs={path: sha256_of(path)} if path.is_file() else {},
            detail={str(row["kind"]): row["removed"] for row in gone},
        )
    return gone


def _of_file(con: duckdb.DuckDBPyConnection, path: Path, region: str, *, find_region: bool) -> list[int]:
    """Numbers of the case's identities that a file holds."""
    read = read_file(con, path, ReadOptions(region=region, find_region=find_region))
    problems, keys = list[InputRefused](), set[tuple[int | None, int | None]]()
    for part in settled(read.parts, str(path)):
        keys |= {(one.phone, one.email) for one in identities_of(con, part, path, None, region, problems)}
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if problems:
        raise InputRefused.many(problems[:_SHOWN])
    held = con.execute("SELECT no, phone, email FROM canary ORDER BY no").fetchall()
    return [no for no, phone, email in held if (phone, email) in keys]


def import_canaries(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    kind: str | None = None,
    region: str = "CN",
    find_region: bool = False,
) -> CanaryImport:
    """Take in a file of controlled identities, in the caller's transaction.

    Columns: phone and/or email; name, organisation, kind, state, since, until (ISO dates), consent, note; address,
    city, postcode of a place of one's own. A phone column alone is enough. `find_region`: whether a column of numbers
    may speak for another country than `region`. `kind` holds where the file names none (default canary). An identity
    that the case has gets what the file says of it. Raises `InputRefused` with all problems at once: cells that hold no
    single number or address, unknown kinds and states, bad dates, identities twice, a country that is not clear.
    """
    if kind is not None and kind not in CANARY_KINDS:
        raise InputRefused(f"invalid kind of canary {kind!r}", remedy=did_you_mean(kind, CANARY_KINDS))
    read = read_file(con, path, ReadOptions(region=region, find_region=find_region))
    problems: list[InputRefused] = []
    identities: list[ImportedIdentity] = []
    parts = settled(read.parts, str(path))
    for part in parts:
        identities += identities_of(con, part, path, kind, region, problems)
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    fresh, known = _sorted_out(con, identities, path, problems)
    if problems:
        more = len(problems) - _SHOWN
        last = (
            [InputRefused(f"and {more} more problems", where=str(path), remedy="correct these first")]
            if more > 0
            else []
        )
        raise InputRefused.many([*problems[:_SHOWN], *last])
    updated = sum(_update(con, no, identity) for no, identity in known)
    numbers = add_canaries(con, fresh, now())
    return CanaryImport(
        str(path), dict(sorted(Counter(i.kind for i in fresh).items())), len(known), updated,
        sum(identity.consent is None for identity in fresh),
        seen_in_any(con, numbers) if len(fresh) >= SHOWN_FROM else None, used_regions(parts, region),
    )  # fmt: skip


def _sorted_out(
    con: duckdb.DuckDBPyConnection, identities: Sequence[ImportedIdentity], path: Path, problems: list[InputRefused]
) -> tuple[list[ImportedIdentity], list[tuple[int, ImportedIdentity]]]:
    """The identities that are new, and those that the case has, by number; doubles and changed kinds are problems."""
    held: dict[tuple[int | None, int | None], list[tuple[int, str | None, str | None, str]]] = {}
    for no, phone, email, name, organisation, kind in con.execute(
        "SELECT no, phone, email, name, organisation, kind FROM canary ORDER BY no"
    ).fetchall():
        held.setdefault((phone, email), []).append((no, name, organisation, kind))
    first: dict[tuple[int | None, int | None, str | None, str | None], int] = {}
    fresh: list[ImportedIdentity] = []
    known: list[tuple[int, ImportedIdentity]] = []
    for identity in identities:
        where = f"{path}, row {identity.row}"
        if identity.persona in first:
            problems.append(
                InputRefused(
                    f"the same identity as in row {first[identity.persona]}", where=where, remedy="keep one of them"
                )
            )
            continue
        first[identity.persona] = identity.row
        # What a release has made up for an identity (a firm for a bare name) does not make it another identity.
        had = next(
            (
                (no, kind)
                for no, name, organisation, kind in held.get((identity.phone, identity.email), [])
                if identity.name in (None, name) and identity.organisation in (None, organisation)
            ),
            None,
        )
        if had is None:
            fresh.append(identity)
        elif had[1] != identity.kind:
            problems.append(
                InputRefused(
                    f"the identity already exists as {had[1]}, not {identity.kind}",
                    where=where,
                    remedy="keep its kind",
                )
            )
        else:
            known.append((had[0], identity))
    problems += _one_mailbox(con, fresh, path)
    return fresh, known


def _one_mailbox(con: duckdb.DuckDBPyConnection, fresh: Sequence[ImportedIdentity], path: Path) -> list[InputRefused]:
    """Addresses that mean the mailbox which is another identity's own address: folding the one leaves the other,
    so a leak of the one would look like a leak of both."""
    held = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL").fetchall()
    forms: list[tuple[int | None, int, int | None]] = [(None, email, mailbox_key(raw or "")) for email, raw in held]
    forms += [(one.row, one.email, mailbox_key(one.email_raw or "")) for one in fresh if one.email is not None]
    plain = {email for _, email, box in forms if box == email}
    folded = {box for _, email, box in forms if box != email}
    clash = plain & folded
    return [
        InputRefused(
            "the same mailbox as another identity's, written otherwise; no list could tell the two apart",
            where=f"{path}, row {row}", remedy="use only one of them, or give both a tag",
        )
        for row, _, box in forms
        if row is not None and box in clash
    ]  # fmt: skip


def _update(con: duckdb.DuckDBPyConnection, no: int, identity: ImportedIdentity) -> bool:
    """Give a known identity what the file says of it; whether anything changed. What the file leaves blank stays."""
    given = {name: value for name in _CHANGING if (value := getattr(identity, name)) is not None}
    if not given:
        return False
    before = con.execute(f"SELECT {', '.join(given)} FROM canary WHERE no = $no", {"no": no}).fetchone()
    if before == tuple(given.values()):
        return False
    con.execute(
        f"UPDATE canary SET {', '.join(f'{name} = ${name}' for name in given)} WHERE no = $no", given | {"no": no}
    )
    return True


_FIELDS = (
    "phone", "email", "phone_raw", "email_raw", "name", "organisation", "address", "kind", "state", "since", "until",
    "consent", "note", "city", "postcode",
)  # fmt: skip
_TYPES = {"phone": "BIGINT", "email": "BIGINT", "since": "DATE", "until": "DATE"}


def add_canaries(con: duckdb.DuckDBPyConnection, identities: Sequence[ImportedIdentity], at: datetime) -> list[int]:
    """Put identities into the register; returns their numbers, in the same order."""
    row = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchone()
    first = (0 if row is None else int(row[0])) + 1
    numbers = list(range(first, first + len(identities)))
    if identities:
        columns = ", ".join(f"unnest(${name}::{_TYPES.get(name, 'VARCHAR')}[])" for name in _FIELDS)
        con.execute(
            f"INSERT INTO canary (no, {', '.join(_FIELDS)}, imported_at)"
            f" SELECT unnest($numbers::INTEGER[]), {columns}, $at",
            {
                "numbers": numbers, "at": at,
                **{name: [getattr(identity, name) for identity in identities] for name in _FIELDS},
            },
        )  # fmt: skip
    return numbers


def seen_in_any(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> int:
    """How many of these canaries are in any current dataset."""
    found = con.execute(
        "SELECT DISTINCT c.no FROM (SELECT no, unnest([phone, email]) AS key FROM canary"
        " WHERE no IN (SELECT unnest($numbers::INTEGER[]))) AS c JOIN membership AS m ON m.key = c.key"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current ORDER BY c.no",
        {"numbers": list(numbers)},
    ).fetchall()
    return len({no for (no,) in found} | _seen_hashed(con, numbers))


def _seen_hashed(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> set[int]:
    """Those whose number's hash is in a current list of hashes."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE canary_wanted AS SELECT DISTINCT m.key AS hash FROM membership AS m"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current AND d.hashes > 0"
        " AND d.format <> 'blind' WHERE m.key >= $first AND m.key < $end",
        {"first": HASH_BASE, "end": HASH_END},
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE canary_text AS SELECT no AS key, unnest({phone_texts_sql('phone')}) AS text"
        " FROM canary WHERE phone IS NOT NULL AND no IN (SELECT unnest($numbers::INTEGER[]))",
        {"numbers": list(numbers)},
    )
    con.execute("CREATE OR REPLACE TEMP TABLE canary_found (key BIGINT, hash BIGINT)")
    match_digests(con, "temp.canary_text", "temp.canary_wanted", "temp.canary_found", WIDTHS)
    found = con.execute("SELECT DISTINCT key FROM temp.canary_found").fetchall()
    for table in ("wanted", "text", "found"):
        con.execute(f"DROP TABLE temp.canary_{table}")
    return {no for (no,) in found}
