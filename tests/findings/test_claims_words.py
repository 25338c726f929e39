"""Every sentence that a test of claims may write can be said in Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracer.export.report.sentences import known
from tracer.findings import claims

FOLDER = Path(str(claims.__file__)).parent
_STATEMENTS = ("SELECT", "INSERT", "CREATE", "DROP")
_PIECES = ("scrubbed by number status", "inconsistent with plain", "with probability ", "; they do not bear")
"""Pieces of sentences that are put together; the whole ones are in the tests of `random`."""


def sentences(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            text = node.value
            spoken = text.count(" ") >= 4 and not text.lstrip().startswith(_STATEMENTS)
            if spoken and not any(piece in text for piece in _PIECES):
                yield text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_sentences_have_a_chinese_wording(path: Path) -> None:
    assert [text for text in sentences(path) if not known(text)] == []


def test_there_are_sentences_to_look_at() -> None:
    assert sum(len(list(sentences(path))) for path in FOLDER.glob("*.py")) > 40
