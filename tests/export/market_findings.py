"""What the market's case lets out, on a stopped clock."""

from __future__ import annotations

from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.case.protected import keyed_pseudonym
from tracer.disclosure import opened
from tracer.export.formats import Outgoing, outgoing
from tracer.export.gate import Findings
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.graph.build import build_graph
from tracer.graph.model import Graph
from tracer.publish import FACTS, PRINTED

PSEUDONYM = keyed_pseudonym(b"tests")
TITLE = "Spring 2026: who kept the home-loan list?"


def found(case: Case) -> Findings:
    """The market's findings, their reasons as values."""
    if case.con.execute("SELECT count(*) FROM chain").fetchone() == (0,):
        compute(CaseFacts(case.con), 1)
    queries = load_queries()
    return {
        name: [opened(row) for row in json_rows(run_query(case.con, queries[name], entered=True))] for name in PRINTED
    }


def leaving(case: Case, lang: str = "en") -> Outgoing:
    """The market's graph and findings through the gate."""
    return outgoing(case.con, found(case), PSEUDONYM, TITLE, lang, facts=FACTS["graph"])


def built_graph(case: Case) -> Graph:
    """The market's graph before the gate."""
    rows = found(case)
    return build_graph(case.con, PSEUDONYM, lambda name: rows.get(name, ()))
