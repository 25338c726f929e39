"""One small case for `tests.bench.holes`, as a manifest with its files: lists, copies, canaries, claims, complaints."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.bench.holes_files import WRITERS, Sheet, manifest_text
from tests.bench.holes_lists import FIELDS, HEADINGS, Row, draw_holes, draw_rows, person, phone, with_holes
from tracer.dossier.vocabulary import CHANNELS, CLAIM_KINDS, LAWFUL_BASES, RELATION_KINDS, ROLES

SEGMENTS = "segment,province,city,carrier\n" + "".join(
    f"{segment}{end:04d},江苏,南京,甲运营商\n" for segment in ("142", "154", "169") for end in range(0, 10_000, 500)
)
PARTIES = ("p-client", "p-vendor", "p-trader", "p-platform", "p-line")


@dataclass
class Made:
    """A case on disk."""

    folder: Path
    region: str
    segments: str | None = None
    """A segment table of its own; the built-in one takes longer to load than all the rest."""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Table of the manifest -> its rows."""

    @property
    def manifest(self) -> Path:
        """The manifest's file."""
        return self.folder / "case.toml"

    def add(self, table: str, **keys: object) -> None:
        """Add a table to the manifest."""
        self.tables.setdefault(table, []).append(keys)

    def ids(self, table: str) -> list[str]:
        """The ids of a table's rows."""
        return [str(row["id"]) for row in self.tables.get(table, [])]

    def write(self) -> None:
        """Write the manifest."""
        tables = {"case": [{"name": "Holes", "region": self.region, "segments": self.segments}], **self.tables}
        self.manifest.write_text(manifest_text(tables), encoding="utf-8")

    def drop(self, told: str) -> bool:
        """Leave out what a refusal names by file or id, and what needs it; whether anything was."""
        before = sum(map(len, self.tables.values()))
        for table, rows in self.tables.items():
            self.tables[table] = [
                row for row in rows
                if not ("path" in row and str(row["path"]) in told) and not (table == "release" and row["id"] in told)
            ]  # fmt: skip
        held = self.ids("dataset")
        for table in ("release", "claim"):
            kept = [row for row in self.tables.get(table, []) if row.get("dataset") in (None, *held)]
            self.tables[table] = kept
        self.write()
        return sum(map(len, self.tables.values())) < before


def make_case(rng: random.Random, folder: Path) -> Made:
    """Draw a case and write its files."""
    made = Made(folder, rng.choice(("CN", "CN", "US")))
    if rng.random() < 0.95:
        made.segments = "segments.csv"
        (folder / made.segments).write_text(SEGMENTS, encoding="utf-8")
    for party in PARTIES:
        made.add("party", id=party, name=f"Example {party}", role=rng.choice(ROLES),
                 province=_maybe(rng, "江苏"), industry=_maybe(rng, "教育"))  # fmt: skip
    canaries = _canaries(rng, made) if rng.random() < 0.6 else []
    whole: list[list[Row]] = []
    """The people of each list without its holes, or with them: some lists descend from what others received."""
    for number in range(rng.randint(2, 7)):
        rows, region = draw_rows(rng, made.region, whole), made.region
        damaged = with_holes(rng, rows, draw_holes(rng))
        _dataset(rng, made, f"d{number}", damaged, region)
        whole.append(rows if rng.random() < 0.6 else damaged)
        if rng.random() < 0.4:
            whole.append(_release(rng, made, f"d{number}", damaged, canaries))
    _said(rng, made)
    if rng.random() < 0.5:
        _calls(rng, made, canaries)
    made.write()
    return made


def _maybe(rng: random.Random, value: Any) -> Any:
    return value if rng.random() < 0.5 else None


def _some_day(rng: random.Random) -> date:
    return date(2026, 1, 1) + timedelta(days=rng.randrange(300))


def _columns(rng: random.Random) -> list[str]:
    chosen = [name for name in FIELDS if rng.random() < 0.5]
    if not {"phone", "email"} & set(chosen):
        chosen.append(rng.choice(("phone", "email")))
    rng.shuffle(chosen)
    return chosen


def _dataset(rng: random.Random, made: Made, id_: str, rows: list[Row], region: str) -> None:
    origin = rng.choices((None, "obtained", "own", "refusals"), (2, 3, 3, 1))[0]
    fields = _columns(rng)
    if origin == "refusals" and "date" not in fields:
        fields.append("date")
    if origin == "own":
        fields += [name for name in ("created", "deleted") if name not in fields and rng.random() < 0.6]
    form = rng.choice(list(WRITERS))
    if form == "csv-cp1252" and region == "CN":
        form = "csv-gb18030"
    suffix, write = WRITERS[form]
    sheet = Sheet(fields, rows, region)
    path = f"{id_}-list{suffix}"
    (made.folder / path).write_bytes(write(sheet, rng))
    heading = dict(zip(FIELDS, HEADINGS[region], strict=True))
    columns: dict[str, object] = {}
    if suffix not in (".txt", ".vcf"):
        if "key" in fields and rng.random() < 0.6:
            columns["key"] = heading["key"] if rng.random() < 0.6 else [heading[name] for name in fields[:2]]
        if "phone" in fields and rng.random() < 0.3:
            columns["phone"] = heading["phone"]
    made.add(
        "dataset", id=id_, path=path, holder=rng.choice(PARTIES), origin=origin, columns=columns or None,
        obtained=_maybe(rng, _some_day(rng)), created=_maybe(rng, date(2025, rng.randint(1, 12), 1)),
        collected_under=_maybe(rng, rng.choice(LAWFUL_BASES)), used_under=_maybe(rng, rng.choice(LAWFUL_BASES)),
    )  # fmt: skip


