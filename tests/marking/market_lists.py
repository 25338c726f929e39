"""Lists not made to be marked: of simulated markets and of the sample case. Canaries get their contacts' numbers.

Rows drawn at random are taken out of the list, and their numbers and addresses become the controlled identities: they
lie among the list's as an enterprise's own lines among its customers'.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.marking.hand_lists import load_path
from tests.simulate.loading import insert_market
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.identify.segments import load_segments
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import SourceList, read_source_list
from tracer.marking.persona.written_numbers import number_form
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market

SAMPLE_LISTS = Path(__file__).parents[2] / "sample_data" / "lists"
Row = tuple[str | None, ...]


def market_case(seed: int) -> Case:
    """A case whose dataset `own` is a client's list in a small simulated market."""
    market = make_market(MarketSpec(seed=seed, people=40_000, clients=1, collectors=1, copies=1, rows=(3_000, 3_400)))
    case = memory_case()
    insert_market(case.con, market)
    case.con.execute("UPDATE segment SET prefix = right(prefix, 7)")
    own = next(entry.id for entry in market.loaded if entry.origin == "own")
    case.con.execute("UPDATE dataset SET id = 'own' WHERE id = $id", {"id": own})
    return case


def sample_case(name: str) -> Case:
    case = load_path(SAMPLE_LISTS / name)
    load_segments(case.con, SAMPLE_LISTS.parent / "segments.csv")
    return case


def could_be(source: SourceList, row: Row) -> bool:
    """Whether a canary could stand in a row's stead: with one number that can be read, and none that cannot."""
    cells = [str(row[i]) for i in source.places("phone") if row[i]]
    return len(cells) == 1 and number_form(cells[0]) is not None


def held_out(case: Case, seed: int, count: int) -> list[Identity]:
    """Take rows out of the list `own`, at random among those that could be canaries; their numbers and addresses."""
    source = read_source_list(case.con, "own")
    table, part = source.tables[source.main.part], source.main.part
    rows = case.con.execute(f"SELECT * FROM {table} ORDER BY row").fetchall()
    able = [row for row in rows if could_be(source, row[1:])]
    rng = np.random.default_rng(seed)
    gone = [able[k] for k in np.sort(rng.choice(len(able), count, replace=False))]
    case.con.execute(
        f"CREATE TABLE raw.held_out AS SELECT CAST(row_number() OVER (ORDER BY row) AS BIGINT) AS row, * EXCLUDE (row)"
        f" FROM {table} WHERE row NOT IN (SELECT unnest($rows))",
        {"rows": [row[0] for row in gone]},
    )
    case.con.execute(
        "UPDATE part SET rows = rows - $count, raw_table = 'raw.held_out' WHERE dataset = $no AND part = $part",
        {"count": count, "no": source.no, "part": part},
    )
    return [_identity(source, no, row[1:]) for no, row in enumerate(gone)]


def _identity(source: SourceList, no: int, row: Row) -> Identity:
    digits = next(form[1] for i in source.places("phone") if (form := number_form(str(row[i] or ""))) is not None)
    mail = next((row[i] for i in source.places("email") if row[i]), None)
    return Identity(no, int(digits), digits[2:], mail)
