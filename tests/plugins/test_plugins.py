"""A package adds one of each kind; what is broken is left out with a word; what is built in stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Said, Tracer
from tracer import plugins
from tracer.ask.named import find_query
from tracer.export.formats import format_of
from tracer.library.without_case import list_plugins
from tracer.lists.read.file import BUILT_IN, plugin_for
from tracer.plugins import PluginGroup, PluginWarning
from tracer.signals import formats

_EXAMPLE = Path(__file__).parent / "example"
Install = Callable[[Path], None]


def _forget() -> None:
    for known in (plugins._found, plugins.load, plugins.leave_out, formats.formats):
        known.cache_clear()
    plugins._LEFT_OUT.clear()


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a folder of installed packages on the path."""

    def add(folder: Path) -> None:
        monkeypatch.syspath_prepend(str(folder))
        _forget()

    yield add
    _forget()
    for module in ("tracer_example", "bad"):
        sys.modules.pop(module, None)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as its wheel installs it."""
    folder = tmp_path_factory.mktemp("example")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=_EXAMPLE, check=True,
        capture_output=True,
    )  # fmt: skip
    site = folder / "site"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    return site


def _package(site: Path, name: str, entries: str, module: str = "") -> Path:
    """An installed package, written by hand."""
    about = site / f"{name}-0.1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(entries, encoding="utf-8")
    (site / f"{name}.py").write_text(module, encoding="utf-8")
    return site


_PEOPLE = "".join(
    f"dn: cn=p{number}\ncn: Person {chr(65 + number)}\nmail: p{number}@mail.example.com\no: <b>\n\n"
    for number in range(25)
)


def test_one_of_each_kind_does_its_work(tracer: Tracer, install: Install, example: Path, tmp_path: Path) -> None:
    install(example)
    case = tmp_path / "case"

    def done(*arguments: str | Path) -> Said:
        return tracer(*arguments).done()

    assert tracer("init", case).code == 0
    (tmp_path / "people.ldif").write_text(_PEOPLE, encoding="utf-8")
    loaded = done("load", tmp_path / "people.ldif", "--holder", "shop", "-f", "json").json()[0]
    assert (loaded["format"], loaded["rows"], loaded["identifiers"]) == ("ldif", 25, 25)
    assert done("query", "holdings", "-p", "least=20", "-f", "json").json() == [{"holder": "shop", "rows": 25}]
    assert done("query", "holdings", "-p", "least=26", "-f", "json").json() == []

    (tmp_path / "canaries.csv").write_text("phone\n14212345678\n", encoding="utf-8")
    (tmp_path / "watch.csv").write_text(
        "Watch Time,Ringer,Rung\n2026-05-01 23:30:00,02566660000,14212345678\n", encoding="utf-8"
    )
    done("canary", "import", tmp_path / "canaries.csv", "--kind", "control", "--region", "CN")
    assert done("signals", "load", tmp_path / "watch.csv", "-f", "json").json()[0]["format"] == "night-log"
    done("claim", "add", "--party", "shop", "--kind", "daytime_only", "--id", "c1")
    done("trace")
    (claim,) = done("query", "claims", "-p", "kind=daytime_only", "-f", "json").json()
    assert claim["verdict"] in ("contradicted", "consistent")
    assert "of 1 calls came at night. (Tested by tracer-example 1.0.)" in " ".join(claim["alternatives"])
    assert "daytime_only" in done("findings").out
    assert "次在夜间。（由 tracer-example 1.0 检验。）" in done("query", "claims", "--lang", "zh", "-f", "json").out

    done("export", "graph", "--to", "dot", "-o", tmp_path / "graph.dot")
    assert (tmp_path / "graph.dot").read_text(encoding="utf-8").startswith("digraph {")
    journal = [json.loads(line) for line in (case / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    named = {line["command"] for line in journal if line.get("detail", {}).get("plugin") == "tracer-example 1.0"}
    assert named == {"load", "query", "signals load", "export graph"}
    rows = tracer.rows("plugins")
    assert [(row["adds"], row["name"], row["usable"]) for row in rows] == [
        ("readers", "ldif", "yes"), ("signal_formats", "night-log", "yes"), ("claim_kinds", "daytime_only", "yes"),
        ("exports", "dot", "yes"), ("queries", "holdings", "yes"),
    ]  # fmt: skip


def test_what_they_write_and_ask_goes_through_the_same_doors(tracer: Tracer, install: Install, tmp_path: Path) -> None:
    """A format that writes a number of a list is stopped; a query and a claim's question reach no base table."""
    module = (
        "from tracer.plugins import ClaimResult, GraphWriter\n"
        "ASKED = [\n"
        "    'FROM membership', 'FROM main.membership', 'DESCRIBE main.membership', 'SELECT 1; SELECT 2',\n"
        "    'WITH membership AS (SELECT 1) FROM main.membership', 'SELECT getenv(\\'HOME\\')', 'FROM parties',\n"
        "    'FROM (WITH membership AS (SELECT 1) FROM membership), membership', 'IMPORT DATABASE \\'/nowhere\\'',\n"
        "]\n"
        "def peek(ask, claim):\n"
        "    for sql in ASKED:\n"
        "        try:\n"
        "            return ClaimResult('supported', {'en': str(ask(sql)), 'zh': '-'})\n"
        "        except Exception:\n"
        "            pass\n"
        "    return ClaimResult('consistent', {'en': str(len(ask('FROM views.parties'))), 'zh': '-'})\n"
        "LEAK = GraphWriter('.txt', lambda graph: b'p3@mail.example.com')\n"
        "ODD = GraphWriter('.txt', lambda graph: 1 / 0)\n"
        "BASE = '''-- Base\\n-- answers: ?\\n-- column a text: a\\nSELECT raw AS a FROM main.membership'''\n"
    )
    entries = (
        "[tracer.exports]\nleak = bad:LEAK\nodd = bad:ODD\n[tracer.queries]\nbase = bad:BASE\n"
        "[tracer.claim_kinds]\npeek = bad:peek\n"
    )
    install(_package(tmp_path / "site", "bad", entries, module))
    case = tmp_path / "case"
    (tmp_path / "people.csv").write_text(
        "mail\n" + "".join(f"p{n}@mail.example.com\n" for n in range(25)), encoding="utf-8"
    )
    assert tracer("init", case).code == 0
    assert tracer("load", tmp_path / "people.csv", "--holder", "shop").code == 0
    said = tracer("export", "graph", "--to", "leak", "-o", tmp_path / "a.txt")
    assert said.code == 3
    assert not (tmp_path / "a.txt").exists()
    said = tracer("export", "graph", "--to", "odd", "-o", tmp_path / "a.txt")
    assert (said.code, "bad 0.1: the plug-in fails: ZeroDivisionError" in said.err) == (3, True)
    said = tracer("query", "base")
    assert (said.code, "unknown view" in said.err) == (2, True)
    assert tracer("claim", "add", "--party", "shop", "--kind", "peek", "--id", "c1").code == 0
    assert tracer("trace").code == 0
    (claim,) = tracer.rows("query", "claims", "-p", "kind=peek")
    assert claim["verdict"] == "consistent", claim


