"""Small cases with holes in every column, all formats mixed: [--cases 1000] [--seed 1] [--first 0] [--keep DIR].

Lists of invented people with dirty cells, holes, repeats and columns that come and go; lists that descend from others;
copies, canaries, claims, calls and complaints, with holes as well. Each case is loaded through its manifest, traced,
and asked all that can be asked: every named query, the findings, the graph, and why between some pairs. A refusal is an
answer, and what it names is left out, as a person would do; anything else that is raised is a fault. Where a trace
fails, its stages are tried one by one, so that one fault does not hide another. Bar: no fault.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.zoo.truth import write_manifest
from tracer.ask.attributing import attributions_of
from tracer.ask.named import load_queries, run_query
from tracer.ask.query_header import NamedQuery
from tracer.ask.show import show
from tracer.ask.story import story
from tracer.ask.why import why
from tracer.ask.why_text import why_json, why_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.calling_rules import ensure_rules
from tracer.dossier.vocabulary import CHANNELS, CLAIM_KINDS, LAWFUL_BASES, RELATION_KINDS, ROLES
from tracer.errors import TracerError
from tracer.findings.case_facts import CaseFacts
from tracer.identify.segments import ensure_segments
from tracer.manifest import apply_manifest, read_manifest
from tracer.publish import graph_files
from tracer.stages import STAGES, Stage
from tracer.trace import run_stage, trace

Row: TypeAlias = dict[str, str]
"""Field -> cell; an empty text is a hole."""
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "CN": {"phone": "手机号", "phone2": "电话2", "email": "邮箱", "name": "姓名", "organisation": "公司",
           "address": "地址", "city": "城市", "province": "省份", "date": "日期", "created": "创建时间",
           "deleted": "注销时间", "id": "序号", "key": "会员", "other": "备注"},
    "US": {"phone": "Phone", "phone2": "Mobile", "email": "Email", "name": "Name", "organisation": "Company",
           "address": "Address", "city": "City", "province": "State", "date": "Date", "created": "Created At",
           "deleted": "Deleted At", "id": "ID", "key": "Member", "other": "Notes"},
}  # fmt: skip
FIELDS = tuple(HEADINGS["CN"])
PARTIES = ("p-client", "p-vendor", "p-trader", "p-platform", "p-line")
SHARES = (0.0, 0.0, 0.05, 0.5, 0.95, 1.0)
"""Shares of empty cells that a column may have."""
FORMS = ("csv", "csv-gb18030", "csv-semicolon", "tsv", "xlsx", "txt", "vcf", "json", "ndjson", "parquet")
_SEGMENTS = ("142", "143", "154", "160", "163", "164", "168", "169", "179")  # of nobody
_JUNK = ("无", "-", "0", "00000000000", "N/A", "null", "nan", "11111111111", "1420000", "?", " ", "#REF!", "'")
_NAMES = {
    "CN": "赵钱孙李周吴郑王冯陈",
    "US": ("Avery", "Blake", "Corin", "Dale", "Ember", "Finley", "Garnet", "Hollis"),
}
_GIVEN = {"CN": "一二三四五六七八九文武安平华强芳丽", "US": (" Example", " Jules", " Indigo", " Blakeson")}
_PLACES = {"CN": ("南京 江苏", "杭州 浙江", "深圳 广东", "北京 北京"), "US": ("Austin TX", "Boston MA", "Denver CO")}
_VCARD = {
    "phone": "TEL",
    "phone2": "TEL;TYPE=HOME",
    "email": "EMAIL",
    "name": "FN",
    "organisation": "ORG",
    "other": "NOTE",
}
_ROUNDS = 6
"""How often what a refusal names is left out before a case is given up."""


def _phone(rng: random.Random, region: str) -> str:
    """A number that nobody has."""
    if region == "CN":
        return f"{rng.choice(_SEGMENTS)}{rng.randrange(10**8):08d}"
    return f"{rng.randrange(201, 990)}-555-01{rng.randrange(100):02d}"


def _person(rng: random.Random, region: str) -> Row:
    """Somebody invented, with something in every field."""
    name = rng.choice(_NAMES[region]) + rng.choice(_GIVEN[region])
    city, province = rng.choice(_PLACES[region]).split()
    joined = date(2020, 1, 1) + timedelta(days=rng.randrange(2200))
    left = joined + timedelta(days=rng.randrange(900))
    written = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d 10:07:00", "%Y%m%d", "2026-13-45")
    days = [day.strftime(rng.choices(written, (8, 3, 3, 1, 1))[0]) for day in (joined, joined, left)]
    values = (
        _phone(rng, region), _phone(rng, region), f"u{rng.randrange(10**6)}@mail.example", name, f"{name} 示例有限公司",
        f"{city} {rng.randrange(300)}", city, province, *days, str(rng.randrange(10**5)), f"m{rng.randrange(10**5)}",
        rng.choice(("vip", "x,y", 'said "no"', "a;b", "再联系")),
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def _rows(rng: random.Random, region: str, earlier: Sequence[Sequence[Row]]) -> list[Row]:
    """The people of a list: others than those of earlier lists, a sample, a merge, or an exact copy of them."""
    fresh = [_person(rng, region) for _ in range(rng.choice((0, 1, 2, 7, 20, 40, 90, 150, 300)))]
    how = rng.choice(("fresh", "sample", "merge", "copy", "grown")) if earlier else "fresh"
    parent = list(rng.choice(earlier)) if earlier else []
    rows = {
        "fresh": fresh, "copy": parent, "grown": parent[: len(parent) * 9 // 10] + fresh[:60],
        "sample": rng.sample(parent, int(len(parent) * rng.choice((0.3, 0.7, 0.95)))),
        "merge": (parent + list(rng.choice(earlier or [[]])))[:400],
    }[how]  # fmt: skip
    return [dict(row) for row in (rng.sample(rows, len(rows)) if how != "copy" and rng.random() < 0.3 else rows)]


def _damaged(rng: random.Random, rows: Sequence[Row]) -> list[Row]:
    """Copies of the rows with holes by column and by row, dirty numbers and repeats."""
    shares = {name: rng.choice(SHARES) for name in FIELDS}
    lack = rng.choice(
        ((0, 0, 0, 0), (0.1, 0.1, 0.05, 0.05), (0.9, 0.05, 0, 0), (0.05, 0.9, 0, 0), (0.1, 0.1, 0.3, 0.3))
    )
    dirt, repeated = rng.choice((0.0, 0.05, 0.4)), rng.choice((0.0, 0.0, 0.1, 0.5))
    numbers = rng.choices(("clear", "hashed", "masked"), (10, 1, 1))[0]
    emptied: Sequence[Sequence[str]] = (
        ("phone", "phone2"),
        ("phone2", "email"),
        ("phone", "phone2", "email"),
        FIELDS,
        (),
    )
    found: list[Row] = []
    for row in rows:
        cut = {name: "" if rng.random() < shares[name] else cell for name, cell in row.items()}
        kind = rng.choices(range(5), (*lack, 1 - sum(lack)))[0]
        cut |= dict.fromkeys(emptied[kind], "") | ({"email": row["email"]} if kind == 0 else {})
        cut |= {name: _written(rng, cut[name], dirt, numbers) for name in ("phone", "phone2") if cut[name]}
        found += [cut, *([dict(cut)] * rng.randint(1, 3) if rng.random() < repeated else [])]
    return found


def _written(rng: random.Random, number: str, dirt: float, numbers: str) -> str:
    digits = number.replace("-", "")
    masked, hashed = f"{digits[:3]}****{digits[-4:]}", hashlib.sha256(digits.encode()).hexdigest()
    if numbers != "clear":
        return masked if numbers == "masked" else hashed
    if rng.random() >= dirt or len(digits) < 10:
        return number
    abroad = "+1" if len(digits) == 10 else "+86"
    return rng.choice((
        rng.choice(_JUNK), masked, hashed, f"{digits}.0", f"{digits[0]}.{digits[1:3]}E+10", f"{abroad} {digits}",
        f"{number}/{number[:-1]}9", digits[:-2], f"{digits}a", f" {number}　", "",
    ))  # fmt: skip


def _typed(text: str, name: str) -> Any:
    """A cell as a program stores it: whole numbers and days where it can."""
    if name in ("phone", "phone2", "id") and text.isascii() and text.isdigit():
        return int(text)
    if name in ("date", "created", "deleted") and len(text) == 10 and text[4] == "-" and text != "2026-13-45":
        return date.fromisoformat(text)
    return text or None


def _file(  # noqa: PLR0911 - one return a format
    rng: random.Random, form: str, fields: Sequence[str], rows: Sequence[Row], region: str
) -> bytes:
    """A list in a format, with each kind of hole that the format can have."""
    heads, cells, out = (
        [HEADINGS[region][name] for name in fields],
        [[row[f] for f in fields] for row in rows],
        io.BytesIO(),
    )
    typed = [[_typed(cell, name) for cell, name in zip(line, fields, strict=True)] for line in cells]
    if form == "xlsx":
        book = openpyxl.Workbook()
        page = book.create_sheet("list", 0)
        for line in [heads, *(typed if rng.random() < 0.5 else cells)]:
            page.append(line)
        book.save(out)
        return out.getvalue()
    if form == "parquet":
        columns = {}
        for head, values in zip(heads, zip(*typed, strict=True) if typed else [()] * len(heads), strict=True):
            alike = len({type(value) for value in values} - {type(None)}) <= 1 and rng.random() < 0.5
            columns[head] = pa.array(values if alike else [None if v is None else str(v) for v in values])
        pq.write_table(pa.table(columns), out)
        return out.getvalue()
    if form in ("json", "ndjson"):
        how = rng.choice(("text", "null", "absent"))
        records = [
            {head: value if how == "text" or value is None else str(value) for head, value in
             zip(heads, line if how == "text" else values, strict=True) if how != "absent" or value is not None}
            for line, values in zip(cells, typed, strict=True)
        ]  # fmt: skip
        if form == "ndjson":
            return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records).encode()
        return json.dumps(records if rng.random() < 0.7 else {"data": records}, ensure_ascii=False).encode()
    if form == "vcf":
        lines = [[f"{_VCARD[f]}:{row[f]}" for f in fields if f in _VCARD and row[f]] for row in rows]
        return "".join("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *card, "END:VCARD", ""]) for card in lines).encode()
    if form == "txt":  # without columns
        return "\n".join(rng.choice((" ", ", ", " | ")).join(line) for line in cells).encode()
    text = io.StringIO()
    delimiter = {"tsv": "\t", "csv-semicolon": ";"}.get(form, ",")
    csv.writer(text, delimiter=delimiter, lineterminator=rng.choice(("\n", "\r\n"))).writerows([heads, *cells])
    return text.getvalue().encode("gb18030" if form.endswith("18030") else "utf-8-sig" if ";" in delimiter else "utf-8")


@dataclass
class Made:
    """A case on disk, with the tables of its manifest."""

    folder: Path
    region: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **keys: object) -> None:
        """Add a table to the manifest."""
        self.tables.setdefault(table, []).append(keys)

    def ids(self, table: str) -> list[str]:
        """The ids of a table's rows."""
        return [str(row["id"]) for row in self.tables.get(table, [])]

    def write(self) -> Path:
        """Write the manifest."""
        # A segment table of its own: the built-in one takes longer to load than all the rest.
        segments = "segment,province,city,carrier\n1420000,江苏,南京,甲\n1540000,江苏,南京,甲\n1690500,江苏,南京,甲\n"
        (self.folder / "segments.csv").write_text(segments, encoding="utf-8")
        write_manifest(self.folder, name="Holes", region=self.region, more=self.tables, segments="segments.csv")
        return self.folder / "case.toml"

    def drop(self, said: str) -> bool:
        """Leave out what a refusal names by file or id, and what needs it; whether anything was."""
        before = sum(map(len, self.tables.values()))
        for table, rows in self.tables.items():
            named = [
                row
                for row in rows
                if str(row.get("path") or "\0") in said or (table == "release" and row["id"] in said)
            ]
            self.tables[table] = [row for row in rows if row not in named]
        for table in ("release", "claim"):
            held = (None, *self.ids("dataset"))
            self.tables[table] = [row for row in self.tables.get(table, []) if row.get("dataset") in held]
        return sum(map(len, self.tables.values())) < before


