"""Entries that are read without Fluent's parser are read as it reads them: all of both catalogues, and traps."""

from __future__ import annotations

import pytest
from fluent.syntax import FluentParser, ast

from tracer.wording.catalogue_files import LANGUAGES, simple_pattern, written


def by_fluent(entry: str) -> ast.Pattern | None:
    message = FluentParser(with_spans=False).parse_entry(f"{entry}\n")
    return message.value if isinstance(message, ast.Message) and not message.attributes else None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogues(lang: str) -> None:
    found = {code: simple_pattern(entry.removeprefix(f"{code} =")) for code, entry in written(lang).items()}
    simple = {code: pattern for code, pattern in found.items() if pattern is not None}
    assert len(simple) > 0.6 * len(found)
    for code, pattern in simple.items():
        read = by_fluent(written(lang)[code])
        assert read is not None, code
        assert pattern.equals(read), code


@pytest.mark.parametrize(
    "value",
    [
        " a", "  a  ", " a\n    b", " a { $n } b", " {$n}{ $m }", " a \n    b ", " a\n    { $n }\n    c", " 甲{ $n }乙",
        ' {"{"} a', " { $n ->\n    [one] x\n   *[other] y\n    }", " a\n      b\n    c", " a\n    .b = c",
        "\n    a\n    b", " a\n\n    b", " { -term }", " { NUMBER($n) }", " { $n.a }", " a } b", " { $N-x }",
    ],
)  # fmt: skip
def test_traps(value: str) -> None:
    pattern = simple_pattern(value)
    if pattern is not None:
        read = by_fluent(f"code ={value}")
        assert read is not None
        assert pattern.equals(read)
