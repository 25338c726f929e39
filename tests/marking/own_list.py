"""A client's list in a case, with canaries to mark it by. Every number lies in a segment that is not allocated."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.lists.write.model import NewRow
from tracer.marking.canary.intake import import_canaries
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import SourceList, read_sample, read_source_list
from tracer.marking.release.request import Design, ReleaseRequest

FAMILY, GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def own_case(
    folder: Path, *, rows: int = 600, canaries: int = 30, recipients: int = 5, home: int = 2, blank: int = 0
) -> Case:
    """A case with dataset `own`, sorted by 编号 and 日期, with canaries, and parties v0, v1, …; `blank`: one of so many
    rows has no number."""
    case = memory_case()
    rng = random.Random(5)
    numbers = rng.sample(range(14000000000, 14000200000), rows)
    homes = [14009000000 + i for i in range(home)]
    lines, number = [], 1000
    for i, phone in enumerate([*numbers[:-home], *homes] if home else numbers):
        number += rng.choice((1, 2, 5))
        written = f"{str(phone)[:3]}-{str(phone)[3:7]}-{str(phone)[7:]}" if i % 4 else str(phone)
        written = "" if blank and i % blank == 1 else written
        name = rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN)
        firm = f"江苏{rng.choice(GIVEN)}{rng.choice(GIVEN)}网络科技有限公司"
        street = f"南京市中山路{rng.randint(1, 900)}号"
        lines.append(f"K{number:06d},{name},{written},{firm},{street},2025-{1 + i * 12 // rows:02d}-15")
    path = folder / "own.csv"
    path.write_bytes(("编号,姓名,手机号,公司,地址,日期\r\n" + "\r\n".join(lines) + "\r\n").encode("gb18030"))
    load_dataset(case, path, DatasetFacts("own", "client", None, None, "own"), ReadOptions())
    case.con.execute("INSERT INTO party (id) SELECT 'v' || i FROM range($n) AS r(i)", {"n": recipients})
    if home:
        import_file(case, folder, [str(phone) for phone in homes], "home")
    if canaries:
        import_file(case, folder, [str(14000300000 + 7919 * i) for i in range(canaries)], "canary")
    return case


def asked(folder: Path, *to: str, dataset: str = "own", **design: Any) -> ReleaseRequest:
    """A release of a dataset, whose canaries have blocks of their own, by which they can be told."""
    ends = date(2099, 1, 1)
    return ReleaseRequest(dataset, to, folder / "out", Design(**design), ends=ends, accept_detectable=True)


def import_file(case: Case, folder: Path, lines: list[str], kind: str, head: str = "phone") -> None:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    with case.transaction():
        import_canaries(case.con, path, kind=kind)


def copy_of(folder: Path, recipient: str) -> Path:
    """The copy that a recipient got last, by the sender's key."""
    with folder.with_name(f"{folder.name}-key.csv").open(encoding="utf-8", newline="") as key:
        return folder / {row["recipient"]: row["file"] for row in csv.DictReader(key)}[recipient]


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode("gb18030").split("\r\n")[:-1]


NEW_GIVEN = tuple("Ana Luca Petra Iris Jonas Marta Pavel Nora Omar Lena Tibor Runa".split())
NEW_FAMILY = tuple("Vellmar Ostrik Dunkova Harrand Belotti Kesmar Ruprand Ilvane Torsell Querido".split())


def in_new_york(count: int) -> list[Identity]:
    return [Identity(no, 19175550100 + no, f"+1 917 555 01{no:02d}") for no in range(count)]


def made_rows(
    case: Case, identities: Sequence[Identity], secret: bytes, spare: Sequence[Identity] = ()
) -> tuple[SourceList, list[NewRow]]:
    """A row for each identity, by the secret, in the order in which they stand in a copy. `spare` ones lend."""
    source = read_source_list(case.con, "own")
    sample = read_sample(case.con, source, secret.decode())
    maker = PersonaMaker(case.con, source, sample, KeyedDraw(secret, "test"))
    return source, list(maker.rows_for(identities, spare).values())


def raw_rows(case: Case, source: SourceList) -> list[tuple[str | None, ...]]:
    table = source.tables[source.main.part]
    return case.con.execute(f"SELECT * EXCLUDE (row) FROM {table} ORDER BY row").fetchall()


def with_personas(source: Sequence[tuple[str | None, ...]], rows: Sequence[NewRow]) -> list[tuple[str, ...]]:
    """The copy's rows in order: each new row before the row of the list that it names."""
    every = [(row.before, 0, row.cells) for row in rows] + [(at, 1, cells) for at, cells in enumerate(source, 1)]
    return [tuple(cell or "" for cell in cells) for *_, cells in sorted(every, key=lambda one: one[:2])]
