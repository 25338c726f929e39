"""What the raw rows of related lists show, pair by pair, in numbers: cells mistyped, repeats, days, and ways of
writing.

The counts of a family of lists rest on its own rows alone, and are kept from one trace to the next: a list that joins
another family leaves them as they are. Large cases are sampled by identifier, so that the same contacts are taken from
every list. The TEMP tables go with the trace, and what of them is spilled is encrypted as the store is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from tracer.case.registered import temp_table
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.dossier import DossierFacts, first_days
from tracer.lists.read.identifiers import FURTHER_ROLES
from tracer.resources import statements_beside

RowColumns: TypeAlias = Mapping[str, NDArray[np.float64]]
"""Name of a count → one value a pair; `_a` and `_b` are the sides of a pair a < b."""
MOST_ROWS = 1_500_000
"""Rows that are looked at; above it a share of the identifiers is drawn. More memory would allow more."""
WRITTEN_ANEW = 0.3
"""Share of common cells of a kind that differ, from which that kind was rewritten on one side. None of the makers'
copies whose cells were not rewritten has more than a tenth."""
NOT_ALIKE = 0.1
"""Share of cells, beyond what chance gives, that must be alike for the common contacts to be the same people. (More
than half of the copies that were rewritten, with the family name first or without the town, were.)"""
COMPARED, LOOKED_AT = 20, 300
"""Common contacts whose cells must be filled on both sides for this to be asked, and how many are looked at."""
LEAST_REST, DIFFERENT = 20, 0.01
"""Rows of rest on each side, and the chance under which the two rests are written differently: without both, that the
common rows are written as in one of them says nothing."""
YEARS = 15
"""Days of rows lie within so many years: those of births do not."""
_JOINING = frozenset(("phone", "email", "key", *FURTHER_ROLES))
_SLOTS = {
    "phone": "phone", "name": "name", "organisation": "organisation", "address": "address", "day": "date",
    "added": "created",
}  # fmt: skip
"""Place in `sql/cells.sql` → role of the column that goes there."""
WAYS: Mapping[str, Sequence[str]] = {
    "ways_numbers": ("form",),
    "ways_names": ("name_form",),
    "ways_filled": tuple(f"CAST({cell} IS NOT NULL AS VARCHAR)" for cell in ("name", "organisation", "address")),
}
"""What is compared of how rows are written, in SQL over `cell`; several are weighed one by one."""
COLUMNS = (
    "filled", "differ", "varied", "alike", "alone", "slip_a", "slip_b", "repeats_a", "repeats_b", "before", "same",
    "after", "batch_a", "batch_b", "dated_a", "dated_b", "by_a", "late_a", "further_a", "by_b", "late_b", "further_b",
    "newer_a", "newer_b", "strangers", *WAYS,
)  # fmt: skip
statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""


def read_rows(
    case: CaseFacts, counts: MembershipCounts, facts: Sequence[DossierFacts], pairs: NDArray[np.int64]
) -> tuple[RowColumns, dict[int, float]]:
    """`COLUMNS` of each pair a < b (pairs x 2), 0 where nothing is known; and of each list that says when its rows came
    in the share of them that came in after it was made."""
    found = {name: np.zeros(len(pairs)) for name in COLUMNS}
    columns, days = columns_of(case.con), first_days(facts)
    asked = []
    for family in np.unique(counts.family[pairs[:, 0]]).tolist():
        which = np.flatnonzero(counts.family[pairs[:, 0]] == family)
        used = np.unique(pairs[which]).tolist()
        numbers = [counts.traced.numbers[x] for x in used]
        rests_on = {
            "lists": numbers,
            "columns": [[*key, sorted(columns[key].items())] for key in sorted(columns) if key[0] in set(numbers)],
            "pairs": np.searchsorted(used, pairs[which]).tolist(),
            "days": [[days[x], facts[x].made] for x in used],
            "percent": looked_at_percent(counts),
            "left out": counts.left_out,
        }
        asked.append((which, used, rests_on, numbers))
    answers = case.kept_each(
        "derivation/rows", [(rests_on, numbers) for _, _, rests_on, numbers in asked],
        lambda missing: _counted(case.con, counts, facts, pairs, [asked[at][:2] for at in missing], columns),
    )  # fmt: skip
    grown: dict[int, float] = {}
    for (which, used, _, _), answer in zip(asked, answers, strict=True):
        for name, values in answer["pairs"].items():
            found[name][which] = values
        grown |= {used[at]: share for at, share in answer["grown"]}
    return found, grown


def _counted(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, facts: Sequence[DossierFacts], pairs: NDArray[np.int64],
    families: Sequence[tuple[NDArray[np.int64], list[int]]], columns: Mapping[tuple[int, int], Mapping[str, int]],
) -> list[dict[str, Any]]:  # fmt: skip
    """The answers of these families (places in `pairs`, lists), counted together."""
    every = np.concatenate([which for which, _ in families])
    relatives = pairs[every]
    if not _read_cells(con, counts, facts, relatives, columns):
        return [{"pairs": {}, "grown": []} for _ in families]
    con.execute(statement("kinds"))
    index = {(a, b): at for at, (a, b) in enumerate(relatives.tolist())}
    table = {name: np.zeros(len(relatives)) for name in COLUMNS}

    def fill(text: str, names: Sequence[str], bound: Mapping[str, float] | None = None) -> None:
        rows = con.execute(text, bound).fetchall()
        where = [index[row[0], row[1]] for row in rows]
        for at, name in enumerate(names, start=2):
            table[name][where] = [row[at] for row in rows]

    fill("SELECT a, b, sum(filled), sum(differ) FROM cell_kind GROUP BY a, b", ("filled", "differ"))
    asked = {"differ": 1.0 - WRITTEN_ANEW, "least": COMPARED, "most": LOOKED_AT, "alike": NOT_ALIKE}
    fill(statement("strangers"), ("strangers",), asked)
    fill(statement("varied"), ("varied", "alike", "alone", "slip_a", "slip_b"), {"most": WRITTEN_ANEW})
    fill(statement("repeats").replace("{datasets}", counts.traced.relation), ("repeats_a", "repeats_b"))
    arrived = ("before", "same", "after", "batch_a", "batch_b", "dated_a", "dated_b")
    fill(statement("arrivals"), arrived)
    fill(statement("newer"), ("newer_a", "newer_b"))
    for side, of, other in (("a", "list", "other"), ("b", "other", "list")):
        text = f"SELECT {of}, {other}, common_by, common_after, other_after FROM ({statement('entries')})"
        fill(f"{text} WHERE {of} < {other}", (f"by_{side}", f"late_{side}", f"further_{side}"))
    for way, compared in WAYS.items():
        for what in compared:
            table[way] += _written(con, counts, relatives, what)
    came = con.execute(statement("grown")).fetchall()
    answers, start = [], 0
    for which, used in families:
        part = slice(start, start + which.size)
        grown = [[used.index(x), share] for x, share in came if x in used]
        answers.append({"pairs": {name: table[name][part].tolist() for name in COLUMNS}, "grown": grown})
        start += which.size
    return answers


def _read_cells(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, facts: Sequence[DossierFacts],
    pairs: NDArray[np.int64], columns: Mapping[tuple[int, int], Mapping[str, int]],
) -> bool:  # fmt: skip
    """Fill the TEMP tables `cell`, `relative` and `there`; whether there is a raw table at all."""
    con.execute(statement("cell_table"))
    percent, filled = looked_at_percent(counts), False
    used = np.unique(pairs).tolist()
    for position in used:
        number = counts.traced.numbers[position]
        for part, raw, first in con.execute(
            "SELECT part, raw_table, first_row FROM part WHERE dataset = $number ORDER BY part", {"number": number}
        ).fetchall():
            roles = columns.get((number, part), {})
            if not roles.keys() & _JOINING:
                continue
            text = statement("cells")
            for slot, role in _SLOTS.items():
                text = text.replace("{" + slot + "}", f"r.c{roles[role]}" if role in roles else "CAST(NULL AS VARCHAR)")
            values = {"position": position, "number": number, "before": first - 1, "percent": percent}
            con.execute(text.replace("{raw}", str(raw)), values)
            filled = True
    days = first_days(facts)
    there = {
        "position": pa.array(used, pa.int32()), "family": pa.array(counts.family[used]),
        "day": pa.array([days[x] for x in used], pa.int64()),
        "made": pa.array([facts[x].made for x in used], pa.int64()),
    }  # fmt: skip
    temp_table(con, "there", pa.table(there))
    temp_table(con, "relative", pa.table({"a": pairs[:, 0], "b": pairs[:, 1]}))
    text = statement("cell").replace("{holders_by_key}", counts.holders_by_key).replace("{years}", str(YEARS))
    con.execute(text.replace("{datasets}", counts.traced.relation))
    return filled


def looked_at_percent(counts: MembershipCounts) -> int:
    """Share of the identifiers whose rows are looked at."""
    total = max(1, int(counts.traced.contacts.sum()))
    # The sets of holders are known of identifiers that are looked at, which are drawn in the same way.
    return min(counts.traced.share.percent, max(1, 100 * MOST_ROWS // total))


def columns_of(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], dict[str, int]]:
    """(dataset number, part) → role → position of its first column."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for dataset, part, position, role in con.execute(
        # What is in the key agrees wherever rows are joined by it, and so says nothing.
        "SELECT dataset, part, position,"
        " CASE WHEN how = 'key' AND role NOT IN ('phone', 'email') THEN 'key' ELSE role END"
        " FROM dataset_column ORDER BY dataset, part, position"
    ).fetchall():
        found.setdefault((dataset, part), {}).setdefault(str(role), int(position))
    return found


