"""A headless Chromium, found on the PATH. Where there is none the tests are deselected, and the summary says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.export.market_findings import leaving
from tests.graph.market_case import market_case
from tracer.export.formats import render

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = Path(__file__).parent


def chromium() -> str | None:
    """Path of the browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


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
    """Names what is missing."""
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
        path.write_bytes(render(leaving(market_case()), "html")[""])
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        # Tests may run as root in a container, where Chromium's own sandbox cannot start.
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page, opened; afterwards: no console error and no request but for the file itself."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    troubles: list[str] = []
    requests: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            troubles.append(message.text)

    def asked(request: Request) -> None:
        requests.append(request.url)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", asked)
    opened.goto(page_file.as_uri())
    yield opened
    assert troubles == []
    assert requests == [page_file.as_uri()]
    context.close()
