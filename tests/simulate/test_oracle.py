"""The bench's oracle and its sources of real lists, on small worlds."""

from __future__ import annotations

from datetime import date

import pytest

from tests.bench.ablation import paired
from tests.bench.oracle import oracle
from tests.bench.public_lists import DOCUMENTED, PUBLIC_LISTS, PublicList
from tests.bench.real_lists import domains, judged, missed
from tracer.simulate import score
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market


@pytest.mark.parametrize("dates", ["both", "none"])
def test_the_oracle_finds_the_truth_of_a_small_market(dates: str) -> None:
    market = make_market(MarketSpec(
        seed=3, people=4_000, rows=(300, 600), clients=1, collectors=3, copies=6, vendors=1, canaries=3, dates=dates,
        random_true=0,
    ))  # fmt: skip
    assert score.counts_of(oracle(market), market.truth.edges).f1 >= 0.9


def test_lists_are_read_out_of_code_and_lines() -> None:
    files = {
        "p/list.py": (
            b"allow = {\n 'ok.example' }\nblock = {\n  'One.example',\n \"two.example\" }\n",
            date(2020, 2, 2),
        ),
        "p/list.txt": (b"three.example\n# no\nfour.example\n", date(2019, 5, 1)),
    }
    code = PublicList("a", "p", "pypi", "p", "1", ("list.py",), "block = {")
    assert domains(code, files) == (["one.example", "two.example"], date(2019, 5, 1))
    lines = PublicList("a", "p", "pypi", "p", "1", ("list.txt",))
    assert domains(lines, files)[0] == ["three.example", "four.example"]


def test_edges_are_judged_by_what_packages_state() -> None:
    assert judged(("ded-20", "ded-js")).startswith("documented: README")
    assert judged(("ded-js", "ded-20")).startswith("WRONG WAY")
    assert judged(("ded-20", "ded-22")) == "a later version"
    assert judged(("ivolo-16", "ded-20")) == "not documented"
    assert missed([("ivolo-16", "andreis")], ["ivolo-16", "andreis", "tompec"]) == [("ivolo", "tompec")]


def test_every_documented_project_is_downloaded() -> None:
    assert {project for pair in DOCUMENTED for project in pair} <= {entry.project for entry in PUBLIC_LISTS}
    assert len({entry.id for entry in PUBLIC_LISTS}) == len(PUBLIC_LISTS)


def test_losses_are_paired_over_markets() -> None:
    whole = [score.Counts(9, 1, 1), score.Counts(5, 5, 5)]
    same = paired(whole, whole, lambda c: c.f1)
    assert same == (0.0, 0.0, 0.0)
    loss, low, high = paired(whole, [score.Counts(8, 1, 2), score.Counts(4, 5, 6)], lambda c: c.f1)
    # However differently hard the markets are, each lost one edge: the interval is narrow.
    assert 0 < low <= loss <= high < 0.12
