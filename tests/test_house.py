"""The house keeps its order: imports point to a lower floor, files fit in the head, nothing is silenced unseen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracer"

FLOORS = {
    "__init__": -2, "visible": -2, "errors": -1,
    "clock": 0, "meter": 0, "resources": 0, "whole_file": 0, "documents": 0, "regular": 0,
    "spelled": 0,
    "case": 1, "disclosure": 1,
    "identify": 2, "dossier": 2,
    "lists": 3,
    "marking": 4, "signals": 4, "blind": 4,
    "findings": 5, "wording": 5,
    "graph": 6,
    "export": 7, "stages": 7,
    "ask": 8,
    "trace": 8, "cluster": 8,
    "manifest": 9, "custody": 9,
    "publish": 10,
    "cli": 11, "__main__": 12,
}  # fmt: skip
"""Floor of each room. Data goes up; calls go down. `simulate` stands beside the house."""

ONLY_CLI = {"simulate"}
MAX_LINES = 400
SLOW = ("scipy.stats", "scipy.optimize")
"""Take almost half a second to load; `scipy.stats.x` after `import scipy` loads them where they are first needed."""


def sources(folder: Path = PACKAGE) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "_shipped" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from imports_of(node)


def imports_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_imports_point_to_a_lower_floor(path: Path) -> None:
    here = room(module_of(path))
    for imported in imports(path):
        if not imported.startswith("tracer.") or room(imported) == here or imported == "tracer.__version__":
            continue
        there = room(imported)
        if there in ONLY_CLI:
            assert here == "cli", f"{module_of(path)} imports {imported}: only cli may import {there}"
        elif here not in ONLY_CLI:
            assert FLOORS[there] < FLOORS[here], f"{module_of(path)} imports {imported}: not a lower floor"


def test_every_room_has_a_floor() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.name not in {"__pycache__", "py.typed"}}
    assert rooms - {"help", "_shipped"} <= FLOORS.keys() | ONLY_CLI


@pytest.mark.parametrize("path", [*sources(), *sources(ROOT / "tests")], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


SILENCED = re.compile(r"#\s*(type: ignore|noqa)(?P<rest>.*)")


@pytest.mark.parametrize("path", [*sources(), *sources(ROOT / "tests")], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_silenced_check_has_its_reason_beside_it(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = SILENCED.search(line)
        if found is not None and path != Path(__file__):
            assert re.search(r"(#| - ).{8,}$", found["rest"]), f"{path.name}:{number} silences a check without a reason"


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_what_is_slow_to_load_is_loaded_where_it_is_needed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_the_top = [
        name
        for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imports_of(node)
    ]  # fmt: skip
    assert not [name for name in at_the_top if name.startswith(SLOW)]


_PARSE = re.compile(r"\b(?:json|tomllib)\.loads?\(|\bJSONDecoder\(")
_APART = {"documents.py", "lists/read/sheet_process.py", "lists/read/zip_process.py", "export/handover/verifier.py"}
"""Where documents are parsed, and what runs without the package."""


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_documents_of_others_are_parsed_in_one_place(path: Path) -> None:
    """So that a number of thousands of digits, or brackets a thousand deep, are refused wherever they stand."""
    if path.relative_to(PACKAGE).as_posix() not in _APART:
        assert not _PARSE.search(path.read_text(encoding="utf-8")), f"{path}: use tracer.documents"
