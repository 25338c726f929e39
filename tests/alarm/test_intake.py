"""What arrives is taken in once when it rests; whatever an input brings about, it is set aside, the others are read."""

from __future__ import annotations

import errno
import os
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.signals.register import CANARY, CONTROL, case_with_numbers, signals
from tracer.alarm import aside, intake, reader, watch
from tracer.alarm.intake import FileArrived, FolderReading, ReadAgain
from tracer.alarm.reader import ChildReader, HereReader
from tracer.alarm.watch import FolderSource, Watch
from tracer.case.case import Case, create_case, open_case
from tracer.errors import CaseUnavailable
from tracer.input_files import sha256_of
from tracer.signals import resting

HEAD = "at,caller,called\n"
ROW = "2026-06-18 12:45:19,14100001234,{}\n"


class Desk:
    """Records alone arrive, and every hit is shown."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.case = folder, case_with_numbers()
        self.told, self.shown = list[str](), list[dict[str, Any]]()
        self.locked = False
        self.source = FolderSource(folder, FolderReading(lists=False), rest=1.0)
        here = HereReader(self.open)
        self.watch = Watch(self.open, here, (), self.told.append, [self.source], hit=self.shown.append)

    def poll(self) -> list[dict[str, Any]]:
        had = len(self.shown)
        self.watch.step()
        return self.shown[had:]

    @contextmanager
    def open(self) -> Iterator[Case]:
        if self.locked:
            raise CaseUnavailable("another process works on the case")
        yield self.case

    def put(self, name: str, text: str, *, age: float = 60.0) -> Path:
        return put(self.folder, name, text, age)

    def aside(self) -> list[tuple[Any, ...]]:
        return self.case.con.execute("SELECT source, reason, done_at IS NULL FROM set_aside ORDER BY no").fetchall()


def put(folder: Path, name: str, text: str, age: float = 60.0) -> Path:
    """A file that was last changed `age` seconds ago."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "in").mkdir()
    return Desk(tmp_path / "in")


def test_a_file_is_taken_in_once(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    (hit,) = desk.poll()
    told = (hit["canary"], hit["kind"], hit["caller"], hit["at"])
    assert told == (1, "canary", "141****1234", "2026-06-18T04:45:19Z")
    assert desk.poll() == []
    assert len(signals(desk.case)) == 1


def test_once_reads_all_that_lies_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_AT_ONCE", 2)
    for number in range(5):
        desk.put(f"{number}.csv", HEAD + ROW.format(CANARY).replace("12:45", f"12:{number:02}"))
    assert len(desk.poll()) == 2, "the rest in the next step"
    desk.watch.once = True
    assert len(desk.poll()) == 3


def test_a_file_that_grows_is_left_until_it_rests(desk: Desk) -> None:
    path = desk.put("a.csv", HEAD, age=0.0)
    assert desk.poll() == []
    assert desk.source.files.waiting() == [path]
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=0.0)
    assert desk.poll() == []
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=5.0)
    assert len(desk.poll()) == 1
    desk.put("a.csv", HEAD + ROW.format(CANARY) + ROW.format(CONTROL), age=3.0)
    assert [hit["canary"] for hit in desk.poll()] == [2], "of a log that grew the new lines alone"


def test_the_clock_of_another_machine_may_be_wrong(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=-9_999.0)
    assert desk.poll() == []
    time.sleep(1.1)  # it has rested under our eyes
    assert len(desk.poll()) == 1


def test_a_bad_file_is_set_aside_once_and_does_not_stop_the_others(desk: Desk) -> None:
    desk.put("a.csv", "colour,size\nred,1\n")
    desk.put("b.csv", HEAD + ROW.format(CANARY))
    desk.put("c.csv.part", HEAD + ROW.format(CANARY))
    desk.put(".hidden", HEAD + ROW.format(CANARY))
    assert len(desk.poll()) == 1
    ((source, reason, waits),) = desk.aside()
    assert (source, waits) == ("a.csv", True)
    assert "unknown format of signals" in reason
    assert any("a.csv" in line and "set aside as 1" in line for line in desk.told)
    desk.source = FolderSource(desk.folder, FolderReading(lists=False), rest=1.0)  # another process
    desk.watch.folders = [desk.source]
    assert desk.poll() == []
    assert len(desk.aside()) == 1
    desk.put("a.csv", HEAD + ROW.format(CONTROL))
    assert [hit["canary"] for hit in desk.poll()] == [2], "it changed"