def make_case(rng: random.Random, folder: Path) -> Made:
    """Draw a case and write its files."""
    made = Made(folder, rng.choice(("CN", "CN", "US")))

    def maybe(value: Any) -> Any:
        return value if rng.random() < 0.5 else None

    def some_day() -> date:
        return date(2026, 1, 1) + timedelta(days=rng.randrange(300))

    def columns() -> list[str]:
        chosen = [name for name in FIELDS if rng.random() < 0.5]
        return (
            rng.sample(chosen, len(chosen))
            if {"phone", "email"} & {*chosen}
            else [*chosen, rng.choice(("phone", "email"))]
        )

    for party in PARTIES:
        made.add("party", id=party, name=f"Example {party}", role=rng.choice(ROLES), province=maybe("江苏"))
    canaries = [_person(rng, made.region) for _ in range(rng.randint(1, 16))] if rng.random() < 0.6 else []
    if canaries:
        names = ("phone", "email", "name", "organisation", "kind")
        for one in canaries:
            one[rng.choice(names[:4])], one["kind"] = "", rng.choice(("canary", "canary", "home", "control", "reserve"))
        text = "\n".join([",".join(names), *(",".join(one[name] for name in names) for one in canaries)])
        (folder / "identities.csv").write_text(text + "\n", encoding="utf-8")
        made.add("canaries", path="identities.csv")
    held: list[list[Row]] = []  # the people of each list without its holes, or with them, and of each copy
    for number in range(rng.randint(2, 7)):
        rows = _rows(rng, made.region, held)
        damaged, fields = _damaged(rng, rows), columns()
        origin = rng.choices((None, "obtained", "own", "refusals"), (2, 3, 3, 1))[0]
        fields += [
            name for name in ("date", "created", "deleted") if origin in ("own", "refusals") and name not in fields
        ]
        form, kinds = rng.choice(FORMS), {}
        path = f"d{number}-list.{form.split('-')[0]}"
        (folder / path).write_bytes(_file(rng, form, fields, damaged, made.region))
        if form not in ("txt", "vcf") and rng.random() < 0.3:
            kinds = {name: HEADINGS[made.region][name] for name in ("key", "phone") if name in fields}
        made.add(
            "dataset", id=f"d{number}", path=path, holder=rng.choice(PARTIES), origin=origin, columns=kinds or None,
            obtained=maybe(some_day()), created=maybe(date(2025, rng.randint(1, 12), 1)),
            collected_under=maybe(rng.choice(LAWFUL_BASES)), used_under=maybe(rng.choice(LAWFUL_BASES)),
        )  # fmt: skip
        held.append(rows if rng.random() < 0.6 else damaged)
        if rng.random() < 0.4:  # a copy: rows withheld, canaries and foreign rows added
            copy = [row for row in damaged if rng.random() < rng.choice((0.5, 0.95, 1.0))]
            copy += [one for one in canaries if one["kind"] == "canary" and rng.random() < 0.5]
            copy += [_person(rng, made.region) for _ in range(rng.choice((0, 0, 3)))]
            form = rng.choice(("csv", "tsv", "xlsx", "parquet", "json"))
            (folder / f"copy{number}.{form}").write_bytes(
                _file(rng, form, ("phone", "email", "name"), copy, made.region)
            )
            made.add("release", id=f"release{number}", dataset=f"d{number}", to=rng.choice(PARTIES),
                     date=maybe(some_day()), ends=maybe(some_day() + timedelta(days=300)),
                     path=maybe(f"copy{number}.{form}"),
                     use_basis=maybe(rng.choice(LAWFUL_BASES)))  # fmt: skip
            held.append(copy)
    values = {
        "size": 500_000_000,
        "daily_growth": 10_000,
        "pool_size": 10_000,
        "complaint_rate": 0.0001,
        "stopped": "2026-06-15",
    }
    for number in range(rng.randint(0, 8)):
        kind = rng.choice(CLAIM_KINDS)
        made.add("claim", id=f"claim{number}", party=rng.choice(PARTIES), about=maybe(rng.choice(PARTIES)), kind=kind,
                 channel=maybe(rng.choice(CHANNELS)), value=maybe(values.get(kind)), said=maybe(some_day()),
                 dataset=maybe(rng.choice(made.ids("dataset"))), quote=maybe("as they say"))  # fmt: skip
    for _ in range(rng.randint(0, 3)):
        giver, taker = rng.sample(PARTIES, 2)
        made.add(
            "relation", **{"kind": rng.choice(RELATION_KINDS), "from": giver, "to": taker, "date": maybe(some_day())}
        )
    if rng.random() < 0.5:
        made.add(
            "line", id="line0", numbers=["025*", "1426*"], vendor=maybe("p-line"), province=maybe("江苏"), hand=maybe(2)
        )
        made.add("reply", party="p-vendor", asked=date(2026, 5, 3), deadline=maybe(date(2026, 5, 10)), text=maybe("no"))
    for table in ("signals", "complaints") if rng.random() < 0.5 else ():
        calls = []
        for _ in range(rng.choice((1, 5, 40))):
            called = rng.choice([*(one["phone"] for one in canaries if one["phone"]), _phone(rng, made.region)])
            cells = (
                f"2026-0{rng.randint(1, 9)}-10 10:07:00",
                _phone(rng, made.region),
                called,
                rng.choice(("", "贷款")),
            )
            calls.append(",".join(cell if rng.random() < 0.9 else "" for cell in cells))
        (folder / f"{table}.csv").write_text("\n".join(["at,caller,called,text", *calls]) + "\n", encoding="utf-8")
        made.add(table, path=f"{table}.csv")
    return made


