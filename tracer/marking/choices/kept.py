"""What the case keeps of choices: the seed, and for each the contact, the column, the pair of forms and the bias.

No cell is kept: the list's own are read where a leak is read. Bits, which form each copy has of each cell, are computed
again from the seed, which only the case knows.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tracer.case.registered import registered

if TYPE_CHECKING:
    from tracer.marking.choices.finding import Choices


CHOICES = b"choices"
"""Purpose of the case's secret that the seeds come from."""


def seed_of(secret: bytes, draw: str) -> bytes:
    """The 32-byte seed of a draw. `secret`: the case's, for `CHOICES`."""
    return hmac.digest(secret, draw.encode(), "sha256")


def bits_of(seed: bytes, release: str, bias: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """(n,) whether a copy has form 1 of each choice, with probability `bias` to within 2^-32, independently.

    A key stream of its own for each copy: ChaCha20 under HMAC-SHA-256 of the seed and the release's id.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    key = hmac.digest(seed, release.encode(), hashlib.sha256)
    stream = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor().update(bytes(4 * len(bias)))
    limits = np.round(bias * 2.0**32).astype(np.uint64)
    return np.asarray(np.frombuffer(stream, dtype="<u4").astype(np.uint64) < limits, dtype=np.bool_)


@dataclass(frozen=True)
class KeptChoices:
    """The choices of one draw."""

    draw: str
    seed: bytes
    bias: npt.NDArray[np.float64]
    """(n,): probability with which each copy has form 1, by the number of the choice."""


def enter_choices(con: duckdb.DuckDBPyConnection, draw: str, seed: bytes, choices: Choices) -> None:
    """Put the choices of a draw on record, in the caller's transaction, before its register is committed."""
    con.execute("INSERT INTO choice_draw VALUES ($draw, $seed)", {"draw": draw, "seed": seed})
    table = pa.table(
        {
            "no": pa.array(range(len(choices.rows)), pa.int32()),
            "key": pa.array(choices.keys, pa.int64()),
            "position": pa.array(choices.positions.astype(np.int32)),
            "pair": pa.array(choices.pairs, pa.string()),
            "bias": pa.array(choices.bias),
        }
    )
    with registered(con, choices_now=table):
        con.execute(
            "INSERT INTO choice SELECT $draw, no, key, position, pair, bias FROM choices_now ORDER BY no",
            {"draw": draw},
        )


def read_choices(con: duckdb.DuckDBPyConnection) -> dict[str, KeptChoices]:
    """The choices of all draws, by what names them."""
    found = {}
    for draw, seed in con.execute("SELECT draw, seed FROM choice_draw ORDER BY draw").fetchall():
        bias = con.execute("SELECT bias FROM choice WHERE draw = $draw ORDER BY no", {"draw": draw}).to_arrow_table()
        found[str(draw)] = KeptChoices(str(draw), bytes(seed), bias["bias"].to_numpy().astype(np.float64))
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
