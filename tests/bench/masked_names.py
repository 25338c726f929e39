"""Masked numbers with names: how often the source of a whole copy is named, and how often an innocent: [--lists 200]
[--region CN].

20 copies of a list of 5,000 with 5 canaries each, whose personas recombine the list's names, weighed by frequency. Each
copy is masked as lists in circulation are. Beside these: lists of other people of the same blocks and names, which
name nobody. Bars: the source in .9 of the whole copies (two visible digits next to a
surname alone are printed and say too little), an innocent in 1 % of the lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from tests.bench import frame
from tests.findings.marked_world import World
from tracer.findings.attribution import attribute

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
RELEASES, EACH, PEOPLE = 20, 5, 5_000
MASKS = ("999****9999", "*******9999", "999******99")
NAMES: dict[str, Callable[[str], str]] = {
    "name": lambda name: name,
    "张*": lambda name: name[0] + "*" * (len(name) - 1),
    "张先生": lambda name: name[0] + "先生",
}
ABROAD = {"US": ("+1999***9999", "+1******9999", "+1999*****99", "+1…9999")}
"""As masks of American numbers are kept: (312) ***-0175, ***-***-0175, (312) ***-**75, ****0175."""
LATIN: dict[str, Callable[[str], str]] = {
    "name": lambda name: name,
    "J*** S***": lambda name: " ".join(word[0] + "***" for word in name.split()),
    "John S.": lambda name: f"{name.split()[0]} {name.split()[1][0]}.",
}
FIRST = (
    "James Mary John Patricia Robert Jennifer Michael Linda William Susan David Karen Richard Nancy Joseph Lisa Thomas"
    " Betty Mark Helen"
).split()
LAST = (
    "Smith Johnson Brown Davis Miller Wilson Moore Taylor Anderson Thomas Jackson White Harris Martin Thompson Garcia"
    " Clark Lewis Lee Walker"
).split()
Rows = Sequence[tuple[int, str]]


def names(rng: np.random.Generator, count: int, region: str = "CN") -> list[str]:
    """So many names, the first of each kind more frequent."""
    weights = 1.0 / np.arange(1, 21)
    weights /= weights.sum()
    surname, one, two = (rng.choice(20, count, p=weights) for _ in range(3))
    if region != "CN":
        return [f"{FIRST[a]} {LAST[b]}" for a, b in zip(one, surname, strict=True)]
    second = np.where(rng.random(count) < 0.25, "", np.array(list(GIVEN))[two])
    return [SURNAMES[s] + GIVEN[a] + more for s, a, more in zip(surname, one, second.tolist(), strict=True)]


class Masked(World):
    """A client's list of names and numbers, and marked copies of it."""

    def __init__(self, seed: int, blocks: int = 400, region: str = "CN") -> None:
        super().__init__(seed)
        self.region = region
        keys = self.people(2 * PEOPLE + RELEASES * EACH, blocks=blocks)
        if region != "CN":  # the same blocks in 40 area codes
            keys = [1_200_000_0000 + (key // 10_000 % blocks % 40) * 1_000_0000 + key % 1_000_0000 for key in keys]
            keys = list(dict.fromkeys(keys))
        self.rng.shuffle(keys)
        called = names(self.rng, len(keys), region)
        self.rows = list(zip(keys[:PEOPLE], called[:PEOPLE], strict=True))
        self.strangers = list(zip(keys[PEOPLE : 2 * PEOPLE], called[PEOPLE : 2 * PEOPLE], strict=True))
        own = list(zip(keys[2 * PEOPLE :], called[2 * PEOPLE :], strict=True))
        self.dataset("own", "client", [key for key, _ in self.rows], origin="own", names=dict(self.rows))
        self.copies: list[Rows] = []
        for j in range(RELEASES):
            mine = own[j * EACH : (j + 1) * EACH]
            numbers = self.canaries([key for key, _ in mine])
            for no, (_, name) in zip(numbers, mine, strict=True):
                self.con.execute("UPDATE canary SET name = $name WHERE no = $no", {"name": name, "no": no})
            self.release(f"r{j}", "own", f"v{j}", numbers)
            self.copies.append([*self.rows, *mine])
        self.first = self._datasets

    def behind(self, key: int, mask: str) -> str:
        """A number behind a mask, as a loaded list keeps it."""
        number = str(key)[2:] if self.region == "CN" else f"+{key}"
        head, gap, tail = mask.partition("…")
        if gap:
            return f"{number[: len(head)]}…{number[len(number) - len(tail) :]}"
        return "".join(m if m == "*" else d for m, d in zip(mask, number, strict=True))

    def named(self, rows: Rows, mask: str, name: Callable[[str], str]) -> list[str]:
        """Releases that the masked list names at G3."""
        masks = [self.behind(key, mask) for key, _ in rows]
        self.masked("leak", "trader", masks, [name(one) for _, one in rows])
        found = [row.release for row in attribute(self.con, "leak") if row.accused and row.grade == "G3"]
        for place in ("mask WHERE dataset", "part WHERE dataset", "dataset_column WHERE dataset", "dataset WHERE no"):
            self.con.execute(f"DELETE FROM {place} > $first", {"first": self.first})
        self.con.execute(f"DROP TABLE raw.d{self._datasets}_p0")
        self._datasets = self.first
        return found


def main(*, lists: int = 200, seed: int = 9_001, region: Literal["CN", "US"] = "CN") -> bool:
    """Print the table; 1 where a bar is missed."""
    masks, forms = (MASKS, NAMES) if region == "CN" else (ABROAD[region], LATIN)
    each = max(1, lists // (len(masks) * len(forms)))
    source = whole = wrong = lists = 0
    world = Masked(seed, region=region)
    for mask in masks:
        for form, name in forms.items():
            hit = other = strange = 0
            for i in range(each):
                j = i % RELEASES
                found = world.named(world.copies[j], mask, name)
                hit += f"r{j}" in found
                other += bool({*found} - {f"r{j}"})
                some = world.rng.permutation(PEOPLE)[: int(world.rng.integers(200, PEOPLE))]
                strange += bool(world.named([world.strangers[k] for k in some], mask, name))
            counts = f"source {hit}/{each}, another {other}/{each}, of others' lists {strange}/{each}"
            print(f"{mask} {form}: {counts}", flush=True)
            if mask.endswith("9999") or form == "name":  # two digits and a surname fit too many
                source, whole = source + hit, whole + each
            wrong, lists = wrong + other + strange, lists + 2 * each
    held = source >= 0.9 * whole and wrong <= 0.01 * lists
    print(f"source {source}/{whole}, innocent {wrong}/{lists}: {'held' if held else 'MISSED'}")
    return held


if __name__ == "__main__":
    frame.run(main)
