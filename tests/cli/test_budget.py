"""Memory and threads are held to what was said, in the process and in its children."""

from __future__ import annotations

import os

import pytest

from tests.cli.conftest import Tracer
from tracer.case.store import MEMORY, THREADS, connect, memory_bytes
from tracer.errors import UsageError


@pytest.fixture(autouse=True)
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options write the environment: what they write ends with the test."""
    for name in (MEMORY, THREADS):
        monkeypatch.setenv(name, "")


def setting(name: str) -> str:
    """A setting of a connection that is made now."""
    with connect(None) as con:
        return str(con.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])


def test_half_of_the_memory_by_default() -> None:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory_bytes(setting("memory_limit")) < 0.6 * whole


@pytest.mark.parametrize("place", ["before", "behind"])
def test_options_stand_before_or_behind_a_command(tracer: Tracer, place: str) -> None:
    options = ("--memory", "512MiB", "--threads", "1")
    said = tracer(*options, "query") if place == "before" else tracer("query", *options)
    assert said.code == 0, said.err
    assert (setting("memory_limit"), setting("threads")) == ("512.0 MiB", "1")


def test_every_command_takes_them_and_the_root_alone_tells(tracer: Tracer) -> None:
    assert "--memory" in tracer("--help").out
    assert "--memory" not in tracer("trace", "--help").out


@pytest.mark.parametrize(
    ("option", "value"), [("--memory", "lots"), ("--memory", "1M"), ("--threads", "0"), ("--threads", "two")]
)
def test_what_is_no_size_or_number_is_refused(tracer: Tracer, option: str, value: str) -> None:
    said = tracer("query", option, value)
    assert said.code == 2
    assert value in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(("text", "size"), [("8G", 8 << 30), ("8 GiB", 8 << 30), ("1.5gb", 3 << 29), ("512M", 1 << 29)])
def test_sizes_as_people_write_them(text: str, size: int) -> None:
    assert memory_bytes(text) == size


def test_a_variable_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "plenty")
    with pytest.raises(UsageError, match="plenty"):
        connect(None)
