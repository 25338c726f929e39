"""Every test has its own user data folder and none of the caller's settings, so that no test sees a real key."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tracer.case import case, memory, schema, store
from tracer.cli import printer

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `make test` leaves out says why."""
    silent = [item.nodeid for item in items for mark in item.iter_markers("slow") if not mark.args]
    if silent:
        raise pytest.UsageError(f"slow without a reason: {silent[0]}")


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Path of the browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; without one they are left out."""
    path = chromium()
    if path is None:
        pytest.skip(f"no Chromium on the PATH ({', '.join(NAMES)})")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Tests may run as root in a container, where Chromium's own sandbox cannot start.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session", autouse=True)
def schema_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Making the tables and views of a new case takes 60 ms, of which nine tenths look through views that are the same
    in every case: here they are made once a process and copied. A few views read otherwise after they were in a file;
    `verify` compares every letter, so
    they are made again in cases that it can be asked of."""
    made = tmp_path_factory.mktemp("schema") / "made.duckdb"
    views = "SELECT sql, view_name, comment FROM duckdb_views() WHERE schema_name = 'views' ORDER BY view_name"
    with duckdb.connect() as con:
        schema.install_schema(con)
        made_now = con.execute(views).fetchall()
    with duckdb.connect(str(made)) as con:
        schema.install_schema(con)
    with duckdb.connect(str(made)) as con:
        kept = [text for text, *_ in con.execute(views).fetchall()]
    again = "".join(
        text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        + (f"COMMENT ON VIEW views.{name} IS {store.sql_literal(comment)};" if comment else "")
        for (text, name, comment), filed in zip(made_now, kept, strict=True)
        if text != filed
    )

    def connected(spill: Path | None, *stores: Path, alone: bool = False) -> duckdb.DuckDBPyConnection:
        return store.connect(spill, *stores, made, alone=alone)

    def in_memory(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"ATTACH {store.sql_literal(made)} AS made (READ_ONLY)")
        con.execute(f"COPY FROM DATABASE made TO {store.CATALOG} (SCHEMA)")
        con.execute("DETACH made")

    def in_file(con: duckdb.DuckDBPyConnection) -> None:
        in_memory(con)
        con.execute(again)

    with pytest.MonkeyPatch.context() as patch:
        for makes, installed in ((case, in_file), (memory, in_memory)):
            patch.setattr(makes, "connect", connected)
            patch.setattr(makes, "install_schema", installed)
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet; pytest's own numbering lists all former ones each time."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_surroundings(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for keys, no TRACER_* variable, and sentences in one line, whatever their length (`test_width`)."""
    home = next(homes)
    home.mkdir()
    for name in ("TRACER_KEY", "TRACER_CASE", "TRACER_NOW", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(printer, "UNASKED", 1000)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home