@dataclass
class Tally:
    """What became of the cases."""

    ends: Counter[str] = field(default_factory=Counter)
    """Step and how it ended -> how often."""
    faults: dict[str, list[str]] = field(default_factory=dict)
    """Where a fault was raised and its kind -> the cases and steps."""
    traces: dict[str, str] = field(default_factory=dict)
    """Fault -> the last lines of its first traceback."""

    def watch(self, case: str, step: str, what: Callable[[], object]) -> bool:
        """Run one step and put its end down; whether it ended well."""
        end = "done"
        try:
            what()
        except TracerError:
            end = "refused"
        except Exception as error:  # noqa: BLE001 - whatever else is raised is what is looked for
            end, last = "FAULT", traceback.extract_tb(error.__traceback__)
            ours = next((frame for frame in reversed(last) if "/tracer/" in frame.filename), last[-1])
            # The head of DuckDB's message tells one fault of a statement from another.
            place = f"{ours.filename.rpartition('/tracer/')[2]}:{ours.lineno} {ours.name}"
            fault = f"{place}: {type(error).__name__}: {str(error)[:60]}"
            self.faults.setdefault(fault, []).append(f"{case} {step}")
            self.traces.setdefault(fault, "".join(traceback.format_exc(limit=-6)))
        self.ends[f"{step.split(maxsplit=1)[0]}: {end}"] += 1
        return end == "done"


