"""A command loads what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_what_only_reads_does_without_what_it_does_not_use(tmp_path: Path) -> None:
    key = ("--case", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    _loaded(set(), "init", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    assert _loaded({"pandas.core", "duckdb"}, "query", "datasets", *key) == "['duckdb']"
    assert _loaded({"babel", "duckdb", "fluent", "numpy", "pyarrow"}, "status", *key) == "['duckdb']"


def test_a_trace_loads_no_tests_of_others_and_no_reader_of_files_for_tables_in_memory(tmp_path: Path) -> None:
    key = ("--case", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    _loaded(set(), "init", str(tmp_path / "case"), "--key-file", str(tmp_path / "key"))
    unwanted = {"pandas", "pyarrow.dataset", "scipy.special", "scipy.sparse", "unittest"}
    assert _loaded(unwanted, "trace", *key) == "['scipy.sparse', 'scipy.special']"


def test_what_is_left_out_changes_no_value_and_is_there_when_it_is_asked_for() -> None:
    asked = (
        "import numpy, scipy.special as s;"
        "print(s.gammaln(5.5), s.logsumexp([1.0, 2.5]), s.betainc(2, 3, 0.4), s.bdtrc(2, 9, 0.3), s.log_ndtr(-3.0));"
        "numpy.testing.assert_allclose(1.0, 1.0); numpy.f2py.get_include; import scipy.stats;"
        "print(scipy.stats.norm.sf(2.5))"
    )

    def said(before: str) -> str:
        return subprocess.run([sys.executable, "-c", before + asked], capture_output=True, text=True, check=True).stdout

    assert said("from tracer.cli.unloaded import leave_out; leave_out();") == said("")


def test_who_asks_for_pandas_in_so_many_words_has_it(tmp_path: Path) -> None:
    reader = "def read():\n    import pandas\n    return pandas.__name__\n"
    (tmp_path / "reader.py").write_text(reader, encoding="utf-8")
    asked = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from tracer.cli.unloaded import leave_out; leave_out()\n"
        "import reader, tracer.cluster.bring\n"
        "from tracer.case.memory import memory_case\n"
        "case = memory_case()\n"
        "case.set_meta('name', 'bound'); print('pandas' in sys.modules, reader.read())"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "pandas"]
