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

from tests.alarm.desk import HereReader, put
from tests.signals.register import CANARY, CONTROL, case_with_numbers, signals
from tracer.alarm import intake, reader, watch
from tracer.alarm.intake import FileArrived, FolderReading, ReadAgain, asides
from tracer.alarm.reader import ChildReader
from tracer.alarm.watch import FolderSource, Watch
from tracer.case.case import Case, create_case, open_case
from tracer.errors import CaseUnavailable
from tracer.input_files import sha256_of

HEAD = "at,caller,called\n"
ROW = "2026-06-18 12:45:19,14100001234,{}\n"


class Desk:
    """Records alone arrive, and every hit is shown."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.case, self.locked = folder, case_with_numbers(), False
        self.told, self.shown = list[str](), list[dict[str, Any]]()
        self.source = FolderSource(folder, FolderReading(lists=False), rest=1.0)
        here = HereReader(self.open)
        self.watch = Watch(self.open, here, (), self.told.append, [self.source], hit=self.shown.append)

    def poll(self) -> list[Any]:
        """Which canaries were hit in a step."""
        had = len(self.shown)
        self.watch.step()
        return [hit["canary"] for hit in self.shown[had:]]

    @contextmanager
    def open(self) -> Iterator[Case]:
        if self.locked:
            raise CaseUnavailable("another process works on the case")
        yield self.case

    def put(self, name: str, text: str = HEAD + ROW.format(CANARY), *, age: float = 60.0) -> Path:
        return put(self.folder, name, text, age)

    def aside(self) -> list[tuple[Any, ...]]:
        return self.case.con.execute("SELECT source, reason, done_at IS NULL FROM set_aside ORDER BY no").fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "in").mkdir()
    return Desk(tmp_path / "in")


def test_a_file_is_taken_in_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put("a.csv")
    assert [desk.poll(), desk.poll()] == [[1], []]
    (hit,) = desk.shown
    assert (hit["kind"], hit["caller"], hit["at"]) == ("canary", "141****1234", "2026-06-18T04:45:19Z")
    assert len(signals(desk.case)) == 1
    monkeypatch.setattr(watch, "_AT_ONCE", 2)
    for number in range(5):
        desk.put(f"{number}.csv", HEAD + ROW.format(CANARY).replace("12:45", f"12:{number:02}"))
    assert len(desk.poll()) == 2, "the rest in the next step"
    desk.watch.once = True
    assert len(desk.poll()) == 3, "all that lies there"


def test_a_file_that_grows_is_left_until_it_rests(desk: Desk) -> None:
    path = desk.put("a.csv", HEAD, age=0.0)
    assert (desk.poll(), desk.source.waiting()) == ([], [path])
    desk.put("a.csv", age=0.0)
    assert desk.poll() == []
    desk.put("a.csv", age=5.0)
    assert desk.poll() == [1]
    desk.put("a.csv", HEAD + ROW.format(CANARY) + ROW.format(CONTROL), age=3.0)
    assert desk.poll() == [2], "of a log that grew the new lines alone"
    desk.put("b.csv", HEAD + ROW.format(CANARY).replace("12:45", "12:46"), age=-9_999.0)
    assert desk.poll() == [], "the clock of another machine may be wrong"
    time.sleep(1.1)  # it has rested under our eyes
    assert desk.poll() == [1]


def test_a_bad_file_is_set_aside_once_and_does_not_stop_the_others(desk: Desk) -> None:
    desk.put("a.csv", "colour,size\nred,1\n")
    for name in ("b.csv", "c.csv.part", ".hidden"):
        desk.put(name)
    assert desk.poll() == [1]
    ((source, reason, waits),) = desk.aside()
    assert (source, "unknown format of signals" in reason, waits) == ("a.csv", True, True)
    assert any("a.csv" in line and "set aside as 1" in line for line in desk.told)
    desk.source = FolderSource(desk.folder, FolderReading(lists=False), rest=1.0)  # another process
    desk.watch.folders = [desk.source]
    assert (desk.poll(), len(desk.aside())) == ([], 1)
    desk.put("a.csv", HEAD + ROW.format(CONTROL))
    assert desk.poll() == [2], "it changed"


@pytest.mark.parametrize("kind", ["records", "list", "mail"])
def test_whatever_a_reader_raises_the_input_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    desk.source.reading = FolderReading()
    ending, text = ("eml", "From: a@b.example\n\nx") if kind == "mail" else ("csv", "x")
    folder = "lists" if kind == "list" else "records"
    (desk.folder / folder).mkdir()
    errors = (UnicodeError, ValueError, RecursionError, MemoryError, OSError, OverflowError)
    bad = {desk.put(f"{folder}/{one.__name__}.{ending}", text + one.__name__): one for one in errors}
    desk.put("good.csv")
    whole: Callable[..., object] = getattr(intake, "load_files" if kind == "list" else "load_signals")

    def raises(case: Case, path: Any, *given: Any, **named: Any) -> object:
        error = bad.get(path[0] if isinstance(path, list) else path)
        if error is not None:
            raise error("of a reader")
        return whole(case, path, *given, **named)

    def unreadable(path: Path, _: int) -> object:
        raise bad[path]("of a reader")

    monkeypatch.setattr(intake, whole.__name__, raises)
    monkeypatch.setattr(intake, "mail_in", unreadable)
    assert desk.poll() == [1]
    found = {source: reason for source, reason, waits in desk.aside() if waits}
    assert found.keys() == {f"{folder}/{path.name}" for path in bad}
    for path, error in bad.items():
        assert error is OSError or error.__name__ in found[f"{folder}/{path.name}"]
    kept = {sha256 for (sha256,) in desk.case.con.execute("SELECT sha256 FROM set_aside").fetchall()}
    assert {desk.case.vault.files.read(sha256) for sha256 in kept} == {path.read_bytes() for path in bad}


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
    (again,) = (one for _, one in HereReader(desk.open).read([ReadAgain(asides(desk.case.con)[0], FolderReading())]))
    assert not again.taken
    assert "bad.xlsx" in again.said


def test_a_folder_without_end_and_one_that_is_gone_do_not_end_the_watch(desk: Desk, tmp_path: Path) -> None:
    deep = desk.folder
    for _ in range(25):
        deep = deep / "x"
    deep.mkdir(parents=True)
    put(deep, "deep.csv", HEAD + ROW.format(CONTROL))
    desk.put("a.csv")
    assert desk.poll() == [1]
    desk.folder.rename(tmp_path / "elsewhere")
    assert desk.poll() == desk.poll() == []
    assert len([line for line in desk.told if "the folder is gone" in line]) == 1
    (tmp_path / "elsewhere").rename(desk.folder)
    desk.put("b.csv", HEAD + ROW.format(CONTROL))
    assert desk.poll() == [2]


def test_a_file_that_may_not_be_read_is_named_once_and_read_when_it_may(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("a.csv")
    desk.put("b.csv", HEAD + ROW.format(CONTROL))
    read, store = sha256_of, desk.case.vault.store

    def denied(file: Path, *given: Any) -> Any:
        if file == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return (store if given else read)(file, *given)

    with monkeypatch.context() as locked:
        locked.setattr(intake, "sha256_of", denied)
        locked.setattr(desk.case.vault, "store", lambda file, data=None: denied(file, data))
        assert desk.poll() == [2]
        assert desk.poll() == []
        locked.setattr(watch, "_AGAIN_S", 0.0)
        path.chmod(0o640)
        assert desk.poll() == desk.poll() == []
        assert len([line for line in desk.told if "left out: a.csv" in line and "Permission denied" in line]) == 1
    assert desk.poll() == [1], "it is tried again, though it is as it was"


def test_a_case_in_use_is_waited_for_and_ctrl_c_between_two_looks_loses_nothing(desk: Desk) -> None:
    desk.put("a.csv")
    desk.locked = True
    assert desk.poll() == desk.poll() == []
    assert [line.partition(":")[0] for line in desk.told] == ["waiting"]
    desk.watch.once = True
    with pytest.raises(CaseUnavailable):
        desk.poll()
    desk.locked = desk.watch.once = False
    desk.put("b.csv", HEAD, age=0.0)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.watch.follow(interrupt)
    assert len(signals(desk.case)) == 1
    assert any("b.csv" in line and "left" in line for line in desk.told)


ENDS = {"dies": "signal 11", "hangs": "more than 30 seconds", "eats": "MemoryError"}
"""What a file of that name does to its reader, and the reason for which it is set aside."""
_PROGRAM = """
import os, time
from tracer.alarm import intake, reader
whole = intake._take
does = {"dies": lambda: os.kill(os.getpid(), 11), "hangs": lambda: time.sleep(60), "eats": lambda: bytearray(1 << 40)}
def take(case, item):
    does.get(item.path.stem, int)()
    return whole(case, item)
