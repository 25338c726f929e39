"""Refusals in drawn cases: counted exactly from 20 on, told of no list below, and nobody's copy or version.

Run: python -m tests.bench.refusals [--cases 200]. Fixed seeds. Each case has one to three lists of people who refused
(in clear or as hashes, some without days), a register, two to five lists of brokers with planted people from them (0, 1
to 19, 20, more), and copies among these. Bars: every count of people who had refused before the day of a list is the
planted one, no pair of fewer has a row, and no refusals or register is in a derivation.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from tests.findings.listed import load_list, meet
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent import compute
from tracer.policy import SHOWN_FROM

FIRST = date(2026, 1, 1)
_BLOCKS = 400
Planted = Mapping[tuple[str, str], int]
"""(refusals, list) → people who had refused before the list's day."""


def _numbers(rng: np.random.Generator, count: int) -> list[str]:
    """So many different numbers in segments that nobody was given."""
    drawn = rng.choice(_BLOCKS * 10_000, count, replace=False)
    return [f"{1_400_000 + int(one) // 10_000}{int(one) % 10_000:04d}" for one in drawn]


def drawn_case(seed: int) -> tuple[Case, Planted]:
    """A case, and what was planted."""
    rng = np.random.default_rng(seed)
    people = _numbers(rng, 9_000)
    mails = [f"person.{number}@mail.example" for number in people]
    case, refused = memory_case(), dict[str, dict[int, int]]()
    for nth in range(int(rng.integers(1, 4))):
        # Who refused, and on which day; without a day of each, by the one on which the list was obtained.
        chosen = rng.choice(3_000, int(rng.integers(60, 900)), replace=False).tolist()
        obtained, dated = int(rng.integers(60, 200)), bool(rng.random() < 0.6)
        days = {person: int(rng.integers(0, obtained)) if dated else obtained for person in chosen}
        form = str(rng.choice(["phone", "email", "both", "phone_hash", "email_hash"]))
        columns = _columns(form, [people[one] for one in chosen], [mails[one] for one in chosen])
        if dated:
            written = ["%d.%m.%Y", "%Y-%m-%d", "%Y年%m月%d日"][int(rng.integers(0, 3))]
            columns["date"] = [(FIRST + timedelta(days[one])).strftime(written) for one in chosen]
        refused[f"refused-{nth}"] = days
        load_list(
            case, f"refused-{nth}", columns, f"office-{nth}", origin="refusals", obtained=FIRST + timedelta(obtained)
        )
    planted = dict[tuple[str, str], int]()
    lists = dict[str, list[int]]()
    for nth in range(int(rng.integers(2, 6))):
        name, day = f"list-{nth}", int(rng.integers(0, 260))
        if lists and rng.random() < 0.4:
            source = lists[f"list-{int(rng.integers(0, nth))}"]
            rows: list[int] = rng.choice(source, int(len(source) * rng.uniform(0.5, 1.0)), replace=False).tolist()
        else:
            rows = rng.choice(np.arange(3_000, 9_000), int(rng.integers(800, 2_000)), replace=False).tolist()
            for days in refused.values():
                many = int(rng.choice([0, int(rng.integers(1, SHOWN_FROM)), SHOWN_FROM, int(rng.integers(21, 60))]))
                found: list[int] = rng.choice(list(days), min(many, len(days)), replace=False).tolist()
                rows = list(dict.fromkeys([*rows, *found]))
        lists[name] = rows
        known: dict[str, Any] = {"created" if rng.random() < 0.5 else "obtained": FIRST + timedelta(day)}
        load_list(case, name, _columns("both", [people[one] for one in rows], [mails[one] for one in rows]), **known)
        for refusals, days in refused.items():
            planted[refusals, name] = sum(days.get(one, day) < day for one in rows)
    load_list(case, "register", {"phone": people[2_500:4_500]}, "court", origin="register", obtained=FIRST)
    return case, planted


def _columns(form: str, numbers: list[str], mails: list[str]) -> dict[str, list[str]]:
    kind, _, hashed = form.partition("_")
    if kind == "both":
        return {"phone": numbers, "email": mails}
    texts = numbers if kind == "phone" else mails
    return {form: [hashlib.sha256(text.encode()).hexdigest() for text in texts] if hashed else texts}


def faults(case: Case, planted: Planted) -> Iterable[str]:
    """What is told otherwise than planted."""
    meet(case)
    derivation.compute(CaseFacts(case.con), 1)
    compute(CaseFacts(case.con), 1)
    rows = case.con.execute(
        "SELECT refusals, of, people FROM views.after_refusal WHERE what = 'listed' AND refusals IS NOT NULL"
    ).fetchall()
    told = {(refusals, listed): people for refusals, listed, people in rows}
    for pair, people in planted.items():
        if told.pop(pair, None) != (people if people >= SHOWN_FROM else None):
            yield f"{pair}: {people} planted"
    yield from (f"{pair}: {people} told, of nobody" for pair, people in told.items())
    for parent, child in case.con.execute("SELECT parent, child FROM derivation").fetchall():
        if not (parent.startswith("list-") and child.startswith("list-")):
            yield f"{child} is called a copy of {parent}"


def main(arguments: list[str] | None = None) -> int:
    """Draw cases and print what is wrong in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    given = parser.parse_args(arguments)
    wrong = counted = 0
    for seed in range(given.cases):
        case, planted = drawn_case(8_000_000 + seed)
        counted += sum(people >= SHOWN_FROM for people in planted.values())
        for fault in faults(case, planted):
            wrong += 1
            print(f"case {seed}: {fault}")
    print(f"{given.cases} cases, {counted} counts from {SHOWN_FROM} on, {wrong} faults")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
