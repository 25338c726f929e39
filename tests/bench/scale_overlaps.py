"""All overlaps of a large case, beside the hand-written statement and MinHash sketches (datasketch)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from tests.bench.peers import sketch
from tests.bench.scale_spent import Line, peak, spent
from tracer.case.case import open_case
from tracer.findings import overlap

SQL_BAR, PEER_BAR, EVERYWHERE_BAR = 1.3, 20.0, 1.1
PERMUTATIONS = (256, 1024)
SKETCHED = 12
"""Lists that are sketched: it takes minutes for all. The time is scaled by the memberships."""
SEEN_KEY = 8_619_999_999_999
"""The identifier that is put into every list: the last number of a segment that nobody has."""
LEAST_SHARED = 1_000
"""Contacts in common from which the peer's error is counted."""
_SQL = Path(__file__).parent / "sql"


def overlaps(folder: Path, repeat: int) -> list[Line]:
    """The tool and the statement by turns, then the peer; the case stays as it is."""
    floor = (_SQL / "overlap_floor.sql").read_text(encoding="utf-8")
    everywhere = (_SQL / "scale_everywhere.sql").read_text(encoding="utf-8")
    with open_case(folder / "case", key_file=folder / "key") as case:
        con = case.con
        con.execute("BEGIN")
        by_tool, by_hand = np.zeros((repeat, 2)), np.zeros((repeat, 2))
        for turn in range(repeat):
            con.execute("DELETE FROM overlap")
            by_tool[turn] = spent(lambda: overlap.compute(con, 1))
            by_hand[turn] = spent(lambda: con.execute(floor).fetchall())
        tool, hand = np.median(by_tool, axis=0), np.median(by_hand, axis=0)
        most = peak()
        pairs = con.execute(floor).fetchall()
        exact = {(a, b): n for a, b, n in pairs}
        told = con.execute(
            "SELECT a.no, b.no, o.shared FROM overlap AS o"
            " JOIN dataset AS a ON a.id = o.a JOIN dataset AS b ON b.id = o.b"
        ).fetchall()
        if {(a, b): n for a, b, n in told} != exact:
            raise AssertionError("the overlaps are not those of the statement")
        con.execute(everywhere, {"key": SEEN_KEY})
        con.execute("DELETE FROM overlap")
        seen = spent(lambda: overlap.compute(con, 1), repeat)
        con.execute("ROLLBACK")
        lines = [
            Line("all overlaps (beside the statement by hand)", tool[0], tool[1], most, hand[0],
                 f"<= {SQL_BAR} x", bool(tool[0] <= SQL_BAR * hand[0])),
            Line("  one identifier in all lists (beside without)", *seen, peak(), tool[0],
                 f"<= {EVERYWHERE_BAR} x", bool(seen[0] <= EVERYWHERE_BAR * tool[0])),
        ]  # fmt: skip
        return lines + [_peer(con, permutations, exact, float(tool[0])) for permutations in PERMUTATIONS]


def _peer(con: duckdb.DuckDBPyConnection, permutations: int, exact: dict[tuple[int, int], int], tool: float) -> Line:
    """The tool's seconds beside the peer's, which are those of some lists in ratio to all memberships."""
    numbers = [row[0] for row in con.execute("SELECT no FROM dataset ORDER BY no DESC").fetchall()][:SKETCHED]
    keys = {no: _keys(con, no) for no in numbers}
    known: dict[int, MinHash] = {}
    clock, processor = spent(lambda: known.update({no: sketch(keys[no], permutations) for no in numbers}))
    errors = []
    for a, b in ((a, b) for a in numbers for b in numbers if a < b and exact.get((a, b), 0) >= LEAST_SHARED):
        jaccard = float(known[a].jaccard(known[b]))
        shared = jaccard / (1 + jaccard) * (keys[a].size + keys[b].size)
        errors.append(abs(shared / exact[a, b] - 1))
    total = con.execute("SELECT count(*) FROM membership").fetchall()[0][0]
    scale = total / sum(one.size for one in keys.values())
    what = f"  beside MinHash, {permutations} (error {np.mean(errors):.0%}; ours 0)"
    # Exact counts have no sketch of equal accuracy: the bar stands on the finer one.
    bar, within = "", None
    if permutations == max(PERMUTATIONS):
        bar, within = f"<= 1 / {PEER_BAR:.0f}", clock * scale >= PEER_BAR * tool
    return Line(what, tool, processor * scale, peak(), clock * scale, bar, within)


def _keys(con: duckdb.DuckDBPyConnection, no: int) -> NDArray[np.int64]:
    found = con.execute("SELECT key FROM membership WHERE dataset = $no ORDER BY key", {"no": no}).fetchnumpy()
    return np.asarray(found["key"], dtype=np.int64)
