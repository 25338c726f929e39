"""One encrypted file out and in: the same case comes back, or nothing does and the reason is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.case.backup import MAGIC, restore, write_backup
from tracer.case.case import create_case, open_case
from tracer.case.key import KeyStore, write_key_file
from tracer.case.layout import Layout, read_card
from tracer.errors import CaseUnavailable, InputRefused

PHRASE = "nine grey herons at dusk"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case with one party and one original of more than one chunk."""
    (tmp_path / "list.csv").write_bytes(bytes(range(251)) * 9000)
    with create_case(tmp_path / "case") as case, case.transaction():
        case.con.execute("INSERT INTO party (id) VALUES ('x')")
        case.vault.store(tmp_path / "list.csv")
        case.journal.append(command="thing")
    return case.folder


def same_again(restored: Path, folder: Path, key_file: Path | None = None) -> None:
    with open_case(restored, key_file=key_file) as case:
        assert case.con.execute("SELECT id FROM party").fetchall() == [("x",)]
        names = case.vault.files.names()
        assert len(names) == 1
        assert case.vault.files.read(names[0]) == bytes(range(251)) * 9000
        assert [entry["command"] for entry in case.journal.file.entries()] == ["init", "thing", "restore"]
    assert not [path for path in (*restored.parent.iterdir(), *(folder / "spill").iterdir()) if ".part" in path.name]


def test_out_and_in_under_the_case_key(folder: Path, tmp_path: Path) -> None:
    backup = write_backup(folder, None, tmp_path / "b")
    made = restore(tmp_path / "b", tmp_path / "again", None)
    assert all(check.passed for check in made.checks)
    assert len(made.checks) >= 5
    same_again(tmp_path / "again", folder)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert backup.bytes == (tmp_path / "b").stat().st_size
    with open_case(folder) as case:
        entry = list(case.journal.file.entries())[-1]
        assert (entry["command"], entry["result"]) == ("backup", backup.sha256)


def test_nothing_is_left_of_a_backup_that_was_killed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "killed.backup"
    for step, read_only in (("_write", True), ("_add", False)):
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


def test_a_passphrase_carries_the_key_only_where_asked(folder: Path, tmp_path: Path) -> None:
    secret = KeyStore(read_card(Layout(folder)).case_id).find().secret
    write_backup(folder, None, tmp_path / "with", passphrase=PHRASE, with_key=True)
    write_backup(folder, None, tmp_path / "without", passphrase=PHRASE)
    KeyStore(read_card(Layout(folder)).case_id).forget()
    made = restore(tmp_path / "without", tmp_path / "closed", None, passphrase=PHRASE)
    assert made.checks == ()
    with pytest.raises(CaseUnavailable, match="no key"):
        open_case(tmp_path / "closed")
    restore(tmp_path / "with", tmp_path / "again", tmp_path / "new.key", passphrase=PHRASE)
    same_again(tmp_path / "again", folder, tmp_path / "new.key")
    assert bytes.fromhex((tmp_path / "new.key").read_text()) == secret
    for name in ("with", "without"):
        content = (tmp_path / name).read_bytes()
        assert secret not in content
        assert secret.hex().encode() not in content
    assert not (tmp_path / "again" / "case.key").exists()


def test_wrong_keys_are_told_and_leave_nothing(folder: Path, tmp_path: Path) -> None:
    write_backup(folder, None, tmp_path / "b")
    write_backup(folder, None, tmp_path / "p", passphrase=PHRASE)
    write_key_file(tmp_path / "other.key", bytes(32))
    with pytest.raises(CaseUnavailable, match="the key is not that of this backup"):
        restore(tmp_path / "b", tmp_path / "again", tmp_path / "other.key")
    with pytest.raises(CaseUnavailable, match="the passphrase is not that of this backup"):
        restore(tmp_path / "p", tmp_path / "again", None, passphrase=PHRASE + "!")
    assert not (tmp_path / "again").exists()


def changed(content: bytes, at: int) -> bytes:
    return content[: -at - 1] + bytes([content[-at - 1] ^ 4]) + content[-at:]


@pytest.mark.parametrize(
    "damage", [lambda content, at: content[:-at], changed, lambda content, at: content + bytes(at)]
)
@pytest.mark.parametrize("at", [1, 17, 900_000, 1_500_000])
def test_a_damaged_backup_is_refused_whole(
    folder: Path, tmp_path: Path, damage: Callable[[bytes, int], bytes], at: int
) -> None:
    write_backup(folder, None, tmp_path / "b")
    (tmp_path / "b").write_bytes(damage((tmp_path / "b").read_bytes(), at))
    with pytest.raises(InputRefused, match="cut off or was changed"):
        restore(tmp_path / "b", tmp_path / "again", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "case", "list.csv"]


def test_the_head_is_bound_to_the_chunks_and_cannot_ask_for_too_much(folder: Path, tmp_path: Path) -> None:
    write_backup(folder, None, tmp_path / "b", passphrase=PHRASE)
    line, _, rest = (tmp_path / "b").read_bytes()[len(MAGIC) :].partition(b"\n")
    said = json.loads(line)
    for change, told in (
        ({"made": "2020-01-01T00:00:00Z"}, "cut off or was changed"),
        ({"scrypt": {"n": 1 << 30, "r": 8, "p": 1}}, "not a backup"),
        ({"scrypt": {"n": 1 << 17, "r": 0.5, "p": 1}}, "not a backup"),
        ({"case": "../x"}, "not a backup"),
        ({"salt": 5}, "not a backup"),
    ):
        (tmp_path / "c").write_bytes(MAGIC + json.dumps(said | change).encode() + b"\n" + rest)
        with pytest.raises(InputRefused, match=told):
            restore(tmp_path / "c", tmp_path / "again", None, passphrase=PHRASE)
    (tmp_path / "c").write_text("a letter")
    with pytest.raises(InputRefused, match="not a backup"):
        restore(tmp_path / "c", tmp_path / "again", None)


def test_nothing_is_overwritten_and_no_weak_passphrase_taken(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(InputRefused, match="the file already exists"):
        write_backup(folder, None, tmp_path / "b")
    for more, told in (({"passphrase": "short"}, "fewer than 12"), ({"with_key": True}, "only under a passphrase")):
        with pytest.raises(InputRefused, match=told):
            write_backup(folder, None, tmp_path / "c", **more)
    write_backup(folder, None, tmp_path / "c")
    with pytest.raises(InputRefused, match="in use"):
        restore(tmp_path / "c", folder, None)
    assert (tmp_path / "b").read_text() == "mine"


def test_a_case_with_a_damaged_original_is_backed_up_but_does_not_pass_the_restore(
    folder: Path, tmp_path: Path
) -> None:
    original = next(Layout(folder).originals.iterdir())
    original.write_bytes(changed(original.read_bytes(), 50))
    write_backup(folder, None, tmp_path / "b")
    with pytest.raises(InputRefused, match=r"do not pass the checks \(original of"):
        restore(tmp_path / "b", tmp_path / "again", None)
    assert not (tmp_path / "again").exists()
