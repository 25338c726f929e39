"""The seal: every bit of a closed store is accounted for, and an honest crash is told from a change."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.signals.register import full_disk
from tracer.case.case import create_case, open_case
from tracer.case.checks import check_store
from tracer.case.layout import Layout
from tracer.case.sealing import blocks_of, read_seal
from tracer.errors import CaseUnavailable

KEY = "5a" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A closed case whose store has pages in use, and free ones."""
    rows = "SELECT range AS n, md5(range::VARCHAR) AS text FROM range"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_KEY", KEY)
        with create_case(tmp_path_factory.mktemp("seal") / "case") as case:
            for name in ("kept", "gone"):
                case.con.execute(f"CREATE TABLE raw.{name} AS {rows}(60000)")
        with open_case(case.folder) as case:
            case.con.execute("DROP TABLE raw.gone")
            case.con.execute(f"CREATE TABLE raw.last AS {rows}(40000)")
        with open_case(case.folder):
            pass  # DuckDB gives the room at the end of the file back when it is closed the next time
        yield case.folder


@pytest.fixture
def layout(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("TRACER_KEY", KEY)
    return Layout(Path(shutil.copytree(made, tmp_path / "case")))


def flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def told(layout: Layout) -> tuple[bool, str]:
    with open_case(layout.folder, thorough=True) as case:
        check = check_store(case)
        return check.passed, check.detail


def test_sealing_again_gives_what_hashing_everything_gives(layout: Layout) -> None:
    drops, makes = "DROP TABLE raw.last", "CREATE TABLE raw.x AS FROM raw.kept"
    for statement in ("DELETE FROM raw.kept WHERE n % 3 = 0", drops, makes):
        with open_case(layout.folder) as case:
            case.con.execute(statement)
            assert case.sealing is not None
            key = case.sealing._key
        seal = read_seal(layout.seal, key)
        assert seal is not None
        assert (seal.size, seal.blocks) == blocks_of(layout.store)


@pytest.mark.parametrize("seed", range(4))
def test_a_single_bit_is_found_or_the_store_is_not_opened(layout: Layout, seed: int) -> None:
    draw = random.Random(f"seal {seed}")
    size = layout.store.stat().st_size
    flip(layout.store, draw.randrange(size), draw.randrange(8))
    try:
        looks = [told(layout)[0], told(layout)[0]]
    except CaseUnavailable as error:
        refused = error.line()
    else:
        assert looks == [False, False], "the first look must not seal what it found"
        return
    assert "damaged" in refused


def test_a_flip_in_the_beginning_of_a_free_page_stops_the_next_writer(layout: Layout) -> None:
    places, stopped = range(12288 + 3, layout.store.stat().st_size, 262144)[::3], 0
    with open_case(layout.folder, read_only=True) as case:
        free = case.con.execute("SELECT free_blocks FROM pragma_database_size() WHERE database_name = 'cs'").fetchall()
    assert free[0][0] > 0
    for at in places:
        flip(layout.store, at, 0)
        try:
            open_case(layout.folder)
        except CaseUnavailable:
            stopped += 1
        flip(layout.store, at, 0)
    assert stopped == len(places) > 3


def test_a_changed_or_missing_seal_is_a_fault(layout: Layout) -> None:
    content = layout.seal.read_bytes()
    flip(layout.seal, len(content) // 2, 3)
    assert told(layout) == (False, "the seal of the store was changed")
    with pytest.raises(CaseUnavailable, match="seal of the store was changed"):
        open_case(layout.folder)
    layout.seal.unlink()
    assert told(layout) == (False, "the seal of the store is missing")
    layout.seal.write_bytes(content)
    assert told(layout)[0]


def test_a_killed_writer_is_no_fault(layout: Layout) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tracer.case.case import open_case;"
        "case = open_case(Path(sys.argv[1])); case.con.execute('CREATE TABLE raw.late AS FROM range(9)');"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(layout.folder)], check=False).returncode == -signal.SIGKILL
    passed, detail = told(layout)
    assert passed
    assert "killed" in detail
    for _ in range(3):
        passed, detail = told(layout)
        assert (passed, detail[:16]) == (True, "as it was sealed"), "however often it is opened"


def test_a_full_disk_while_sealing_leaves_the_case_unsealed_and_whole(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        open_case(layout.folder).close()
    assert told(layout)[0]
