"""Opening, closing and breaking cases."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from tracer.case import rotation, store
from tracer.case.case import Case, create_case, open_case
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, read_card
from tracer.errors import CaseUnavailable, InputRefused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with create_case(tmp_path / "it's a case") as case:
        return case.folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text("content")
    return tmp_path / "list.csv"


def add_party(case: Case, party: str) -> None:
    case.con.execute("INSERT INTO party (id) VALUES ($id)", {"id": party})


def parties(case: Case) -> list[str]:
    return [row[0] for row in case.con.execute("SELECT id FROM party ORDER BY id").fetchall()]


def test_no_folder_is_made_into_a_case_twice_or_over_other_files(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="already exists here"):
        create_case(folder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thing.txt").write_text("mine")
    with pytest.raises(InputRefused, match="not empty"):
        create_case(tmp_path / "full")
    assert sorted(path.name for path in (tmp_path / "full").iterdir()) == ["thing.txt"]
    for path, what in ((tmp_path / "full", "not a case"), (tmp_path / "nowhere", "no such folder")):
        with pytest.raises(CaseUnavailable, match=what):
            open_case(path)
    KeyStore(read_card(Layout(folder)).case_id).forget()
    with pytest.raises(CaseUnavailable, match="--key-file"):
        open_case(folder)


def test_a_case_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "key"
    bad.write_text("no key at all")
    bad.chmod(0o600)
    with pytest.raises(CaseUnavailable, match="64 hexadecimal digits"):
        create_case(tmp_path / "case", key_file=bad)
    assert not (tmp_path / "case").exists()


def test_the_store_is_encrypted_and_the_key_lies_outside_the_folder(folder: Path) -> None:
    with open_case(folder) as case, case.transaction():
        add_party(case, "a-very-recognisable-name")
        assert repr(case.key.secret) not in repr(case.key)
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(Layout(folder).store))
    key_file = KeyStore(read_card(Layout(folder)).case_id).user_file
    assert not key_file.is_relative_to(folder)
    assert key_file.stat().st_mode & 0o777 == 0o600
    secret = key_file.read_text().strip()
    assert secret not in repr(case.key)
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for clear in (b"a-very-recognisable-name", b"CREATE", secret.encode(), bytes.fromhex(secret)):
        assert clear not in content


def test_what_a_killed_process_has_spilled_is_no_obstacle_and_goes(folder: Path) -> None:
    left_over = Layout(folder).spill / "duckdb_temp_storage_DEFAULT-0.tmp"
    left_over.write_bytes(bytes(1 << 18))
    with open_case(folder, read_only=True):
        pass
    with open_case(folder) as case:
        assert case.con.execute("SELECT current_setting('temp_file_encryption')").fetchall() == [(True,)]
    assert not left_over.exists()


def commands(case: Case) -> list[str]:
    return [entry["command"] for entry in case.journal.file.entries()]


def test_a_transaction_is_all_or_nothing(folder: Path, source: Path) -> None:
    with open_case(folder) as case:
        with pytest.raises(RuntimeError), case.transaction():
            add_party(case, "x")
            case.vault.store(source)
            case.journal.append(command="load")
            raise RuntimeError
        assert (parties(case), case.vault.files.names(), commands(case)) == ([], [], ["init"])
        with case.transaction():
            add_party(case, "y")
            stored = case.vault.store(source)
            with case.transaction():
                case.journal.append(command="load", inputs={"list.csv": stored.sha256})
        with pytest.raises(RuntimeError), case.transaction():
            case.vault.store(source)
            raise RuntimeError
        assert case.vault.files.read(stored.sha256) == b"content", "it was there before"
        assert (parties(case), commands(case)) == (["y"], ["init", "load"])


CHILD = """
    import os, signal, sys
    from pathlib import Path
    from tracer.case.case import open_case
    case = open_case(Path(sys.argv[1]))
    source = Path(sys.argv[2])
    class Killed(type(case.journal)):
        def flush(self):
            os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[3] == "after":
        case.journal.__class__ = Killed
    with case.transaction():
        case.con.execute("INSERT INTO party (id) VALUES ('z')")
        case.vault.store(source)
        case.journal.append(command="load", detail={"what": "z"})
        if sys.argv[3] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "kept"), [("before", False), ("after", True)])
def test_kill_9_leaves_all_or_nothing(folder: Path, source: Path, moment: str, kept: bool) -> None:
    child = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(folder), str(source), moment], check=False
    )
    assert child.returncode == -signal.SIGKILL
    with open_case(folder) as case:
        assert parties(case) == (["z"] if kept else [])
        assert len(case.vault.files.names()) == int(kept)
        assert commands(case) == ["init", "load"][: 1 + kept]
        assert case.journal.file.check().problem is None
        assert list(case.spill.iterdir()) == []


def test_a_second_process_is_told_who_holds_the_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOCK_WAIT_S", 0.3)
    code = (
        "import sys; from pathlib import Path; from tracer.case.case import open_case;"
        "case = open_case(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CaseUnavailable, match=rf"in use by process {holder.pid}"):
            open_case(folder)
        with pytest.raises(CaseUnavailable, match="in use"):
            open_case(folder, read_only=True)
        holder.communicate()
    open_case(folder).close()


@pytest.mark.parametrize("in_file", [False, True])
def test_rotation_changes_the_key_and_nothing_else(tmp_path: Path, source: Path, in_file: bool) -> None:
    key_file = tmp_path / "k" if in_file else None
    source.write_bytes(os.urandom(2_500_000))
    with create_case(tmp_path / "case", key_file=key_file) as case:
        with case.transaction():
            add_party(case, "x")
            stored = case.vault.store(source)
        old, secret = case.key, case.secret(b"pseudonyms")
    layout = Layout(tmp_path / "case")
    keys = KeyStore(read_card(layout).case_id, key_file)
    assert rotation.rotate(layout, keys, old).secret != old.secret
    with open_case(layout.folder, key_file=key_file) as case:
        assert (parties(case), case.secret(b"pseudonyms")) == (["x"], secret)
        assert case.vault.files.read(stored.sha256) == source.read_bytes()
    assert not [path for path in tmp_path.rglob("*") if re.search(r"next|rotation", path.name)]
    assert keys.user_file.exists() is not in_file


def test_an_interrupted_rotation_is_finished_at_the_next_opening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_case(folder) as case:
        with case.transaction():
            add_party(case, "x")
        old = case.key

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    keys = KeyStore(read_card(Layout(folder)).case_id)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rotation, "write_card", interrupted)
        rotation.rotate(Layout(folder), keys, old)
    with open_case(folder) as case:
        assert parties(case) == ["x"]
        assert case.key.secret != old.secret
    assert not keys.with_id(".next").user_file.exists()