def test_what_an_exception_quotes_is_not_shown(tracer: Tracer, install: Install, tmp_path: Path) -> None:
    """The cell that `int` could not read stays in the file; what a plug-in says on purpose is shown, with the file."""
    module = (
        "from tracer.errors import InputRefused\n"
        "def cell(file):\n    yield int(file.read())\n"
        "def said(file):\n    raise InputRefused('no entry')\n"
    )
    install(_package(tmp_path / "site", "bad", "[tracer.readers]\ncell = bad:cell\nsaid = bad:said\n", module))
    case = tmp_path / "case"
    assert tracer("init", case).code == 0
    for ending, shown in (("cell", "bad 0.1 cannot read it: ValueError (bad.py, line 3)"), ("said", "it: no entry")):
        (tmp_path / f"a.{ending}").write_text("(212) 555-0101")
        said = tracer("load", tmp_path / f"a.{ending}", "--holder", "shop")
        assert (said.code, shown in said.err, "555" in said.err + said.out) == (3, True, False), said.err
        assert f"a.{ending}: " in said.err


def test_each_plug_in_is_listed_with_its_own_reasons_however_often(install: Install, tmp_path: Path) -> None:
    entries = (
        "[tracer.queries]\nbadq = bad:BADQ\npathq = bad:PATHQ\ndatasets = bad:BADQ\n"
        "[tracer.signal_formats]\nmars = bad:MARS\n[tracer.readers]\ncsv = bad:X\n"
    )
    module = (
        "from pathlib import Path\nBADQ = '-- Title'\nPATHQ = Path('gone.sql')\n"
        "MARS = {'headings': {'at': ['at']}, 'zone': 'Mars/Olympus'}\n"
    )
    install(_package(tmp_path, "bad", entries, module))
    for _ in range(2):
        usable = {str(row["name"]): str(row["usable"]) for row in list_plugins()}
        assert "gone.sql" in usable.pop("pathq")
        assert usable == {
            "csv": "the name is built in", "datasets": "the name is built in",
            "badq": "the header has no 'answers:' line", "mars": "invalid time zone 'Mars/Olympus'",
        }  # fmt: skip


