"""A small world for benchmarks that need a whole investigation in seconds: lists, canaries; everybody is invented."""

from __future__ import annotations

import random
from pathlib import Path


def phone(number: int) -> str:
    """An unallocated Chinese mobile number."""
    return f"142{number * 7919 % 100_000_000:08d}"


def write_world(folder: Path, people: int = 400) -> None:
    """A client's list, a mix of a part of it with strangers, a list that is unrelated, and canaries."""
    draw = random.Random("small world")
    folder.mkdir(parents=True)
    mixed = draw.sample(range(people), people * 2 // 3) + list(range(2 * people, 2 * people + people // 2))
    draw.shuffle(mixed)
    for name, members in {"client": range(people), "mixed": mixed, "other": range(5 * people, 6 * people)}.items():
        rows = "".join(f"甲{number},{phone(number)},路{number % 97}号\n" for number in members)
        (folder / f"{name}.csv").write_text("姓名,手机号,地址\n" + rows, encoding="utf-8")
    canaries = "".join(f"{phone(900_000 + number)}\n" for number in range(12))
    (folder / "canaries.csv").write_text("phone\n" + canaries, encoding="utf-8")
