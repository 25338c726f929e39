"""A headless Chromium, found on the PATH. Where there is none the tests are deselected, and the summary says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import NAMES, chromium
from tests.export.market_findings import leaving
from tests.graph.market_case import market_case
from tests.graph.simulated import simulated_leaving
from tracer.case.case import Case
from tracer.export.formats import render
from tracer.export.page.render import packed_page, render_page

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the browser's tests out where no Chromium is, and says so."""
    if chromium() is not None:
        return
    left_out = [item for item in items if HERE in item.path.parents]
    if left_out:
        items[:] = [item for item in items if HERE not in item.path.parents]
        config.hook.pytest_deselected(items=left_out)
        config.stash[_LEFT_OUT] = len(left_out)


_LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = config.stash.get(_LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(
            f"{count} tests of the page left out: no Chromium on the PATH ({', '.join(NAMES)}); install one to run them"
        )


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The market's page as a file."""
    path = tmp_path_factory.mktemp("page") / "graph.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
        path.write_bytes(render(leaving(market_with_waterfall()), "html")[""])
    return path


def market_with_waterfall() -> Case:
    """The market, with what was compared and the signals of one copying."""
    case = market_case()
    case.con.execute(
        "INSERT INTO overlap VALUES (1, NULL, 'd1-jobs', 'd4-leads', 81020, 120400, 251233, 2650.5, 30.6, 1e-300)"
    )
    weights = [
        {"signal": "overlap", "weight": 60.5, "text": "the overlap is 30 times what chance gives"},
        {"signal": "dates", "weight": -3.25, "text": "dates: made 2026-01-04 and 2026-02-20"},
    ]
    case.con.execute(
        "UPDATE derivation SET weights = $weights WHERE parent = 'd1-jobs'", {"weights": json.dumps(weights)}
    )
    return case


@pytest.fixture(scope="session")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a simulated market of some 300 nodes, as it is written: packed, since it is large."""
    path = tmp_path_factory.mktemp("big") / "big.html"
    leaving = simulated_leaving(135, 3)
    assert 270 <= len(leaving.graph["nodes"]) <= 330
    path.write_bytes(packed_page(render_page(leaving).encode(), "en"))
    return path


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """`open_page(file, at)`: a file in a window of its own."""
    contexts: list[BrowserContext] = []

    def opened(path: Path | None = None, at: str = "", **options: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
        page = contexts[-1].new_page()
        if path is not None:
            page.goto(path.as_uri() + at)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Open, page_file: Path) -> Iterator[Page]:
    """The page, opened; afterwards: no console error and no request but for the file itself."""
    opened = open_page()
    troubles: list[str] = []
    requests: list[str] = []
    said = {"error", "warning"}
    opened.on("console", lambda message: troubles.append(message.text) if message.type in said else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(page_file.as_uri())
    yield opened
    assert troubles == []
    assert requests == [page_file.as_uri()]