# What sets the common rows of two lists apart from their other rows: in a source the rows that were taken are like the
# rest, in a copy they differ from what came from elsewhere.


def _written(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, pairs: NDArray[np.int64], what: str
) -> NDArray[np.float64]:
    """pairs: nats for the first as the source, by what a row looks like (`what`, in SQL over `cell`)."""
    rows = con.execute(statement("composition").replace("{what}", what)).fetchnumpy()
    position, pattern, size = (np.asarray(rows[name]) for name in ("position", "pattern", "rows"))
    forms, form = np.unique(np.asarray(rows["form"]).astype(str), return_inverse=True)
    bounds = {x: slice(*np.searchsorted(position, [x, x + 1])) for x in np.unique(pairs).tolist()}

    def parted(x: int, other: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Forms of the rows of x that are in the other as well, and of those that are not."""
        of, held = pattern[bounds[x]], counts.held_by(other)
        inside = (of >= 0) & held[of]
        both = (np.bincount(form[bounds[x]][w], size[bounds[x]][w], forms.size) for w in (inside, ~inside))
        common, rest = (np.asarray(each, dtype=np.float64) for each in both)
        return common, rest

    found = np.zeros(len(pairs))
    for at, (a, b) in enumerate(pairs.tolist()):
        (common_a, rest_a), (common_b, rest_b) = parted(a, b), parted(b, a)
        if min(one.sum() for one in (rest_a, rest_b, common_a, common_b)) < LEAST_REST or _alike(rest_a, rest_b):
            continue
        found[at] = _apart(common_b, rest_b) - _apart(common_a, rest_a)
    return found


def _alike(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether two counts over categories may come from one distribution, by a test of likelihoods at `DIFFERENT`."""
    seen = (x + y) > 0
    both = np.stack([x[seen], y[seen]])
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0) / both.sum()
    g = 2 * float((both * np.log(np.maximum(both, 1e-300) / expected))[both > 0].sum())
    return bool(chdtrc(max(1, int(seen.sum()) - 1), g) > DIFFERENT)


def _apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """ln Bayes factor that two counts over categories come from two distributions and not from one.

    Dirichlet priors of total 4, with the pooled shares as their centre.
    """
    prior = 4 * (x + y + 0.5) / (x + y + 0.5).sum()

    def evidence(counts: NDArray[np.float64]) -> float:
        value = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum())
        return float(value + np.sum(gammaln(prior + counts) - gammaln(prior)))

    return evidence(x) + evidence(y) - evidence(x + y)
