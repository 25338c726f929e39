"""Personal names: whole ones agree or not, partial ones say nothing."""

from __future__ import annotations

import pytest

from tracer.identify.person import agree, normalise


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("赵安文", "赵安文"),
        ("趙安文 先生", "赵安文"),
        ("赵 安 文", "赵安文"),
        ("赵安文（经理）", "赵安文"),
        ("Ann  O'Nymous", "ann o nymous"),
        ("Mr. Ann Nymous", "ann nymous"),
        ("赵先生", None),  # a surname alone
        ("欧阳", None),
        ("赵*", None),
        ("赵某某", None),
        ("无", None),
        ("14200138000", None),  # a number in the name's column
        ("", None),
    ],
)
def test_normalise(text: str, name: str | None) -> None:
    assert normalise(text) == name


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("赵安文", "趙安文", True),
        ("赵安文", "赵安武", False),
        ("赵先生", "赵安文", None),
        ("赵*", "赵安文", None),
        ("钱*", "赵安文", False),  # the surnames differ already
        ("", "赵安文", None),
    ],
)
def test_agree(a: str, b: str, verdict: bool | None) -> None:
    assert agree(a, b) is verdict
    assert agree(b, a) is verdict
