"""The seal: every bit of a closed store is accounted for, and an honest crash is told from a change."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracer.case.case import create_case, open_case
from tracer.case.checks import check_store
from tracer.case.layout import Layout
from tracer.case.sealing import blocks_of, read_seal
from tracer.errors import CaseUnavailable


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A closed case whose store has pages in use, and free ones."""
    with create_case(tmp_path / "case") as case:
        case.con.execute("CREATE TABLE raw.kept AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(60000)")
        case.con.execute("CREATE TABLE raw.gone AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(60000)")
    with open_case(case.folder) as case:
        case.con.execute("DROP TABLE raw.gone")
        case.con.execute("CREATE TABLE raw.last AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(40000)")
    with open_case(case.folder):
        pass  # DuckDB gives the room at the end of the file back when it is closed the next time
    return Layout(case.folder)


def flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def told(layout: Layout) -> tuple[bool, str]:
    with open_case(layout.folder, thorough=True) as case:
        check = check_store(case)
        return check.passed, check.detail


def test_a_closed_store_is_as_it_was_sealed_however_often_it_is_opened(layout: Layout) -> None:
    for _ in range(3):
        passed, detail = told(layout)
        assert passed
        assert detail.startswith("as it was sealed")


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
    size, blocks = layout.store.stat().st_size, []
    with open_case(layout.folder, read_only=True) as case:
        free = case.con.execute("SELECT free_blocks FROM pragma_database_size() WHERE database_name = 'cs'").fetchall()
    assert free[0][0] > 0
    for at in range(12288 + 3, size, 262144):
        flip(layout.store, at, 0)
        try:
            open_case(layout.folder)
        except CaseUnavailable as error:
            blocks.append(error.what)
        flip(layout.store, at, 0)
    assert len(blocks) == (size - 12288) // 262144


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
    assert told(layout)[1].startswith("as it was sealed")


def test_a_full_disk_while_sealing_leaves_the_case_unsealed_and_whole(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        open_case(layout.folder).close()
    assert told(layout)[0]
