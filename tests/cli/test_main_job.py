"""The main job by hand: load, trace, ask, explain, judge, take away, verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone

DERIVATION_KEYS = {
    "parent", "child", "probability", "grade", "shared", "parent_contacts", "child_contacts", "share_of_child", "via",
    "reasons", "against",
}  # fmt: skip


def test_who_copied_from_whom(tracer: Tracer, traced: Path) -> None:
    rows = tracer("query", "derivations", "-f", "json", "--case", traced).json()
    likely = {(row["parent"], row["child"]) for row in rows if row["probability"] >= 0.5}
    assert likely == {("client", "vendor"), ("vendor", "trader")}
    for row in rows:
        assert row.keys() >= DERIVATION_KEYS
        assert row["probability"] >= 0.05
        assert row["reasons"]


def test_hands_overlaps_and_what_nobody_explains(tracer: Tracer, traced: Path) -> None:
    hands = tracer("query", "generations", "-f", "json", "--case", traced).json()
    assert ("client", "trader", 2) in {(row["ancestor"], row["dataset"], row["hands"]) for row in hands}
    overlaps = tracer("query", "overlaps", "-f", "json", "--case", traced).json()
    pair = next(row for row in overlaps if {row["a"], row["b"]} == {"client", "vendor"})
    assert pair["shared"] == 600
    assert pair["excess"] > 500
    assert not any("other" in (row["a"], row["b"]) and isinstance(row["shared"], int) for row in overlaps)
    rest = tracer("query", "unexplained", "-f", "json", "--case", traced).json()
    assert next(row for row in rest if row["dataset"] == "trader")["unexplained"] == 400


def test_why_tells_numbers_positions_and_what_speaks_against(tracer: Tracer, traced: Path) -> None:
    short = tracer("why", "vendor", "client", "--case", traced)
    assert (short.code, len(short.out.splitlines()) < 40) == (0, True)
    for part in ("How sure: ", "What it rests on", "What speaks against it", "--details"):
        assert part in short.out
    assert "把握程度：" in tracer("why", "vendor", "client", "--lang", "zh", "--case", traced).out
    said = tracer("why", "vendor", "client", "--details", "--case", traced).done()
    for part in ("Derivation", "600", "What speaks against it", "not asked"):
        assert part in said.out
    assert "复制关系" in tracer("why", "vendor", "client", "--details", "--lang", "zh", "--case", traced).out
    assert "is given twice" in tracer("why", "client", "client", "--case", traced).err
    assert tracer("why", "client", "nobody", "--case", traced).code == 2


def test_tracing_again_changes_nothing(tracer: Tracer, traced: Path) -> None:
    before = tracer("query", "derivations", "-f", "json", "--case", traced).out
    again = tracer("trace", "--case", traced)
    assert "Nothing has changed" in again.err
    assert tracer("query", "derivations", "-f", "json", "--case", traced).out == before


def test_a_judgement_outlives_later_runs(tracer: Tracer, traced: Path, world: World) -> None:
    assert tracer("judge", "client", "vendor", "reject", "--note", "seen otherwise", "--case", traced).code == 0
    tracer("trace", "--case", traced)
    rows = tracer("query", "derivations", "-f", "json", "--case", traced).json()
    assert ("client", "vendor") not in {(r["parent"], r["child"]) for r in rows if r["probability"] >= 0.5}
    more = world.folder / "more.csv"
    more.write_text("手机号\n" + "".join(f"{phone(n)}\n" for n in range(8000, 8100)), encoding="utf-8")
    tracer("load", more, "--holder", "late", "--case", traced)
    tracer("trace", "--case", traced)
    rows = tracer("query", "derivations", "-f", "json", "--case", traced).json()
    assert ("client", "vendor") not in {(r["parent"], r["child"]) for r in rows if r["probability"] >= 0.5}


def test_findings_are_superseded_and_never_overwritten(tracer: Tracer, traced: Path, world: World) -> None:
    short = world.folder / "vendor.csv"
    rows = short.read_text(encoding="utf-8").splitlines()
    short.write_text("\n".join(rows[:301]) + "\n", encoding="utf-8")
    assert tracer("load", short, "--holder", "vendor-a", "--obtained", "2026-03-01", "--case", traced).code == 3
    assert tracer("load", short, "--holder", "vendor-a", "--replace", "--case", traced).code == 0
    assert tracer("trace", "--case", traced).code == 0
    overlaps = tracer("query", "overlaps", "-f", "json", "--case", traced).json()
    assert next(row for row in overlaps if {row["a"], row["b"]} == {"client", "vendor"})["shared"] == 300
    from tracer.case.case import open_case

    with open_case(traced, read_only=True) as case:
        kept = case.con.execute(
            "SELECT shared, superseded FROM overlap WHERE a = 'client' AND b = 'vendor' ORDER BY run"
        ).fetchall()
    assert kept == [(600, 2), (300, None)]


def test_query_graph_is_the_exported_graph(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    asked = tracer("query", "graph", "-f", "json", "--case", traced).json()
    tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json", "--case", traced)
    assert asked == json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))
    kinds = {node["kind"] for node in asked["nodes"]}
    assert {"party", "dataset"} <= kinds
    assert {"source", "target", "kind", "basis", "grade", "probability", "date", "reasons", "evidence", "against"} <= (
        asked["edges"][0].keys()
    )


def test_the_same_input_gives_the_same_output_byte_for_byte(
    tracer: Tracer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T12:00:00")
    monkeypatch.setenv("TRACER_KEY", "5a" * 32)
    outputs = []
    for number in (1, 2):
        folder = tmp_path / f"case-{number}"
        assert tracer("init", folder, "--name", "same").code == 0
        for name in ("client", "vendor", "trader", "other"):
            tracer("load", world.file(name), "--holder", f"{name}-holder", "--case", folder)
        tracer("trace", "--case", folder)
        outputs.append(
            [
                tracer("query", query, "-f", "json", "--case", folder).out
                for query in ("datasets", "overlaps", "derivations", "generations", "unexplained", "graph")
            ]
            + [tracer("export", "graph", "--to", "html", "-o", "-", "--case", folder).out]
        )
    assert outputs[0] == outputs[1]


def test_an_original_comes_back_byte_for_byte(tracer: Tracer, traced: Path, world: World, tmp_path: Path) -> None:
    assert tracer("evidence", "extract", "client", tmp_path / "back.csv", "--case", traced).code == 0
    assert (tmp_path / "back.csv").read_bytes() == world.file("client").read_bytes()


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
        tracer(*arguments, "--case", traced).done()
    assert tracer("party", "add", "x", "--role", "sytem_vendor", "--case", traced).code == 3
    assert tracer("trace", "--case", traced).code == 0
    claims = tracer("query", "claims", "-f", "json", "--case", traced).json()
    assert [row["verdict"] for row in claims] == ["contradicted"]
    assert "no reply by the deadline" in tracer("why", "vendor-a", "trader", "--details", "--case", traced).out
    tracer("reply", "add", "trader", "--asked", "2126-05-03", "--deadline", "2126-05-10", "--case", traced).done()
    states = {row["party"]: row["state"] for row in tracer("reply", "list", "-f", "json", "--case", traced).json()}
    assert (states["vendor-a"], states["trader"]) == ("no reply by the deadline", "asked")
    tracer("party", "merge", "vendor-a2", "vendor-a", "--yes", "--case", traced).done()
    assert "江苏甲乙" in tracer("findings", "--case", traced).out or tracer("findings", "--case", traced).code == 0


PAIRS = (("client", "trader"), ("client", "vendor-a"), ("copy", "vendor"))
DENIALS = ("No finding", "Nothing shows", "nothing to explain", "nothing was found")


def test_a_case_that_is_not_traced_says_so_and_not_that_there_is_nothing(
    tracer: Tracer, case: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise TypeError("a fault of the program")

    def told(words: str) -> None:
        for query in ("derivations", "overlaps", "retention", "claims", "resale-chains"):
            assert words in tracer("query", query, "--case", case).err
        assert words in tracer("sql", "SELECT * FROM views.derivations", "--case", case).err
        assert words in tracer("query", "graph", "-f", "json", "--case", case).err
        for question in (("findings",), ("why", "client", "trader"), *(("why", "--details", *pair) for pair in PAIRS)):
            said = " ".join(tracer(*question, "--case", case).out.split())
            assert (words in said, "Run tracer trace" in said) == (True, True), question
            assert [denial for denial in DENIALS if denial in said] == []
        asked = tracer("query", "datasets", "-f", "json", "--case", case)
        assert asked.err == ""
        assert len(asked.json()) >= 4

    copy = ("release", "add", "client", "--to", "vendor-a", "--date", "2026-02-01", "--id", "copy")
    tracer(*copy, "--case", case).done()
    told("never traced")
    with monkeypatch.context() as patched:
        patched.setattr("tracer.findings.claims.compute", broken)
        with pytest.raises(TypeError):
            tracer("trace", "--case", case)
    told("never traced")
    assert tracer("trace", "--case", case).code == 0
    assert tracer("query", "derivations", "--case", case).err == ""
    assert "Not up to date" not in tracer("findings", "--case", case).out
    tracer("load", world.file("other"), "--holder", "late", "--id", "late", "--case", case)
    told("has changed since its last trace (run 1")


def test_a_run_goes_on_where_a_file_was_refused(tracer: Tracer, world: World, tmp_path: Path) -> None:
    manifest, folder = world.folder / "case.toml", tmp_path / "gone-on"
    bad = world.folder / "bad.csv"
    bad.write_text("goods,price\nred,3\nblue,4\n", encoding="utf-8")
    manifest.write_text(
        "".join(f'[[dataset]]\npath = "{name}.csv"\nholder = "{name}-a"\n' for name in ("client", "bad", "vendor")),
        encoding="utf-8",
    )
    checked = tracer("manifest", "check", manifest)
    said = tracer("run", manifest, "--case", folder)
    assert (checked.code, said.code, said.out) == (3, 3, "")
    (problem,) = (line for line in said.err.splitlines() if "[[dataset]]: bad.csv: no phone number" in line)
    assert problem in checked.err, "a check says what a run says"
    assert "loaded 2 lists: 1,600 records" in said.err
    assert "run again to go on from here" in said.err
    assert [row["dataset"] for row in tracer("query", "datasets", "-f", "json", "--case", folder).json()] == [
        "client", "vendor",
    ]  # fmt: skip
    bad.write_text(world.file("trader").read_text(encoding="utf-8"), encoding="utf-8")
    again = tracer("run", manifest, "--case", folder).done()
    assert "loaded bad: 850 records" in again.err
    assert "3 lists" in again.out
