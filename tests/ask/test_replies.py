"""Whoever is contradicted is asked for a reply, as whoever is named."""

from __future__ import annotations

from tests.graph.market_case import market_case
from tracer.ask.story import story


def test_a_party_whose_claim_is_contradicted_has_its_right_of_reply_told() -> None:
    case = market_case()
    case.con.execute("INSERT INTO party (id, name, role) VALUES ('says-so', '言之有据公司', 'data_trader')")
    case.con.execute("INSERT INTO claim (id, party, kind, said) VALUES ('c-new', 'says-so', 'random', '2026-05-01')")

    def asked() -> list[str]:
        sections = [one for one in story(case.con) if one.title.startswith("Right of reply")]
        return [finding.headline for section in sections for finding in section.findings]

    assert not any("says-so" in line for line in asked())
    case.con.execute(
        "INSERT INTO claim_verdict (run, claim, verdict, numbers, alternatives, grade)"
        " VALUES (1, 'c-new', 'contradicted', '{}', [], 'G1')"
    )
    assert any(line.startswith("言之有据公司 (says-so)") and line.endswith("not asked") for line in asked())