def loaded(made: Made) -> Case | None:
    """The case with all that is not refused; None where nothing is left."""
    for _ in range(_ROUNDS):
        case = memory_case(made.region)
        try:
            apply_manifest(case, read_manifest(made.write()))
        except TracerError as refusal:
            case.close()
            if not made.drop(refusal.line()):
                raise
            continue
        return case
    return None


def run_case(name: str, folder: Path, tally: Tally) -> None:
    """Make, load, trace and ask one case. name: `seed-number`, which draws it."""
    rng = random.Random(name)
    made, held = make_case(rng, folder), list[Case | None]()
    if not tally.watch(name, "load", lambda: held.append(loaded(made))) or held[0] is None:
        return
    case = held[0]
    try:
        if rng.random() < 0.1:
            tally.watch(name, "story untraced", lambda: story(case.con))
        if not tally.watch(name, "trace", lambda: trace(case)):
            _by_stages(name, case, tally)
        for step, what in _questions(rng, made, case):
            tally.watch(name, step, what)
    finally:
        case.close()


def _by_stages(name: str, case: Case, tally: Tally) -> None:
    """Each stage by itself; what one has found is kept for the next."""
    with case.transaction():
        ensure_segments(case.con)
        ensure_rules(case.con)

    def alone(stage: Stage) -> None:
        with case.transaction(), CaseFacts(case.con) as facts:
            run_stage(facts, stage, 1)

    for stage in STAGES:
        tally.watch(name, f"stage {stage.name}", partial(alone, stage))


