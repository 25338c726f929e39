"""The market's findings as rows of the named queries, with the contract's keys, and all of it through the gate."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracer.case.case import Case
from tracer.export.formats import Outgoing, outgoing
from tracer.export.pseudonym import keyed_pseudonym
from tracer.graph.chains import compute

PSEUDONYM = keyed_pseudonym(b"tests")
TITLE = "Spring 2026: who kept the home-loan list?"

QUERIES = {
    "retention": "SELECT * EXCLUDE (run, superseded) FROM retention WHERE superseded IS NULL ORDER BY ALL",
    "derivations": "SELECT * EXCLUDE (run, superseded, weights) FROM derivation WHERE superseded IS NULL ORDER BY ALL",
    "attributions": "SELECT * EXCLUDE (run, superseded) FROM attribution WHERE superseded IS NULL ORDER BY ALL",
    "claims": "SELECT c.id AS claim, c.party, c.about, c.dataset, c.kind, c.value, c.quote, v.verdict, v.p_value, "
    "v.alternatives FROM claim c JOIN claim_verdict v ON v.claim = c.id ORDER BY ALL",
    "resale-chains": "SELECT parties AS chain, datasets, grade, first_seen, last_seen FROM chain ORDER BY ALL",
    "contradictions": "SELECT 'cti-x' AS party, 'says the list is random; it is not' AS what",
}


def findings(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Rows by query name; dates as text, as `-f json` prints them."""
    compute(case.con, 1)
    found = {}
    for name, statement in QUERIES.items():
        cursor = case.con.execute(statement)
        names = [column[0] for column in cursor.description or []]
        found[name] = [
            {
                key: value.isoformat() if isinstance(value, date) else value
                for key, value in zip(names, row, strict=True)
            }
            for row in cursor.fetchall()
        ]
    return found


def leaving(case: Case, lang: str = "en") -> Outgoing:
    """What the market's case lets out."""
    return outgoing(case.con, findings(case), PSEUDONYM, TITLE, lang)
