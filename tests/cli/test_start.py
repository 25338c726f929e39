"""A command loads what it needs, and keeps to the memory and threads that were said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tracer.case.store import MEMORY, THREADS, connect, memory_bytes
from tracer.errors import UsageError

_ASKED = """
import sys
from tracer.cli.main import main
try:
    main()
finally:
    print(sorted(name for name in sys.modules if name in {unwanted}), file=sys.stderr)
"""


def _loaded(unwanted: set[str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASKED.format(unwanted=unwanted), *arguments], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()[-1]


def test_a_command_does_without_what_it_does_not_use(tmp_path: Path) -> None:
    key = ("--key-file", str(tmp_path / "key"))
    _loaded(set(), "init", str(tmp_path / "case"), *key)
    at = ("--case", str(tmp_path / "case"), *key)
    assert _loaded({"pandas.core", "duckdb"}, "query", "datasets", *at) == "['duckdb']"
    assert _loaded({"babel", "duckdb", "fluent", "numpy", "pyarrow"}, "status", *at) == "['duckdb']"
    unwanted = {"pandas", "pyarrow.dataset", "scipy.special", "scipy.sparse", "unittest"}
    assert _loaded(unwanted, "trace", *at) == "['scipy.sparse', 'scipy.special']"


def test_what_is_left_out_changes_no_value_and_is_there_when_it_is_asked_for() -> None:
    asked = (
        "import numpy, scipy.special as s;"
        "print(s.gammaln(5.5), s.logsumexp([1.0, 2.5]), s.betainc(2, 3, 0.4), s.bdtrc(2, 9, 0.3), s.log_ndtr(-3.0));"
        "numpy.testing.assert_allclose(1.0, 1.0); numpy.f2py.get_include; import scipy.stats;"
        "print(scipy.stats.norm.sf(2.5))"
    )

    def said(before: str) -> str:
        return subprocess.run([sys.executable, "-c", before + asked], capture_output=True, text=True, check=True).stdout

    assert said("from tracer.cli.main import leave_out; leave_out();") == said("")


def test_who_asks_for_pandas_in_so_many_words_has_it(tmp_path: Path) -> None:
    reader = "def read():\n    import pandas\n    return pandas.__name__\n"
    (tmp_path / "reader.py").write_text(reader, encoding="utf-8")
    asked = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from tracer.cli.main import leave_out; leave_out()\n"
        "import reader, tracer.cluster.exchange\n"
        "from tracer.case.memory import memory_case\n"
        "case = memory_case()\n"
        "case.set_meta('name', 'bound'); print('pandas' in sys.modules, reader.read())"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "pandas"]


@pytest.fixture(autouse=True)
def coded_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options write the environment: what they write ends with the test."""
    for name in (MEMORY, THREADS):
        monkeypatch.setenv(name, "")


def setting(name: str) -> str:
    """A setting of a connection that is made now."""
    with connect(None) as con:
        return str(con.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])


@pytest.mark.parametrize("place", ["before", "behind"])
def test_options_stand_before_or_behind_a_command(tracer: Tracer, place: str) -> None:
    options = ("--memory", "512MiB", "--threads", "1")
    said = tracer(*options, "query") if place == "before" else tracer("query", *options)
    assert said.code == 0, said.err
    assert (setting("memory_limit"), setting("threads")) == ("512.0 MiB", "1")


def test_what_is_no_size_or_number_is_refused(tracer: Tracer) -> None:
    for option, value in (("--memory", "lots"), ("--memory", "1M"), ("--threads", "0"), ("--threads", "two")):
        assert "Traceback" not in tracer("query", option, value).ends(2, value).err


def test_sizes_as_people_write_them() -> None:
    sizes = {"8G": 8 << 30, "8 GiB": 8 << 30, "1.5gb": 3 << 29, "512M": 1 << 29}
    assert {text: memory_bytes(text) for text in sizes} == sizes
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory_bytes(setting("memory_limit")) < 0.6 * whole, "half of the machine's memory where none is said"


def test_a_variable_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "plenty")
    with pytest.raises(UsageError, match="plenty"):
        connect(None)
