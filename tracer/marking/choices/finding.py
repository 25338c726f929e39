"""Which cells of a list can carry a choice: those that it writes in two ways, independently of all else; and the rows
as copies have them.

A pair of forms is two ways to write a cell that mean the same: `Main Street` and `Main St.`, `12a` and `12 a`, `von`
and `Von`. It is two shapes and two rewritings, all of them SQL for a cell, in the regular expressions of RE2. A cell is
open to a pair where it has exactly one of the shapes, and rewriting it there and back gives the same cell.

The case keeps the seed, and of each choice the contact, the column, the pair of forms and the bias, but no cell: the
list's own are read where a leak is read. Which form each copy has of each cell is computed again from the seed, which
only the case knows.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tracer.case.store import registered_tables
from tracer.late_imports import imported_when_used
from tracer.marking.persona.draws import keyed_flags
from tracer.resources import sql_next_to

with imported_when_used():  # who reads a leak asks for the choices of copies alone
    from tracer.lists.read.words import shown_headings
    from tracer.lists.write.computed import ComputedColumn, compute
    from tracer.lists.write.model import NewRow, PartEdit
    from tracer.marking.canary.persons import identifying_keys
    from tracer.marking.persona.source_list import SourceList

CHOICES = b"choices"  # Purpose of the case's secret that the seeds come from.


def seed_of(secret: bytes, draw: str) -> bytes:
    """The 32-byte seed of a draw. `secret`: the case's, for `CHOICES`."""
    return hmac.digest(secret, draw.encode(), "sha256")