intake._take = take
reader.main()
"""
CHILD = (sys.executable, "-c", _PROGRAM)


@pytest.mark.parametrize(
    "ends", [("dies", "eats"), pytest.param(("hangs",), marks=pytest.mark.slow("waits for half a minute"))]
)
def test_an_input_that_ends_its_reader_is_set_aside_and_those_behind_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: tuple[str, ...]
) -> None:
    """Reading in a process of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    create_case(tmp_path / "case").close()
    folder, names = tmp_path / "in", ["first", *ends, "last"]
    folder.mkdir()
    paths = [put(folder, f"{name}.csv", HEAD + ROW.format(f"1400000000{i}")) for i, name in enumerate(names)]
    with monkeypatch.context() as hasty, closing(ChildReader(tmp_path / "case", None, CHILD)) as bad:
        if "hangs" in ends:
            hasty.setattr(reader, "_START_S", 0.0)
            hasty.setattr(reader, "_ITEM_S", 30.0)
        found = [one.read.aside for _, one in bad.read(FileArrived(path, folder, FolderReading()) for path in paths)]
    assert found == [int(name in ENDS) for name in names]
    files = "SELECT count(*) FROM signal_file"
    with open_case(tmp_path / "case") as case:
        waiting = asides(case.con)
        assert [one.source for one in waiting] == [f"{name}.csv" for name in ends]
        assert all(ENDS[Path(one.source).stem] in one.reason for one in waiting)
        assert case.con.execute(files).fetchone() == (2,)
    with closing(ChildReader(tmp_path / "case", None)) as sound:
        assert all(one.taken for _, one in sound.read(ReadAgain(one, FolderReading()) for one in waiting))
    with open_case(tmp_path / "case") as case:
        assert (asides(case.con), case.con.execute(files).fetchone()) == ([], (len(names),))
