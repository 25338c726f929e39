"""The whole is small, and only gets smaller: what each room may hold.

One rule that says "small files" and none that says "a small whole" made 100,000 lines out of 54,000. So the whole has a
bound. A change that makes a line of the table larger raises it in the same commit, with the reason beside it; a change
that makes one smaller lowers it, or the test asks for it. `make budget` prints the table as it would be written today,
next to what it was.
"""

from __future__ import annotations

import ast
import subprocess
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent

TABLE = """
room          lines   code  functions  files    sql  scripts  styles  templates  catalogues
alarm/         1991   1475         96      8      0        0       0          0           0
ask/           3578   2714        176     16    240        0       0          0           0
blind/          659    475         33      2     43        0       0          0           0
case/          3354   2371        233     14   1003        0       0          0           0
cli/           3032   2336        174     13      0        0       0          0           0
cluster/        530    395         23      4      7        0       0          0           0
custody/       1026    808         40      6    133        0       0          0           0
dossier/       1494   1102         62      8     14        0       0          0           0
export/       10981   8263        637     40    164      708     231        535           0
findings/     14933  11010        722     48   1992        0       0          0           0
graph/          408    296         18      3     65        0       0          0           0
identify/      3472   2334        218     18    201        0       0          0           0
library/       4539   2802        270     12      0        0       0          0           0
lists/        13536  10116        776     43    348        0       0          0           0
manifest/      1864   1452         76      6      0        0       0          0           0
marking/      10604   7995        519     36    236        0       0          0           0
publish/       1811   1433         87      6     39        0       0          0           0
queries           0      0          0      0    891        0       0          0           0
signals/       2331   1721        119      9    155        0       0          0           0
simulate/      1383   1029         74      7      0        0       0          0           0
site/           584    432         34      4      0        0       2          0           0
spellings/      376    263         27      3      0        0       0          0           0
tracer         2128   1354        122     20      0        0       0          0           0
wording/       1491    960        100     12      0        0       0         34        6958
= tracer      86105  63136       4636    338   5531      708     233        569        6958
tests         42500  33674       2871    322      0        0       0          0           0
tests/bench    8233   6192        460     51      0        0       0          0           0
= tests       50733  39866       3331    373      0        0       0          0           0
"""

GOAL = {"lines": 66_000, "code": 47_500, "functions": 3_300, "files": 430}
"""Where `tracer` is to be when the rooms have been rebuilt; the tests with their benchmarks at 45,000 lines."""
GOAL_OF_TESTS = 45_000

SLACK = 0.01
"""What a room may be below its line before the line has to follow: editing a few lines should not need this file."""

KINDS = {
    ".sql": "sql", ".js": "scripts", ".mjs": "scripts", ".css": "styles", ".j2": "templates", ".typ": "templates",
    ".ftl": "catalogues",
}  # fmt: skip
PYTHON = (".py", ".pyi")
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Size:
    """Lines of Python as they stand; of these code, without blanks, comments and the docstrings of modules, classes and
    functions; lines of other kinds."""

    lines: int = 0
    code: int = 0
    functions: int = 0
    files: int = 0
    sql: int = 0
    scripts: int = 0
    styles: int = 0
    templates: int = 0
    catalogues: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(*(mine + others for mine, others in zip(astuple(self), astuple(other), strict=True)))


COLUMNS = [field.name for field in fields(Size)]


def size_of(path: Path) -> Size:
    """Size of one file; nothing for kinds that the table does not count."""
    text = path.read_text(encoding="utf-8") if path.suffix in PYTHON or path.suffix in KINDS else ""
    if path.suffix not in PYTHON:
        return Size(**{KINDS[path.suffix]: len(text.splitlines())}) if path.suffix in KINDS else Size()
    told, functions = set[int](), 0
    for node in ast.walk(ast.parse(text)):
        functions += isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            told.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = text.splitlines()
    code = [
        line for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#") and number not in told
    ]  # fmt: skip
    return Size(len(lines), len(code), functions, 1)


def room_of(path: Path) -> str:
    top, *inner = path.relative_to(ROOT).parts
    if top == "tests":
        return "tests/bench" if inner[0] == "bench" else "tests"
    return top if top == "queries" or len(inner) == 1 else f"{inner[0]}/"


@cache
def measured() -> dict[str, Size]:
    """Room -> size, of the files that belong to the project, with the sums of `tracer` and of the tests."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "tracer", "queries", "tests"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    sizes: dict[str, Size] = {}
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        path = ROOT / name
        if path.suffix in PYTHON or (path.suffix in KINDS and not name.startswith("tests/")):  # those of tests are data
            sizes[room_of(path)] = sizes.get(room_of(path), Size()) + (size_of(path) if path.exists() else Size())
    tests = {room: size for room, size in sizes.items() if room.startswith("tests")}
    rooms = dict(sorted((room, size) for room, size in sizes.items() if room not in tests))
    return rooms | {"= tracer": sum(rooms.values(), Size())} | tests | {"= tests": sum(tests.values(), Size())}


def bounds() -> dict[str, Size]:
    """The table, without its reasons."""
    rows = [line.split("#")[0].rstrip() for line in TABLE.strip().splitlines()[1:]]
    return {row[:12].strip(): Size(*map(int, row[12:].split())) for row in rows if row}


def test_no_room_is_larger_than_its_line() -> None:
    allowed = bounds()
    over = [
        f"{room}: {value} {column}, {limit} allowed"
        for room, size in measured().items()
        for column, value, limit in zip(COLUMNS, astuple(size), astuple(allowed.get(room, Size())), strict=True)
        if value > limit
    ]
    assert over == [], "make it smaller, or raise the line of the table with the reason beside it (`make budget`)"


def test_the_table_follows_what_became_smaller() -> None:
    now = measured()
    under = [
        f"{room}: {value} {column}, the table still has {limit}"
        for room, size in bounds().items()
        for column, value, limit in zip(COLUMNS, astuple(now.get(room, Size())), astuple(size), strict=True)
        if value < limit - max(10, SLACK * limit)
    ]
    assert under == [], "what was won is kept: lower the table (`make budget`)"


def written(sizes: dict[str, Size]) -> str:
    """The table as it would stand in this file."""
    widths = [7, 7, 11, 7, 7, 9, 8, 11, 12]
    head = "room        " + "".join(f"{column:>{width}}" for column, width in zip(COLUMNS, widths, strict=True))
    lines = [
        f"{room:<12}" + "".join(f"{value:>{width}}" for value, width in zip(astuple(size), widths, strict=True))
        for room, size in sizes.items()
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    before, after = bounds(), measured()
    print(written(after))
    print("\nsince the table was written:")
    for moved, size in after.items():
        steps = {
            column: value - limit
            for column, value, limit in zip(COLUMNS, astuple(size), astuple(before.get(moved, Size())), strict=True)
        }
        if any(steps.values()):
            print(f"  {moved}: " + ", ".join(f"{step:+} {column}" for column, step in steps.items() if step))
    left = {column: getattr(after["= tracer"], column) - goal for column, goal in GOAL.items()}
    left["lines of tests"] = after["= tests"].lines - GOAL_OF_TESTS
    print("to the goal: " + ", ".join(f"{value:,} {column}" for column, value in left.items()))
