"""The main job by hand: load, trace, ask, explain, judge, take away, verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.case.case import open_case

DERIVATION_KEYS = {
    "parent", "child", "probability", "grade", "shared", "parent_contacts", "child_contacts", "share_of_child", "via",
    "reasons", "against",
}  # fmt: skip


def test_who_copied_from_whom(tracer: Tracer, traced: Path) -> None:
    rows = tracer.rows("query", "derivations")
    likely = {(row["parent"], row["child"]) for row in rows if row["probability"] >= 0.5}
    assert likely == {("client", "vendor"), ("vendor", "trader")}
    for row in rows:
        assert row.keys() >= DERIVATION_KEYS
        assert row["probability"] >= 0.05
        assert row["reasons"]
    hands = tracer.rows("query", "generations")
    assert ("client", "trader", 2) in {(row["ancestor"], row["dataset"], row["hands"]) for row in hands}
    overlaps = {frozenset((row["a"], row["b"])): row for row in tracer.rows("query", "overlaps")}
    pair = overlaps[frozenset(("client", "vendor"))]
    assert (pair["shared"], pair["excess"] > 500) == (600, True)
    assert not [pair for pair, row in overlaps.items() if "other" in pair and isinstance(row["shared"], int)]
    unexplained = {row["dataset"]: row["unexplained"] for row in tracer.rows("query", "unexplained")}
    assert unexplained["trader"] == 400


def test_why_tells_numbers_positions_and_what_speaks_against(tracer: Tracer, traced: Path) -> None:
    short = tracer("why", "vendor", "client")
    short.ends(0, "How sure: ", "What it rests on", "What speaks against it", "--details")
    assert len(short.out.splitlines()) < 40
    assert "把握程度：" in tracer("why", "vendor", "client", "--lang", "zh").out
    details = ("why", "vendor", "client", "--details")
    tracer(*details).ends(0, "Derivation", "600", "What speaks against it", "not asked")
    assert "复制关系" in tracer(*details, "--lang", "zh").out
    assert "is given twice" in tracer("why", "client", "client").err
    assert tracer("why", "client", "nobody").code == 2


def test_a_judgement_outlives_later_runs(tracer: Tracer, traced: Path, world: World) -> None:
    tracer("judge", "client", "vendor", "reject", "--note", "seen otherwise").done()
    more = world.folder / "more.csv"
    more.write_text("手机号\n" + "".join(f"{phone(n)}\n" for n in range(8000, 8100)), encoding="utf-8")
    for words in (("trace",), ("load", more, "--holder", "late"), ("trace",)):
        tracer(*words).done()
        rows = tracer.rows("query", "derivations")
        likely = {(row["parent"], row["child"]) for row in rows if row["probability"] >= 0.5}
        assert ("client", "vendor") not in likely


def test_findings_are_superseded_and_never_overwritten(tracer: Tracer, traced: Path, world: World) -> None:
    short = world.folder / "vendor.csv"
    rows = short.read_text(encoding="utf-8").splitlines()
    short.write_text("\n".join(rows[:301]) + "\n", encoding="utf-8")
    assert tracer("load", short, "--holder", "vendor-a", "--obtained", "2026-03-01").code == 3
    assert tracer("load", short, "--holder", "vendor-a", "--replace").code == 0
    assert tracer("trace").code == 0
    overlaps = tracer.rows("query", "overlaps")
    assert next(row for row in overlaps if {row["a"], row["b"]} == {"client", "vendor"})["shared"] == 300
    with open_case(traced, read_only=True) as case:
        kept = case.con.execute(
            "SELECT shared, superseded FROM overlap WHERE a = 'client' AND b = 'vendor' ORDER BY run"
        ).fetchall()
    assert kept == [(600, 2), (300, None)]


def test_query_graph_is_the_exported_graph(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    asked = tracer("query", "graph", "-f", "json").json()
    tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json")
    assert asked == json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))
    kinds = {node["kind"] for node in asked["nodes"]}
    assert {"party", "dataset"} <= kinds
    assert {"source", "target", "kind", "basis", "grade", "probability", "date", "reasons", "evidence", "against"} <= (
        asked["edges"][0].keys()
    )


def test_same_input_same_bytes(tracer: Tracer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    monkeypatch.setenv("TRACER_KEY", "5a" * 32)
    outputs, queries = list[list[str]](), "datasets overlaps derivations generations unexplained graph"
    for number in (1, 2):
        tracer("init", tmp_path / f"case-{number}", "--name", "same").done()
        for name in ("client", "vendor", "trader", "other"):
            tracer("load", world.file(name), "--holder", f"{name}-holder").done()
        tracer("trace")
        said = [tracer("query", query, "-f", "json").out for query in queries.split()]
        outputs.append([*said, tracer("export", "graph", "--to", "html", "-o", "-").out])
    assert outputs[0] == outputs[1]


def test_the_dossier_by_hand(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.txt"
    receipt.write_text("an invented receipt", encoding="utf-8")
    calls: list[list[str | Path]] = [
        ["evidence", "add", "ev1", receipt, "--kind", "receipt", "--acquired", "2026-05-02"],
        ["party", "add", "vendor-a", "--name", "江苏甲乙科技有限公司", "--role", "system_vendor", "--evidence", "ev1"],
        ["party", "add", "vendor-a2", "--name", "江蘇甲乙科技", "--role", "system_vendor"],
        ["claim", "add", "--party", "trader", "--kind", "random", "--dataset", "trader", "--channel", "phone"],
        ["relation", "add", "sold_to", "vendor-a", "trader", "--basis", "documented", "--evidence", "ev1"],
        ["reply", "add", "vendor-a", "--asked", "2026-05-03", "--deadline", "2026-05-10"],
    ]
    for arguments in calls:
        tracer(*arguments).done()
    assert tracer("party", "add", "x", "--role", "sytem_vendor").code == 3
    assert tracer("trace").code == 0
    claims = tracer.rows("query", "claims")
    assert [row["verdict"] for row in claims] == ["contradicted"]
    assert "no reply by the deadline" in tracer("why", "vendor-a", "trader", "--details").out
    tracer("reply", "add", "trader", "--asked", "2126-05-03", "--deadline", "2126-05-10").done()
    states = {row["party"]: row["state"] for row in tracer.rows("reply", "list")}
    assert (states["vendor-a"], states["trader"]) == ("no reply by the deadline", "asked")
    tracer("party", "merge", "vendor-a2", "vendor-a", "--yes").done()
    tracer("findings").ends(0, "江苏甲乙")


PAIRS = (("client", "trader"), ("client", "vendor-a"), ("copy", "vendor"))
DENIALS = ("No finding", "Nothing shows", "nothing to explain", "nothing was found")


def test_a_case_not_traced_says_so(tracer: Tracer, case: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise TypeError("a fault of the program")

    def told(words: str) -> None:
        for query in ("derivations", "overlaps", "retention", "claims", "resale-chains"):
            assert words in tracer("query", query).err
        assert words in tracer("sql", "SELECT * FROM views.derivations").err
        assert words in tracer("query", "graph", "-f", "json").err
        for question in (("findings",), ("why", "client", "trader"), *(("why", "--details", *pair) for pair in PAIRS)):
            said = " ".join(tracer(*question).out.split())
            assert (words in said, "Run tracer trace" in said) == (True, True), question
            assert [denial for denial in DENIALS if denial in said] == []
        asked = tracer("query", "datasets", "-f", "json")
        assert asked.err == ""
        assert len(asked.json()) >= 4

    copy = ("release", "add", "client", "--to", "vendor-a", "--date", "2026-02-01", "--id", "copy")
    tracer(*copy).done()
    told("never traced")
    with monkeypatch.context() as patched:
        patched.setattr("tracer.findings.claims.compute", broken)
        with pytest.raises(TypeError):
            tracer("trace")
    told("never traced")
    assert tracer("trace").code == 0
    assert tracer("query", "derivations").err == ""
    assert "Not up to date" not in tracer("findings").out
    tracer("load", world.file("other"), "--holder", "late", "--id", "late")
    told("has changed since its last trace (run 1")