def test_what_is_broken_is_left_out_with_one_warning(install: Install, tmp_path: Path) -> None:
    entries = (
        "[tracer.readers]\nldif = gone_module:read\n[tracer.exports]\ndot = bad:NOT_A_WRITER\n"
        "[tracer.signal_formats]\nodd = bad:ODD\n[tracer.queries]\nholdings = bad:QUERY\n"
    )
    module = "NOT_A_WRITER = 1\nODD = {'headings': {}, 'colums': 1}\nQUERY = '-- no header'\n"
    install(_package(tmp_path, "bad", entries, module))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        plugin = plugin_for("x.ldif")
        assert plugin is not None
        assert plugins.load(plugin) is None
        assert plugins.load(plugin) is None
        with pytest.raises(Exception, match="cannot be used: it gives int, not GraphWriter"):
            format_of("graph", "dot")
        with pytest.raises(Exception, match="unknown query"):
            find_query("holdings")
        assert "odd" not in formats.format_names()
    texts = [str(one.message) for one in said]
    assert len(texts) == 4, texts
    assert all("of bad 0.1 (tracer." in text and "is left out: " in text for text in texts)


def test_nothing_that_is_built_in_can_be_replaced(install: Install, tmp_path: Path) -> None:
    entries = (
        "[tracer.readers]\ncsv = bad:X\n[tracer.exports]\njson = bad:X\n[tracer.queries]\ndatasets = bad:X\n"
        "[tracer.claim_kinds]\nsize = bad:X\n[tracer.signal_formats]\nmbox = bad:X\n"
    )
    install(_package(tmp_path, "bad", entries, "raise SystemError('is never imported')\n"))
    assert plugin_for("x.csv") is None
    assert format_of("graph", "json").loses == "nothing"
    assert find_query("datasets").plugin is None
    assert formats.format_named("mbox").reader == "mail"
    with pytest.warns(PluginWarning, match="csv' of bad 0.1 .*the name is built in"):
        assert plugins.names(PluginGroup.READERS, BUILT_IN) == ()
    assert "bad" not in sys.modules


def test_a_tool_without_plug_ins_looks_for_none_where_it_need_not(tmp_path: Path) -> None:
    code = (
        "import sys; from tracer.cli.main import run\n"
        "run(sys.argv[1:]); print('tracer.plugins' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stderr.splitlines()[-1] == "False"
