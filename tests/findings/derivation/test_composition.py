"""What sets the common rows of two lists apart shows the copy, and so do equal secrets; what was chosen does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.findings.worlds import Numbers, World, fresh
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.weights import GROWN, ROWS
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.trace import trace

FILLED, NAMES = "cells filled", "ways of writing names"


class Lists:
    """A source of 1,200 rows, a copy of half of it, and rows that the copy has from elsewhere."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(5)
        self.source, self.more = fresh(self.rng, 1_200), fresh(self.rng, 1_000)
        self.named = self.rng.random(1_200) < 0.6

    def people(self, n: int, share: float = 1.0, style: str = "Aino Berg") -> list[str]:
        """Names, of a share of the rows."""
        return [style if told else "" for told in self.rng.random(n) < share]

    def signals(self, source: Sequence[str], copy: Numbers, of_copy: Sequence[str]) -> dict[str, float]:
        """Signal → nats for source → copy."""
        con = World({"source": self.source, "copy": copy}, names={"source": source, "copy": of_copy}).load()
        derivation.compute(CaseFacts(con), 1)
        told = con.execute("SELECT weights FROM derivation WHERE parent = 'source' AND child = 'copy'").fetchone()
        assert told is not None
        return {one["signal"]: one["weight"] for one in json.loads(told[0])}


def test_common_rows_that_are_filled_as_the_rest_of_one_list_came_from_it() -> None:
    lists = Lists()
    names = [("Aino Berg" if told else "") for told in lists.named.tolist()]
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    told = lists.signals(names, copy, names[:600] + lists.people(500, 0.1))
    assert told[FILLED] >= 1.0


@pytest.mark.parametrize("padded", [12, 300])
def test_rows_that_may_have_been_chosen_because_they_are_filled_tell_nothing(padded: int) -> None:
    lists = Lists()
    names = [("Aino Berg" if told else "") for told in lists.named.tolist()]
    taken = lists.source[lists.named]
    told = lists.signals(names, np.concatenate([taken, lists.more[:padded]]), lists.people(taken.size + padded))
    assert FILLED not in told


def test_common_rows_whose_names_are_written_as_the_rest_of_one_list_came_from_it() -> None:
    lists = Lists()
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    written = lists.people(600) + lists.people(500, style="BERG, AINO")
    assert lists.signals(lists.people(1_200), copy, written)[NAMES] >= 1.0
    # How a whole file is written was chosen for the file.
    assert NAMES not in lists.signals(lists.people(1_200), copy, lists.people(1_100, style="BERG, AINO"))


@pytest.mark.parametrize("share", [1.0, 0.998, 0.95, 0.7, 0.3])
def test_that_cells_are_empty_on_one_side_tells_nothing(share: float) -> None:
    """Who copies fills blanks as often as he loses cells: two filled cells once turned a direction round at 91 %."""
    lists = Lists()
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    lost = lists.signals(lists.people(1_200), copy, lists.people(1_100, share))
    filled = lists.signals(lists.people(1_200, share), lists.source, lists.people(1_200))
    assert not {*lost, *filled} & {*ROWS, *GROWN}


def test_common_contacts_that_are_other_people_are_no_copy() -> None:
    """Same numbers, other names and other addresses: two lists that were collected independently, or invented."""
    lists = Lists()
    rng = np.random.default_rng(6)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    copy = np.concatenate([lists.source[:600], lists.more[:500]])

    def names(n: int) -> list[str]:
        return [f"{''.join(rng.choice(letters, 5))} {''.join(rng.choice(letters, 7))}".title() for _ in range(n)]

    def stated(of_source: list[str], of_copy: list[str]) -> tuple[float, str, list[str]]:
        con = World(
            {"source": lists.source, "copy": copy}, names={"source": of_source, "copy": of_copy},
            obtained={"source": date(2026, 1, 1), "copy": date(2026, 3, 1)},
        ).load()  # fmt: skip
        derivation.compute(CaseFacts(con), 1)
        found = con.execute(
            "SELECT probability, grade, [r.code FOR r IN against] FROM derivation WHERE parent = 'source'"
        ).fetchone()
        assert found is not None
        return found

    own = names(1_200)
    probability, grade, against = stated(own, names(1_100))
    assert probability < 0.5
    assert grade == "G1"
    assert "derivation-other-people" in against
    # Written in another way they are the same people.
    turned = [" ".join(reversed(name.upper().split())) for name in own[:600]]
    probability, _, against = stated(own, turned + names(500))
    assert probability > 0.5
    assert "derivation-other-people" not in against


PEOPLE = 200


def _list(case: Case, folder: Path, name: str, equal: int, site: str = "", key: bytes | None = b"k" * 32) -> None:
    """`equal` of the people have the secret that others of the same name have too."""
    path = folder / f"{name}.txt"
    rows = (f"{site}user{at}@mail.example:{'same' if at < equal else name}{at}xX!\n" for at in range(PEOPLE))
    path.write_text("".join(rows), encoding="utf-8")
    load_dataset(case, path, DatasetFacts(name, f"holder-{name}"), ReadOptions(secret_key=key))


def _reasons(case: Case) -> list[tuple[str, ...]]:
    trace(case)
    rows = case.con.execute(
        "SELECT list_transform(reasons, lambda r: r.code) FROM derivation"
        " WHERE superseded IS NULL ORDER BY parent, child"
    ).fetchall()
    return [tuple(row) for (row,) in rows]


@pytest.mark.parametrize(("equal", "told"), [(190, True), (90, False)])
def test_more_equal_secrets_than_people_reuse_are_a_reason(tmp_path: Path, equal: int, told: bool) -> None:
    case = memory_case()
    for name in ("one", "two"):
        _list(case, tmp_path, name, equal)
    found = _reasons(case)
    assert found
    assert all(("derivation-secrets" in codes) is told for codes in found)


@pytest.mark.parametrize("key", [None, b"k" * 32])
def test_secrets_of_one_site_or_without_hashes_say_nothing(tmp_path: Path, key: bytes | None) -> None:
    case = memory_case()
    for name in ("one", "two"):
        _list(case, tmp_path, name, 190, site="https://shop.example/:" if key else "", key=key)
    found = _reasons(case)
    assert found
    assert not any("derivation-secrets" in codes for codes in found)
