"""The only door out: what the scan finds stops an export, what is revealed is journaled, a preview writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracer.case.case import Case
from tracer.errors import InputRefused, UsageError
from tracer.export.preview import what_leaves
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.publish import Wanted, prepare, publish

NUMBER = "14000000003"  # a canary that stands in two lists
CALLER = "14007701000"
REASON = "asked for by the court in file 12/2026"
SPOKEN = "140转0000转0003"


@pytest.fixture
def ready(market: Case) -> Case:
    compute(CaseFacts(market.con), 1)
    return market


def journal_of(case: Case) -> list[dict[str, object]]:
    return list(case.journal.entries())


def test_a_number_that_the_masks_do_not_know_stops_the_export(ready: Case, tmp_path: Path) -> None:
    ready.con.execute("UPDATE party SET name = $n WHERE id = 'trader-q'", {"n": f"电销 {SPOKEN}"})
    for wanted in (Wanted("json"), Wanted("svg"), Wanted("md", "report"), Wanted("pdf", "report")):
        with pytest.raises(InputRefused, match="identifier of a list") as stopped:
            publish(ready, prepare(ready, wanted), tmp_path / "x")
        assert NUMBER not in str(stopped.value)
    assert list(tmp_path.iterdir()) == []
    assert journal_of(ready) == []


def test_a_number_in_pixels_is_read_in_the_drawing(ready: Case) -> None:
    ready.con.execute("UPDATE party SET name = $n WHERE id = 'trader-q'", {"n": SPOKEN})
    with pytest.raises(InputRefused, match="drawing"):
        prepare(ready, Wanted("png"))


@pytest.mark.parametrize("noun", ["graph", "findings", "report"])
def test_what_is_masked_leaves_and_is_journaled(ready: Case, tmp_path: Path, noun: str) -> None:
    to = "md" if noun == "report" else "json"
    ready.con.execute("UPDATE claim SET quote = 'call 14000000003 or anna.b@example.com' WHERE id = 'c3'")
    prepared = prepare(ready, Wanted(to, noun))
    assert list(prepared.revealed) == []
    (path,) = publish(ready, prepared, tmp_path / f"out.{to}")
    text = path.read_text(encoding="utf-8")
    assert NUMBER not in text
    assert "anna.b" not in text
    (entry,) = journal_of(ready)
    assert entry["command"] == f"export {noun}"
    assert entry["detail"] == {"format": to, "files": [str(path)]}
    assert f"out.{to}" not in ready.layout.journal.read_text("utf-8"), "a file's name may be somebody's"


def test_revealing_needs_a_reason_and_is_journaled_without_a_number(ready: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the reason is too short"):
        prepare(ready, Wanted("json", reason="because"))
    prepared = prepare(ready, Wanted("json", reason=REASON))
    publish(ready, prepared, tmp_path / "clear.json")
    graph = json.loads((tmp_path / "clear.json").read_text(encoding="utf-8"))
    labels = {node["label"] for node in graph["nodes"]}
    assert CALLER in labels
    assert NUMBER.replace("14", "14") in {label.removeprefix("86") for label in labels}
    (entry,) = journal_of(ready)
    revealed = entry["detail"]["revealed"]  # type: ignore[index]  # JSON of our own
    assert revealed["reason"] == REASON
    assert revealed["counts"]["a caller's number"] == 2
    assert sum(revealed["counts"].values()) == len(prepared.revealed) >= len(revealed["who"]) > 2
    assert CALLER not in json.dumps(entry)
    assert NUMBER not in json.dumps(entry)


def test_no_reason_reveals_a_protected_party(ready: Case) -> None:
    for wanted in (Wanted("json", reason=REASON), Wanted("md", "report", reason=REASON)):
        text = b"".join(prepare(ready, wanted).files.values()).decode()
        assert "Chen Weiming" not in text
        assert "ev-chen" not in text
    ready.con.execute("UPDATE evidence SET id = 'Old-Chen-Weiming-notes' WHERE id = 'ev-d6'")
    ready.con.execute("UPDATE dataset SET evidence = ['Old-Chen-Weiming-notes'] WHERE id = 'd6-backend'")
    ready.con.execute("UPDATE party_alias SET alias = 'Weiming'")
    ready.con.execute("UPDATE party SET name = '陈卫明' WHERE id = 'mr-chen'")
    ready.con.execute("UPDATE party SET name = '陈&#21355;明 的公司' WHERE id = 'trader-q'")
    text = b"".join(prepare(ready, Wanted("json", reason=REASON)).files.values()).decode()
    assert "陈卫明" not in text
    assert "21355" not in text
    assert "的公司" in text


def test_a_preview_tells_what_would_leave(ready: Case) -> None:
    prepared = prepare(ready, Wanted("csv", with_sources=True))
    names = ["a-datapackage.json", "a-edges.csv", "a-nodes.csv"]
    told = dict(what_leaves(prepared.leaving, prepared.files, names))
    assert told["file a-nodes.csv"].endswith(tuple("0123456789abcdef"))
    assert "江苏易卓网络科技有限公司" in told["parties by name"]
    assert told["under a pseudonym"].startswith("source-")
    assert told["numbers"] == "masked"
    assert "14 retained" not in told["edges"]
    assert " retained" in told["edges"]
    assert journal_of(ready) == []


def test_the_graph_of_the_demo_goes_the_same_way(ready: Case, tmp_path: Path) -> None:
    (path,) = publish(ready, prepare(ready, Wanted("html")), tmp_path / "graph.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    ready.con.execute("UPDATE party SET name = $n WHERE id = 'trader-q'", {"n": SPOKEN})
    with pytest.raises(InputRefused):
        publish(ready, prepare(ready, Wanted("html")), tmp_path / "second.html")
    assert not (tmp_path / "second.html").exists()
