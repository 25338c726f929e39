"""JSON and TOML of others: whatever is wrong with them is one error, in one line."""

from __future__ import annotations

import pytest

from tracer.documents import NotADocument, json_of, object_at, toml_of

_DIGITS, _DEEP = "9" * 20_000, 100_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", _DIGITS, f'{{"a": [{_DIGITS}]}}', "[" * _DEEP, '{"a":' * _DEEP, b"\xff\xfe\xfa", b'"\xff"'],
    ids=lambda text: str(text[:9]),
)
def test_what_is_no_json(text: str | bytes) -> None:
    with pytest.raises(NotADocument) as refused:
        json_of(text)
    assert len(refused.value.line().splitlines()) == 1
    assert len(refused.value.line()) < 200


@pytest.mark.parametrize(
    "text",
    ["a", f"a = {_DIGITS}", f"a = -{_DIGITS}", f"a = [[{_DIGITS}]]", "a = " + "[" * _DEEP, "a = " + "{a=" * _DEEP],
    ids=lambda text: str(text[:9]),
)
def test_what_is_no_toml(text: str) -> None:
    with pytest.raises(NotADocument) as refused:
        toml_of(text)
    assert len(refused.value.line()) < 200


def test_what_is_read() -> None:
    assert json_of('{"a": [NaN, 12345678901234567890]}')["a"][1] == 12345678901234567890
    assert object_at('x{"a": 1} y', 1) == ({"a": 1}, 9)
    for text in ("", "{", _DIGITS, "[" * _DEEP):
        with pytest.raises(NotADocument):
            object_at(f"x{text}", 1)
    assert toml_of("a = 1") == {"a": 1}
    with pytest.raises(NotADocument):
        json_of("[NaN]", strictly=True)
