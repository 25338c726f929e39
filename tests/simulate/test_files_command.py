"""`tracer simulate` writes a market; what cannot be drawn is a wrong use of the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracer.cli.main import run

FEW = ["--lists", "8", "--rows", "60"]


def test_a_market_is_written_and_its_manifest_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "market"
    assert run(["simulate", str(target), "--seed", "5", *FEW, "--hidden", "0.3", "--set", "masked", "0.5"]) == 0
    assert capsys.readouterr().out.strip() == str(target / "case.toml")
    spec = json.loads((target / "truth.json").read_text(encoding="utf-8"))["spec"]
    assert (spec["seed"], spec["hidden"], spec["masked"], spec["merges"]) == (5, 0.3, 0.5, 0.3)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("--merges 2", "not between"),
        ("--lists 3", "too few for a market"),
        ("--rows 39", "too short"),
        ("--set magic 0.5", "magic"),
    ],
)
def test_wrong_use(tmp_path: Path, wrong: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", str(tmp_path / "market"), *FEW, *wrong.split()]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert told in line
    assert not (tmp_path / "market").exists()