@pytest.mark.parametrize("error", [UnicodeError, ValueError, RecursionError, MemoryError, OSError, OverflowError])
@pytest.mark.parametrize("kind", ["records", "list", "mail"])
def test_whatever_a_reader_raises_the_input_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: type[Exception], kind: str
) -> None:
    desk.source.reading = FolderReading()
    name = {"records": "records", "list": "lists", "mail": "records"}[kind]
    (desk.folder / name).mkdir()
    bad = desk.put(
        f"{name}/bad.{'eml' if kind == 'mail' else 'csv'}", "From: a@b.example\n\nx" if kind == "mail" else "x"
    )
    desk.put("good.csv", HEAD + ROW.format(CANARY))
    whole: Callable[..., object] = getattr(intake, "load_files" if kind == "list" else "load_signals")

    def raises(case: Case, path: Any, *given: Any, **named: Any) -> object:
        if bad in (path, *(path if isinstance(path, list) else ())):
            raise error("of a reader")
        return whole(case, path, *given, **named)

    def unreadable(path: Path, number: int) -> object:
        raise error("of a reader") if path == bad else AssertionError(number)

    monkeypatch.setattr(intake, whole.__name__, raises)
    monkeypatch.setattr(intake, "mail_in", unreadable)
    assert [hit["canary"] for hit in desk.poll()] == [1]
    ((source, reason, waits),) = desk.aside()
    assert (source, waits) == (f"{name}/{bad.name}", True)
    assert error.__name__ in reason or error is OSError
    (sha256,) = desk.case.con.execute("SELECT sha256 FROM set_aside").fetchone() or ("",)
    assert desk.case.vault.files.read(sha256) == bad.read_bytes()


def test_members_of_an_archive_that_cannot_be_read_are_set_aside_and_the_others_are_read(desk: Desk) -> None:
    desk.source.reading = FolderReading(holder="trader")
    rows = "name,phone\n" + "".join(f"Lin {n},1400000{n:04}\n" for n in range(30))
    with zipfile.ZipFile(desk.folder / "lot.zip", "w") as archive:
        archive.writestr("good.csv", rows)
        archive.writestr("bad.xlsx", b"PK\3\4 no workbook")
        archive.writestr("more.csv", rows.replace("1400000", "1410000"))
    os.utime(desk.folder / "lot.zip", (time.time() - 60, time.time() - 60))
    desk.poll()
    assert desk.case.con.execute("SELECT id, rows FROM dataset").fetchall() == [("lot", 60)]
    ((source, _, waits),) = desk.aside()
    assert (source, waits) == ("lot.zip:bad.xlsx", True)
    (again,) = (
        one for _, one in HereReader(desk.open).read([ReadAgain(aside.waiting(desk.case.con)[0], FolderReading())])
    )
    assert not again.taken
    assert "bad.xlsx" in again.said


def test_a_folder_without_end_and_one_that_is_gone_do_not_end_the_watch(desk: Desk, tmp_path: Path) -> None:
    deep = desk.folder
    for _ in range(25):
        deep = deep / "x"
    deep.mkdir(parents=True)
    put(deep, "deep.csv", HEAD + ROW.format(CONTROL))
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    assert [hit["canary"] for hit in desk.poll()] == [1]
    desk.folder.rename(tmp_path / "elsewhere")
    assert desk.poll() == desk.poll() == []
    assert len([line for line in desk.told if "the folder is gone" in line]) == 1
    (tmp_path / "elsewhere").rename(desk.folder)
    desk.put("b.csv", HEAD + ROW.format(CONTROL))
    assert [hit["canary"] for hit in desk.poll()] == [2]


