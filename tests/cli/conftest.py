"""A small world on disk, and the command line as a function."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.said.three_countries import write_case
from tests.signals.register import CANARY, MAIL
from tracer.cli.main import run


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    def ends(self, code: int, *words: str) -> Said:
        """The same, of a command that ended with this code and said these words, however their lines are folded."""
        text = self.out + self.err
        assert self.code == code, text
        assert [word for word in words if word not in text and word not in " ".join(text.split())] == [], text
        return self

    def done(self) -> Said:
        """The same, of a command that succeeded."""
        return self.ends(0)

    def json(self) -> Any:
        return json.loads(self.out)


Use = Callable[[Path], Path]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Takes a folder for the case of all commands of the test, and gives it back."""

    def chosen(case: Path) -> Path:
        monkeypatch.setenv("TRACER_CASE", str(case))
        return case

    return chosen


@dataclass(frozen=True)
class Tracer:
    """`tracer("query", "datasets")`: runs a command in this process, after `init` on the case that this made."""

    captured: pytest.CaptureFixture[bytes]
    use: Use

    def __call__(self, *arguments: str | Path) -> Said:
        self.captured.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self.captured.readouterr()
        if code == 0 and arguments[0] == "init":
            self.use(Path(arguments[1]))
        return Said(code, out.decode(), err.decode())

    def rows(self, *arguments: str | Path) -> list[dict[str, Any]]:
        """The rows that a command lists."""
        listed: list[dict[str, Any]] = self(*arguments, "-f", "json").done().json()
        return listed


@pytest.fixture
def tracer(capfdbinary: pytest.CaptureFixture[bytes], use: Use) -> Tracer:
    return Tracer(capfdbinary, use)


@dataclass(frozen=True)
class World:
    """Four lists: a client's own, a vendor's copy, a trader's mix with it, and one that is unrelated."""

    folder: Path

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.csv"


def phone(number: int) -> str:
    """An unallocated Chinese mobile number."""
    return f"142{number * 7919 % 100_000_000:08d}"


def write_lists(folder: Path) -> World:
    """Write the four lists. Everybody in them is invented."""
    draw = random.Random(7)
    client = list(range(1000))
    vendor = draw.sample(client, 600)
    trader = draw.sample(vendor, 450) + list(range(2000, 2400))
    draw.shuffle(trader)
    lists = {"client": client, "vendor": vendor, "trader": trader, "other": list(range(5000, 5700))}
    world = World(folder)
    world.folder.mkdir()
    for name, people in lists.items():
        rows = "".join(f"甲{number},{phone(number)}\n" for number in people)
        world.file(name).write_text("姓名,手机号\n" + rows, encoding="utf-8")
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return write_lists(tmp_path / "world")


@dataclass(frozen=True)
class Made:
    """A case that was made once, with the home that holds its key; every test has copies."""

    folder: Path

    def run(self, *arguments: str | Path) -> None:
        """A command on the case, under its own home."""
        with (
            pytest.MonkeyPatch.context() as patch,
            redirect_stdout(io.StringIO()),
            redirect_stderr(io.StringIO()) as err,
        ):
            patch.setenv("HOME", str(self.folder / "home"))
            patch.setenv("XDG_DATA_HOME", str(self.folder / "home" / "data"))
            assert run([str(argument) for argument in arguments]) == 0, err.getvalue()

    def copy(self, folder: Path, home: Path) -> Path:
        """The case in `folder`, its key in `home`."""
        shutil.copytree(self.folder / "home", home, dirs_exist_ok=True)
        return Path(shutil.copytree(self.folder / "case", folder))


Once = Callable[[Callable[[Made], None]], Made]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """What a function makes, made once for all tests that ask for it."""
    made: dict[Callable[[Made], None], Made] = {}

    def asked(make: Callable[[Made], None]) -> Made:
        if make not in made:
            made[make] = Made(tmp_path_factory.mktemp("made"))
            make(made[make])
        return made[make]

    return asked


@pytest.fixture(scope="session")
def made_loaded(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The four lists loaded, not traced yet."""
    made = Made(tmp_path_factory.mktemp("loaded"))
    lists, case = write_lists(made.folder / "world"), made.folder / "case"
    made.run("init", case)
    for name, facts in (
        ("client", "client --origin own --created 2026-01-01"), ("vendor", "vendor-a --obtained 2026-03-01"),
        ("trader", "trader --obtained 2026-05-01"), ("other", "vendor-b --obtained 2026-05-01"),
    ):  # fmt: skip
        made.run("load", lists.file(name), "--holder", *facts.split(), "--case", case)
    return made


@pytest.fixture(scope="session")
def made_traced(tmp_path_factory: pytest.TempPathFactory, made_loaded: Made) -> Made:
    """The four lists loaded and traced."""
    made = Made(tmp_path_factory.mktemp("traced"))
    made_loaded.copy(made.folder / "case", made.folder / "home")
    made.run("trace", "--case", made.folder / "case")
    return made


@pytest.fixture
def case(tmp_path: Path, world: World, made_loaded: Made, own_surroundings: Path, use: Use) -> Path:
    """A case with the four lists loaded, not traced yet."""
    return use(made_loaded.copy(tmp_path / "case", own_surroundings))


@pytest.fixture
def traced(tmp_path: Path, world: World, made_traced: Made, own_surroundings: Path, use: Use) -> Path:
    """A case with the four lists loaded and traced."""
    return use(made_traced.copy(tmp_path / "case", own_surroundings))


@pytest.fixture
def marked(tmp_path: Path, tracer: Tracer) -> Path:
    """A case with one canary, which has a number and an address, and no copy on record."""
    folder = tmp_path / "case"
    (tmp_path / "canaries.csv").write_text(f"phone,email,name\n{CANARY},{MAIL},林晓\n", encoding="utf-8")
    tracer("init", folder).done()
    tracer("canary", "import", tmp_path / "canaries.csv").done()
    return folder


QUOTE, ENGLISH = "备份由前员工保存。", "The backup was kept by a former employee."


def make_countries(made: Made) -> None:
    """The case of three countries, with the reply in two languages."""
    manifest = write_case(made.folder / "given")
    spoken = f'text = "{QUOTE}"\nlanguage = "zh"\ntranslation = {{ en = "{ENGLISH}" }}'
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(f'text = "{QUOTE}"', spoken), encoding="utf-8")
    made.run("run", manifest, "--case", made.folder / "case")


@pytest.fixture
def countries(once: Once, tmp_path: Path, own_surroundings: Path, use: Use) -> Path:
    return use(once(make_countries).copy(tmp_path / "case", own_surroundings))
