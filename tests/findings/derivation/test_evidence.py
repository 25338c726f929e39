"""What the table of evidence says of pairs made by hand, and what holds for everything that is stated from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from tests.findings.listed import load_list, phones
from tests.findings.worlds import fresh
from tests.inserted import insert_judgements
from tracer.ask.show import show
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.model import SURE, model
from tracer.findings.derivation.ways import descent, hands
from tracer.policy import SHOWN_FROM
from tracer.wording import Voice, in_words

Cells = Mapping[str, Sequence[str]]
Given = Mapping[str, tuple[Cells, Mapping[str, Any]]]
"""List → its columns, and what the dossier says of it."""
_FAMILY, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰"


def _case(lists: Given, *judged: tuple[str, str, str]) -> Case:
    case = memory_case()
    for name, (columns, facts) in lists.items():
        load_list(case, name, columns, **facts)
    overlap.compute(CaseFacts(case.con), 1)
    insert_judgements(case.con, *judged)
    derivation.compute(CaseFacts(case.con), 1)
    return case


def _pairs(case: Case) -> dict[tuple[str, str], dict[str, Any]]:
    """What the table says of each pair, in the order of ids; None is not told."""
    rows = case.con.execute("SELECT * FROM views.pairs")
    names = [column[0] for column in rows.description or ()]
    return {(row[0], row[1]): dict(zip(names[2:], row[2:], strict=True)) for row in rows.fetchall()}


def _edges(case: Case) -> dict[tuple[str, str], float]:
    rows = case.con.execute("SELECT (parent, child), probability FROM derivation").fetchall()
    return {edge: float(p) for edge, p in rows}


def _people(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    names = ["".join([rng.choice(list(_FAMILY)), *rng.choice(list(_GIVEN), 2)]) for _ in range(count)]
    return list(zip(phones(rng, count), names, strict=True))


def _columns(people: Sequence[tuple[str, str]], **more: Sequence[str]) -> Cells:
    return {"phone": [number for number, _ in people], "name": [name for _, name in people], **more}


def _slipped(people: Sequence[tuple[str, str]], first: int, last: int) -> list[tuple[str, str]]:
    """The names of some of them mistyped."""
    return [(n, f"{name}某" if first <= at < last else name) for at, (n, name) in enumerate(people)]


@pytest.fixture(scope="module")
def resold() -> Given:
    """A client's list, a vendor's copy with 60 slips of its own, what was sold on of it, and another copy with 30."""
    rng = np.random.default_rng(81)
    people = _people(rng, 1_000)
    vendor = _slipped(people[:800], 0, 60)
    sold = [*vendor[:500], *_people(rng, 300)]
    other = _slipped(people[:900], 600, 630)
    return {
        "a-client": (_columns(people), {"origin": "own"}),
        "b-vendor": (_columns(vendor), {}), "c-sold": (_columns(sold), {}), "d-other": (_columns(other), {}),
    }  # fmt: skip


@pytest.fixture(scope="module")
def resold_case(resold: Given) -> Case:
    return _case(resold)


def test_what_came_through_a_vendor_is_not_put_down_to_where_he_had_it_from(resold: Given) -> None:
    case = _case({name: one for name, one in resold.items() if name != "d-other"})
    assert _pairs(case)["b-vendor", "c-sold"]["rows_ab"] > 0.9
    assert (_pairs(case)["a-client", "c-sold"]["rows_ab"] or 0.0) < 0.1
    found = _edges(case)
    assert found["b-vendor", "c-sold"] > 0.5
    assert found.get(("a-client", "c-sold"), 0.0) < 0.1


def test_slips_of_a_copy_show_in_what_was_taken_from_it_and_nowhere_else(resold_case: Case) -> None:
    handed_on = _pairs(resold_case)["b-vendor", "c-sold"]
    assert (handed_on["alone"], handed_on["slip_a"], handed_on["slip_b"]) == (60, 0, 0)
    copied = _pairs(resold_case)["a-client", "d-other"]
    assert (copied["slip_a"], copied["slip_b"]) == (0, 30)
    assert _pairs(resold_case)["c-sold", "d-other"]["alone"] == 0
    assert _pairs(resold_case)["a-client", "b-vendor"]["slip_b"] == 0, "they are in what was sold on, too"


def test_repeats_that_one_of_two_lists_lost_are_counted() -> None:
    people = _people(np.random.default_rng(82), 400)
    case = _case({"a": (_columns([*people, *people[:70]]), {}), "b": (_columns(people[:350]), {})})
    row = _pairs(case)["a", "b"]
    assert (row["repeats_a"], row["repeats_b"], row["shared"]) == (70, 0, 350)


def test_days_of_rows_are_counted_and_days_of_birth_are_not() -> None:
    people = _people(np.random.default_rng(83), 400)
    days = [str(date(2025, 1, 1) + timedelta(n % 200)) for n in range(400)]
    born = [str(date(1950 + n % 50, 1 + n % 12, 5)) for n in range(400)]
    bought = ["2025-09-01"] * 300
    for role, of_rows, told in (("created", days, 300), ("date", days, 300), ("date", born, 0)):
        source, copy = _columns(people, **{role: of_rows}), _columns(people[:300], **{role: bought})
        row = _pairs(_case({"a": (source, {}), "b": (copy, {})}))["a", "b"]
        assert (row["before"], row["same"], row["after"], row["dated_a"]) == (told, 0, 0, told), (role, told)
        assert (row["dated_b"], row["batch_b"]) == (300, 1.0)
    mixed = _columns([*people[:300], *_people(np.random.default_rng(84), 300)], created=["2025-09-01"] * 600)
    found = _edges(_case({"a": (_columns(people, created=days), {}), "b": (mixed, {})}))
    assert found["a", "b"] > 0.8, "rows that came in earlier and one by one are the source's"
    assert found.get(("b", "a"), 0.0) < 0.1


@pytest.mark.parametrize(
    ("heading", "how", "said"),
    [
        ("created", "header", "300 of the shared records were added to it after a already existed"),
        ("Data", "header", "300 of the shared records have a day in b (column “Data”) that is later"),
        ("Data ostatniego połączenia", "header", None),
        ("ostatnie_polaczenie", "content", None),
        ("更新时间", "header", None),
    ],
)
def test_a_day_weighs_where_its_heading_lets_it_be_that_of_adding_and_contacts_are_counted_once(
    heading: str, how: str, said: str | None
) -> None:
    people = _people(np.random.default_rng(86), 400)
    mails = [f"k{n}@poczta.pl.example" for n in range(400)]
    case = memory_case()
    day = date(2025, 1, 1)
    load_list(case, "a", _columns(people, email=mails), origin="own", created=day, exported=day)
    role = "created" if heading == "created" else "date"
    called = {role: [str(day + timedelta(1 + n % 200)) for n in range(300)]}
    load_list(case, "b", _columns(people[:300], email=mails[:300], **called))
    case.con.execute("UPDATE dataset_column SET header = $heading, how = $how WHERE role = $role",
                     {"heading": heading, "how": how, "role": role})  # fmt: skip
    overlap.compute(CaseFacts(case.con), 1)
    derivation.compute(CaseFacts(case.con), 1)
    row = _pairs(case)["a", "b"]
    assert (row["shared"], row["late_b"], row["dated_b"]) == (300, *((300, 300) if said else (0, 0)))
    steps = case.con.execute("SELECT weights FROM derivation WHERE parent = 'a' AND child = 'b'").fetchall()[0][0]
    by_days = [step for step in json.loads(steps) if step["signal"] == "row days"]
    texts = [in_words([step["reason"]], Voice("en"))[0] for step in by_days]
    assert all(said in text for text in texts) if said else not any("300" in text for text in texts), texts
    assert bool(texts) or not said


@pytest.mark.parametrize(("rest", "spaced", "told"), [(200, True, True), (200, False, False), (15, True, False)])
def test_ways_of_writing_are_held_against_rests_that_are_large_enough_and_differ(
    rest: int, spaced: bool, told: bool
) -> None:
    rng = np.random.default_rng(85)
    source, elsewhere = phones(rng, 400), phones(rng, rest)
    other = [f"{n[:3]} {n[3:7]} {n[7:]}" if spaced else n for n in elsewhere]
    case = _case({"a": ({"phone": source}, {}), "b": ({"phone": [*source[:200], *other]}, {})})
    nats = _pairs(case)["a", "b"]["ways_numbers"]
    assert nats > 20 if told else nats == 0


_COUNTS = ("shared", "filled", "differ", "varied", "alike", "alone", "before", "same", "after", "strangers")
_SIDES = [f"{name}_{x}" for name in ("size", "slip", "repeats", "dated", "by", "late", "further") for x in "ab"]
_SHARES = {
    "two": "shared", "rate_ab": "size_a", "rate_ba": "size_b",
    **{f"{name}_{way}": "shared" for name in ("rows", "early") for way in ("ab", "ba")},
} | {
    f"{name}_{x}": f"{whole}_{x}"
    for name, whole in (("batch", "dated"), ("newer", "size"), ("elsewhere", "rest")) for x in "ab"
}  # fmt: skip
"""Shares of people, and of how many."""


def test_no_number_of_few_people_is_shown() -> None:
    rng = np.random.default_rng(86)
    people, later = _people(rng, 400), ["2025-03-01"] * 390 + ["2025-08-01"] * 10
    copy = _slipped([*people[:300], *_people(rng, 8)], 0, 7)
    third = [*people[:200], *people[392:], *copy[-3:]]
    case = _case({
        "a": (_columns([*people, *people[:9]], created=[*later, *later[:9]]), {"created": date(2025, 7, 1)}),
        "b": (_columns(copy, created=["2025-05-01"] * 305 + ["2025-09-01"] * 3), {"created": date(2025, 6, 1)}),
        "c": (_columns(third), {}),
    })  # fmt: skip
    hidden: set[str] = set()
    for row in _pairs(case).values():
        row |= {f"rest_{side}": row[f"size_{side}"] - row["shared"] for side in "ab"}
        wholes = dict.fromkeys((*_COUNTS, *_SIDES), 1.0) | {
            share: row[whole] or 0.0 for share, whole in _SHARES.items()
        }
        hidden |= {name for name in wholes if row[name] is None}
        told = {name: row[name] * whole for name, whole in wholes.items() if row[name] is not None}
        assert not {name: n for name, n in told.items() if 0.5 <= n < SHOWN_FROM - 0.5}
    assert {"differ", "repeats_a", "elsewhere_b", "newer_b"} <= hidden, "there are such numbers"


# What holds whatever the evidence is.


def _drawn(resold_case: Case) -> Any:
    """A table of pairs that have nothing to do with one another, filled at random."""
    rng, n = np.random.default_rng(87), 400
    columns: dict[str, Any] = {name: rng.random(n).round(2) for name in next(iter(_pairs(resold_case).values()))}
    for name in columns:
        if name.startswith(("own", "public", "version", "released", "follows", "one_holder")):
            columns[name] = (rng.random(n) < 0.1) * 1.0
        elif name in {"created", "obtained", "exported", "room_ab", "room_ba"}:
            columns[name] = rng.normal(100.0, 200.0, n).round()
        elif name in {"before", "same", "after", "dated_a", "dated_b"}:
            columns[name] = rng.integers(0, 300, n).astype(float)
    columns["family"] = np.full(n, 2.0)
    columns |= {f"size_{side}": rng.integers(300, 2_000, n).astype(float) for side in "ab"}
    columns["shared"] = np.minimum(columns["size_a"], columns["size_b"]) * rng.random(n).clip(0.2)
    columns |= {name: rng.exponential(800.0, n) for name in ("gain_ab", "gain_ba")}
    pairs = np.arange(2 * n).reshape(n, 2)
    return SimpleNamespace(pairs=pairs, columns=columns, cells={}, family=pairs.ravel() // 2)


def test_nearly_certain_is_stated_only_where_both_readings_are(resold_case: Case) -> None:
    stated = model().state(_drawn(resold_case))
    sure = stated.probability >= SURE
    both = stated.readings.min(axis=2) >= SURE
    assert sure.any()
    assert both[sure].all()
    assert ((stated.readings.mean(axis=2) >= SURE) & ~both).any(), "there are pairs that one reading alone is sure of"


def test_what_each_kind_of_evidence_adds_sums_to_what_is_stated(resold_case: Case) -> None:
    stated = model().state(_drawn(resold_case))
    whole = stated.before + sum(stated.nats.values(), np.zeros_like(stated.before))
    assert np.allclose(whole, logit(stated.probability), atol=1e-9)
    weights = resold_case.con.execute("SELECT weights FROM derivation").fetchall()
    assert {json.loads(text)[0]["signal"] for (text,) in weights} == {"before"}


def test_families_of_lists_do_not_touch_one_another(resold: Given, resold_case: Case) -> None:
    rng = np.random.default_rng(88)
    strangers = _people(rng, 900)
    more: Given = {
        "e-own": (_columns(strangers), {"origin": "own"}), "f-copy": (_columns(strangers[:500]), {}),
        "0-third": (_columns([*strangers[400:], *_people(rng, 200)]), {}),
    }  # fmt: skip
    alone = _edges(resold_case)
    judged = ("f-copy", "e-own", "confirm")
    for decisions in ((), (judged,)):
        found = _edges(_case({**more, **resold}, *decisions))
        assert {edge: p for edge, p in found.items() if edge[0] in resold} == alone
        assert {edge for edge in found if edge[0] not in resold} == {e for e in found if e[1] not in resold}
    assert found["f-copy", "e-own"] >= 0.99


def test_the_order_in_which_lists_were_loaded_says_nothing(resold: Given, resold_case: Case) -> None:
    turned = _edges(_case({name: resold[name] for name in reversed(list(resold))}))
    alone = _edges(resold_case)
    assert turned.keys() == alone.keys()
    assert all(turned[edge] == pytest.approx(alone[edge], abs=1e-6) for edge in alone)


def test_a_judgement_stands_and_is_a_step_of_its_own(resold: Given) -> None:
    case = _case(resold, ("c-sold", "a-client", "confirm"))
    rows = case.con.execute("SELECT (parent, child), probability, weights FROM derivation").fetchall()
    judged = {edge: steps["judgement"] for edge, _, text in rows
              if "judgement" in (steps := {step["signal"]: step["weight"] for step in json.loads(text)})}  # fmt: skip
    assert [*judged] == [("c-sold", "a-client")]
    assert judged["c-sold", "a-client"] > 5
    for edge, p, text in rows:
        assert edge not in judged or p >= 0.99
        assert sum(step["weight"] for step in json.loads(text)) == pytest.approx(log(p / (1 - p)), abs=0.05)


def test_the_explanations_of_a_pair_sum_to_one(resold_case: Case) -> None:
    sums = resold_case.con.execute(
        "SELECT least(giver, taker), greatest(giver, taker), sum(probability) FROM explanation GROUP BY ALL"
    ).fetchall()
    assert len(sums) == 6
    assert all(total == pytest.approx(1.0, abs=1e-3) for _, _, total in sums)


def test_a_register_or_a_list_of_refusals_is_neither_source_nor_copy() -> None:
    rng = np.random.default_rng(89)
    people = fresh(rng, 1_000).tolist()
    numbers = [str(key - 86 * 10**11) for key in people]
    early, late = {"created": date(2024, 1, 1)}, {"created": date(2025, 6, 1)}
    lists: Given = {
        "vendor": ({"phone": [*numbers[:500], *phones(rng, 300)]}, early),
        "sold": ({"phone": numbers[100:450]}, early),
        "register": ({"phone": numbers}, {**late, "origin": "register"}),
        "refused": ({"phone": numbers[:200]}, {**late, "origin": "refusals"}),
    }
    found = _edges(_case(lists))
    assert {name for pair in found for name in pair} <= {"vendor", "sold"}
    unrefused = {name: given for name, given in lists.items() if name != "refused"}
    assert _edges(_case(unrefused)) == found


def test_a_way_is_as_likely_as_all_its_steps_and_any_way_no_less_than_one_of_them() -> None:
    edge = np.zeros((4, 4))
    edge[0, 1], edge[1, 2], edge[2, 3], edge[0, 2] = 0.9, 0.8, 0.5, 0.1
    found = hands(edge)
    assert found[1][0, 2] == 0.1
    assert found[2][0, 2] == pytest.approx(0.9 * 0.8 * (1 - 0.1)), "the shortest way has two steps"
    assert found[3][0, 3] == pytest.approx(0.9 * 0.8 * 0.5 * (1 - 0.1 * 0.5))
    whole = descent(found)
    assert whole[0, 3] >= 0.9 * 0.8 * 0.5
    assert (whole >= edge).all()
    assert (sum(found.values(), np.zeros_like(edge)) <= 1 + 1e-9).all()
    assert not whole[3].any()
    assert not whole.diagonal().any()


def test_what_a_register_explains_is_known_to_unexplained_and_show() -> None:
    rng = np.random.default_rng(89)
    people = fresh(rng, 1_500).tolist()
    numbers = [str(key - 86 * 10**11) for key in people]
    case = _case(
        {
            "directory": ({"phone": [*numbers[:700], *phones(rng, 500)]}, {"obtained": date(2025, 4, 15)}),
            "register": ({"phone": numbers}, {"obtained": date(2024, 12, 1), "origin": "register"}),
        }
    )
    _edges(case)
    rows = case.con.execute("SELECT * FROM views.unexplained ORDER BY dataset").fetchall()
    assert rows == [("directory", 1200, 700, 500, None), ("register", 1500, None, None, "<20 explained")]
    for name in ("directory", "register"):
        assert "both collected from one register or public source" in str(show(case.con, name)), name
