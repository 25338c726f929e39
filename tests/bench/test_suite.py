"""The suite composes the benches, judges bars where they are stated, and goes on where one fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash
from numpy.typing import NDArray

from tests.bench import __main__ as command
from tests.bench import curves, scale_overlaps, suite
from tests.bench.peers import sketch
from tests.bench.scale_overlaps import ERROR, Lists, beside_sketches
from tests.bench.scale_spent import Line


def test_a_tiny_run_tells_every_measurement_to_machines(tmp_path: Path) -> None:
    asked = ["--sizes", "10000", "--datasets", "10", "--repeat", "1", "--no-peers", "--only", "overlaps", "derivation"]
    code = suite.main([*asked, "--json", str(tmp_path / "told.json")])
    whole = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert whole["machine"]["cores"] >= 1
    assert whole["machine"]["packages"]["duckdb"]
    lines = whole["lines"]
    assert {line["stage"] for line in lines} == {"build", "overlaps", "derivation"}
    assert not [line for line in lines if "error" in line]
    assert all(line["size"] == 10_000 and line["datasets"] == 10 for line in lines)
    assert all(line["seconds"] > 0 and line["peak"] > 0 for line in lines if line["stage"] != "build")
    overlaps = next(line for line in lines if line["what"].startswith("all overlaps"))
    assert overlaps["ratio"] == pytest.approx(overlaps["seconds"] / overlaps["floor"])
    assert overlaps["within"] is None, "its bar is stated for 20 million memberships"
    assert next(line for line in lines if line["stage"] == "build")["disk"] > 0
    assert next(line for line in lines if line["stage"] == "derivation")["within"] is not None
    assert code == int(any(line["within"] is False for line in lines))


def test_a_bench_that_fails_is_told_and_no_other_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    def stops() -> list[Line]:
        raise SystemExit("the peer is missing\nand more")

    def breaks() -> list[Line]:
        raise KeyError("gone")

    for work, said in ((stops, "SystemExit: the peer is missing"), (breaks, "KeyError: 'gone'")):
        told = suite.run(suite.Step("load", 1_000, 0, work))
        assert (told.lines, told.error, told.bad) == ((), said, True)
        assert f"FAILED: {said}" in told.text()
        assert told.rows() == [{"stage": "load", "size": 1_000, "datasets": 0, "error": said}]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("stage", "size", "datasets", "judged"),
    [
        ("load", 5_000_000, 0, True), ("load", 100_000, 0, False), ("trace", 20_000_000, 200, True),
        ("trace", 20_000_000, 1_000, False), ("overlaps", 20_000_000, 200, True), ("start", 0, 0, True),
    ],
)  # fmt: skip
def test_bars_are_judged_where_they_are_stated(stage: str, size: int, datasets: int, judged: bool) -> None:
    missed = Line("slow", 2.0, 2.0, 0.1, 1.0, "<= 1.3 x", False)
    told = suite.run(suite.Step(stage, size, datasets, lambda: [missed]))
    assert told.bad is judged
    assert told.lines[0].bar.startswith("<= 1.3 x"), "it is told, judged or not"


def test_every_aim_has_a_size() -> None:
    asked = suite.Asked(suite.FULL_SIZES, suite.FULL_DATASETS, 1, Path("python"))
    found = {(step.stage, step.size, step.datasets) for step in suite.steps(asked, Path("nowhere"))}
    assert {("load", 5_000_000, 0), ("links", 1_000_000, 0), ("persons", 5_000, 0), ("overlaps", 20_000_000, 200),
            ("trace", 20_000_000, 1_000), ("day", 500_000_000, 200), ("start", 0, 0)} <= found  # fmt: skip


def test_the_list_of_benches_stays(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--list"])
    assert command.main() == 0
    said = capsys.readouterr().out
    assert "python -m tests.bench.load " in said
    assert "python -m tests.bench.suite" not in said
    assert "peer_polars" not in said


def _numbers(seed: int, n: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(10**9, 2 * 10**9, n)


def test_batches_give_the_sketch_that_one_batch_gives() -> None:
    keys = _numbers(1, 2_000)
    whole = MinHash(num_perm=64, seed=1, hashfunc=int)
    x = keys.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ x >> np.uint64(shift)) * np.uint64(factor)
    whole.update_batch(((x ^ x >> np.uint64(31)) & np.uint64(0xFFFFFFFF)).tolist())
    assert sketch(keys, 64).hashvalues.tolist() == whole.hashvalues.tolist()


def test_the_peer_is_judged_at_its_first_sketch_that_is_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale_overlaps, "PERMUTATIONS", (16, 4_096, 8_192))
    common, size = 1_000, 4_000
    keys = {no: np.concatenate([_numbers(0, common), _numbers(no, size - common)]) for no in range(1, 6)}
    shared = {(a, b): int(np.intersect1d(keys[a], keys[b]).size) for a in keys for b in keys if a < b}
    lines = beside_sketches(Lists(keys, shared, scale=1_000.0), tool=0.001)
    assert [bool(line.bar) for line in lines] == [False, True, False, False], f"the first under {ERROR:.0%}"
    assert lines[1].within, "a thousand times the memberships take more than 0.02 s"
    assert "of 10 pairs" in lines[0].what


@pytest.mark.parametrize(("power", "steep"), [(1.0, False), (1.6, True)])
def test_what_grows_faster_than_its_size_is_marked(power: float, steep: bool) -> None:
    points = [
        curves.Point("made", size, 0.1 + 1e-6 * size**power, 0.0, 0.0, 0.0) for size in (10**4, 10**5, 10**6, 10**7)
    ]
    assert curves.fits(points)["made"] == pytest.approx(power, abs=0.05)
    assert ("STEEP" in curves.table(points)) is steep
