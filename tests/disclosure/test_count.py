"""What may be shown of a count, and that no stage shows one past it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tracer.disclosure import Count, ratio, shown_count

ROOT = Path(__file__).parents[2] / "tracer" / "findings"


@pytest.mark.parametrize(("count", "text", "value"), [
    (Count(0), "<20", "<20"), (Count(19), "<20", "<20"), (Count(20), "20", 20), (Count(1234), "1,234", 1234),
    (Count(3, across_lists=False), "3", 3), (Count(3, of_people=False), "3", 3),
])  # fmt: skip
def test_small_counts_of_people_across_lists_are_not_shown(count: Count, text: str, value: int | str) -> None:
    assert (f"{count}", shown_count(count)) == (text, value)


def test_two_counts_beside_each_other_are_hidden_each_by_itself() -> None:
    assert ratio(Count(0), Count(3)) == "<20:<20"
    assert ratio(Count(25), Count(3)) == "25:<20"


def test_no_stage_writes_a_whole_number_with_thousands_apart_by_itself() -> None:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                assert ast.unparse(node.format_spec) not in {"f','", "f',d'"}, f"{path}:{node.lineno}"
