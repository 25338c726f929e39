"""What the raw rows of related lists show, pair by pair, in numbers: cells mistyped, repeats, days, and ways of
writing.

What two lists show rests on their own rows alone, and is kept from one trace to the next: a list that joins a family is
held against its relatives, and of the other pairs that alone is counted again in which the whole family has a part.
Large cases are sampled by identifier, so that the same contacts are taken from every list. The TEMP tables go with the
trace, and what of them is spilled is encrypted as the store is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from scipy.special import chdtrc, gammaln

from tracer.case.store import temp_table
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.dossier import DossierFacts
from tracer.findings.overlap import Comparison
from tracer.findings.tails import Floats, Ints
from tracer.lists.read.model import FURTHER_ROLES
from tracer.lists.read.words import is_day_of_row
from tracer.resources import sql_next_to

MOST_ROWS = 1_500_000
"""Rows that are looked at; above it a share of the identifiers is drawn. More memory would allow more."""
REWRITTEN = 0.3
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
_SLOTS = {name: name for name in ("phone", "name", "organisation", "address")} | {"day": "date", "added": "created"}
"""Place in `sql/part_cells.sql` → role of the column that goes there."""
WAYS: Mapping[str, Sequence[str]] = {
    "ways_numbers": ("form",),
    "ways_names": ("name_form",),
    "ways_filled": tuple(f"CAST({cell} IS NOT NULL AS VARCHAR)" for cell in ("name", "organisation", "address")),
}
"""What is compared of how rows are written, in SQL over `cell`; several are weighed one by one."""
_OF_TWO: Mapping[str, str] = {
    "strangers": "strangers",
    "repeats": "repeats_a repeats_b",
    "arrivals": "before same after batch_a batch_b dated_a dated_b",
    "newer": "newer_a newer_b",
    "entries": "by_a late_a further_a by_b late_b further_b",
    "grown": "grown_a grown_b",
}
"""Statement → its columns, which rest on the two lists of a pair alone."""
_VARIED = "varied alike alone slip_a slip_b"
TWO = tuple(f"filled differ {' '.join(_OF_TWO.values())}".split())
FAMILY = (*_VARIED.split(), *WAYS)
"""The columns that rest on the two lists alone, and those that other lists of the family have a part in."""
PartColumns: TypeAlias = Mapping[int, Mapping[int, Mapping[str, int]]]
"""Dataset number → part → role → position of its first column."""
statement = sql_next_to(__file__)


def read_rows(
    case: CaseFacts, compared: Comparison, facts: Sequence[DossierFacts], pairs: Ints
) -> tuple[Mapping[str, Floats], dict[int, float]]:
    """The counts of each pair a < b (pairs x 2) by name, 0 where nothing is known, `_a` and `_b` for its sides; and of
    each list the share of its rows that came in after it was made, 0 where it does not say when they came in."""
    columns: dict[int, dict[int, dict[str, int]]] = {}
    for dataset, part, position, role, header, how in case.con.execute(
        # What is in the key agrees wherever rows are joined by it, and so says nothing.
        "SELECT dataset, part, position,"
        " CASE WHEN how = 'key' AND role NOT IN ('phone', 'email') THEN 'key' ELSE role END, header, how"
        " FROM dataset_column ORDER BY dataset, part, position"
    ).fetchall():
        if role == "date" and not is_day_of_row(header, how):
            continue
        columns.setdefault(dataset, {}).setdefault(part, {}).setdefault(str(role), int(position))
    # The sets of holders are known of identifiers that are looked at; the rows are drawn in the same way.
    drawn = max(1, 100 * MOST_ROWS // max(1, int(compared.traced.contacts.sum())))
    percent, numbers = min(compared.traced.share.percent, drawn), compared.traced.numbers
    known = [(no, facts[x].first, facts[x].made, columns.get(no)) for x, no in enumerate(numbers)]
    asked = [((percent, known[a], known[b]), [numbers[a], numbers[b]]) for a, b in pairs.tolist()]
    # Nothing is compared by what is junk in any list, nor by identifiers that say nothing that another one does not: a
    # digest of those of each list.
    traced, second = compared.traced.relation, compared.patterns.relations.get("second_key")
    text = f"SELECT key FROM junk JOIN {traced} ON no = dataset WHERE key IS NOT NULL"
    text += "" if second is None else f" UNION ALL SELECT key FROM {second}"
    left_out = dict(
        case.con.execute(
            "SELECT t.position, concat_ws(' ', count(*), bit_xor(m.key), sum(m.key)) FROM membership AS m"
            f" SEMI JOIN ({text}) AS l ON l.key = m.key JOIN {traced} AS t ON t.no = m.dataset GROUP BY t.position"
        ).fetchall()
    )
    family = compared.family[pairs[:, 0]]
    families = [np.flatnonzero(family == one) for one in np.unique(family)]
    for which in families:
        used = np.unique(pairs[which])
        lists = [(*known[x], left_out.get(x)) for x in used]
        asked.append(((percent, lists, np.searchsorted(used, pairs[which]).tolist()), [numbers[x] for x in used]))

    def counted(missing: Sequence[int]) -> list[list[float]]:
        """What was not kept: pairs, and families that changed, of which these pairs are."""
        new = [at for at in missing if at < len(pairs)]
        changed = [families[at - len(pairs)] for at in missing[len(new) :]]
        related = np.concatenate(changed)
        table = np.zeros((len(TWO) + len(FAMILY), len(pairs)))
        if _read_cells(case.con, compared, facts, (pairs[new], pairs[related]), columns, percent):
            _count(case.con, compared, pairs, related, dict(zip((*TWO, *FAMILY), table, strict=True)))
        of_families = (table[len(TWO) :, which].ravel().tolist() for which in changed)
        return [*table[: len(TWO), new].T.tolist(), *of_families]

    answers = case.computed_once_each("derivation/rows", asked, counted)
    table = np.zeros((len(TWO) + len(FAMILY), len(pairs)))
    table[: len(TWO)] = np.reshape(answers[: len(pairs)], (-1, len(TWO))).T
    for which, answer in zip(families, answers[len(pairs) :], strict=True):
        table[len(TWO) :, which] = np.reshape(answer, (-1, which.size))
    found = dict(zip((*TWO, *FAMILY), table, strict=True))
    grown = np.stack([found.pop("grown_a"), found.pop("grown_b")], axis=1)
    return found, dict(zip(pairs.ravel().tolist(), grown.ravel().tolist(), strict=True))


def plain_days(con: duckdb.DuckDBPyConnection) -> Mapping[int, str | None]:
    """Numbers of the datasets whose rows have a day of which no column says that they were added on it, with the
    heading of that column where it may be shown."""
    rows = con.execute(
        "SELECT dataset, header, how FROM dataset_column WHERE role = 'date' AND dataset NOT IN"
        " (SELECT dataset FROM dataset_column WHERE role = 'created') ORDER BY dataset, part DESC, position DESC"
    ).fetchall()
    return {number: header if how == "header" else None for number, header, how in rows if is_day_of_row(header, how)}


def _read_cells(
    con: duckdb.DuckDBPyConnection,
    compared: Comparison,
    facts: Sequence[DossierFacts],
    pairs: tuple[Ints, Ints],
    columns: PartColumns,
    percent: int,
) -> bool:
    """Fill the TEMP tables `cell`, `there`, and of `pairs` `relative` (those of which is asked what the two lists show)
    and `related` (all of the families that changed); whether there is a raw table at all."""
    used = np.unique(pairs[1]).tolist()
    position = {compared.traced.numbers[x]: x for x in used}
    parts = []
    for number, part, raw, first in con.execute(
        "SELECT dataset, part, raw_table, first_row FROM part WHERE list_contains($numbers, dataset) ORDER BY ALL",
        {"numbers": list(position)},
    ).fetchall():
        roles = columns.get(number, {}).get(part, {})
        if roles.keys() & _JOINING:
            cells = {slot: f"r.c{roles[role]}" if role in roles else "NULL" for slot, role in _SLOTS.items()}
            place = {"position": position[number], "number": number, "before": first - 1, "raw": raw}
            parts.append(statement("part_cells").format(**cells, **place))
    if not parts:
        return False
    there = {"position": pa.array(used, pa.int32()), "family": pa.array(compared.family[used])}
    there["day"] = pa.array([facts[x].first for x in used], pa.int64())
    there["made"] = pa.array([facts[x].made for x in used], pa.int64())
    temp_table(con, "there", pa.table(there))
    for name, of in zip(("relative", "related"), pairs, strict=True):
        temp_table(con, name, pa.table({"a": of[:, 0], "b": of[:, 1]}))
    text = statement("cell").replace("{holders_by_key}", compared.patterns.relations["key_pattern"])
    text = text.replace("{parts}", " UNION ALL ".join(parts)).replace("{datasets}", compared.traced.relation)
    text = text.replace("{years}", str(YEARS))
    con.execute(text, {"percent": percent})
    return True


def _count(
    con: duckdb.DuckDBPyConnection, compared: Comparison, pairs: Ints, related: Ints, table: Mapping[str, Floats]
) -> None:
    """Fill the columns of `table` over the TEMP tables of `_read_cells`. related: places of these pairs."""
    con.execute(statement("kinds"))
    index = {(a, b): at for at, (a, b) in enumerate(pairs.tolist())}

    def fill(text: str, names: str, bound: Mapping[str, float] | None = None) -> None:
        rows = con.execute(text, bound).fetchall()
        where = [index[row[0], row[1]] for row in rows]
        for at, name in enumerate(names.split(), start=2):
            table[name][where] = [row[at] for row in rows]

    fill("SELECT a, b, sum(filled), sum(differ) FROM cell_kind GROUP BY a, b", "filled differ")
    asked = {"differ": 1.0 - REWRITTEN, "least": COMPARED, "most": LOOKED_AT, "alike": NOT_ALIKE}
    for name, columns in _OF_TWO.items():
        text = statement(name).replace("{datasets}", compared.traced.relation)
        fill(text, columns, asked if name == "strangers" else None)
    fill(statement("varied"), _VARIED, {"most": REWRITTEN})
    for way, cells in WAYS.items():
        for what in cells:
            table[way][related] += _nats_by_writing(con, compared, pairs[related], what)


def _nats_by_writing(con: duckdb.DuckDBPyConnection, compared: Comparison, pairs: Ints, what: str) -> Floats:
    """pairs: nats for the first as the source, by what a row looks like (`what`, in SQL over `cell`). In a source the
    rows that were taken are like the rest; in a copy they differ from what came from elsewhere."""
    rows = con.execute(statement("composition").replace("{what}", what)).fetchnumpy()
    position, pattern, size = (np.asarray(rows[name]) for name in ("position", "pattern", "rows"))
    forms, form = np.unique(np.asarray(rows["form"]).astype(str), return_inverse=True)
    family = compared.family[position]
    forms_of = {one: np.unique(form[family == one]) for one in np.unique(compared.family[pairs]).tolist()}
    bounds = {x: slice(*np.searchsorted(position, [x, x + 1])) for x in np.unique(pairs).tolist()}
    # Which patterns each list holds: its column, which slicing takes ten times as long to give.
    held, holders = {x: np.zeros(compared.holders.shape[0], dtype=np.bool_) for x in bounds}, compared.holders
    for x, patterns in held.items():
        column = slice(holders.indptr[x], holders.indptr[x + 1])
        patterns[holders.indices[column][holders.data[column] > 0]] = True

    def parted(x: int, other: int) -> list[Floats]:
        """Forms of the rows of x that are in the other as well, and of those that are not."""
        of, chosen = pattern[bounds[x]], forms_of[compared.family[x]]
        common = (of >= 0) & held[other][of]
        both = (np.bincount(form[bounds[x]][w], size[bounds[x]][w], forms.size) for w in (common, ~common))
        return [np.asarray(each, dtype=np.float64)[chosen] for each in both]

    found = np.zeros(len(pairs))
    for at, (a, b) in enumerate(pairs.tolist()):
        (common_a, rest_a), (common_b, rest_b) = parted(a, b), parted(b, a)
        if min(one.sum() for one in (rest_a, rest_b, common_a, common_b)) < LEAST_REST or _alike(rest_a, rest_b):
            continue
        found[at] = _nats_apart(common_b, rest_b) - _nats_apart(common_a, rest_a)
    return found


def _alike(x: Floats, y: Floats) -> bool:
    """Whether two counts over categories may come from one distribution, by a test of likelihoods at `DIFFERENT`."""
    seen = (x + y) > 0
    both = np.stack([x[seen], y[seen]])
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0) / both.sum()
    g = 2 * float((both * np.log(np.maximum(both, 1e-300) / expected))[both > 0].sum())
    return bool(chdtrc(max(1, int(seen.sum()) - 1), g) > DIFFERENT)


def _nats_apart(x: Floats, y: Floats) -> float:
    """ln Bayes factor that two counts over categories come from two distributions and not from one.

    Dirichlet priors of total 4, with the pooled shares as their centre.
    """
    prior = 4 * (x + y + 0.5) / (x + y + 0.5).sum()

    def evidence(counts: Floats) -> float:
        value = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum())
        return float(value + np.sum(gammaln(prior + counts) - gammaln(prior)))

    return evidence(x) + evidence(y) - evidence(x + y)
