"""Small counts: what is replaced and what stays."""

from __future__ import annotations

import pytest

from tracer.graph.small import tell_sentence, tell_shared


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("11 contacts in common", "<20 contacts in common"),
        ("3 shared contacts", "<20 shared contacts"),
        ("1,211 contacts in common", "1,211 contacts in common"),
        ("20 contacts", "20 contacts"),
        ("9 of 14 canaries stand in it", "9 of 14 canaries stand in it"),  # canaries are told
        ("obtained 12 days later", "obtained 12 days later"),  # no count of people
        ("share .19 of rows", "share .19 of rows"),
        ("d-12 rows are sorted", "d-12 rows are sorted"),  # part of an id
    ],
)
def test_small_counts_of_people_are_replaced(sentence: str, told: str) -> None:
    assert tell_sentence(sentence, 5_000) == told


def test_nothing_is_told_of_a_small_dataset() -> None:
    assert tell_sentence("25 contacts, 60 % of the child", 5_000, 14) == "<20 contacts, <20 of the child"


def test_shared() -> None:
    assert tell_shared(19, 500, 500) == "<20"
    assert tell_shared(20, 500, 500) == 20
    assert tell_shared(20, 500, 19) == "<20"
    assert tell_shared(20, None) == 20