def _canaries(rng: random.Random, made: Made) -> list[Row]:
    """Controlled identities, each with a number, a mail address, or both."""
    people = [person(rng, made.region) for _ in range(rng.randint(1, 16))]
    for one in people:
        without = rng.choice(("phone", "email", "name", "organisation"))
        one[without] = ""
        one["kind"] = rng.choice(("canary", "canary", "canary", "home", "control", "reserve"))
    names = ("phone", "email", "name", "organisation", "kind")
    text = "\n".join([",".join(names), *(",".join(one[name] for name in names) for one in people)])
    (made.folder / "identities.csv").write_text(text + "\n", encoding="utf-8")
    made.add("canaries", path="identities.csv")
    return [one for one in people if one["kind"] == "canary"]


def _release(rng: random.Random, made: Made, dataset: str, rows: list[Row], canaries: list[Row]) -> list[Row]:
    """A handover, mostly with its copy: rows withheld, canaries and foreign rows added. Returns the copy's rows."""
    number = len(made.tables.get("release", []))
    copy = [row for row in rows if rng.random() < rng.choice((0.5, 0.95, 1.0))]
    copy += [{name: one[name] for name in FIELDS} for one in canaries if rng.random() < 0.5]
    copy += [person(rng, made.region) for _ in range(rng.choice((0, 0, 3)))]
    path = None
    if rng.random() < 0.7:
        fields = [name for name in ("phone", "email", *_columns(rng)) if name not in ("kind", "key")]
        suffix, write = WRITERS[rng.choice(("csv", "tsv", "xlsx", "parquet", "json"))]
        path = f"copy{number}{suffix}"
        (made.folder / path).write_bytes(write(Sheet(list(dict.fromkeys(fields)), copy, made.region), rng))
    made.add(
        "release", id=f"release{number}", dataset=dataset, to=rng.choice(PARTIES), date=_maybe(rng, _some_day(rng)),
        ends=_maybe(rng, _some_day(rng) + timedelta(days=300)), path=path,
        use_basis=_maybe(rng, rng.choice(LAWFUL_BASES)),
    )  # fmt: skip
    return copy


_VALUES: Mapping[str, tuple[object, ...]] = {
    "size": (100, 500_000_000), "daily_growth": (1, 10_000), "pool_size": (10, 10_000), "complaint_rate": (0.0001, 0.5),
    "stopped": ("2026-06-15", "2026-06-15 江苏"),
}  # fmt: skip


def _said(rng: random.Random, made: Made) -> None:
    """Claims of many kinds, relations, lines and replies."""
    for number in range(rng.randint(0, 8)):
        kind = rng.choice(CLAIM_KINDS)
        made.add(
            "claim", id=f"claim{number}", party=rng.choice(PARTIES), about=_maybe(rng, rng.choice(PARTIES)), kind=kind,
            channel=_maybe(rng, rng.choice(CHANNELS)), value=_maybe(rng, rng.choice(_VALUES.get(kind, (None,)))),
            dataset=_maybe(rng, rng.choice(made.ids("dataset"))), said=_maybe(rng, _some_day(rng)),
            quote=_maybe(rng, "as they say"),
        )  # fmt: skip
    for _ in range(rng.randint(0, 3)):
        giver, taker = rng.sample(PARTIES, 2)
        made.add("relation", kind=rng.choice(RELATION_KINDS), **{"from": giver, "to": taker},
                 date=_maybe(rng, _some_day(rng)))  # fmt: skip
    if rng.random() < 0.5:
        made.add("line", id="line0", numbers=["025*", "1426*"], vendor=_maybe(rng, "p-line"),
                 carrier=_maybe(rng, "p-platform"), province=_maybe(rng, "江苏"), hand=_maybe(rng, 2))  # fmt: skip
    if rng.random() < 0.3:
        made.add("reply", party="p-vendor", asked=date(2026, 5, 3), deadline=_maybe(rng, date(2026, 5, 10)),
                 answered=_maybe(rng, date(2026, 5, 8)), text=_maybe(rng, "no"))  # fmt: skip


def _calls(rng: random.Random, made: Made, canaries: list[Row]) -> None:
    """Calls that reached canaries, and complaints, with holes as well."""
    called = [one["phone"] for one in canaries if one["phone"]] or [phone(rng, made.region)]
    for table, path in (("signals", "calls.csv"), ("complaints", "complaints.csv")):
        rows = []
        for _ in range(rng.choice((1, 5, 40))):
            cells = (
                f"2026-0{rng.randint(1, 9)}-1{rng.randint(0, 9)} 1{rng.randint(0, 9)}:07:00", phone(rng, made.region),
                rng.choice([*called, *called, phone(rng, made.region)]), rng.choice(("", "贷款", "hello")),
            )  # fmt: skip
            rows.append(",".join(cell if rng.random() < 0.9 else "" for cell in cells))
        (made.folder / path).write_text("\n".join(["at,caller,called,text", *rows]) + "\n", encoding="utf-8")
        if rng.random() < 0.7:
            made.add(table, path=path)


def pairs(rng: random.Random, made: Made, count: int = 6) -> Iterator[tuple[str, str]]:
    """Some pairs of ids to ask `why` about: lists mostly, and parties, copies and claims."""
    lists = made.ids("dataset")
    others = [*made.ids("party"), *made.ids("release"), *made.ids("claim")]
    for number in range(count if lists else 0):
        a, b = rng.choice(lists), rng.choice(lists if number % 2 else others)
        if a != b:
            yield a, b
