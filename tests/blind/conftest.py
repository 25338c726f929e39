"""Two parties in memory: a client with marked copies, and a vendor that holds a sample of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.findings.attribution.test_attribution import marked
from tests.findings.marked_world import World
from tracer.blind.exchange import Finished, SideLimits, Written, answer, finish, offer


@dataclass
class Pair:
    """The client, and the other side."""

    folder: Path
    client: World = field(default_factory=World)
    vendor: World = field(default_factory=lambda: World(2))
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The client's list with five marked copies; the vendor has nine tenths of the third, and a list of its own."""
        self.copies = marked(self.client)
        self.leak = self.client.sample(self.copies["r2"], 0.9)
        self.own = [key + 7 for key in self.vendor.people(2500, blocks=9000)]
        self.vendor.case.set_meta("root_secret", "ab" * 32)
        self.vendor.dataset("list", "vendor-2", [*self.leak, *self.own])

    def confirm(self, told: Sequence[str]) -> None:
        self.told += told

    def offer(self, names: Sequence[str] = (), bounds: SideLimits | None = None, name: str = "offer") -> Path:
        path = self.folder / name
        offer(self.client.case, names, "vendor-2", path, bounds or SideLimits(), self.confirm)
        return path

    def answer(
        self, offered: Path, names: Sequence[str] = ("list",), bounds: SideLimits | None = None, name: str = "answer",
        *, counted_only: bool = False,
    ) -> Written:  # fmt: skip
        return answer(
            self.vendor.case, offered, names, "client", self.folder / name, bounds or SideLimits(), self.confirm,
            counted_only=counted_only,
        )  # fmt: skip

    def finish(self, name: str = "answer", dataset: str = "theirs", key: bytes | None = None) -> Finished:
        return finish(self.client.case, self.folder / name, dataset, None, SideLimits(), key)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)