def bits_of(seed: bytes, release: str, bias: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """(n,) whether a copy has form 1 of each choice, with probability `bias`, by a key of its own: HMAC-SHA-256 of the
    seed and the release's id."""
    return keyed_flags(hmac.digest(seed, release.encode(), hashlib.sha256), bias)


def enter_choices(con: duckdb.DuckDBPyConnection, draw: str, seed: bytes, choices: Choices) -> None:
    """Put the choices of a draw on record, in the caller's transaction, before its register is committed."""
    con.execute("INSERT INTO choice_draw VALUES ($draw, $seed)", {"draw": draw, "seed": seed})
    numbers, positions = np.arange(len(choices.rows), dtype=np.int32), choices.positions.astype(np.int32)
    columns = [numbers, choices.keys, positions, pa.array(choices.pairs, pa.string()), choices.bias]
    with registered_tables(con, choices_now=pa.table(columns, ["no", "key", "position", "pair", "bias"])):
        con.execute("INSERT INTO choice SELECT $draw, * FROM choices_now ORDER BY no", {"draw": draw})


def read_choices(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[bytes, npt.NDArray[np.float64]]]:
    """Draw -> its seed, and (n,) the probabilities with which each copy has form 1, by the number of the choice."""
    found = {}
    for draw, seed in con.execute("SELECT draw, seed FROM choice_draw ORDER BY draw").fetchall():
        bias = con.execute("SELECT bias FROM choice WHERE draw = $draw ORDER BY no", {"draw": draw}).to_arrow_table()
        found[str(draw)] = bytes(seed), bias["bias"].to_numpy().astype(np.float64)
    return found


def digests_of(con: duckdb.DuckDBPyConnection, draw: str) -> tuple[int, str, str] | None:
    """(choices, SHA-256 of their rows, SHA-256 of the seed) of a draw, as the register commits them; None without."""
    kept = con.execute("SELECT seed FROM choice_draw WHERE draw = $draw", {"draw": draw}).fetchone()
    if kept is None:
        return None
    row = con.execute(
        "SELECT count(*),"
        " sha256(coalesce(string_agg(concat_ws('|', no, key, position, pair, bias), ',' ORDER BY no), ''))"
        " FROM choice WHERE draw = $draw",
        {"draw": draw},
    ).fetchone()
    count, rows = (0, "") if row is None else row
    return int(count), str(rows), hashlib.sha256(bytes(kept[0])).hexdigest()


def forget_choices(con: duckdb.DuckDBPyConnection, draws: Sequence[str]) -> None:
    """Take the choices of draws that no recipient has out of the case."""
    for table in ("choice", "choice_draw"):
        con.execute(f"DELETE FROM {table} WHERE draw IN (SELECT unnest($draws::VARCHAR[]))", {"draws": list(draws)})


_statement = sql_next_to(__file__)
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SORTS = ("words", "dots", "spaces", "capitals", "brackets", "zeros")
"""What pairs are to a reader, in the order in which they are named."""


@dataclass(frozen=True)
class FormPair:
    """Two ways of writing one cell; form 0 is the first, form 1 the second."""

    name: str
    first: str  # SQL of `{c}`: whether the cell has form 0.
    second: str
    to_first: str  # SQL of `{c}`: the cell in form 0, where it has form 1.
    to_second: str
    folds: bool  # Whether a key of several columns is the same in both forms.
    hints: tuple[str, ...] = ()  # Texts without which no list has both forms.

    @property
    def sort(self) -> str:
        """What it is to a reader: one of `SORTS`."""
        kinds = {"word": "words", "end": "words", "and": "words", "dot": "dots", "particle": "capitals"}
        kind = self.name.partition(":")[0]
        return kinds.get(kind, "spaces" if kind == "space" else kind)

    def open_sql(self, cell: str) -> str:
        """SQL: whether a cell can be written in both ways, and in no third."""
        first, second = self.first.format(c=cell), self.second.format(c=cell)
        back = self.to_first.format(c=f"({self.to_second.format(c=cell)})")
        forth = self.to_second.format(c=f"({self.to_first.format(c=cell)})")
        return f"(CASE WHEN {first} THEN NOT {second} AND {back} = {cell} WHEN {second} THEN {forth} = {cell} END)"

    def form_sql(self, cell: str) -> str:
        """SQL: 0 or 1, which form an open cell has."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN 0 ELSE 1 END)"

    def as_first(self, cell: str) -> str:
        """SQL: an open cell in form 0."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN {cell} ELSE {self.to_first.format(c=cell)} END)"

    def as_second(self, cell: str) -> str:
        """SQL: an open cell in form 1."""
        return f"(CASE WHEN {self.first.format(c=cell)} THEN {self.to_second.format(c=cell)} ELSE {cell} END)"


_WORDS = """
    Street:St Avenue:Ave Road:Rd Drive:Dr Lane:Ln Court:Ct Square:Sq Boulevard:Blvd Place:Pl Terrace:Ter Highway:Hwy
    Parkway:Pkwy Circle:Cir Apartment:Apt Suite:Ste Building:Bldg Floor:Fl Nagar:Ngr Colony:Col Straße:Str Strasse:Str
    Platz:Pl Avenida:Avda Calle:C Plaza:Pza Rua:R Rue:R Piazza:Pza Via:V улица:ул дом:д ulica:ul Postfach:PF Company:Co
    Limited:Ltd Incorporated:Inc Brothers:Bros
"""  # Words and what is written for them, with a full stop or without.
_ENDINGS = "straße:str. strasse:str. platz:pl. straat:str. gatan:g."  # Ends of words, as in `Gartenstraße`.
_ABBREVIATED = "Apt Ste Dr Jr Sr No St Ave Rd Ln Ct Blvd Bldg Mt Nr Str Pl Co Ltd Inc Ngr Ul Hs Tel"
_PARTICLES = "von van de del della di da du la le bin al zu zum der den"
_AND = "and und et y e en og"  # What is written for &.
_BEFORE, _AFTER = r"(^|[ ,(-])", r"($|[ ,)])"


def _has(pattern: str) -> str:
    return f"regexp_matches({{c}}, '{_sql(pattern)}')"


def _replace_sql(pattern: str, text: str, flags: str = "") -> str:
    extra = f", '{flags}'" if flags else ""
    return f"regexp_replace({{c}}, '{_sql(pattern)}', '{_sql(text)}'{extra})"


def _sql(text: str) -> str:
    """A text within quotes of SQL, and within `str.format`."""
    return text.replace("'", "''").replace("{", "{{").replace("}", "}}")


def _pair(name: str, first: tuple[str, str], second: tuple[str, str], *hints: str, folds: bool) -> FormPair:
    """A pair of two patterns, each with what is put in place of the other."""
    to_first, to_second = _replace_sql(second[0], first[1]), _replace_sql(first[0], second[1])
    return FormPair(name, _has(first[0]), _has(second[0]), to_first, to_second, folds, hints)


def _swap(name: str, one: str, other: str, *, folds: bool) -> FormPair:
    """Two words that stand for each other, as plain texts."""
    first, second = ((f"{_BEFORE}{re.escape(text)}{_AFTER}", rf"\1{text}\2") for text in (one, other))
    return _pair(name, first, second, one, other, folds=folds)


@cache
def form_pairs() -> dict[str, FormPair]:
    """All pairs, by name, in the order in which they are preferred where a column offers several as often."""
    return {pair.name: pair for pair in _every_pair()}


def _every_pair() -> Iterator[FormPair]:
    for word, short in (each.split(":") for each in _WORDS.split()):
        for write in (str, str.upper, str.lower):
            whole, cut = write(word), write(short)
            for dot in ("", "."):
                if word != whole or write is str:
                    yield _swap(f"word:{whole}:{cut}{dot}", whole, f"{cut}{dot}", folds=False)
    for end, cut in (each.split(":") for each in _ENDINGS.split()):
        for write in (str.lower, str.upper):
            whole, short = write(end), write(cut)
            first, second = ((rf"(\pL){re.escape(text)}($|[ ,])", rf"\1{text}\2") for text in (whole, short))
            yield _pair(f"end:{whole}:{short}", first, second, whole, short, folds=False)
    for word in _AND.split():
        for write in (str.lower, str.upper):
            yield _swap(f"and:{write(word)}", "&", write(word), folds=False)
    for word in _ABBREVIATED.split():
        for write in (str, str.upper):
            yield _swap(f"dot:{write(word)}", write(word), f"{write(word)}.", folds=True)
    yield _pair("dot:initial", (r"(^| )([A-Z])($| )", r"\1\2\3"), (r"(^| )([A-Z])\.($| )", r"\1\2.\3"), folds=True)
    for word in _PARTICLES.split():
        first, second = ((rf"(^| ){text} ", rf"\1{text} ") for text in (word, word.title()))
        yield _pair(f"particle:{word}", first, second, f"{word} ", f"{word.title()} ", folds=True)
    small, large = _has(r"^\p{Lu}\p{Ll}{2,}$"), _has(r"^\p{Lu}{3,}$")
    to_small = "(upper(left({c}, 1)) || lower(substr({c}, 2)))"
    yield FormPair("capitals", small, large, to_small, "upper({c})", folds=True)
    rest = r"([^ ]+( [^ ]+)*)$"
    single, double = (rf"^([^ ]+) {rest}", r"\1 \2"), (rf"^([^ ]+)  {rest}", r"\1  \2")
    yield _pair("space:double", single, double, folds=True)
    yield _pair("space:end", (r"([^ ])$", r"\1"), (r"([^ ]) $", r"\1 "), folds=True)
    house = (r"([0-9])([a-fA-F])$", r"\1\2"), (r"([0-9]) ([a-fA-F])$", r"\1 \2")
    yield _pair("space:house", *house, folds=False)
    yield _pair("space:dot", (r"(\pL\.)([0-9])", r"\1\2"), (r"(\pL\.) ([0-9])", r"\1 \2"), folds=True)
    comma = (r"^([^,]*,)([^ ,][^,]*)$", r"\1\2"), (r"^([^,]*,) ([^ ,][^,]*)$", r"\1 \2")
    yield _pair("space:comma", *comma, folds=True)
    text = r"([^()（）]*)"
    wide, narrow = (rf"^{text}（{text}）{text}$", r"\1（\2）\3"), (rf"^{text}\({text}\){text}$", r"\1(\2)\3")
    yield _pair("brackets", wide, narrow, folds=True)
    day = _has(r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}$")
    padded, plain = (f"({day} AND {_has(pattern)})" for pattern in (r"\b0[0-9]\b", r"\b[0-9]\b"))
    pad, cut = _replace_sql(r"\b([0-9])\b", r"0\1", "g"), _replace_sql(r"\b0([0-9])\b", r"\1", "g")
    yield FormPair("zeros", padded, plain, pad, cut, folds=True)


# Whether the two forms of a column follow anything else in the list, and the strata within which they do not. A form
# that is drawn again for each copy would show where the list's own forms go with a street, a town, a time or another
# form: so they are drawn within strata, at each stratum's own share, and what follows something all the same is not
# used.

SURE = 4.5  # Standard errors above which agreement is not chance: many columns of many lists are looked at.
_LEAST, _OF_EACH = 8, 2  # Rows of a stratum, and rows of each form in it, at least.
_ROUNDS = 3
ORDER = "order"  # Name of the grouping by rows that are near each other.


@dataclass(frozen=True)
class Strata:
    """Rows whose form may be drawn, and how often each form is there."""

    usable: Bools  # (n,): rows of strata with both forms.
    share: Floats  # (n,): share of form 1 in the row's stratum.
    follows: str | None  # What the forms follow all the same; None: nothing.


def stratified_rows(forms: Ints, groups: Mapping[str, Ints]) -> Strata:
    """Split rows until their forms follow none of the groups. `forms`: (n,) 0 or 1, in the list's order; `groups`: name
    -> (n,) number of the group of each row."""
    everything = {**groups, ORDER: np.arange(len(forms), dtype=np.int64) // 50}
    strata = np.zeros(len(forms), dtype=np.int64)
    for left in range(_ROUNDS, -1, -1):
        size = np.bincount(strata)
        ones = np.bincount(strata, weights=forms.astype(np.float64))
        able = (size >= _LEAST) & (ones >= _OF_EACH) & (size - ones >= _OF_EACH)
        usable, share = able[strata], (ones / np.maximum(size, 1))[strata]
        residual = (forms[usable] - share[usable]) / np.sqrt(share[usable] * (1.0 - share[usable]))
        scores = {name: _agreement(residual, group[usable]) for name, group in everything.items()}
        # Each row with the next one.
        next_one = float((residual[1:] * residual[:-1]).sum()) / sqrt(max(1, len(residual) - 1))
        scores[ORDER] = max(scores[ORDER], next_one)
        follows = max(scores, key=lambda name: (scores[name], name))
        if scores[follows] <= SURE:
            return Strata(usable, share, None)
        if left:
            _, strata = np.unique(np.stack([strata, everything[follows]]), axis=1, return_inverse=True)
            strata = strata.reshape(-1).astype(np.int64)
    return Strata(usable, share, follows)


def _agreement(residual: Floats, group: Ints) -> float:
    """Standard errors by which rows of one group agree more than chance.

    The sum over all pairs of rows in a group of the product of their standardised residuals: mean 0, and variance half
    the number of ordered pairs, where forms are drawn independently.
    """
    number = np.unique(group, return_inverse=True)[1].reshape(-1)
    size = np.bincount(number).astype(np.float64)
    whole = np.bincount(number, weights=residual)
    squares = np.bincount(number, weights=residual**2)
    pairs = float((size * (size - 1.0)).sum())
    return float((whole**2 - squares).sum()) / sqrt(2.0 * pairs) if pairs else 0.0


_ROLES = ("name", "organisation", "address", "date", "other")
"""Columns whose cells may be written otherwise. Numbers, ids and moments of changes are read by programs."""
_SAMPLE = 4_000
_RARE = 0.04  # Share of a pair's cells that the rarer form must have, and of all rows that the pair must be open in.
_FEW = 20  # Cells of the rarer form at least.
_CATEGORIES = 60  # Distinct cells of a column by which forms are looked at.
_GRID = 20
"""Shares are rounded to this many steps: so copies' bits have few probabilities, and tails are exact and quick."""
MOST = 200_000  # Choices that are used at most: more name no copy any better.


@dataclass(frozen=True)
class Choices:
    """Cells that can carry a choice, in the order of their rows."""

    rows: Ints  # (n,): data row in the main part.
    keys: Ints  # (n,): strongest identifier of the row's contact.
    positions: Ints  # (n,): column.
    pairs: tuple[str, ...]  # (n,): name of the pair of forms.
    forms: Ints  # (n,): form that the list has, 0 or 1.
    bias: Floats  # (n,): probability with which each copy has form 1.
    refused: tuple[str, ...]  # Forms of columns that go with something else, a sentence each.


def find_choices(con: duckdb.DuckDBPyConnection, source: SourceList) -> Choices:
    """Look for all cells that are open to a pair of forms, one pair a cell."""
    keyed = {i for key in identifying_keys(con, source) for i in key}
    none = np.zeros(0, dtype=np.int64)
    found: list[tuple[Ints, Ints, Ints, Ints, Floats]] = [(none, none, none, none, np.zeros(0))]
    names, refused = list[str](), list[str]()
    groups: dict[str, Ints] | None = None
    # Data rows of the main part that alone name one contact that is not a canary, rising, and the contact of each.
    first = source.first_rows[source.main.part]
    bound = {"no": source.no, "first": first, "rows": source.main.rows}
    table = con.execute(_statement("rows_with_keys"), bound).to_arrow_table()
    all_rows, contacts = (table[name].to_numpy().astype(np.int64) for name in ("row", "contact"))
    all_rows = all_rows - first + 1
    for i, role in enumerate(source.roles[source.main.part]):
        pairs = _offered_pairs(con, source, i, folding=i in keyed) if role in _ROLES else []
        if not pairs or not len(all_rows):
            continue
        groups = groups or _groups(con, source, all_rows)
        for pair, at, forms, base in _open_cells(con, source, i, pairs, all_rows):
            others = {name: group[at] for name, group in groups.items() if name != str(i)} | {"text": base}
            strata = stratified_rows(forms, others)
            if strata.follows is not None:
                what = {ORDER: "the order of the rows", "text": "what the cell says"}.get(strata.follows)
                what = what or f"column {int(strata.follows.split(maxsplit=1)[0]) + 1}"
                named = f"column {i + 1}, {shown_headings(source.main.headers)[i] or f'no. {i + 1}'}: {pair.sort}"
                refused.append(f"{named} go with {what}, so that other forms would show; they carry no choice")
                continue
            use = strata.usable
            rows, bias = all_rows[at[use]], np.clip(np.round(strata.share[use] * _GRID), 1, _GRID - 1) / _GRID
            found.append((rows, contacts[at[use]], np.full(len(rows), i, dtype=np.int64), forms[use], bias))
            names += [pair.name] * len(rows)
            group = np.zeros(len(all_rows), dtype=np.int64)  # 0 where a row is not open to the pair
            group[at] = forms + 1
            groups[f"{i} {pair.name}"] = group
    rows, keys, positions, forms = (np.concatenate([part[k] for part in found]) for k in (0, 1, 2, 3))
    bias = np.concatenate([part[4] for part in found])
    order = np.lexsort((positions, rows))[:MOST]
    kept = tuple(names[at] for at in order)
    return Choices(rows[order], keys[order], positions[order], kept, forms[order], bias[order], tuple(refused))


def _offered_pairs(con: duckdb.DuckDBPyConnection, source: SourceList, i: int, *, folding: bool) -> list[FormPair]:
    """Pairs of which a sample of the column has both forms, that with the most cells first."""
    rows = con.execute(
        f"SELECT c{i} FROM {source.tables[source.main.part]} WHERE c{i} <> ''"
        f" ORDER BY md5('choices ' || CAST(row AS VARCHAR)), row LIMIT {_SAMPLE}"
    ).fetchall()
    cells = [cell for (cell,) in rows]
    whole = "\n".join(cells)
    able = [
        pair for pair in form_pairs().values() if (pair.folds or not folding) and all(h in whole for h in pair.hints)
    ]
    if not able or not cells:
        return []
    each = (f"{pair.open_sql('c')} AND {pair.form_sql('c')} = {form}" for pair in able for form in (0, 1))
    counts = con.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({one})' for one in each)} FROM (SELECT unnest($cells::VARCHAR[]) AS c)",
        {"cells": cells},
    ).fetchall()[0]
    least = max(_FEW * len(cells) // max(source.main.rows, 1), 2)
    offered = []
    for at, pair in enumerate(able):
        rarer, both = min(counts[2 * at : 2 * at + 2]), sum(counts[2 * at : 2 * at + 2])
        if rarer >= least and rarer >= _RARE * both >= _RARE**2 * len(cells):
            offered.append((-both * min(1.0, 4.0 * rarer / both), at, pair))
    return [pair for _, _, pair in sorted(offered, key=lambda item: item[:2])]


def _open_cells(
    con: duckdb.DuckDBPyConnection, source: SourceList, i: int, pairs: Sequence[FormPair], rows: Ints
) -> Iterator[tuple[FormPair, Ints, Ints, Ints]]:
    """For each pair the places (in `rows`) of its cells, their forms, and numbers that are equal where the text without
    digits is: a cell goes to the first pair that it is open to."""
    cell = f"c{i}"
    which = " ".join(f"WHEN {pair.open_sql(cell)} THEN {at}" for at, pair in enumerate(pairs))
    form = " ".join(f"WHEN {at} THEN {pair.form_sql(cell)}" for at, pair in enumerate(pairs))
    first = " ".join(f"WHEN {at} THEN {pair.as_first(cell)}" for at, pair in enumerate(pairs))
    table = con.execute(
        f"SELECT row, pair, CASE pair {form} END AS form,"
        f" dense_rank() OVER (ORDER BY regexp_replace(CASE pair {first} END, '[0-9]+', '', 'g')) AS base"
        f" FROM (SELECT row, {cell}, CASE {which} END AS pair FROM {source.tables[source.main.part]}"
        f" WHERE {cell} <> '')"
        " WHERE pair IS NOT NULL ORDER BY row"
    ).to_arrow_table()
    row, pair_of, form_of, base = (table[name].to_numpy().astype(np.int64) for name in ("row", "pair", "form", "base"))
    place = np.minimum(np.searchsorted(rows, row), len(rows) - 1)
    for at, pair in enumerate(pairs):
        mine = (rows[place] == row) & (pair_of == at)
        forms = form_of[mine]
        if min(int(forms.sum()), int((1 - forms).sum())) >= _FEW:
            yield pair, place[mine], forms, base[mine]


def _groups(con: duckdb.DuckDBPyConnection, source: SourceList, rows: Ints) -> dict[str, Ints]:
    """Column number -> group of each row, for columns with few distinct cells."""
    table = source.tables[source.main.part]
    asked = ", ".join(f"approx_count_distinct(c{i})" for i in range(len(source.main.headers)))
    found = {}
    for i, count in enumerate(con.execute(f"SELECT {asked} FROM {table}").fetchall()[0]):
        if 1 < count <= _CATEGORIES:
            number = con.execute(
                f"SELECT dense_rank() OVER (ORDER BY coalesce(c{i}, '')) AS number FROM {table} ORDER BY row"
            ).to_arrow_table()["number"]
            found[str(i)] = number.to_numpy().astype(np.int64)[rows - 1]
    return found


class Rewriting:
    """Makes the changed rows of one list; rows that several copies have alike are made once."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        source: SourceList,
        choices: Choices,
        computed: Mapping[int, ComputedColumn],
    ) -> None:
        self.choices, self._computed = choices, computed
        table = source.tables[source.main.part]
        self._other: dict[int, str] = {}  # Number of a choice -> its cell in the form that the list does not have.
        alike: dict[tuple[int, str], list[int]] = {}
        for at, key in enumerate(zip(choices.positions.tolist(), choices.pairs, strict=True)):
            alike.setdefault(key, []).append(at)
        for (position, name), numbers in sorted(alike.items()):
            pair, cell = form_pairs()[name], f"r.c{position}"
            rows = con.execute(
                f"SELECT w.at, CASE WHEN {pair.form_sql(cell)} = 0 THEN {pair.as_second(cell)}"
                f" ELSE {pair.as_first(cell)} END FROM (SELECT unnest($at::BIGINT[]) AS at,"
                f" unnest($rows::BIGINT[]) AS row) AS w JOIN {table} AS r ON r.row = w.row",
                {"at": numbers, "rows": choices.rows[numbers].tolist()},
            ).fetchall()
            self._other |= dict(rows)
        names = ", ".join(f"c{i}" for i in range(len(source.main.headers)))
        rows = con.execute(
            f"SELECT row, {names} FROM {table} WHERE row IN (SELECT unnest($rows::BIGINT[]))",
            {"rows": np.unique(choices.rows).tolist()},
        ).fetchall()
        self._cells: dict[int, tuple[str | None, ...]] = {row[0]: tuple(row[1:]) for row in rows}
        self._made: dict[tuple[int, ...], NewRow] = {}

    def edit(self, edit: PartEdit, bits: npt.NDArray[np.bool_]) -> PartEdit:
        """An edit with the choices of one copy as well. `bits`: (n,) whether the copy has form 1 of each."""
        changed: dict[int, list[int]] = {}
        for at in np.flatnonzero(bits != (self.choices.forms == 1)).tolist():
            changed.setdefault(int(self.choices.rows[at]), []).append(at)
        rows = sorted(changed.keys() - edit.removed)
        made = [self._row(row, tuple(changed[row])) for row in rows]
        return PartEdit(edit.removed | frozenset(rows), (*edit.added, *made))

    def _row(self, row: int, at: tuple[int, ...]) -> NewRow:
        if at not in self._made:
            cells: list[str | None] = list(self._cells[row])
            taken: list[int | None] = [row] * len(cells)
            positions = [int(self.choices.positions[number]) for number in at]
            for number, position in zip(at, positions, strict=True):
                cells[position], taken[position] = self._other[number], None
            compute(self._computed, cells, taken, positions)
            self._made[at] = NewRow(row, row, tuple(cells), tuple(taken))
        return self._made[at]
