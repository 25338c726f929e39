"""The examples in docstrings hold. Those of the library have a case of four lists, traced, and a folder to write to."""

from __future__ import annotations

import doctest
import importlib
import shutil
from pathlib import Path

import pytest

import tracer
from tests.cli.conftest import Made, made_loaded, made_traced

__all__ = ["made_loaded", "made_traced"]

_ROOT = Path(tracer.__file__).parent
_MODULES = sorted(
    ".".join(path.relative_to(_ROOT.parent).with_suffix("").parts)
    for path in _ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


_LIBRARY = "tracer.library."


@pytest.mark.parametrize("name", [name for name in _MODULES if not name.startswith(_LIBRARY)])
def test_the_examples_hold(name: str) -> None:
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted
    assert not tried.failed


@pytest.mark.parametrize("name", [name for name in _MODULES if name.startswith(_LIBRARY)])
def test_the_examples_of_the_library_hold(
    name: str, tmp_path: Path, own_surroundings: Path, made_loaded: Made, made_traced: Made
) -> None:
    """Each example has the same case to begin with, whatever the examples before it did to theirs."""
    made_traced.copy(tmp_path / "made" / "case", own_surroundings)
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for number, example in enumerate(one for one in doctest.DocTestFinder().find(module) if one.examples):
        work = tmp_path / str(number)
        shutil.copytree(tmp_path / "made" / "case", work / "case")
        lists = made_loaded.folder / "world"
        example.globs |= {"tracer": tracer, "case": tracer.open(work / "case"), "work": work, "lists": lists}
        runner.run(example)
    assert runner.tries
    assert not runner.failures
