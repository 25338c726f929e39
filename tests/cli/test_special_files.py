"""Pipes, devices, sockets and links at every door where a file comes in: refused in a line, never waited for."""

from __future__ import annotations

import ast
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.doors.commands import leaves
from tracer.cli.main import run
from tracer.errors import ExitCode, InputRefused
from tracer.regular import opened, sha256_of, whole

_FILLED = {
    "dataset": "d1", "datasets": "d1", "party": "p", "holder": "p", "draw": "x", "id_": "e1", "a": "d1", "b": "d1",
    "statement": "SELECT 1 AS a", "name": "d1", "verdict": "unsure", "recipients": "p", "release": "r",
    "reason": "test", "kind": "receipt", "from_party": "p", "to_party": "p", "recipient": "p", "date_": "2026-05-01",
    "releases": "r", "count": "3", "sheet": "s",
    "mailbox": "imap://nobody@127.0.0.1:1/INBOX", "base": "http://127.0.0.1:1",
    "named": "1", "old": "d1", "new": "d2",
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
    def over(*_: object) -> None:
        raise TimeoutError("waited for without end")

    before = signal.signal(signal.SIGALRM, over)
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
    assert run(["init", str(tmp_path / "case")]) == ExitCode.DONE
    assert run(["party", "add", "p", "--name", "P"]) == ExitCode.DONE
    assert run(["load", str(plain), "--holder", "p", "--id", "d1"]) == ExitCode.DONE
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
    with opened(path) as file, path.open("ab") as more:
        more.write(b"more")
        more.flush()
        assert len(file.read()) == 300_000
        file.seek(0)
        assert sum(map(len, iter(lambda: file.read(1 << 16), b""))) == 300_000
    with pytest.raises(InputRefused, match="too large"):
        whole(path, 1000)


def test_no_link_is_followed_where_none_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").symlink_to("a")
    assert sha256_of(tmp_path / "b") == sha256_of(tmp_path / "a")
    with pytest.raises(InputRefused, match="a link"):
        opened(tmp_path / "b", links=False)


OWN = {
    "regular.py": "the door", "cli/topics.py": "the package's own",
    "case/catalogue.py": "the package's own", "case/schema.py": "the package's own",
    "export/handover/verifier.py": "travels alone, without the package", "export/figure/fonts.py": "the system's fonts",
    "findings/precomputed.py": "the package's own",
    "publish/handover.py": "reads back what it has just written",
}  # fmt: skip
"""Where a file is opened otherwise, and why that is no door."""
_CONSTANTS = ("_HERE", "__file__", "FILE", "_TEMPLATE")
_PACKAGED = (*_CONSTANTS, "folder / f'{name}.sql'", "file.read_text", "pages[", "own_file.read")


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
