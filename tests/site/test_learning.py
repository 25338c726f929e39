"""Every block of the tutorials and how-to pages works, and so do the notebooks of the tutorials."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.site.learned import HOW_TO, PAGES, ROOT, TUTORIALS, follow, shown
from tracer.site.sources import TUTORIALS as NAMES
from tracer.site.sources import write_notebooks


@pytest.mark.slow("follows every tutorial on the whole sample")
def test_tutorials_how_tos_and_notebooks_work_in_one_folder(tmp_path: Path, own_surroundings: Path) -> None:
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    followed = set[str]()
    for page in TUTORIALS:
        follow(page, tmp_path, followed)
    for file in write_notebooks(tmp_path / "notebooks"):
        run_cells(json.loads(file.read_text(encoding="utf-8")), tmp_path)
    for page in HOW_TO:
        follow(page, tmp_path, followed)
    assert (tmp_path / "why.svg").read_text(encoding="utf-8").startswith("<?xml") or (tmp_path / "why-en.svg").is_file()
    assert (tmp_path / "handed-over" / "verify.py").is_file()
    assert json.loads((tmp_path / "purged.json").read_text(encoding="utf-8"))


def run_cells(notebook: dict[str, Any], folder: Path) -> None:
    """Cells of Python, on the case of the tutorials; those for a shell were run with the pages."""
    names, seen = dict[str, Any](), list[object]()
    with contextlib.chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and not cell["source"].startswith("%%sh"):
                seen.append(shown(cell["source"], names))
    assert any(str(one).lstrip().startswith("<") for one in seen), "a notebook shows at least one view"


def test_no_page_is_left_out() -> None:
    assert sorted([*TUTORIALS, *HOW_TO]) == sorted(
        file for file in PAGES.glob("*/*.md") if file.stem != "index" and file.parent.name != "details"
    )


def test_a_notebook_has_a_kernel_a_title_and_no_output(tmp_path: Path) -> None:
    for name, file in zip(NAMES, write_notebooks(tmp_path), strict=True):
        made = json.loads(file.read_text(encoding="utf-8"))
        assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
        assert made["cells"][0]["source"].startswith("# "), name
        assert len({cell["id"] for cell in made["cells"]}) == len(made["cells"])
        assert all(cell["outputs"] == [] for cell in made["cells"] if cell["cell_type"] == "code")
