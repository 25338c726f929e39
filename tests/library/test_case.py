"""A case in one process: opened twice, used by threads, read-only, typed, and next to the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import tracer
import tracer as library
from tests.cli.conftest import Tracer, World
from tracer.case.checks import Check
from tracer.errors import ExitCode


def test_what_is_imported_is_light() -> None:
    """The names too: nothing that takes long to load is loaded before a case is opened."""
    asked = (
        "import sys, tracer; [getattr(tracer, name) for name in ('Case', 'open', 'Table', 'Run', 'TracerError')];"
        "print([name for name in ('duckdb', 'pyarrow', 'numpy', 'networkx', 'click', 'rich') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    assert [name for name in dir(library) if not hasattr(library, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        getattr(library, "opne")  # noqa: B009 - a name that there is not


def test_a_cell_that_is_run_again_keeps_nobody_out(traced: Path, tracer: Tracer) -> None:
    """A notebook opens the case twice and never closes it; the command line writes to it meanwhile."""
    first, second = library.open(traced), library.open(traced)
    assert first.query("datasets").rows() == second.query("datasets").rows()
    assert tracer("judge", "client", "vendor", "confirm", "--case", traced).code == 0
    assert second.judge("client", "vendor", "reject")["overrules"] == 1
    assert [row["judgement"] for row in first.query("derivations", dataset="client")] == ["reject"]


def test_threads_wait_for_one_another(traced: Path) -> None:
    """Reading and writing from several threads, on one object and on several of one folder."""
    case, other = library.open(traced), library.open(traced)

    def work(number: int) -> int:
        one = case if number % 2 else other
        if number % 3 == 0:
            one.parties.add(f"party-{number}", name=f"Firm {number}")
        return len(one.query("overlaps"))

    with case, ThreadPoolExecutor(4) as threads:
        assert set(threads.map(work, range(8))) == {3}
    assert [row["party"] for row in library.open(traced).parties.list() if "party-" in row["party"]] == [
        "party-0", "party-3", "party-6",
    ]  # fmt: skip


def test_read_only_refuses_what_would_change_it(traced: Path, world: World) -> None:
    case = library.open(traced, read_only=True)
    before = case.journal(last=None).rows()
    for change in (
        case.trace, lambda: case.load(world.file("other"), holder="x"), lambda: case.datasets.remove("other"),
        lambda: case.judge("client", "vendor", "confirm"), lambda: case.purge("other"),
    ):  # fmt: skip
        with pytest.raises(library.UsageError) as refused:
            change()
        assert "read_only" in refused.value.hint
    assert case.journal(last=None).rows() == before


def test_a_callback_must_not_call_the_case(case: Path, world: World) -> None:
    """It would open a second connection to a store that is being written."""
    refused: list[str] = []
    seen: list[library.Progress] = []

    def watch(progress: library.Progress) -> None:
        seen.append(progress)
        try:
            opened.query("datasets")
        except library.UsageError as error:
            refused.append(error.hint)

    opened = library.open(case, progress=watch)
    assert opened.load(world.file("other"), holder="again", id="again")[0].rows == 700
    assert seen[-1].share == 1.0
    assert [one.job for one in seen] == ["loading"] * len(seen)
    assert len(refused) == len(seen)
    assert "callback" in refused[0]


def test_errors_have_one_class_for_each_exit_code(tmp_path: Path, case: Path, world: World) -> None:
    found: dict[ExitCode, library.TracerError] = {}
    for wrong in (
        lambda: library.open(tmp_path / "nothing"),
        lambda: library.open(case).query("overlap"),
        lambda: library.open(case).load(world.file("client"), holder="client"),
        library.Checks((Check("journal", passed=False, detail="a line is missing"),)).raise_for_failures,
    ):
        with pytest.raises(library.TracerError) as error:
            wrong()
        found[error.value.exit_code] = error.value
    assert {code: type(error) for code, error in found.items()} == {
        ExitCode.UNAVAILABLE: library.CaseUnavailable, ExitCode.USAGE: library.UsageError,
        ExitCode.REFUSED: library.InputRefused, ExitCode.FOUND: library.ChecksFailed,
    }  # fmt: skip
    assert all(error.hint for error in found.values())


def test_a_wrong_argument_is_refused_with_a_hint(case: Path, world: World) -> None:
    asked: tuple[dict[str, Any], ...] = (
        {"obtained": "2026-13-01"}, {"obtained": "0001-01-01"}, {"origin": "mine"}, {"region": "XX"},
        {"limits": {"nothing": 1}}, {"id": "a b"}, {"columns": {"name": 1}}, {"columns": {"phone": ["a", None]}},
    )  # fmt: skip
    for wrong in asked:
        with pytest.raises(library.TracerError) as refused:
            library.open(case).load(world.file("other"), holder="x", **wrong)
        assert (bool(refused.value.hint), refused.value.exit_code in (ExitCode.USAGE, ExitCode.REFUSED)) == (True, True)


def test_a_table_is_arrow_without_a_copy_and_a_data_frame(traced: Path) -> None:
    import duckdb
    import pandas as pd

    table = library.open(traced).query("overlaps")
    arrow = table.to_arrow()
    assert arrow is table.to_arrow()
    assert len(table) == arrow.num_rows == len(table.to_pandas()) == len(list(table))
    assert isinstance(table.to_pandas(), pd.DataFrame)
    assert duckdb.sql("SELECT count(*) FROM arrow").fetchone() == (3,)
    addresses = [buffer.address for buffer in arrow.column("a").chunk(0).buffers() if buffer is not None]
    again = table.result.table.column("a").chunk(0).buffers()
    assert [buffer.address for buffer in again if buffer is not None] == addresses
    with pytest.raises(library.UsageError) as missing:
        table.to_polars()
    assert missing.value.hint == "pip install polars, or use to_arrow"


def test_notebooks_see_masked_and_escaped_text(traced: Path) -> None:
    case = library.open(traced)
    case.claims.add(party="trader", kind="other", quote="<script>alert(1)</script> call 14200007919")
    shown = case.claims.list()
    for text in (shown._repr_html_(), shown._repr_markdown_()):
        assert "<script" not in text
        assert "14200007919" not in text
        assert "142****7919" in text.replace("\\", "")
    for each in (case, case.findings()[0], case.why("client", "vendor"), case.show("vendor")):
        assert each._repr_html_().startswith('<div class="tracer">')
        assert len(each._repr_markdown_()) > 20


def test_findings_say_the_same_in_both_languages_as_the_named_queries(traced: Path) -> None:
    case = library.open(traced)
    for lang in ("en", "zh"):
        rows = {(row["parent"], row["child"]): row for row in case.query("derivations", lang=lang)}
        for finding in case.findings("derivation"):
            row = rows[finding.subjects[0][1], finding.subjects[1][1]]
            assert list(finding.reasons(lang)) == row["reasons"]
            assert finding.headline(lang) in finding.text(lang).replace("\n", " ")
    assert case.findings("derivation")[0].to_json() == case.query("derivations").rows()[0]


def test_what_was_loaded_shows_nobody(traced: Path, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("Bela Lofthouse,(352) 555-0188\nCora Latrigg,(352) 555-0189\n", encoding="utf-8")
    loaded = library.open(traced).load(tmp_path / "bare.csv", holder="x", header=True, region="US", dry_run=True)
    for shown in (repr(loaded), repr(loaded[0].parts), repr(loaded[0].parts[0].columns)):
        assert "Bela" not in shown
        assert "0188" not in shown


def test_bounds_that_cannot_be_are_refused_as_on_the_command_line(traced: Path) -> None:
    case = library.open(traced)
    asked: list[Callable[[], object]] = [
        lambda: case.query("overlaps", most=-1), lambda: case.query("overlaps", timeout=0),
        lambda: case.sql("SELECT 1", most=0), lambda: case.journal(last=-1), lambda: case.findings(least=7),
        lambda: case.show("client", least=-1), lambda: case.load([], holder="x"),
    ]  # fmt: skip
    for call in asked:
        with pytest.raises(library.UsageError):
            call()
    with pytest.raises(library.UsageError, match="SHOW TABLES lists the views"):
        case.sql("SELEC 1")


@pytest.mark.slow("a second type checker reads the package")
def test_pyright_finds_nothing(tmp_path: Path) -> None:
    """mypy reads the same script with all other tests."""
    checker = shutil.which("basedpyright", path=str(Path(sys.executable).parent))
    if checker is None:
        pytest.skip("basedpyright is not installed")
    shutil.copy(Path(__file__).with_name("consumer.py"), tmp_path / "consumer.py")
    asked = {
        "typeCheckingMode": "strict", "include": ["consumer.py"], "pythonVersion": "3.11",
        "extraPaths": [str(Path(tracer.__file__).parent.parent)],
    }  # fmt: skip
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(asked))
    done = subprocess.run(
        [checker, "--pythonpath", sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
