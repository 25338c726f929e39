"""A consumer's script is without an error under a strict checker that knows the package from outside."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tracer


@pytest.mark.slow("a second type checker reads the package")
def test_pyright_finds_nothing(tmp_path: Path) -> None:
    """mypy reads the same script with all other tests."""
    checker = shutil.which("basedpyright", path=str(Path(sys.executable).parent))
    if checker is None:
        pytest.skip("basedpyright is not installed")
    shutil.copy(Path(__file__).with_name("consumer.py"), tmp_path / "consumer.py")
    asked = {
        "typeCheckingMode": "strict", "include": ["consumer.py"], "pythonVersion": "3.11",
        "extraPaths": [str(Path(tracer.__file__).parent.parent)],
    }  # fmt: skip
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(asked))
    done = subprocess.run(
        [checker, "--pythonpath", sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(tracer.__file__).with_name("py.typed").is_file()
