"""A hand-made case in three countries: a client in Germany, a vendor in China, traders in the United States; a person
who judged, a reply and one that never came, a contract that ended, a chain of three steps, and a list that has two
identifiers for most of its contacts next to one that has one.

Numbers lie in segments that are given to nobody: Germany's and the United States' ranges for films, 140 in China.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.manifests import entry

_GERMAN = ("03023125", "06990009", "04066969", "02214710", "08999998")
_AMERICAN = ("202", "212", "312", "415", "617", "713", "206", "404", "305", "702")
Person = tuple[str, str, str]
"""Name, number, address."""

_PARTIES = (
    ("lindner", "Lindner Optik GmbH", "Lindner", "林德纳", "client"),
    ("qingmo", "宁波青陌网络科技有限公司", "Qingmo", "青陌", "system_vendor"),
    ("harlow", "Harlow Leads LLC", "Harlow", "哈洛", "data_trader"),
    ("brightwell", "Brightwell Media Inc.", "Brightwell", "布莱特韦尔", "data_trader"),
    ("osterweg", "Osterweg Callcenter AG", "Osterweg", "奥斯特韦格", "contractor"),
)
"""Id, name, the names by which readers of English and of Chinese know it, role."""
_LISTS: tuple[tuple[str, str, str, str, date, dict[str, object]], ...] = (
    ("customers", "lindner", "Lindner's customers", "林德纳客户", date(2026, 1, 5),
     {"origin": "own", "created": date(2026, 1, 5)}),
    ("backup", "qingmo", "Qingmo's backup", "青陌备份", date(2026, 6, 20),
     {"created": date(2026, 6, 17), "region": "CN"}),
    ("leads", "harlow", "Harlow's leads", "哈洛线索", date(2026, 7, 1), {"region": "US"}),
    ("prospects", "brightwell", "Brightwell's prospects", "布莱特韦尔潜客", date(2026, 7, 15), {"region": "US"}),
    ("calls", "osterweg", "Osterweg's call list", "奥斯特韦格外呼名单", date(2026, 7, 20), {}),
    ("raffle", "harlow", "Harlow's raffle", "哈洛抽奖名单", date(2026, 3, 1), {"region": "US"}),
)  # fmt: skip
"""Id and file, holder, English and Chinese title, the day on which it was obtained, more."""
_REPLY = {"asked": date(2026, 8, 1), "deadline": date(2026, 8, 10)}


def _manifest() -> str:
    return "\n".join([
        '[case]\nname = "Three countries"\nregion = "DE"\n',
        *(entry("party", id=id_, name=name, name_en=en, name_zh=zh, role=role) for id_, name, en, zh, role in _PARTIES),
        *(
            entry("dataset", id=id_, path=f"{id_}.csv", holder=holder, title_en=en, title_zh=zh, obtained=day, **more)
            for id_, holder, en, zh, day, more in _LISTS
        ),
        entry("canaries", path="canaries.csv"),
        entry("release", id="lindner-qingmo", dataset="customers", to="qingmo", date=date(2026, 1, 10),
              ends=date(2026, 4, 30), purpose="reminders", path="copy.csv"),
        entry("claim", id="qingmo-deleted", party="qingmo", kind="not_retained", said=date(2026, 5, 4),
              quote="所有数据已删除"),
        entry("reply", party="qingmo", answered=date(2026, 8, 6), text="备份由前员工保存。", **_REPLY),
        entry("reply", party="harlow", **_REPLY),
    ])  # fmt: skip


JUDGED = ("backup", "leads", "confirm")
NOTE = "a delivery note of 8 July"
"""Two lists, what a person decides of them, and why."""


def write_case(folder: Path, seed: int = 38) -> Path:
    """The lists and the manifest; the manifest's path."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    germans = _people(rng, [f"+49{area[1:]}{n:03d}" for area in _GERMAN for n in range(1000)], "de", 2400)
    americans = _people(rng, [f"+1{area}55501{n:02d}" for area in _AMERICAN for n in range(100)], "us", 900)
    canaries = [(f"Probe {n}", f"+86140990{n:05d}", f"probe{n}@lindner-post.example") for n in range(12)]
    copy = [*germans[:2360], *canaries]
    rng.shuffle(copy)
    backup = [one for one in copy if rng.random() < 0.97 or one in canaries]
    leads = [*_some(rng, backup, 0.7, canaries[:8]), *americans[:500]]
    prospects = _some(rng, leads, 0.75, canaries[:5])
    calls = _some(rng, leads, 0.3, canaries[:3])
    raffle = [*americans[300:], *_some(rng, leads, 0.06, [])]
    lists = {
        "customers": germans, "copy": copy, "backup": backup, "leads": leads, "prospects": prospects, "calls": calls,
        "raffle": raffle,
    }  # fmt: skip
    for name, people in lists.items():
        _write(folder / f"{name}.csv", people, {"leads": 0.15, "prospects": 1.0}.get(name, 0.0))
    with (folder / "canaries.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(["name", "phone", "email", "consent"])
        written.writerows([*one, "own"] for one in canaries)
    manifest = folder / "case.toml"
    manifest.write_text(_manifest(), encoding="utf-8")
    return manifest


def _people(rng: random.Random, numbers: list[str], where: str, count: int) -> list[Person]:
    chosen = rng.sample(numbers, count)
    return [(f"Person {where}{n}", number, f"p{n}.{where}@mail.example") for n, number in enumerate(chosen)]


def _some(rng: random.Random, people: Sequence[Person], share: float, planted: Sequence[Person]) -> list[Person]:
    kept = [one for one in people if rng.random() < share and not one[0].startswith("Probe")]
    return [*kept, *planted]


def _write(path: Path, people: Sequence[Person], numbers_only: float = 0.0) -> None:
    rng = random.Random(path.name)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(["name", "phone", "email"])
        written.writerows([one[0], one[1], "" if rng.random() < numbers_only else one[2]] for one in people)
