"""Help topics on a terminal: nothing but code is wider than it, and no word is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tracer.cli.elsewhere import page_lines
from tracer.resources import help_dir

PAGES = sorted(help_dir().glob("*.md"))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_topic_fits_the_terminal_and_keeps_its_words(file: Path) -> None:
    page = file.read_text(encoding="utf-8")
    lines = list(page_lines(page, 80))
    wide = [line for line in lines if cell_len(line) > 80 and not line.startswith("    ")]
    assert wide == []
    words = re.compile(r"[a-z]{3,}")
    tables = {word for row in re.findall(r"^\\|.*", page, re.MULTILINE) for word in words.findall(row)}
    assert set(words.findall(page)) - tables <= set(words.findall(" ".join(lines)))
