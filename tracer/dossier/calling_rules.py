"""Calling rules of carriers: a TOML table that users edit, and one that ships with the tool.

Owns the reading of the table and the rule by which of several the most particular holds. Counts nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tracer.documents import toml_of
from tracer.dossier.stored import insert
from tracer.dossier.vocabulary import did_you_mean, id_problem, refuse
from tracer.errors import InputRefused
from tracer.input_files import text_of

RULE_KINDS = ("hours", "per_number", "per_caller", "complaints")
_DEFAULT = Path(__file__).parent / "calling_rules.toml"
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):[0-5][0-9]\Z")


@dataclass(frozen=True)
class CallingRule:
    """One rule."""

    id: str
    kind: str
    """One of `RULE_KINDS`."""
    carrier: str | None = None
    province: str | None = None
    since: date | None = None
    until: date | None = None
    earliest: str | None = None
    """HH:MM, local time; of `hours`."""
    latest: str | None = None
    at_most: float | None = None

    def summary(self) -> str:
        """The rule in few words, the same in every language: `08:00-21:00`, `3`, `0.0001`."""
        return f"{self.earliest}-{self.latest}" if self.kind == "hours" else f"{self.at_most:g}"

    def order(self) -> tuple[bool, bool, date, str]:
        """The greatest of several that fit holds: carrier, then province, then the last to begin, then the id."""
        return self.carrier is not None, self.province is not None, self.since or date.min, self.id

    def fits(self, carrier: str | None, province: str | None) -> bool:
        """Whether it is for lines of this carrier and province."""
        return self.carrier in (None, carrier) and self.province in (None, province)


_KEYS = tuple(field.name for field in fields(CallingRule))
_DAYS = ("since", "until")


def read_rules(path: Path) -> tuple[CallingRule, ...]:
    """The rules of a file.

    Raises `InputRefused`: with all that is wrong with it.
    """
    try:
        document = toml_of(text_of(path, "utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputRefused(
            f"cannot be read as TOML ({error})", where=str(path), remedy="see tracer help claims"
        ) from None
    rows, problems = document.get("rule", []), list[InputRefused]()
    tables = isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) for row in rows)
    if set(document) != {"rule"} or not tables:
        raise InputRefused(
            "the file must hold [[rule]] tables and nothing else", where=str(path), remedy="write [[rule]]"
        )
    rules: list[CallingRule] = []
    for number, row in enumerate(rows, start=1):
        problems += _problems(row, f"{path}, [[rule]] {number}")
        known = {key: value for key, value in row.items() if key in _KEYS}
        if isinstance(known.get("at_most"), int):
            known["at_most"] = float(known["at_most"])
        rules.append(CallingRule(**{"id": "", "kind": "", **known}))
    ids = Counter(str(rule.id) for rule in rules)
    for name in sorted(name for name, times in ids.items() if times > 1):
        problems.append(InputRefused(f"two rules have the id {name!r}", where=str(path), remedy="give each its own id"))
    refuse(problems)
    return tuple(rules)


def _problems(row: Mapping[str, Any], where: str) -> Iterator[InputRefused]:
    """All that is wrong with one rule."""

    def wrong(what: str, remedy: str = "") -> InputRefused:
        return InputRefused(what, where=where, remedy=remedy)

    for key, value in row.items():
        wanted = (int, float) if key == "at_most" else date if key in _DAYS else str
        if key not in _KEYS:
            yield wrong(f"unknown key {key!r}", did_you_mean(key, _KEYS))
        elif not isinstance(value, wanted) or isinstance(value, bool | datetime):
            yield wrong(
                f"invalid {key} {value!r}", "write a number" if key == "at_most" else "write a text, or a bare date"
            )
    kind, own, most = row.get("kind"), row.get("id"), row.get("at_most")
    if kind not in RULE_KINDS:
        yield wrong(f"invalid kind of rule {kind!r}", did_you_mean(str(kind), RULE_KINDS))
    if not isinstance(own, str):
        yield wrong("a rule has no id", "give it one: it is named in results")
    elif (problem := id_problem(own, "rule", where)) is not None:
        yield problem
    if kind == "hours":
        earliest, latest = row.get("earliest"), row.get("latest")
        if not all(isinstance(clock, str) and _CLOCK.match(clock) for clock in (earliest, latest)):
            yield wrong('hours need earliest and latest, like earliest = "08:00" and latest = "21:00"')
        elif str(earliest) >= str(latest):
            yield wrong(f"latest ({latest}) is not after earliest ({earliest})")
    elif kind in RULE_KINDS and (not isinstance(most, int | float) or isinstance(most, bool) or most < 0):
        yield wrong(f"{kind} needs at_most, a number")
    since, until = map(row.get, _DAYS)
    if type(since) is type(until) is date and until < since:
        yield wrong(f"until ({until}) lies before since ({since})")


def replace_rules(con: duckdb.DuckDBPyConnection, rules: Iterable[CallingRule], *, default: bool = False) -> None:
    """Put these rules in the place of those of the case."""
    con.execute("DELETE FROM calling_rule")
    for rule in rules:
        insert(con, "calling_rule", asdict(rule) | {"default_table": default})


def ensure_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Give a case without rules those that ship with the tool, and one that has them the table as it ships today."""
    row = con.execute("SELECT count(*), coalesce(bool_and(default_table), true) FROM calling_rule").fetchone()
    if row is not None and row[1]:
        shipped = read_rules(_DEFAULT)
        if tuple(sorted(shipped, key=lambda rule: rule.id)) != rules_of(con):
            replace_rules(con, shipped, default=True)


def rules_of(con: duckdb.DuckDBPyConnection) -> tuple[CallingRule, ...]:
    """The rules of a case, by id."""
    return tuple(
        CallingRule(*row) for row in con.execute(f"SELECT {', '.join(_KEYS)} FROM calling_rule ORDER BY id").fetchall()
    )
