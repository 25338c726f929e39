"""The wheel holds what the tool needs, and nothing of the workshop."""

from __future__ import annotations

import email
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from tests.test_house import ROOT
from tracer.optional import DISTRIBUTION, remedy
from tracer.version import __version__


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True,
                   capture_output=True)  # fmt: skip
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.mark.slow("builds the wheel")
def test_it_holds_all_that_is_read_at_run_time(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    inside = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tracer").rglob("*") if path.is_file()}
    workshop = ("tracer/site/", "tracer/identify/builtin_segments.py")
    wanted = {name for name in inside if "__pycache__" not in name and not name.startswith(workshop)}
    wanted |= {f"tracer/_shipped/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "queries").glob("*.sql")}
    wanted |= {"tracer/_shipped/sample_data/case.toml", "tracer/manifest/case.schema.json", "tracer/py.typed"}
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(workshop)]
    top = {name.split("/")[0] for name in names}
    assert top == {"tracer", f"{DISTRIBUTION.replace('-', '_')}-{__version__}.dist-info"}


@pytest.mark.slow("builds the wheel")
def test_it_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    about = {name.rsplit("/", 1)[1]: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    metadata = email.message_from_string(about["METADATA"])
    assert (metadata["Name"], metadata["Version"]) == (DISTRIBUTION, __version__)
    assert {*EXTRAS, "spark", "dev"} <= set(metadata.get_all("Provides-Extra", []))
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    extra = ("typst", "fonttools", "pypdf", "pyspark", "py7zr", "pdfplumber", "rbcl", "rfc3161")
    assert [line for line in needed if line.startswith(extra)] == []
    assert "tracer = tracer.cli.main:main" in about["entry_points.txt"]
    released = "## Unreleased" if "dev" in __version__ else f"## {__version__} — 20"
    assert released in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


EXTRAS = {"archives": "py7zr", "pdf": "pdfplumber", "print": "typst", "blind": "rbcl", "anchor": "rfc3161_client"}


@pytest.mark.slow("eight commands, each in a process")
def test_what_an_extra_needs_is_said_where_it_is_missing(tmp_path: Path) -> None:
    """A Python without the packages of the extras, as far as the tool sees."""
    lacking = (*EXTRAS.values(), "fontTools", "pypdf")
    code = (
        "import contextlib, io, json, sys, importlib.util as u; had = u.find_spec\n"
        f"u.find_spec = lambda name, *more: None if name in {lacking} else had(name, *more)\n"
        f"sys.modules.update(dict.fromkeys({lacking}))\n"
        "from tracer.cli.main import run\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:\n"
        "        ended = run(words)\n"
        "    print(json.dumps([ended, said.getvalue()]))"
    )
    for name, begin in (("list.pdf", b"%PDF-1.4\n"), ("list.7z", b"7z\xbc\xaf\x27\x1c\0\4")):
        (tmp_path / name).write_bytes(begin)
    (tmp_path / "own.csv").write_text("phone\n" + "".join(f"1400000{i:04}\n" for i in range(200)), encoding="utf-8")
    asked = (
        (None, f"init {tmp_path}/case"), (None, f"load {tmp_path}/own.csv --holder x"),
        ("pdf", f"load {tmp_path}/list.pdf --holder x"), ("archives", f"load {tmp_path}/list.7z --holder x"),
        ("print", f"export figure sankey --to png -o {tmp_path}/a.png"),
        ("blind", f"blind offer --to y --least 100 --yes -o {tmp_path}/offer"),
        (None, f"anchor request -o {tmp_path}/a.tsq"), ("anchor", f"anchor stamp {tmp_path}/a.tsq"),
    )  # fmt: skip
    key = ("--key-file", str(tmp_path / "key"))
    at = (*key, "--case", str(tmp_path / "case"))
    words = [[*each.split(), *(at if number else key)] for number, (_, each) in enumerate(asked)]
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(words)], capture_output=True, text=True, check=True,
        env=os.environ | {"COLUMNS": "1000"},
    )  # fmt: skip
    for (extra, _), line in zip(asked, done.stdout.splitlines(), strict=True):
        ended, narrated = json.loads(line)
        if extra is None:
            assert ended == 0, narrated
            continue
        said = narrated.splitlines()[-1]
        assert f" needs {EXTRAS[extra]}, which is not installed; run: pip install " in said
        assert f"[{extra}]'" in said
        assert len(re.findall("^Error: ", narrated, re.MULTILINE)) == 1
        assert ended in (2, 3)


@pytest.mark.parametrize("wheel", [True, False])
def test_the_line_that_installs_an_extra_names_where_the_tool_came_from(
    wheel: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / ("it's a tool.whl" if wheel else "clone")
    about = {"url": place.as_uri(), "archive_info": {}} if wheel else {"url": place.as_uri(), "dir_info": {}}
    (tmp_path / "direct_url.json").write_text(json.dumps(about), encoding="utf-8")
    monkeypatch.setattr("tracer.optional.distribution", lambda _: PathDistribution(tmp_path))
    assert "pip install 'PATH[print]', where PATH is the folder" in remedy("print"), "it is not there any more"
    place.touch()
    words = shlex.split(remedy("print").removeprefix("run: "))
    assert words == ["pip", "install", f"{place}[print]"]


def test_nothing_tells_to_install_a_package_that_is_on_no_index() -> None:
    names = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Containerfile")
    told = [ROOT / name for name in names]
    told += [path for folder in ("tracer", "tests", "sample_data") for path in (ROOT / folder).rglob("*")
             if path.suffix in (".py", ".md", ".ftl", ".toml", ".ipynb")]  # fmt: skip
    installs = re.compile(rf"(?:install|upgrade|inject|uvx|add)\b.*[\s'\"]{DISTRIBUTION}\b(?! @)")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in told for line in path.read_text(encoding="utf-8").splitlines()
        if installs.search(line) and "--no-index" not in line
    ]  # fmt: skip
    assert found == []
