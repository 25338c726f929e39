"""A hand-made case in three countries: a client in Germany, a vendor in China, traders in the United States; a person
who judged, a reply and one that never came, a contract that ended, a chain of three steps, and a list that has two
identifiers for most of its contacts next to one that has one.

Numbers lie in segments that are given to nobody: Germany's and the United States' ranges for films, 140 in China.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

_GERMAN = ("03023125", "06990009", "04066969", "02214710", "08999998")
_AMERICAN = ("202", "212", "312", "415", "617", "713", "206", "404", "305", "702")
Person = tuple[str, str, str]
"""Name, number, address."""

MANIFEST = """
[case]
name = "Three countries"
region = "DE"

[[party]]
id = "lindner"
name = "Lindner Optik GmbH"
name_en = "Lindner"
name_zh = "林德纳"
role = "client"

[[party]]
id = "qingmo"
name = "宁波青陌网络科技有限公司"
name_en = "Qingmo"
name_zh = "青陌"
role = "system_vendor"

[[party]]
id = "harlow"
name = "Harlow Leads LLC"
name_en = "Harlow"
name_zh = "哈洛"
role = "data_trader"

[[party]]
id = "brightwell"
name = "Brightwell Media Inc."
name_en = "Brightwell"
name_zh = "布莱特韦尔"
role = "data_trader"

[[party]]
id = "osterweg"
name = "Osterweg Callcenter AG"
name_en = "Osterweg"
name_zh = "奥斯特韦格"
role = "contractor"

[[dataset]]
id = "customers"
path = "customers.csv"
holder = "lindner"
title_en = "Lindner's customers"
title_zh = "林德纳客户"
origin = "own"
obtained = 2026-01-05
created = 2026-01-05

[[dataset]]
id = "backup"
path = "backup.csv"
holder = "qingmo"
title_en = "Qingmo's backup"
title_zh = "青陌备份"
obtained = 2026-06-20
created = 2026-06-17
region = "CN"

[[dataset]]
id = "leads"
path = "leads.csv"
holder = "harlow"
title_en = "Harlow's leads"
title_zh = "哈洛线索"
obtained = 2026-07-01
region = "US"

[[dataset]]
id = "prospects"
path = "prospects.csv"
holder = "brightwell"
title_en = "Brightwell's prospects"
title_zh = "布莱特韦尔潜客"
obtained = 2026-07-15
region = "US"

[[dataset]]
id = "calls"
path = "calls.csv"
holder = "osterweg"
title_en = "Osterweg's call list"
title_zh = "奥斯特韦格外呼名单"
obtained = 2026-07-20

[[dataset]]
id = "raffle"
path = "raffle.csv"
holder = "harlow"
title_en = "Harlow's raffle"
title_zh = "哈洛抽奖名单"
obtained = 2026-03-01
region = "US"

[[canaries]]
path = "canaries.csv"

[[release]]
id = "lindner-qingmo"
dataset = "customers"
to = "qingmo"
date = 2026-01-10
ends = 2026-04-30
purpose = "reminders"
path = "copy.csv"

[[claim]]
id = "qingmo-deleted"
party = "qingmo"
kind = "not_retained"
said = 2026-05-04
quote = "所有数据已删除"

[[reply]]
party = "qingmo"
asked = 2026-08-01
deadline = 2026-08-10
answered = 2026-08-06
text = "备份由前员工保存。"

[[reply]]
party = "harlow"
asked = 2026-08-01
deadline = 2026-08-10
"""
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
    _write(folder / "customers.csv", germans)
    _write(folder / "copy.csv", copy)
    _write(folder / "backup.csv", backup)
    _write(folder / "leads.csv", leads, numbers_only=0.15)
    _write(folder / "prospects.csv", prospects, numbers_only=1.0)
    _write(folder / "calls.csv", calls)
    _write(folder / "raffle.csv", raffle)
    with (folder / "canaries.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(["name", "phone", "email", "consent"])
        written.writerows([*one, "own"] for one in canaries)
    manifest = folder / "case.toml"
    manifest.write_text(MANIFEST, encoding="utf-8")
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
