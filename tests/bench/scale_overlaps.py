"""All overlaps of a large case, beside the hand-written statement, polars, and MinHash sketches (datasketch).

Counts are exact, sketches are not, and no sketch is of equal accuracy. So the peer is measured at several numbers of
permutations, each with its median error, and the bar is judged at the smallest sketch that leaves the evidence as it
is: an error of at most `ERROR` for overlaps from `MATTERS` of the smaller list on. One in a hundred is what the tool
says that it finds (a claim's power is told for it); there, in lists of 100,000, chance alone scatters a count by 3 %,
and a method that adds more than about that decides differently. The error from a tenth on stands beside: large overlaps
need smaller sketches, and whoever asks only for those may read the ratio there. Where no sketch of `PERMUTATIONS` is
good enough, the bar is judged at the finest. Only some lists are sketched, by as many threads as there are processors;
the time is scaled by the memberships, and comparing sketches, which is quick, is left out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
from datasketch import MinHash, MinHashLSHEnsemble
from numpy.typing import NDArray

from tests.bench.peer_polars import POLARS
from tests.bench.peer_python import ask_peer
from tests.bench.peers import sketch
from tests.bench.scale_spent import Line, peak, spent
from tracer.case.case import open_case
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts

SQL_BAR, PEER_BAR, EVERYWHERE_BAR = 1.3, 20.0, 1.1
PERMUTATIONS = (256, 1_024, 4_096, 16_384)
ERROR = 0.05
MATTERS, LARGE = 0.01, 0.1
"""Shares of the smaller list."""
SKETCHED = 12
"""Lists that are sketched, spread evenly: all of them take minutes."""
ENSEMBLE, CONTAINED = 256, 0.5
"""Permutations and threshold of the LSH ensemble, which says of which lists at least so much is in another one."""
SEEN_KEY = 8_619_999_999_999
"""The identifier that is put into every list: the last number of a segment that nobody has."""
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Lists:
    """The lists that are sketched, and what is known of them."""

    keys: Mapping[int, NDArray[np.int64]]
    shared: Mapping[tuple[int, int], int]
    """Contacts in common of every pair of them, the lower number first."""
    scale: float
    """Memberships of the case, in ratio to those of these lists."""

    def share(self, a: int, b: int) -> float:
        """Contacts in common, in ratio to the smaller list."""
        return self.shared.get((a, b), 0) / min(self.keys[a].size, self.keys[b].size)

    def pairs(self, least: float) -> list[tuple[int, int]]:
        """Pairs of which the smaller list is in the other one to such a share at least."""
        return [(a, b) for a in self.keys for b in self.keys if a < b and self.share(a, b) >= least]


def overlaps(folder: Path, repeat: int, sketches: bool = True, python: Path | None = None) -> list[Line]:
    """The tool and the statement by turns, then the peers; the case stays as it is. `python`: one that has polars."""
    floor = (_SQL / "overlap_floor.sql").read_text(encoding="utf-8")
    everywhere = (_SQL / "scale_everywhere.sql").read_text(encoding="utf-8")
    with open_case(folder / "case", key_file=folder / "key") as case:
        con = case.con
        con.execute("BEGIN")
        by_tool, by_hand = np.zeros((repeat, 2)), np.zeros((repeat, 2))
        for turn in range(repeat):
            con.execute("DELETE FROM overlap")
            by_tool[turn] = spent(lambda: _counted(con))
            by_hand[turn] = spent(lambda: con.execute(floor).fetchall())
        tool, hand = np.median(by_tool, axis=0).tolist(), np.median(by_hand, axis=0).tolist()
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
        seen = spent(lambda: _counted(con), repeat)
        con.execute("ROLLBACK")
        lines = [
            Line("all overlaps (beside the statement by hand)", tool[0], tool[1], most, hand[0],
                 f"<= {SQL_BAR} x", tool[0] <= SQL_BAR * hand[0]),
            Line("  one identifier in all lists (beside without)", *seen, peak(), tool[0],
                 f"<= {EVERYWHERE_BAR} x", seen[0] <= EVERYWHERE_BAR * tool[0]),
        ]  # fmt: skip
        if python is not None:
            lines.append(_polars(con, folder, python, (tool[0], len(exact), sum(exact.values()))))
        return [*lines, *(beside_sketches(_some(con, exact), tool[0]) if sketches else [])]


def _counted(con: duckdb.DuckDBPyConnection) -> None:
    """All pairs; a large case keeps what it counted, and would have nothing to do the second time."""
    with CaseFacts(con, from_scratch=True) as facts:
        overlap.compute(facts, 1)


def _polars(con: duckdb.DuckDBPyConnection, folder: Path, python: Path, tool: tuple[float, int, int]) -> Line:
    """The faster of two ways that polars has; `tool`: seconds, pairs, contacts in common of all pairs together."""
    path = folder / "membership.parquet"
    rows = con.execute("SELECT dataset, key FROM membership").to_arrow_reader(1 << 20)
    with pq.ParquetWriter(path, rows.schema) as file:
        for batch in rows:
            file.write_batch(batch)
    answers = [ask_peer(python, "peer_polars.py", how, str(path)) for how in ("overlaps", "joined")]
    path.unlink()
    if any((answer["pairs"], answer["sum"]) != tool[1:] for answer in answers):
        raise AssertionError("polars has other overlaps")
    best = min(answers, key=lambda answer: float(answer["seconds"]))
    return Line(f"  beside polars {POLARS}, in memory", tool[0], best["processor"], best["peak"], best["seconds"])


def beside_sketches(lists: Lists, tool: float) -> list[Line]:
    """The tool's seconds beside those of each sketch and of the ensemble; the bar on the first that is good enough."""
    found = [_sketched(lists, permutations, tool) for permutations in PERMUTATIONS]
    judged = next((place for place, (_, error) in enumerate(found) if error <= ERROR), len(found) - 1)
    lines = [line for line, _ in found]
    within = (lines[judged].floor or 0.0) >= PEER_BAR * tool
    lines[judged] = replace(lines[judged], bar=f"<= 1 / {PEER_BAR:.0f}", within=within)
    return [*lines, _ensemble(lists, tool)]


