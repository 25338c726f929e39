"""Faults of disk, file and neighbour: each is a clear word with its exit code, and the case is as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.case.layout import Layout


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("may not mount a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def long_list(path: Path, rows: int) -> Path:
    path.write_text("姓名,手机号\n" + "".join(f"甲{n},{phone(n)}\n" for n in range(rows)), encoding="utf-8")
    return path


def apart(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own: DuckDB is as a user has it."""
    return subprocess.run(
        [sys.executable, "-m", "tracer", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_a_full_disk_is_told_and_the_case_is_as_it_was(small_disk: Path, world: World, tmp_path: Path) -> None:
    case = small_disk / "case"
    assert apart("init", case).returncode == 0
    assert apart("load", world.file("vendor"), "--holder", "vendor", "--case", case).returncode == 0
    filling = small_disk / "filling"
    filling.write_bytes(bytes(shutil.disk_usage(small_disk).free - (6 << 20)))
    done = apart("load", long_list(tmp_path / "long.csv", 400_000), "--holder", "x", "--case", case)
    assert done.returncode in (3, 4), done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("Error: ")]) == 1
    assert "disk" in done.stderr
    said = apart("query", "datasets", "-f", "csv", "--case", case)
    assert [line.split(",")[0] for line in said.stdout.splitlines()] == ["dataset", "vendor"]
    verified = apart("verify", "--case", case)
    assert verified.returncode == 0, verified.stdout
    assert not list(Layout(case).spill.iterdir())
    commands: tuple[list[str | Path], ...] = (
        ["backup", small_disk / "b"], ["export", "graph", "--to", "html", "-o", small_disk / "g.html"],
    )  # fmt: skip
    for command in commands:
        filling.unlink()
        filling.write_bytes(bytes(shutil.disk_usage(small_disk).free - 4096))
        done = apart(*command, "--case", case)
        assert done.returncode in (3, 4), (command, done.stderr)
        assert "Traceback" not in done.stderr
        assert sorted(path.name for path in small_disk.iterdir()) == ["case", "filling"]
    filling.unlink()
    assert apart("doctor", "--repair", "--case", case).returncode in (0, 5)
    assert apart("verify", "--case", case).returncode == 0


def test_a_disk_that_cannot_be_written_is_told(small_disk: Path, world: World) -> None:
    case = small_disk / "case"
    assert apart("init", case).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for command in (["load", world.file("vendor"), "--holder", "x"], ["query", "datasets"], ["verify"]):
        done = apart(*command, "--case", case)
        assert done.returncode == 4, (command, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr


def test_a_file_that_vanishes_or_grows_while_it_is_read_is_refused(
    tracer: Tracer, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracer.lists import load

    file = long_list(tmp_path / "late.csv", 300)
    reading = vars(load)["read_file"]

    def meanwhile(*given: object, **more: object) -> object:
        done = reading(*given, **more)
        with file.open("a", encoding="utf-8") as more_rows:
            more_rows.write(f"甲,{phone(9999)}\n")
        os.utime(file, (time.time() + 5, time.time() + 5))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(load, "read_file", meanwhile)
        said = tracer("load", file, "--holder", "x", "--case", case)
    assert said.code == 3
    assert "changed while it was read" in said.err
    assert "late" not in tracer("query", "datasets", "--case", case).out

    def gone(*given: object, **more: object) -> object:
        file.unlink()
        return reading(*given, **more)

    monkeypatch.setattr(load, "read_file", gone)
    said = tracer("load", file, "--holder", "x", "--case", case)
    assert said.code == 3, said.err
    assert "late.csv" in said.err
    assert tracer("verify", "--case", case).code == 0


def test_a_wrong_key_a_damaged_store_and_a_damaged_original(
    tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TRACER_KEY", "00" * 32)
        said = tracer("query", "datasets", "--case", case)
        assert (said.code, said.out) == (4, "")
        assert "not the key of this case" in said.err
    layout = Layout(case)
    victim = sorted(layout.originals.iterdir())[0]
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    said = tracer("verify", "--case", case)
    assert said.code == 5
    assert str(victim) in said.out
    content = bytearray(layout.store.read_bytes())
    for at in range(12288 + 100, len(content), 262144):
        content[at] ^= 1
    layout.store.write_bytes(content)
    said = tracer("query", "overlaps", "--case", case)
    assert said.code == 4
    assert "damaged" in said.err
    assert "backup" in said.err
