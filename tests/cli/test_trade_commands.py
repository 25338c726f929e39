"""Lines, rules, refusals and claims from a manifest to queries, the story, and the one command that reveals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.manifests import entry

PEOPLE = [f"1410000{n:04d}" for n in range(100)]
MANIFEST = "".join(
    (
        '[case]\nname = "Trade"\nrules = "rules.toml"\n',
        entry("party", id="client", name="甲公司", role="client"),
        entry("party", id="vendor", name="乙线路", role="line_vendor"),
        entry("dataset", id="own", path="own.csv", holder="client", origin="own", collected_under="customer"),
        entry("dataset", id="no", path="no.csv", holder="client", origin="refusals"),
        entry("release", id="r", dataset="own", to="caller", date=date(2026, 4, 10)),
        entry("line", id="pool", numbers=["1635550*"], vendor="vendor", province="江苏"),
        entry("signals", path="cdr.csv"),
        entry("complaints", path="complaints.csv"),
        entry("claim", id="rate", party="vendor", kind="complaint_rate", value=0.0001),
        entry("claim", id="knew", party="vendor", kind="other", quote="我们不知情"),
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A client whose customers refused in March, were handed on in April, and called at night in May."""
    (tmp_path / "case.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "rules.toml").write_text(
        entry("rule", id="night", kind="hours", earliest="08:00", latest="21:00"), encoding="utf-8"
    )
    (tmp_path / "own.csv").write_text("phone\n" + "\n".join(PEOPLE), encoding="utf-8")
    (tmp_path / "no.csv").write_text("phone,date\n" + "".join(f"{phone},2026-03-01\n" for phone in PEOPLE[:40]))
    (tmp_path / "cdr.csv").write_text(
        "at,caller,called\n"
        + "".join(f"2026-05-02 22:00:{n % 60:02d},1635550{n:04d},{p}\n" for n, p in enumerate(PEOPLE))
    )
    (tmp_path / "complaints.csv").write_text(
        "at,caller,called,text\n"
        + "".join(f"2026-05-02 22:00:0{n},1635550000{n},{PEOPLE[n]},扰民\n" for n in range(3)),
        encoding="utf-8",
    )
    return tmp_path


def test_a_case_with_lines_and_refusals_is_told(folder: Path, tracer: Tracer) -> None:
    case = folder / "case"
    ran = tracer("run", folder / "case.toml", "--case", case).done()
    called = "40 people who had refused (list: no) were called 40 times afterwards"
    assert called in " ".join(ran.out.split())
    shown = tracer("findings", "--case", case)
    told = " ".join(shown.out.split())  # lines of the screen are folded
    refused = "40 people who had refused 甲公司"
    assert f"{refused} were still in the copy given to caller on 10 April 2026 (r)." in told
    assert f"{called} on 2 May 2026 on line pool of 乙线路 (vendor)." in told
    assert "100 of 100 calls broke rule night (08:00-21:00)" in told
    assert "乙线路 (vendor) says that at most 1 in 10,000 of its calls lead to a complaint." in told
    assert "The data contradict this." in told
    (rate,) = tracer.rows("query", "complaint-rates", "-p", "dimension=line", "--case", case)
    assert (rate["calls"], rate["complaints"], rate["rate"]) == (100, 3, 0.03)
    claims = {row["claim"]: row for row in tracer.rows("query", "claims", "--case", case)}
    assert claims["knew"]["verdict"] == "untestable"
    assert claims["knew"]["alternatives"] == ["Data cannot test a statement of this kind."]
    again = tracer("run", folder / "case.toml", "--case", case)
    assert "nothing new" in again.out + again.err


def test_changed_rules_are_traced_again_when_they_are_to_be_replaced(folder: Path, tracer: Tracer) -> None:
    case = folder / "case"
    assert tracer("run", folder / "case.toml", "--case", case).code == 0
    (folder / "rules.toml").write_text(
        entry("rule", id="late", kind="hours", earliest="08:00", latest="23:00"), encoding="utf-8"
    )
    tracer("run", folder / "case.toml", "--case", case).ends(3, "rules.toml")
    assert tracer("run", folder / "case.toml", "--case", case, "--replace").code == 0
    (line,) = tracer.rows("query", "lines", "--case", case)
    assert (line["rule"], line["violations"]) == ("late", 0)


def test_single_people_are_revealed_for_a_reason_only(folder: Path, tracer: Tracer) -> None:
    case = folder / "case"
    assert tracer("run", folder / "case.toml", "--case", case).code == 0
    for given in ((), ("--reveal",), ("--reason", "the client asked"), ("--reveal", "--reason", "because")):
        refused = tracer("refusals", "--case", case, *given)
        assert refused.code == 2, given
        assert PEOPLE[0] not in refused.out + refused.err
    shown = tracer.rows("refusals", "--reveal", "--reason", "the client asked", "--case", case)
    assert {row["what"] for row in shown} == {"released", "called", "complained"}
    assert shown[0]["number"] == f"+86{PEOPLE[0]}"
    journal = (case / "journal.jsonl").read_text(encoding="utf-8")
    assert "the client asked" in journal
    assert PEOPLE[0] not in journal
    counts = tracer("query", "after-refusal", "-f", "json", "--case", case)
    assert not any(phone in counts.out for phone in PEOPLE)