def _questions(rng: random.Random, made: Made, case: Case) -> Iterator[tuple[str, Callable[[], object]]]:
    con, lists = case.con, made.ids("dataset")

    def asked(query: NamedQuery) -> None:
        required = {one.name: rng.choice(lists or ["none"]) for one in query.parameters if one.required}
        list(run_query(con, query, required).rows())

    def explained(a: str, b: str) -> None:
        answer = why(con, a, b)
        why_text(answer, 100)
        why_json(answer)

    for query in load_queries().values():
        yield f"query {query.name}", partial(asked, query)
    for number in range(6 if lists else 0):
        a = rng.choice(lists)
        b = rng.choice(lists if number % 2 else [*made.ids("party"), *made.ids("release"), *made.ids("claim")])
        if a != b:
            yield f"why {a} {b}", partial(explained, a, b)
    yield "story", lambda: story(con)
    yield "graph", lambda: graph_files(case, "json")
    for one in lists[:2]:
        yield f"attribute {one}", partial(attributions_of, con, one)
        yield f"show {one}", partial(show, con, one)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case: one can be made again alone")
    parser.add_argument("--keep", type=Path, help="an empty folder that keeps the files of every case")
    asked = parser.parse_args(arguments)
    tally, start = Tally(), time.monotonic()
    for number in range(asked.first, asked.first + asked.cases):
        with tempfile.TemporaryDirectory(prefix="holes-") as temporary:
            name = f"{asked.seed}-{number}"
            folder = (asked.keep or Path(temporary)) / name
            folder.mkdir(parents=True)
            run_case(name, folder, tally)
    print(f"{asked.cases:,} cases in {time.monotonic() - start:.0f} s")
    for end, count in sorted(tally.ends.items()):
        print(f"  {end:30} {count:8,}")
    for fault, where in sorted(tally.faults.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(where):,} times {fault}\n  first: {', '.join(where[:6])}\n{tally.traces[fault]}")
    print("bar held" if not tally.faults else f"BAR MISSED: {len(tally.faults)} faults")
    return int(bool(tally.faults))


if __name__ == "__main__":
    sys.exit(main())
