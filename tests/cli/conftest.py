"""A small world on disk, and the command line as a function."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tracer.cli.main import run


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


Tracer = Callable[..., Said]


@pytest.fixture
def tracer(capfdbinary: pytest.CaptureFixture[bytes]) -> Tracer:
    """`tracer("query", "datasets")`: runs a command in this process."""

    def call(*arguments: str | Path) -> Said:
        capfdbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode(), err.decode())

    return call


@dataclass(frozen=True)
class World:
    """Four lists: a client's own, a vendor's copy, a trader's mix with it, and one that is unrelated."""

    folder: Path

    def file(self, name: str) -> Path:
        """The csv file of a list."""
        return self.folder / f"{name}.csv"


def phone(number: int) -> str:
    """An unallocated Chinese mobile number."""
    return f"142{number * 7919 % 100_000_000:08d}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Write the four lists. Everybody in them is invented."""
    draw = random.Random(7)
    client = list(range(1000))
    vendor = draw.sample(client, 600)
    trader = draw.sample(vendor, 450) + list(range(2000, 2400))
    draw.shuffle(trader)
    lists = {"client": client, "vendor": vendor, "trader": trader, "other": list(range(5000, 5700))}
    world = World(tmp_path / "world")
    world.folder.mkdir()
    for name, people in lists.items():
        rows = "".join(f"甲{number},{phone(number)}\n" for number in people)
        world.file(name).write_text("姓名,手机号\n" + rows, encoding="utf-8")
    return world


@pytest.fixture
def case(tmp_path: Path, tracer: Tracer, world: World) -> Path:
    """A case with the four lists loaded, not traced yet."""
    folder = tmp_path / "case"
    assert tracer("init", folder).code == 0
    for name, holder, more in (
        ("client", "client", ["--origin", "own", "--created", "2026-01-01"]),
        ("vendor", "vendor-a", ["--obtained", "2026-03-01"]),
        ("trader", "trader", ["--obtained", "2026-05-01"]),
        ("other", "vendor-b", ["--obtained", "2026-05-01"]),
    ):
        said = tracer("load", world.file(name), "--holder", holder, *more, "--case", folder)
        assert said.code == 0, said.err
    return folder
