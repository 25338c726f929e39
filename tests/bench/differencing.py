"""What two answers before and after one row was loaded tell about that row's person: [--people 20].

A reader who knows whom the one row is about compares overlaps of two queries or of two files that left, two answers of
`persons`, and two blind comparisons. Half of the people are in the other list. Printed: in how many cases the two
answers told which. `help privacy` states the result.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tracer
from tests.bench import frame
from tests.bench.small_world import command, phone
from tests.findings.persons.people import Setting, two_lists

HEADINGS = {"name": "姓名", "address": "联系地址", "born": "出生日期", "sex": "性别", "city": "城市"}
SHARED = {"few": 12, "many": 400}
"""People that the two lists share before."""


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A list."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


def said(*words: str | Path) -> str:
    """What a command printed that succeeded."""
    code, told = command(*map(str, words))
    assert code == 0, told
    return told


def asked(case: Path, what: Callable[[tracer.Case], Any]) -> list[dict[str, Any]]:
    """The rows of an answer."""
    with tracer.open(case) as opened:
        return [dict(row) for row in what(opened).rows()]


def told_right(before: int, after: Mapping[bool, Sequence[int]]) -> str:
    """In how many cases the count rose where the person is in the other list, and stayed where not."""
    right = sum((count > before) == inside for inside, counts in after.items() for count in counts)
    return f"{right} of {sum(map(len, after.values()))}"


def overlaps(folder: Path, people: int) -> dict[str, str]:
    """Exact identifiers: two queries, and two files that leave."""
    found = {}
    for name, shared in SHARED.items():
        case, at = folder / f"case-{name}", ("--case", folder / f"case-{name}")
        said("init", case)
        other = [*range(shared), *range(5_000, 5_600), *range(9_000, 9_000 + people // 2)]
        lists = {"other": other, "before": [*range(1_000)]}
        lists |= {f"in{no}": [*range(1_000), 9_000 + no] for no in range(people // 2)}
        lists |= {f"out{no}": [*range(1_000), 9_500 + no] for no in range(people - people // 2)}
        for id_, members in lists.items():
            write(folder / f"{name}-{id_}.csv", ["姓名", "手机号"], [(f"甲{one}", phone(one)) for one in members])
            said("load", folder / f"{name}-{id_}.csv", "--id", id_, "--holder", f"h-{id_}", *at)
        said("trace", *at)
        said("query", "overlaps", "-f", "json", "-o", folder / f"{name}.json", *at)
        exported = json.loads((folder / f"{name}.json").read_text("utf-8"))
        for what, rows in (("two queries", asked(case, lambda one: one.query("overlaps"))), ("two files", exported)):
            count = {frozenset((row["a"], row["b"])): int(row["shared"]) for row in rows}
            after = {
                inside: [n for id_ in lists if id_.startswith(start) for n in [count.get(frozenset((id_, "other")), 0)]]
                for inside, start in ((True, "in"), (False, "out"))
            }
            found[f"{what}, {shared} shared"] = told_right(count.get(frozenset(("before", "other")), 0), after)
    return found


def persons(folder: Path, people: int) -> dict[str, str]:
    """No common identifier: `persons` before and after."""
    both = 300
    made = two_lists(9_100, Setting(people=3_000, a=600, b=700, both=both))
    a, b = (list(zip(*(column.to_pylist() for column in table.columns), strict=True)) for table in (made.a, made.b))
    head, at = [HEADINGS[name] for name in made.a.column_names], ("--case", folder / "persons")
    said("init", folder / "persons")
    write(folder / "b.csv", ["邮箱", *head], [(f"p{no}@mail.example", *row) for no, row in enumerate(b)])
    said("load", folder / "b.csv", "--id", "b", "--holder", "hb", *at)
    half = people // 2  # the first `both` rows are of people in both lists
    before, inside, outside = a[half:-half], a[:half], a[-half:]

    def linked(id_: str, rows: Sequence[Sequence[str]]) -> int:
        write(folder / f"{id_}.csv", ["手机号", *head], [(phone(no), *row) for no, row in enumerate(rows)])
        said("load", folder / f"{id_}.csv", "--id", id_, "--holder", f"h{id_}", *at)
        return int(asked(folder / "persons", lambda one: one.persons(id_, "b"))[0]["linked"])

    first = linked("first", before)
    after = {
        known: [linked(f"{kind}{no}", [*before, row]) for no, row in enumerate(rows)]
        for known, kind, rows in ((True, "in", inside), (False, "out", outside))
    }
    return {"persons": told_right(first, after)}


def blind(folder: Path, people: int) -> dict[str, str]:
    """Comparing again after one row: whether it is refused."""
    refused, ours, theirs = 0, folder / "ours", folder / "theirs"
    for case in (ours, theirs):
        said("init", case)
    write(folder / "theirs.csv", ["手机号"], [(phone(one),) for one in range(500, 2_500)])
    write(folder / "first.csv", ["手机号"], [(phone(one),) for one in range(1_200)])
    said("load", folder / "theirs.csv", "--id", "theirs", "--holder", "t", "--case", theirs)
    said("load", folder / "first.csv", "--id", "first", "--holder", "o", "--case", ours)
    said("blind", "offer", "first", "--to", "t", "-o", folder / "0", "--yes", "--case", ours)
    said("blind", "answer", folder / "0", "theirs", "--to", "o", "-o", folder / "0a", "--yes", "--case", theirs)
    for no in range(people):
        write(folder / f"{no}.csv", ["手机号"], [(phone(one),) for one in (*range(1_200), 2_000 + no)])
        said("load", folder / f"{no}.csv", "--id", f"l{no}", "--holder", "o", "--case", ours)
        words = ("--to", "t", "--again", "one more row came", "--yes", "--case", str(ours))
        refused += command("blind", "offer", f"l{no}", "-o", str(folder / f"{no}o"), *words)[0] == 3
    return {"blind, the second refused": f"{refused} of {people}"}


def main(*, people: int = 20) -> None:
    """Print how often each told."""
    os.environ |= {"TRACER_KEY": "5a" * 32, "PYTHONUTF8": "1"}
    measures: tuple[Callable[[Path, int], dict[str, str]], ...] = (overlaps, persons, blind)
    for measure in measures:
        with tempfile.TemporaryDirectory(prefix="tracer-differencing-") as folder:
            for what, told in measure(Path(folder), people).items():
                print(f"{what:40} {told}")


if __name__ == "__main__":
    frame.run(main)
