"""Everything behind an edge: numbers, rows' positions, canaries, dates, documents, and what speaks against it.

The sections are statements over the documented views (`sql/why.sql`). Rows' positions are the one thing that no view
shows; they are counted from the memberships, and only where the shared count may be shown. So are the rows that a
proposed hidden dataset must have held: positions and counts only, and no small count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any

import duckdb

from tracer.ask.called import id_called
from tracer.ask.named import CopiedViews
from tracer.ask.what_if import explanation, what_if
from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Ref, ReleaseRef, disclosed, shown_count
from tracer.documents import json_of
from tracer.errors import UsageError
from tracer.findings.attribution import at_home
from tracer.policy import FEW, Narrowed, view_rows
from tracer.resources import statements_beside
from tracer.wording import Codes, Voice, code_key, in_words, signals_of

Row = Mapping[str, Any]

RUNS_SHOWN, RUNS_OF_HIDDEN = 40, 20
"""Runs of rows that are listed, of a pair's lists and of those that a hidden one was made into; the rest is counted."""
PAIRS_WITH_POSITIONS = 4
"""Edges between two parties may rest on many pairs of datasets: positions are given for the first ones."""

_ASKED_TWICE = ("claims", "derivations", "retention")
"""Views that several sections read; that of attributions has a row for every list and copy, and one section asks it."""
_NO_TIES = ("dates", "replies", "other_sources", "other_copies", "said")
"""Sections that connect no two parties by themselves."""

_statement = statements_beside(__file__)
_SECTION = re.compile(r"^-- section: (\w+)\n(.*?);$", re.MULTILINE | re.DOTALL)


@cache
def _sections() -> tuple[tuple[str, str], ...]:
    text = _statement("why")
    return tuple((match[1], match[2]) for match in _SECTION.finditer(text))


_REFS: Mapping[str, type[DatasetRef | ReleaseRef | PartyRef | Ref]] = {
    "dataset": DatasetRef,
    "release": ReleaseRef,
    "party": PartyRef,
}


@dataclass(frozen=True)
class End:
    """What an id stands for."""

    ref: DatasetRef | ReleaseRef | PartyRef | Ref
    lists: tuple[str, ...]
    parties: tuple[str, ...]


def why(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    *,
    untraced: str | Reason = "",
    lang: str = "en",
    narrowed: Narrowed = dict,
    codes: Codes = Codes.NONE,
) -> dict[str, Any]:
    """What ties `a` and `b` (ids of datasets, releases, parties, claims or hidden datasets, in either order), in words.

    The answer is JSON-ready: `a`, `b`, `against` (all that speaks against, gathered), `evidence` (all that is cited),
    and a list of rows for each section of `sql/why.sql` that has one. `positions` gives, for a pair of datasets, the
    runs `[first, last]` of data rows shared on each side. `what_if` gives the best and the next explanation of each
    pair of datasets, whether they can be told apart, and what would tell; `hidden_rows` what a proposed dataset must
    have held. Sentences have bare ids.

    codes: whether those of the sentences go along.

    Raises:
        UsageError: an id that the case does not hold, or the same one twice.
    """
    said: dict[str, Any] = in_words(
        tied(con, a, b, untraced=untraced, narrowed=narrowed, details=True), Voice(lang), codes
    )
    # The distinct sentences of all rows that speak against something, in order of appearance, each with its code.
    against: dict[str, Any] = {}
    for row in _rows(said):
        for text, code in zip_longest(row.get("against") or [], row.get(code_key("against", many=True)) or []):
            against.setdefault(text, code)
    said["against"] = list(against)
    if codes is not Codes.NONE:
        said[code_key("against", many=True)] = list(against.values())
    said["evidence"] = said.pop("evidence")  # behind what it is about
    return said


def tied(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    *,
    untraced: str | Reason = "",
    narrowed: Narrowed = dict,
    details: bool = False,
) -> dict[str, Any]:
    """The same answer with its reasons as values; details: with the rows' positions, which take longest.

    Raises:
        UsageError: see `why`.
    """
    ends = ends_of(con, a, b)
    a, b = (end.ref.id for end in ends)
    if a == b:
        raise UsageError(
            f"{a!r} is given twice", where="why", remedy=f"name two ends; `tracer show {a}` shows one with its chain"
        )
    bound: dict[str, Any] = {"a": a, "b": b}
    for side, end in zip("ab", ends, strict=True):
        bound[f"{side}_lists"], bound[f"{side}_parties"] = list(end.lists), list(end.parties)
    found: dict[str, Any] = {"a": a, "b": b}
    if untraced:
        found["untraced"] = disclosed(untraced) if isinstance(untraced, Reason) else untraced
    copied = CopiedViews(con, _ASKED_TWICE)
    for section, sql in _sections():
        used = {name: value for name, value in bound.items() if re.search(rf"\${name}\b", sql)}
        rows = view_rows(con, copied.over(sql), used, narrowed)
        if rows:
            found[section] = rows
    for edge in found.get("derivations", []):
        signals, total = signals_of(edge["weights"]), 0.0
        for signal in signals:
            total += float(str(signal["weight"]))
            signal["total"] = round(total, 6)
        edge["weights"] = signals
    for one in found.get("explanations", []):
        one["said"] = disclosed(explanation(one))
    homes = [
        {"dataset": dataset, "client": client, "said": disclosed(said)}
        for (dataset, client), said in at_home(con).items()
        if any(dataset in one.lists and client in _owners(con, other) for one, other in (ends, ends[::-1]))
    ]
    for section, column in (("vintages", "dates"), ("claims", "numbers")):
        for row in found.get(section, []):
            row[column] = json_of(row[column])
    pairs = [pair for pair in found.get("overlaps", []) if details and not pair["small"]][:PAIRS_WITH_POSITIONS]
    hidden = [row for row in found.get("hidden", []) if details and row["contacts"] is not None]
    answers = [row for row in what_if(con, found) if row["best"] is not None or not untraced]
    more = {"positions": [_positions(con, pair["a"], pair["b"]) for pair in pairs], "what_if": answers}
    more |= {"at_home": homes, "hidden_rows": [_hidden_rows(con, row) for row in hidden]}
    found |= {section: rows for section, rows in more.items() if rows or section == "what_if"}
    cited = dict.fromkeys(ref for row in _rows(found) for ref in row.get("evidence") or [])
    found["evidence"] = view_rows(
        con,
        "SELECT evidence, kind, path, statement, acquired, by_whom, sha256 FROM views.evidence"
        " WHERE list_contains($cited, evidence) ORDER BY evidence",
        {"cited": list(cited)},
    )
    return found


