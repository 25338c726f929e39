"""Is every single-bit flip in store, originals, journal and register found by `verify`, or refused at opening?

Usage: `python -m tests.bench.bit_flips [FLIPS] [SEED]`, 500 flips by default, a quarter in each. A flip in the store,
an original, the journal (or the seal or the card beside them) is one bit of the file, wherever it falls, pages that
hold nothing included. A flip in the register is one by somebody who has the key: a bit of a committed value, by SQL,
with the store closed and sealed afterwards as tracer does it. The bar: all of them.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from tests.bench.small_world import write_world
from tracer.case.case import Case, open_case
from tracer.case.layout import Layout
from tracer.case.store import store_fault
from tracer.cli.main import run
from tracer.custody.verify import verify_case
from tracer.errors import CaseUnavailable

_VALUES = (
    ("release_canary", "canary", "INTEGER"), ("release_canary", "persona", "VARCHAR"),
    ("release_canary", "row", "BIGINT"),
    ("release_canary", "scheme", "VARCHAR"), ("release", "committed", "VARCHAR"), ("release", "commitment", "VARCHAR"),
    ("release", "recipient", "VARCHAR"), ("release", "date", "DATE"), ("release", "sha256", "VARCHAR"),
    ("canary", "phone", "BIGINT"), ("withheld", "key", "BIGINT"), ("code_position", "bias", "DOUBLE"),
)  # fmt: skip
"""What a register commits, as the store has it: table, column, type."""


def make_case(folder: Path) -> Layout:
    """A closed case with lists, canaries, a release and free pages."""
    world, case = folder / "world", folder / "case"
    write_world(world)
    for command in (
        ["init", str(case)],
        *(["party", "add", party, "--role", "contractor", "--case", str(case)] for party in ("v0", "v1")),
        ["load", f"{world}/client.csv", "--holder", "client", "--origin", "own", "--case", str(case)],
        ["load", f"{world}/mixed.csv", "--holder", "trader", "--case", str(case)],
        ["canary", "import", f"{world}/canaries.csv", "--kind", "canary", "--case", str(case)],
        [
            "release", "client", "--to", "v0", "--to", "v1", "-o", str(folder / "out"), "--unique", "2", "--pool", "4",
            "--withhold", "0.05", "--case", str(case),
        ],
    ):  # fmt: skip
        told = io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            assert run(command) == 0, command
    with open_case(case) as opened:
        opened.con.execute("CREATE TABLE raw.gone AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(60000)")
    with open_case(case) as opened:
        opened.con.execute("DROP TABLE raw.gone")
        opened.con.execute("CREATE TABLE raw.held AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(30000)")
    return Layout(case)


def flip_file(path: Path, draw: random.Random) -> str:
    """Flip one bit of a file in place; where."""
    at, bit = draw.randrange(path.stat().st_size), draw.randrange(8)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))
    return f"{path.name} byte {at} bit {bit}"


def flip_value(case: Case, draw: random.Random) -> str:
    """Flip one bit of a value that the register commits; where."""
    while True:
        table, column, kind = draw.choice(_VALUES)
        rows = case.con.execute(
            f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY rowid"
        ).fetchall()
        if table == "canary":
            rows = [row for row in rows if case.con.execute(
                "SELECT 1 FROM release_canary WHERE canary = (SELECT no FROM canary WHERE rowid = $id)", {"id": row[0]}
            ).fetchone()]  # fmt: skip
        if rows:
            rowid, value = draw.choice(rows)
            break
    changed: object
    if kind == "VARCHAR":
        text = value.encode()
        while True:
            at = draw.randrange(len(text))
            flipped = text[:at] + bytes([text[at] ^ (1 << draw.randrange(7))]) + text[at + 1 :]
            try:
                changed = flipped.decode()
            except UnicodeDecodeError:
                continue
            if "\0" not in str(changed):
                break
    elif kind == "DATE":
        changed = value.replace(day=value.day ^ 1 or 2)
    elif kind == "DOUBLE":
        changed = value + 2.0**-20
    else:
        changed = value ^ (1 << draw.randrange(20))
    case.con.execute(f"UPDATE {table} SET {column} = $value WHERE rowid = $id", {"value": changed, "id": rowid})
    return f"{table}.{column}"


def found(folder: Path) -> str:
    """`verify`, `refused`, or nothing where the flip went unseen."""
    try:
        with open_case(folder, thorough=True) as case:
            return "verify" if any(not check.passed for check in verify_case(case, lambda _: None)) else ""
    except CaseUnavailable:
        return "refused"
    except duckdb.Error as error:  # as the command line tells it
        if store_fault(error, folder) is None:
            raise
        return "refused"


def places(layout: Layout) -> dict[str, Callable[[random.Random], str]]:
    """Where flips fall: kind → how one is made in the case of `layout`."""

    def register(draw: random.Random) -> str:
        with open_case(layout.folder) as case:
            return flip_value(case, draw)

    return {
        "store": lambda draw: flip_file(layout.store, draw),
        "original": lambda draw: flip_file(draw.choice(sorted(layout.originals.iterdir())), draw),
        "journal": lambda draw: flip_file(draw.choice([layout.journal] * 3 + [layout.seal, layout.card]), draw),
        "register": register,
    }


def main(arguments: Sequence[str]) -> int:
    """Print what was found by kind; 1 where a flip went unseen."""
    flips = int(arguments[0]) if arguments else 500
    draw = random.Random(f"bit flips {arguments[1] if len(arguments) > 1 else 1}")
    seen, unseen = Counter[tuple[str, str]](), list[str]()
    with tempfile.TemporaryDirectory(prefix="tracer-flips-") as folder:
        os.environ |= {"TRACER_KEY": "5a" * 32, "HOME": folder}
        whole = make_case(Path(folder)).folder
        assert found(whole) == "", "an untouched case must pass"
        open_case(whole).close()
        for number in range(flips):
            layout = Layout(Path(folder) / "flipped")
            shutil.rmtree(layout.folder, ignore_errors=True)
            shutil.copytree(whole, layout.folder)
            kinds = places(layout)
            kind = list(kinds)[number % len(kinds)]
            where = kinds[kind](draw)
            how = found(layout.folder)
            seen[kind, how or "UNSEEN"] += 1
            if not how:
                unseen.append(f"{kind}: {where}")
    for (kind, how), count in sorted(seen.items()):
        print(f"{count:5}  {kind:9} {how}")
    for one in unseen:
        print(f"UNSEEN {one}")
    print(f"{flips - len(unseen)} of {flips} single-bit flips found or refused")
    return int(bool(unseen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
