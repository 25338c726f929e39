"""What a case brings to a comparison: which lists, which identifiers, in an order that reveals nothing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.identify.keys import HASH_BASE, SEALED_BASE, SEALED_END
from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""


@dataclass(frozen=True)
class Brought:
    """The lists of one side."""

    names: tuple[str, ...]
    datasets: tuple[int, ...]
    """Numbers of the datasets, former versions among them where all were asked for."""
    canaries: int
    """Canaries up to this number are compared too; 0: none."""


def choose(case: Case, names: Sequence[str], *, canaries: bool) -> Brought:
    """The named datasets, or all of the case with their former versions; blind ones are left out.

    Raises `InputRefused` for one that the case does not hold, or holds no identifiers of.
    """
    rows = case.con.execute(
        "SELECT id, no, current, format, purged_at IS NOT NULL FROM dataset ORDER BY id, no"
    ).fetchall()
    held = {row[0] for row in rows if row[2] and row[3] != "blind" and not row[4]}
    problems = [
        InputRefused(f"the case holds no list {name!r} that can be compared", remedy="list them: tracer query datasets")
        for name in dict.fromkeys(names)
        if name not in held
    ]
    if problems:
        raise InputRefused.many(problems)
    wanted = set(names) or held
    # A former version counts where everything is compared: what it had and lacks now dates a copy.
    numbers = tuple(
        no
        for id_, no, current, kind, gone in rows
        if id_ in wanted and kind != "blind" and not gone and (current or not names)
    )
    last = case.con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchall()[0][0] if canaries else 0
    return Brought(tuple(sorted(wanted)), numbers, int(last))


def members(case: Case, datasets: Sequence[int], canaries: int, exchange: str) -> list[int]:
    """The identifiers (keys) that are compared, each once, in the order of the exchange.

    The order depends on the case's secret: sorted by number, a point's place would tell roughly which number it is.
    """
    bound = {
        "datasets": list(datasets),
        "canaries": canaries,
        "hashes": HASH_BASE,
        "sealed": SEALED_BASE,
        "sealed_end": SEALED_END,
        "mark": case.secret(b"blind order " + exchange.encode()).hex(),
    }
    return [key for (key,) in case.con.execute(statement("members"), bound).fetchall()]


def exchange_id(case: Case, party: str, brought: Brought) -> str:
    """A new exchange's id: 16 hexadecimal digits of the case's secret, the lists, the other side and the moment."""
    text = repr((party, brought.datasets, brought.canaries, now().isoformat()))
    return hmac.new(case.secret(b"blind exchange"), text.encode(), hashlib.sha256).hexdigest()[:16]


def secret_seed(case: Case, exchange: str, side: str) -> bytes:
    """64 bytes for one side's exponent in one exchange; derived, so that none is ever written down."""
    purpose = f"blind exponent {side} {exchange} ".encode()
    return case.secret(purpose + b"1") + case.secret(purpose + b"2")
