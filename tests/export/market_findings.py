"""What the market's case lets out, on a stopped clock."""

from __future__ import annotations

from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.case.pseudonym import keyed_pseudonym
from tracer.export.formats import Outgoing, outgoing
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.publish import FACTS, PRINTED

PSEUDONYM = keyed_pseudonym(b"tests")
TITLE = "Spring 2026: who kept the home-loan list?"


def leaving(case: Case, lang: str = "en") -> Outgoing:
    """The market's graph and findings through the gate."""
    if case.con.execute("SELECT count(*) FROM chain").fetchone() == (0,):
        compute(CaseFacts(case.con), 1)
    queries = load_queries()
    findings = {name: list(json_rows(run_query(case.con, queries[name]))) for name in PRINTED}
    return outgoing(case.con, findings, PSEUDONYM, TITLE, lang, facts=FACTS["graph"])
