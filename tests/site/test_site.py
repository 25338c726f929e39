"""The site builds without a warning, its links lead somewhere, and what it quotes is there."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import tracer
from tests.conftest import chromium
from tracer.ask.named import load_queries
from tracer.cli.main import COMMANDS
from tracer.errors import InputRefused
from tracer.site.sources import QUOTED, Measured, parts_of_a_case, plain, quotation


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` does it, but for the pictures, which need a traced case."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    command = [sys.executable, "-m", "tracer.site", str(folder), "--no-pictures"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stderr == ""
    return folder


@pytest.mark.slow("Sphinx builds the site")
def test_all_is_well_with_the_site(site: Path) -> None:
    """One test: the site is built once."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html"))}
    assert len(pages) > len(COMMANDS) + 40
    assert list(_broken(pages)) == []
    queries = pages[site / "reference" / "queries.html"]
    assert [name for name in load_queries() if f'id="{name}"' not in queries] == []
    names = pages[site / "reference" / "library-names.html"]
    public = [name for name in dir(tracer) if not name.startswith("_")]
    assert [name for name in public if f'id="tracer.{name}"' not in names] == []
    assert len(parts_of_a_case()) > 14
    members = [f"{part.__module__}.{part.__qualname__}.{name}" for part in parts_of_a_case().values()
               for name, one in vars(part).items() if inspect.isfunction(one) and not name.startswith("_")]  # fmt: skip
    assert [name for name in [*members, "tracer.Case.why"] if f'id="{name}"' not in names] == []
    assert "埋设记录" in pages[site / "reference" / "glossary.html"]
    assert (site / "notebooks" / "investigator.ipynb").is_file()


def _broken(pages: dict[Path, str]) -> Iterator[str]:
    """Links to files or places that are not there."""
    for page, text in pages.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or parts.netloc:
                continue
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            place = f'id="{unquote(parts.fragment)}"' if parts.fragment and file in pages else ""
            if not file.is_file() or (place and place not in pages[file]):
                yield f"{page.name}: {link}"


PAGES = ("index.html", "tutorials/enterprise.html", "reference/commands/load.html")


@pytest.mark.slow("Sphinx builds the site")
@pytest.mark.skipif(chromium() is None, reason="no Chromium on the PATH")
def test_no_serious_violation(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    for name in PAGES:
        page = context.new_page()
        page.goto((site / name).as_uri())
        found = [
            (name, one["id"], [node["html"][:160] for node in one["nodes"][:3]])
            for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}
        ]  # fmt: skip
        assert found == []
    context.close()


def test_a_quotation_that_is_gone_is_an_error() -> None:
    with pytest.raises(InputRefused, match="no paragraph"):
        list(quotation(Measured("Gone", "grades", "words that are not there", "nothing")))
    benches = {one.stem for one in (Path(__file__).parents[1] / "bench").iterdir()}
    assert [one.bench for one in QUOTED if one.bench and one.bench not in benches] == []


def test_signs_of_markdown_in_help_are_text() -> None:
    assert plain("-p a=*, `b_c` <20 [x]") == "-p a=\\*, `b_c` \\<20 \\[x\\]"