def _owners(con: duckdb.DuckDBPyConnection, end: End) -> set[str]:
    """Whose own lists an end stands for, or who it is."""
    own = "SELECT holder FROM dataset WHERE origin = 'own' AND id IN (SELECT unnest($lists))"
    return {*end.parties, *(holder for (holder,) in con.execute(own, {"lists": list(end.lists)}).fetchall())}


def ties(answer: Mapping[str, object]) -> bool:
    """Whether anything ties the two ends; dates and rights of reply alone do not."""
    return "at_home" in answer or any(section in answer for section, _ in _sections() if section not in _NO_TIES)


def ends_of(con: duckdb.DuckDBPyConnection, *names: str) -> list[End]:
    """What ids, or names or titles of one thing, stand for: datasets, releases, parties, claims or hidden datasets.

    Raises:
        UsageError: the case does not hold one of them; names the nearest.
    """
    known = {
        name: End(_REFS.get(kind, Ref)(name), tuple(lists or ()), tuple(parties))
        for name, kind, lists, parties in con.execute(_statement("ends"), {"ids": list(names)}).fetchall()
    }
    return [known[name] if name in known else ends_of(con, id_called(con, name, "why"))[0] for name in names]


def _positions(con: duckdb.DuckDBPyConnection, a: str, b: str) -> dict[str, Any]:
    numbers = dict(con.execute("SELECT id, no FROM views._size WHERE id IN ($a, $b)", {"a": a, "b": b}).fetchall())
    answer: dict[str, Any] = {"a": a, "b": b}
    for side, name, other in (("a", a, b), ("b", b, a)):
        bound = {"side": numbers[name], "other": numbers[other]}
        runs = con.execute(_statement("shared_positions"), bound).fetchall()
        answer[f"{side}_rows"] = sum(last - first + 1 for first, last in runs)
        answer[f"{side}_runs"] = [list(run) for run in runs[:RUNS_SHOWN]]
        answer[f"{side}_more_runs"] = max(0, len(runs) - RUNS_SHOWN)
    return answer


def _hidden_rows(con: duckdb.DuckDBPyConnection, hidden: Row) -> dict[str, Any]:
    """What one row of the view `hidden` must have held.

    `held_by`: number of children, near-copies taken as one → contacts that so many of them hold (`<20` where they are
    few); `lists`: for each child its contacts of these, and the runs `[first, last]` of its data rows; `said`: all but
    the lists as a reason.
    """
    from tracer.findings.overlap.close import one_list, witnesses

    numbers = dict(con.execute("SELECT id, no FROM views._size WHERE NOT tiny ORDER BY id").fetchall())
    children = {name: numbers[name] for name in hidden["children"] if name in numbers}
    groups = witnesses(list(children.values()), lambda a, b: one_list(con, a, b))
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    bound = {"children": list(children.values()), "witness": [group_of[number] for number in children.values()]}
    counted = con.execute(_statement("hidden_rows"), bound).fetchall()
    by_number = {which: contacts for what, which, contacts in counted if what == "dataset"}
    held = [(which, Count(contacts)) for what, which, contacts in counted if what == "children"]
    lists = []
    for name, number in children.items():
        count = shown_count(Count(by_number.get(number, 0)))
        runs = con.execute(_statement("hidden_positions"), {**bound, "side": number}).fetchall() if count != FEW else []
        lists.append(
            {
                "dataset": name,
                "contacts": count,
                "runs": [list(run) for run in runs[:RUNS_OF_HIDDEN]],
                "more_runs": max(0, len(runs) - RUNS_OF_HIDDEN),
            }
        )
    said = Reason.of(
        "hidden-rows-held",
        hidden=Ref(hidden["hidden"]),
        contacts=Count(hidden["contacts"]),
        held=tuple(Reason.of("hidden-rows-held-by", contacts=contacts, lists=which) for which, contacts in held),
    )
    return {
        "hidden": hidden["hidden"],
        "contacts": hidden["contacts"],
        "held_by": {str(which): shown_count(contacts) for which, contacts in held},
        "lists": lists,
        "said": disclosed(said),
    }


def _rows(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of all sections."""
    return (row for rows in found.values() if isinstance(rows, list) for row in rows)
