"""The tree: where a list came from and went, through which copies, and that a circle ends."""

from __future__ import annotations

from tracer.ask.show import Branch, show
from tracer.case.case import Case


def lines(branch: Branch, depth: int = 0) -> list[str]:
    told = [f"{'  ' * depth}{branch.grade} {branch.text}".rstrip()]
    return told + [line for inner in branch.branches for line in lines(inner, depth + 1)]


def test_a_list_came_from_a_copy_and_went_on(market: Case) -> None:
    told = lines(show(market.con, "d6-backend"))
    assert told[0].strip().startswith("d6-backend, held by 江苏易卓网络科技有限公司")
    copy = next(line for line in told if "copy a-cti-x" in line)
    assert "held after the contract ended, " in copy
    source = told[told.index(copy) + 1]
    assert source.strip().startswith("a-2026-01, held by")
    assert any("d8-trade" in line and "G2" in line for line in told[told.index("   went to") :])


def test_a_party_shows_what_it_was_given_holds_and_says(market: Case) -> None:
    tree = show(market.con, "cti-x-old")  # merged into cti-x
    assert tree.text.startswith("江苏易卓网络科技有限公司 (cti-x), system vendor; right of reply: answered")
    groups = [branch.text for branch in tree.branches]
    assert groups[:2] == ["was given", "holds"]
    assert set(groups) <= {"was given", "holds", "through its hands", "is said to", "says"}


def test_weak_findings_are_left_out(market: Case) -> None:
    everything = lines(show(market.con, "d9-mixed", least=0.0))
    sure = lines(show(market.con, "d9-mixed", least=0.9))
    assert len(sure) < len(everything)


def test_a_circle_ends(market: Case) -> None:
    market.con.execute(
        "INSERT INTO derivation (run, parent, child, probability, grade, shared, parent_contacts, child_contacts,"
        " share_of_child, reasons, against, weights)"
        " VALUES (1, 'd8-trade', 'a-2026-01', 0.9, 'G1', 100, 1, 1, 1, [], [], '[]')"
    )
    told = lines(show(market.con, "d8-trade"))
    assert len(told) < 60
    assert any("shown elsewhere" in line for line in told)
