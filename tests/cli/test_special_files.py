"""Pipes, devices, links, full disks, damaged files: a clear word with its exit code, and the case is as it was."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Tracer, World, phone
from tests.doors.commands import leaves
from tracer.case.layout import Layout
from tracer.cli.main import run
from tracer.errors import ExitCode, InputRefused
from tracer.file_writing import write_whole
from tracer.input_files import open_regular, sha256_of, whole_bytes

_FILLED = {
    "dataset": "d1", "datasets": "d1", "party": "p", "holder": "p", "draw": "x", "id": "e1", "a": "d1", "b": "d1",
    "statement": "SELECT 1 AS a", "name": "d1", "verdict": "unsure", "recipients": "p", "release": "r",
    "reason": "test", "kind": "receipt", "from_party": "p", "to_party": "p", "recipient": "p", "date": "2026-05-01",
    "releases": "r", "count": "3", "sheet": "s", "what": "x@mail.example",
    "mailbox": "imap://nobody@127.0.0.1:1/INBOX", "base": "http://127.0.0.1:1",
    "number": "1", "new": "d2", "numbers": "1", "to": "p", "probe": "s", "url": "http://127.0.0.1:1",
}  # fmt: skip
"""What commands need beside files."""


def is_input(parameter: click.Parameter) -> bool:
    """Whether a parameter takes a path that is read; what is written, and the case itself, have tests of their own."""
    return isinstance(parameter.type, click.Path) and not {"-o", "--case"} & set(parameter.opts)


DOORS = [
    (words.split(), command, parameter)
    for words, command in leaves().items()
    for parameter in command.params
    if is_input(parameter) and words not in ("init", "demo", "simulate")
]


def arguments(path: list[str], command: click.Command, door: click.Parameter, file: Path, plain: Path) -> list[str]:
    given = list(path)
    for parameter in command.params:
        value = (
            str(file) if parameter is door else str(plain) if is_input(parameter) else _FILLED.get(parameter.name or "")
        )
        if parameter is door or parameter.required or (isinstance(parameter, click.Argument) and value is not None):
            if isinstance(parameter.type, click.Choice):
                value = str(next(iter(parameter.type.choices)))
            elif isinstance(parameter.type, click.Path) and value is None:
                value = str(plain.with_name("out"))
            assert value is not None, f"{' '.join(path)} needs {parameter.name}: say it in _FILLED"
            given += [value] if isinstance(parameter, click.Argument) else [parameter.opts[0], value]
    return given


@pytest.fixture
def alarm() -> Iterator[None]:
    """What waits without end is interrupted."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("alarm")
def test_every_door_refuses_what_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACER_CASE", str(tmp_path / "case"))
    plain = tmp_path / "a.csv"
    plain.write_text("phone\n14000000001\n14000000002\n", encoding="utf-8")
    for words in (["init", str(tmp_path / "case")], ["load", str(plain), "--holder", "p", "--id", "d1"]):
        assert run(words) == ExitCode.DONE
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "round.csv").symlink_to(tmp_path / "round.csv")
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "sock"))
    assert len(DOORS) > 20
    others = ("zero.csv", "sock", "round.csv")  # in turn: all doors read through one (below)
    for number, (path, command, door) in enumerate(DOORS):
        for special in (tmp_path / "pipe.csv", tmp_path / others[number % len(others)]):
            capsys.readouterr()
            given = arguments(path, command, door, special, plain)
            signal.alarm(60)
            code = run(given)
            signal.alarm(0)
            told = capsys.readouterr().err
            assert code in (ExitCode.USAGE, ExitCode.REFUSED, ExitCode.UNAVAILABLE), (given, code, told)
            assert "Traceback" not in told
    unix.close()


def test_a_file_ends_where_it_ended_when_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc" * 100_000)
    with open_regular(path) as file, path.open("ab") as more:
        more.write(b"more")
        more.flush()
        assert len(file.read()) == 300_000
        file.seek(0)
        assert sum(map(len, iter(lambda: file.read(1 << 16), b""))) == 300_000
    with pytest.raises(InputRefused, match="too large"):
        whole_bytes(path, 1000)


def test_no_link_is_followed_where_none_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").symlink_to("a")
    assert sha256_of(tmp_path / "b") == sha256_of(tmp_path / "a")
    with pytest.raises(InputRefused, match="a link"):
        open_regular(tmp_path / "b", links=False)


OWN = {
    "input_files.py": "the door", "cli/topics.py": "the package's own",
    "case/schema.py": "the package's own",
    "export/verifier.py": "travels alone, without the package",
    "export/drawing/lettering.py": "the system's fonts",
    "findings/case_facts.py": "the package's own",
    "lists/read/table_process.py": "a child, given a path that the door has looked at",
    "publish/handover.py": "reads back what it has just written",
}  # fmt: skip
"""Where a file is opened otherwise, and why that is no door."""
_CONSTANTS = ("_HERE", "__file__", "FILE", "_TEMPLATE")
_PACKAGED = (*_CONSTANTS, "folder / f'{name}.sql'", "file.read_text", "pages[", "own_file.read", "distribution(")


def test_files_are_read_through_one_door() -> None:
    package = Path(__file__).parents[2] / "tracer"
    strays = list[str]()
    for source in sorted(package.rglob("*.py")):
        where = source.relative_to(package).as_posix()
        if where in OWN or where.startswith("simulate/"):
            continue
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            mode = next((a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)), "")
            whole_files = name in ("read_text", "read_bytes") and isinstance(node.func, ast.Attribute)
            reads = whole_files or (name == "open" and mode in ("r", "rb"))
            if reads and not any(own in ast.unparse(node) for own in _PACKAGED):
                strays.append(f"{where}:{node.lineno} {ast.unparse(node)}")
    assert strays == []


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
        [sys.executable, "-m", "tracer", *map(str, arguments)], capture_output=True, text=True, check=False,
        env=os.environ | {"COLUMNS": "1000"},
    )  # fmt: skip


@pytest.mark.slow("a disk is filled, each command in a process")
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
        said = tracer("load", file, "--holder", "x")
    assert said.code == 3
    assert "changed while it was read" in said.err
    assert "late" not in tracer("query", "datasets").out

    def gone(*given: object, **more: object) -> object:
        file.unlink()
        return reading(*given, **more)

    monkeypatch.setattr(load, "read_file", gone)
    tracer("load", file, "--holder", "x").ends(3, "late.csv")
    assert tracer("verify").code == 0


def test_a_wrong_key_a_damaged_store_or_original(tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TRACER_KEY", "00" * 32)
        said = tracer("query", "datasets")
        assert (said.code, said.out) == (4, "")
        assert "not the key of this case" in said.err
    layout = Layout(case)
    victim = sorted(layout.originals.iterdir())[0]
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    tracer("verify").ends(5, str(victim))
    content = bytearray(layout.store.read_bytes())
    for at in range(12288 + 100, len(content), 262144):
        content[at] ^= 1
    layout.store.write_bytes(content)
    tracer("query", "overlaps").ends(4, "damaged", "backup")


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    """As root, a file in the place of `/dev/null` would be there for all of the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR)  # both ends, so that neither waits
    write_whole(b"contents", pipe)
    assert os.read(held, 100) == b"contents"
    assert pipe.is_fifo()
    os.close(held)