def test_a_file_that_may_not_be_read_is_named_once_and_read_when_it_may(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.put("b.csv", HEAD + ROW.format(CONTROL))
    read, store = sha256_of, desk.case.vault.store

    def denied(file: Path, *given: Any) -> Any:
        if file == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return (store if given else read)(file, *given)

    with monkeypatch.context() as locked:
        locked.setattr(intake, "sha256_of", denied)
        locked.setattr(desk.case.vault, "store", lambda file, data=None: denied(file, data))
        assert [hit["canary"] for hit in desk.poll()] == [2]
        assert desk.poll() == []
        locked.setattr(resting, "_AGAIN_S", 0.0)
        path.chmod(0o640)
        assert desk.poll() == desk.poll() == []
        assert len([line for line in desk.told if "left out: a.csv" in line and "Permission denied" in line]) == 1
    assert [hit["canary"] for hit in desk.poll()] == [1], "it is tried again, though it is as it was"


def test_a_case_in_use_is_waited_for(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.locked = True
    assert desk.poll() == desk.poll() == []
    assert [line.partition(":")[0] for line in desk.told] == ["waiting"]
    desk.watch.once = True
    with pytest.raises(CaseUnavailable):
        desk.poll()
    desk.locked = False
    assert len(desk.poll()) == 1


def test_ctrl_c_between_two_looks_loses_nothing(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.put("b.csv", HEAD, age=0.0)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.watch.follow(interrupt)
    assert len(signals(desk.case)) == 1
    assert any("b.csv" in line and "left" in line for line in desk.told)


# Reading in a process of its own.


_DIES = "os.kill(os.getpid(), 11)"
_HANGS = "time.sleep(60)"
_EATS = "bytearray(1 << 40)"


def child(case: Path, what: str) -> ChildReader:
    """A reader at which `bad.csv` does this."""
    program = (
        "import os, time; from tracer.alarm import intake, reader; whole = intake._take\n"
        f"def bad(case, item):\n if item.path.name == 'bad.csv': {what}\n return whole(case, item)\n"
        "intake._take = bad; reader.main()"
    )
    return ChildReader(case, None, (sys.executable, "-c", program))


@pytest.mark.parametrize(
    ("what", "reason"), [(_DIES, "signal 11"), (_HANGS, "more than 12 seconds"), (_EATS, "MemoryError")]
)  # fmt: skip
def test_an_input_that_ends_its_reader_is_set_aside_and_those_behind_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, reason: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(reader, "_START_S", 0.0)
    monkeypatch.setattr(reader, "_ITEM_S", 12.0)
    create_case(tmp_path / "case").close()
    (tmp_path / "in").mkdir()
    names = ["a.csv", "bad.csv", "c.csv"]
    items = [
        FileArrived(put(tmp_path / "in", name, HEAD + ROW.format(f"1400000000{i}")), tmp_path / "in", FolderReading())
        for i, name in enumerate(names)
    ]
    with closing(child(tmp_path / "case", what)) as bad:
        found = dict(zip(names, (outcome for _, outcome in bad.read(items)), strict=True))
    assert [found[name].read.aside for name in names] == [0, 1, 0]
    with open_case(tmp_path / "case") as case:
        (one,) = aside.waiting(case.con)
        assert one.source == "bad.csv"
        assert reason in one.reason
        assert case.con.execute("SELECT count(*) FROM signal_file").fetchone() == (2,)
    with closing(ChildReader(tmp_path / "case", None)) as sound:
        (again,) = (outcome for _, outcome in sound.read([ReadAgain(one, FolderReading())]))
    assert again.taken
    with open_case(tmp_path / "case") as case:
        assert aside.waiting(case.con) == []
        assert case.con.execute("SELECT count(*) FROM signal_file").fetchone() == (3,)