def _some(con: duckdb.DuckDBPyConnection, shared: Mapping[tuple[int, int], int]) -> Lists:
    rows = con.execute("SELECT dataset, count(*) FROM membership GROUP BY dataset ORDER BY dataset").fetchall()
    chosen = [rows[place][0] for place in np.unique(np.linspace(0, len(rows) - 1, SKETCHED).astype(int))]
    keys = {no: _keys(con, no) for no in chosen}
    return Lists(keys, shared, sum(n for _, n in rows) / sum(one.size for one in keys.values()))


def _all_sketched(lists: Lists, permutations: int) -> dict[int, MinHash]:
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        made = threads.map(lambda keys: sketch(keys, permutations), lists.keys.values())
        return dict(zip(lists.keys, made, strict=True))


def _sketched(lists: Lists, permutations: int, tool: float) -> tuple[Line, float]:
    """The line, and the median error."""
    known: dict[int, MinHash] = {}
    clock, processor = spent(lambda: known.update(_all_sketched(lists, permutations)))
    error, pairs = _error(lists, known, MATTERS)
    large, _ = _error(lists, known, LARGE)
    line = Line(f"  beside MinHash, {permutations:,} (error {error:.1%} of {pairs} pairs, {large:.1%} of large)",
                tool, processor * lists.scale, peak(), clock * lists.scale)  # fmt: skip
    return line, error


def _error(lists: Lists, known: Mapping[int, MinHash], least: float) -> tuple[float, int]:
    """Median relative error of overlaps from this share on (infinite where there is none), and how many there are."""
    errors = []
    for a, b in lists.pairs(least):
        jaccard = float(known[a].jaccard(known[b]))
        shared = jaccard / (1 + jaccard) * (lists.keys[a].size + lists.keys[b].size)
        errors.append(abs(shared / lists.shared[a, b] - 1))
    return (float(np.median(errors)) if errors else float("inf")), len(errors)


def _ensemble(lists: Lists, tool: float) -> Line:
    """What an LSH ensemble finds of the pairs that it is asked for: candidates, without a count."""
    found: set[tuple[int, int]] = set()

    def work() -> None:
        known = _all_sketched(lists, ENSEMBLE)
        index = MinHashLSHEnsemble(threshold=CONTAINED, num_perm=ENSEMBLE, num_part=8)
        index.index([(no, made, lists.keys[no].size) for no, made in known.items()])
        for no, made in known.items():
            found.update((min(no, int(other)), max(no, int(other))) for other in index.query(made, lists.keys[no].size))

    clock, processor = spent(work)
    right = set(lists.pairs(CONTAINED))
    told = f"finds {len(right & found)} of {len(right)} pairs, {len({p for p in found if p[0] < p[1]} - right)} others"
    return Line(f"  beside the LSH ensemble, {ENSEMBLE} ({told})", tool, processor * lists.scale, peak(),
                clock * lists.scale)  # fmt: skip


def _keys(con: duckdb.DuckDBPyConnection, no: int) -> NDArray[np.int64]:
    found = con.execute("SELECT key FROM membership WHERE dataset = $no ORDER BY key", {"no": no}).fetchnumpy()
    return np.asarray(found["key"], dtype=np.int64)
