"""A trace that takes answers of earlier ones finds what a trace from scratch finds, value for value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from tests.findings.listed import load_list, phones
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings.case_facts import forget_lists
from tracer.findings.derivation import rows
from tracer.lists.dataset_edits import remove_dataset, restore_dataset
from tracer.trace import Traced, recompute_digest, trace

Columns = Mapping[str, Sequence[str]]
Person = tuple[str, ...]
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰"


def _people(rng: np.random.Generator, count: int) -> list[Person]:
    """Number, name, address and the day on which the row came in."""
    return [
        (number, "".join(rng.choice(list(_GIVEN), 3)), f"{rng.choice(list(_GIVEN))}路{rng.integers(1, 300)}号",
         str(date(2026, 1, 1) + timedelta(rng.integers(180).item())))
        for number in phones(rng, count)
    ]  # fmt: skip


def _columns(people: Sequence[Person]) -> Columns:
    return dict(zip(("phone", "name", "address", "created"), map(list, zip(*people, strict=True)), strict=True))


def _written(people: list[Person], between: str) -> list[Person]:
    return [(between.join((no[:3], no[3:7], no[7:])), *more) for no, *more in people]


@pytest.fixture(scope="module")
def lists() -> dict[str, Columns]:
    """A source, copies and a copy of a copy with slips and repeats, a public list, and lists that come later. Numbers
    are written in three ways."""
    rng = np.random.default_rng(23)
    source, public, fresh = _people(rng, 400), _written(_people(rng, 300), "-"), _people(rng, 350)
    slipped = [
        (no, name[:-1] + "娟" if at % 9 == 0 else name, *more) for at, (no, name, *more) in enumerate(source[:260])
    ]
    sold = [*slipped, *public[:120]]
    people = {
        "source": source, "copy": [*slipped, *slipped[:30]], "sold": sold, "public": public,
        "again": [*sold[40:300], *_people(rng, 60)], "fresh": fresh, "elsewhere": _written(fresh[100:300], " "),
        "meeting": [*source[200:330], *public[60:140], *fresh[:90]],
    }  # fmt: skip
    return {name: _columns(some) for name, some in people.items()}


FIRST = ("source", "copy", "sold", "public", "again")


@pytest.fixture
def case(lists: dict[str, Columns]) -> Iterator[Case]:
    """The first lists, traced."""
    made = memory_case()
    for name in FIRST:
        load_list(made, name, lists[name])
    trace(made)
    yield made
    made.close()


def _traced(case: Case) -> Traced:
    done = trace(case)
    assert done.run is not None
    assert done.result == recompute_digest(case)
    return done


def test_lists_that_come_one_by_one_give_what_they_give_together(
    case: Case, lists: dict[str, Columns], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_list(case, "fresh", lists["fresh"])
    with monkeypatch.context() as patch:  # it has no relatives: the rows of the others are not read again
        patch.setattr(rows, "_read_cells", None)
        unrelated = trace(case)
    assert unrelated.result == recompute_digest(case)
    load_list(case, "elsewhere", lists["elsewhere"])
    _traced(case)  # how the second family writes its numbers is nothing to the first
    load_list(case, "meeting", lists["meeting"])
    last = trace(case)
    together = memory_case()
    for name in (*FIRST, "fresh", "elsewhere", "meeting"):
        load_list(together, name, lists[name])
    assert trace(together).result == last.result


def test_what_a_person_changes_in_between_is_seen(case: Case) -> None:
    con = case.con
    for change in (
        "UPDATE dataset SET created = DATE '2026-02-01' WHERE id = 'copy'",
        "UPDATE dataset SET holder = 'holder-copy' WHERE id = 'sold'",
        "UPDATE party SET merged_into = 'holder-source' WHERE id = 'holder-again'",
        "UPDATE dataset SET id = 'zzz' WHERE id = 'copy'",
        "UPDATE dataset_column SET role = 'other' WHERE role = 'address' AND dataset = 2",
        'INSERT INTO judgement (no, a, b, verdict, note, "at", who)'
        " VALUES (1, 'sold', 'copy', 'confirm', NULL, now()::TIMESTAMP, 'x')",
        "INSERT INTO junk SELECT dataset, key, NULL, 'hotline', 1, 30 FROM membership WHERE dataset = 3 LIMIT 25",
        "INSERT INTO claim (id, party, about, kind, dataset) VALUES ('c', 'holder-copy', 'p', 'random', 'zzz')",
    ):
        con.execute(change)
    _traced(case)
    remove_dataset(con, "sold")
    without = _traced(case)
    restore_dataset(con, "sold")
    assert _traced(case).result != without.result


def test_answers_go_with_what_they_rest_on_and_where_nothing_asks_for_them(
    case: Case, lists: dict[str, Columns]
) -> None:
    count = "SELECT name, count(*) FROM earlier_answer GROUP BY name ORDER BY name"
    before = case.con.execute(count).fetchall()
    of_pairs = "SELECT question FROM earlier_answer WHERE name = 'derivation/rows' AND len(lists) = 2"
    pairs = set(case.con.execute(of_pairs).fetchall())
    load_list(case, "meeting", lists["meeting"])
    trace(case)
    assert [name for name, _ in case.con.execute(count).fetchall()] == [name for name, _ in before]
    now = set(case.con.execute(of_pairs).fetchall())
    assert pairs < now  # the new list is held against the others, and these not against each other again
    assert dict(case.con.execute(count).fetchall())["derivation/rows"] == len(now) + 1  # and one of their family
    resting = "SELECT count(*) FROM earlier_answer WHERE list_contains(lists, 2)"
    assert case.con.execute(resting).fetchall()[0][0] > 0
    forget_lists(case.con, [2])
    assert case.con.execute(resting).fetchall()[0][0] == 0
    for table in ("membership", "duplicate", "dataset_column", "part"):
        case.con.execute(f"DELETE FROM {table} WHERE dataset = 2")
    case.con.execute("UPDATE dataset SET purged_at = now()::TIMESTAMP WHERE no = 2")
    _traced(case)
