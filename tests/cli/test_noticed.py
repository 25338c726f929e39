"""What is said beside the work: warnings, files loaded twice, and what a judgement moved."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Tracer, World, phone


def test_a_file_that_is_loaded_twice_is_told_at_once_and_later(tracer: Tracer, case: Path, world: World) -> None:
    again = tracer("load", world.file("vendor"), "--holder", "trader", "--id", "again", "-f", "json", "--case", case)
    assert again.code == 0, again.err
    assert "again: these bytes are already loaded as vendor" in again.err
    assert again.json()[0]["notes"] == ["these bytes are already loaded as vendor: one source, not several"]
    rows = tracer("query", "warnings", "-p", "kind=same_bytes", "-f", "json", "--case", case).json()
    assert [row["datasets"] for row in rows] == [["again", "vendor"]]
    newer = tracer("load", world.file("vendor"), "--holder", "vendor-a", "--id", "vendor", "--replace", "--case", case)
    assert "already loaded as again" in newer.err, "its own former version is not another list"


def test_of_a_list_of_few_not_even_its_bytes_are_compared(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("手机号\n" + "".join(f"{phone(n)}\n" for n in range(19)), encoding="utf-8")
    for name in ("few", "few-again"):
        said = tracer("load", few, "--holder", "x", "--id", name, "--case", case)
        assert said.code == 0
        assert "already" not in said.err


def test_warnings_after_a_trace_and_among_the_findings(tracer: Tracer, case: Path, world: World) -> None:
    assert "Warning" not in tracer("query", "datasets", "--case", case).err
    tracer("load", world.file("vendor"), "--holder", "trader", "--id", "again", "--case", case)
    said = tracer("trace", "--case", case)
    assert said.code == 0, said.err
    told = "again and vendor are the same file, byte for byte. They are one source, not several."
    assert f"Warning: {told}" in said.err.splitlines()
    assert said.out.count("\n") == 1, "stdout stays the digest alone"
    found = tracer("findings", "--case", case).out
    assert found.index("Warnings: what does not fit together") < found.index("again and vendor are the same file")
    assert "Warnings: " in tracer("trace", "--case", case).err


def test_a_judgement_says_what_brings_it_into_effect_and_the_trace_what_it_moved(tracer: Tracer, case: Path) -> None:
    assert "Moved" not in tracer("trace", "--case", case).err
    said = tracer("judge", "client", "vendor", "reject", "--case", case)
    assert said.json()["judgement"] == 1
    assert "tracer trace" in said.err
    traced = tracer("trace", "--case", case)
    assert "  Nothing changed but judgement 1 (client → vendor: rejected)." in traced.err.splitlines()
    rows = tracer("query", "moved", "-f", "json", "--case", case).json()
    judged = [row for row in rows if row["judged"]]
    assert ("client", "vendor") in {(row["parent"], row["child"]) for row in judged}
    assert f"Moved since the last run: {len(rows)} derivation" in traced.err
    again = tracer("trace", "--case", case)
    assert "Moved" not in again.err
    assert tracer("query", "moved", "-f", "json", "--case", case).json() == rows
