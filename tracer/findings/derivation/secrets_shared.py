"""How often the people of two lists have the same secret in both, where keyed hashes of secrets were kept.

People use a secret again on other sites: about two in five of those whose secrets are known from two independent
sources have the same in both (Das et al., The Tangled Web of Password Reuse, NDSS 2014: 43 %). `USUAL` is above that.
Many more that agree show that both lists go back to one source. They do not show which is the copy, so this
weighs nothing for a direction. Entries of one site are left out: there the secret is the same in any list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tracer.disclosure import Count, PValue, Reason, Share
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.tails import binomial_at_least
from tracer.resources import statements_beside

USUAL = 0.5
"""Share of the people of two independent lists who have the same secret in both, at most."""
LEAST_COMPARED = 20
"""People who are compared; with fewer nothing is said."""
CLEAR = 1e-4
"""Chance of so many equal ones in independent lists from which they are a reason."""
_statement = statements_beside(__file__)
_HASHED = "[a-z2-7]{16}"


@dataclass(frozen=True)
class SharedSecrets:
    """The people of two lists who have a secret in both."""

    compared: int
    """People with a secret in both, of sites that are not known to be one."""
    equal: int

    @property
    def chance(self) -> float:
        """How often independent lists would have so many equal ones."""
        return binomial_at_least(self.equal, self.compared, USUAL)

    def reason(self) -> Reason | None:
        """What they show; None where they show nothing that independent lists would not."""
        if self.equal < LEAST_COMPARED or self.chance > CLEAR:
            return None
        return Reason.of(
            "derivation-secrets", equal=Count(self.equal), compared=Count(self.compared), usual=Share(USUAL),
            chance=PValue(self.chance),
        )  # fmt: skip


def shared_secrets(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, pairs: Sequence[tuple[int, int]]
) -> Mapping[tuple[int, int], SharedSecrets]:
    """How many agree, for each of the pairs a < b whose lists both have secrets of `LEAST_COMPARED` common people."""
    columns: dict[int, list[tuple[str, int, int, int | None]]] = {}
    for number, table, first, secret, site in con.execute(_statement("secret_columns")).fetchall():
        columns.setdefault(number, []).append((table, first, secret, site))
    held = {at: columns[no] for at, no in enumerate(counts.traced.numbers) if no in columns}
    wanted = [(a, b) for a, b in pairs if a in held and b in held]
    if not wanted:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE secret_held (position INTEGER, key BIGINT, secret VARCHAR, site VARCHAR)")
    try:
        for at in sorted({at for pair in wanted for at in pair}):
            for table, first, secret, site in held[at]:
                text = _statement("secret_held").replace("{raw}", table).replace("{secret}", f"c{secret}")
                text = text.replace("{site}", f"r.c{site}" if site is not None else "CAST(NULL AS VARCHAR)")
                bound = {"position": at, "number": counts.traced.numbers[at], "before": first - 1, "form": _HASHED}
                con.execute(text, bound)
        found = {}
        for a, b in wanted:
            compared, equal = con.execute(_statement("secret_pairs"), {"a": a, "b": b}).fetchall()[0]
            if compared >= LEAST_COMPARED:
                found[a, b] = SharedSecrets(compared, equal)
        return found
    finally:
        con.execute("DROP TABLE temp.secret_held")
