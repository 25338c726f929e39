"""The tutorials as notebooks, from the same text.

A `python` block right after an `sh` block is its twin: the notebook has the twin, the page both, with the twin folded.
An `sh` block without a twin is a cell that runs in a shell (`%%sh`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FENCE = re.compile(r"^```(?P<language>sh|python)\n(?P<code>.*?)^```\n", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r"\[([^\]]+)\]\([^)]*\)")
TUTORIALS = ("investigator", "enterprise", "journalist")


def write_notebooks(folder: Path) -> list[Path]:
    """Write a notebook for each tutorial into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in TUTORIALS:
        file = _HERE / "pages" / "tutorials" / f"{name}.md"
        made.append(folder / f"{name}.ipynb")
        text = json.dumps(notebook(file.read_text(encoding="utf-8")), ensure_ascii=False, indent=1)
        made[-1].write_text(text + "\n", encoding="utf-8")
    return made


def notebook(text: str) -> dict[str, Any]:
    """The notebook (format 4.5) of a tutorial, without outputs."""
    cells = [_cell(number, *part) for number, part in enumerate(_without_twins(list(parts(text))))]
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": python}, "cells": cells}


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Language and code of each block, and `markdown` with what is between."""
    end = 0
    for found in _FENCE.finditer(text):
        if between := text[end : found.start()].strip():
            yield "markdown", between
        yield found["language"], found["code"].rstrip("\n")
        end = found.end()
    if rest := text[end:].strip():
        yield "markdown", rest


def with_folded_twins(text: str, name: str) -> str:
    """The page of a tutorial: twins are folded, and the notebook is offered under the title."""
    end, known, lines = 0, "", list[str]()
    for found in _FENCE.finditer(text):
        between = text[end : found.start()]
        twin = found["language"] == "python" and known == "sh" and not between.strip()
        lines.append(between)
        folded = f"<details><summary>In Python</summary>\n\n{found[0]}\n</details>\n"
        lines.append(folded if twin else found[0])
        end, known = found.end(), found["language"]
    page = "".join([*lines, text[end:]])
    title, _, rest = page.partition("\n")
    return f'{title}\n\n<a href="../notebooks/{name}.ipynb" download>Download this tutorial as a notebook</a>\n{rest}'


def _without_twins(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for one, following in zip(found, [*found[1:], ("", "")], strict=True):
        if not (one[0] == "sh" and following[0] == "python"):
            yield one


def _cell(number: int, language: str, text: str) -> dict[str, Any]:
    if language == "markdown":
        return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": _PAGE.sub(r"\1", text)}
    code = f"%%sh\n{text}" if language == "sh" else text
    kept: dict[str, Any] = {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": code}
    return kept | {"outputs": [], "execution_count": None}
