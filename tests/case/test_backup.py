"""One encrypted file out and in: the same case comes back, or nothing does and the reason is told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tracer.case.backup import MAGIC, restore, write_backup
from tracer.case.case import create_case, open_case
from tracer.case.key import KeyStore, write_key_file
from tracer.case.layout import Layout, read_card
from tracer.errors import CaseUnavailable, InputRefused

PHRASE, KEY = "nine grey herons at dusk", "5a" * 32
CONTENT = bytes(range(251)) * 9000
"""More than one chunk."""


def make_case(place: Path) -> Path:
    """A case with one party and one original."""
    (place / "list.csv").write_bytes(CONTENT)
    with create_case(place / "case") as case, case.transaction():
        case.con.execute("INSERT INTO party (id) VALUES ('x')")
        case.vault.store(place / "list.csv")
        case.journal.append(command="thing")
    return case.folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `case`, and its backups under `KEY` and under `PHRASE`; not to be changed."""
    place = tmp_path_factory.mktemp("backup")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_KEY", KEY)
        write_backup(make_case(place), None, place / "b")
        write_backup(place / "case", None, place / "p", passphrase=PHRASE)
        yield place


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRACER_KEY", KEY)
    return Path(shutil.copytree(made / "case", tmp_path / "case"))


def same_again(restored: Path, *commands: str, key_file: Path | None = None) -> None:
    with open_case(restored, key_file=key_file) as case:
        assert case.con.execute("SELECT id FROM party").fetchall() == [("x",)]
        assert [case.vault.files.read(name) for name in case.vault.files.names()] == [CONTENT]
        assert [entry["command"] for entry in case.journal.file.entries()] == ["init", "thing", *commands, "restore"]
    assert not [path for path in restored.parent.rglob("*") if ".part" in path.name]


def test_out_and_in_under_the_case_key(folder: Path, tmp_path: Path) -> None:
    backup = write_backup(folder, None, tmp_path / "c")
    checks = restore(tmp_path / "c", tmp_path / "again", None).checks
    assert len(checks) >= 5
    assert all(check.passed for check in checks)
    same_again(tmp_path / "again", "backup", "backup")
    assert ((tmp_path / "c").stat().st_mode & 0o777, (tmp_path / "c").stat().st_size) == (0o600, backup.bytes)
    with open_case(folder) as case:
        entry = list(case.journal.file.entries())[-1]
        assert (entry["command"], entry["result"]) == ("backup", backup.sha256)


def test_nothing_is_left_of_a_backup_that_was_killed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "killed.backup"
    for step, read_only in (("ChunkWriter", True), ("_add", False)):
        script = (
            f"import os, pathlib, tracer.case.backup as b; b.{step} = lambda *_: os._exit(9)\n"
            f"b.write_backup(pathlib.Path({str(folder)!r}), None, pathlib.Path({str(target)!r}))"
        )
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
        assert [path.suffix for path in (folder / "spill").iterdir()] == [".duckdb"]
        open_case(folder, read_only=read_only).close()
        assert list((folder / "spill").iterdir()) == []
    assert [path.name for path in tmp_path.glob(".killed*")] != []
    write_backup(folder, None, target)
    assert list(tmp_path.glob(".killed*")) == []


def test_a_passphrase_carries_the_key_only_where_asked(tmp_path: Path) -> None:
    keys = KeyStore(read_card(Layout(make_case(tmp_path))).case_id)
    secret = keys.find().secret
    write_backup(tmp_path / "case", None, tmp_path / "with", passphrase=PHRASE, with_key=True)
    write_backup(tmp_path / "case", None, tmp_path / "without", passphrase=PHRASE)
    keys.forget()
    assert restore(tmp_path / "without", tmp_path / "closed", None, passphrase=PHRASE).checks == ()
    with pytest.raises(CaseUnavailable, match="no key"):
        open_case(tmp_path / "closed")
    restore(tmp_path / "with", tmp_path / "again", tmp_path / "new.key", passphrase=PHRASE)
    same_again(tmp_path / "again", key_file=tmp_path / "new.key")
    assert bytes.fromhex((tmp_path / "new.key").read_text()) == secret
    for name in ("with", "without"):
        content = (tmp_path / name).read_bytes()
        assert secret not in content
        assert secret.hex().encode() not in content
    assert not (tmp_path / "again" / "case.key").exists()


def test_wrong_keys_are_told_and_leave_nothing(made: Path, tmp_path: Path) -> None:
    write_key_file(tmp_path / "other.key", bytes(32))
    with pytest.raises(CaseUnavailable, match="the key is not that of this backup"):
        restore(made / "b", tmp_path / "again", tmp_path / "other.key")
    with pytest.raises(CaseUnavailable, match="the passphrase is not that of this backup"):
        restore(made / "p", tmp_path / "again", None, passphrase=PHRASE + "!")
    assert not (tmp_path / "again").exists()


def changed(content: bytes, at: int) -> bytes:
    return content[: -at - 1] + bytes([content[-at - 1] ^ 4]) + content[-at:]


@pytest.mark.parametrize(
    "damage", [lambda content, at: content[:-at], changed, lambda content, at: content + bytes(at)]
)
@pytest.mark.parametrize("at", [1, 900_000])
def test_a_damaged_backup_is_refused_whole(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes, int], bytes], at: int
) -> None:
    monkeypatch.setenv("TRACER_KEY", KEY)
    (tmp_path / "b").write_bytes(damage((made / "b").read_bytes(), at))
    with pytest.raises(InputRefused, match="cut off or was changed"):
        restore(tmp_path / "b", tmp_path / "again", None)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_the_head_is_bound_to_the_chunks_and_cannot_ask_for_too_much(made: Path, tmp_path: Path) -> None:
    line, _, rest = (made / "p").read_bytes()[len(MAGIC) :].partition(b"\n")
    said = json.loads(line)
    for change, told in (
        ({"made": "2020-01-01T00:00:00Z"}, "cut off or was changed"),
        ({"scrypt": {"n": 1 << 30, "r": 8, "p": 1}}, "not a backup"),
        ({"scrypt": {"n": 1 << 17, "r": 0.5, "p": 1}}, "not a backup"),
        ({"case": "../x"}, "not a backup"),
        ({"salt": 5}, "not a backup"),
        (None, "not a backup"),
    ):
        head = b"a letter" if change is None else MAGIC + json.dumps(said | change).encode() + b"\n" + rest
        (tmp_path / "c").write_bytes(head)
        with pytest.raises(InputRefused, match=told):
            restore(tmp_path / "c", tmp_path / "again", None, passphrase=PHRASE)


def test_nothing_is_overwritten_and_no_weak_passphrase_taken(made: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for name, more, told in (
        ("mine", {}, "the file already exists"),
        ("c", {"passphrase": "short"}, "fewer than 12"),
        ("c", {"with_key": True}, "only under a passphrase"),
    ):
        with pytest.raises(InputRefused, match=told):
            write_backup(folder, None, tmp_path / name, **more)
    with pytest.raises(InputRefused, match="in use"):
        restore(made / "b", folder, None)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_case_with_a_damaged_original_is_backed_up_but_does_not_pass_the_restore(
    folder: Path, tmp_path: Path
) -> None:
    original = next(Layout(folder).originals.iterdir())
    original.write_bytes(changed(original.read_bytes(), 50))
    write_backup(folder, None, tmp_path / "b")
    with pytest.raises(InputRefused, match=r"do not pass the checks \(original of"):
        restore(tmp_path / "b", tmp_path / "again", None)
    assert not (tmp_path / "again").exists()
