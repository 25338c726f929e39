"""What the market's case lets out, on a stopped clock."""

from __future__ import annotations

from tracer.case.case import Case
from tracer.export.findings import findings_of
from tracer.export.formats import Outgoing, outgoing
from tracer.export.pseudonym import keyed_pseudonym
from tracer.graph.chains import compute

PSEUDONYM = keyed_pseudonym(b"tests")
TITLE = "Spring 2026: who kept the home-loan list?"


def leaving(case: Case, lang: str = "en") -> Outgoing:
    """The market's graph and findings through the gate."""
    if case.con.execute("SELECT count(*) FROM chain").fetchone() == (0,):
        compute(case.con, 1)
    return outgoing(case.con, findings_of(case.con), PSEUDONYM, TITLE, lang)
