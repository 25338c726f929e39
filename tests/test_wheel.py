"""The wheel holds what the tool needs, and nothing of the workshop."""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_house import ROOT
from tracer.optional import DISTRIBUTION
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
    wanted = {name for name in inside if "__pycache__" not in name}
    wanted |= {f"tracer/_shipped/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "queries").glob("*.sql")}
    wanted |= {"tracer/_shipped/sample_data/case.toml", "tracer/manifest/case.schema.json", "tracer/py.typed"}
    assert wanted - names == set()
    top = {name.split("/")[0] for name in names}
    assert top == {"tracer", f"{DISTRIBUTION.replace('-', '_')}-{__version__}.dist-info"}


@pytest.mark.slow("builds the wheel")
def test_it_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    about = {name.rsplit("/", 1)[1]: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    metadata = email.message_from_string(about["METADATA"])
    assert (metadata["Name"], metadata["Version"]) == (DISTRIBUTION, __version__)
    assert {"print", "spark", "dev"} <= set(metadata.get_all("Provides-Extra", []))
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert not [line for line in needed if line.startswith(("typst", "fonttools", "pypdf", "pyspark"))]
    assert "tracer = tracer.cli.main:main" in about["entry_points.txt"]
    assert f"## {__version__} — 20" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_what_print_needs_is_said_where_it_is_missing(tmp_path: Path) -> None:
    """A clean Python without the packages of the extra, as far as the tool sees."""
    code = (
        "import sys, importlib.util as u; had = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name in ('typst', 'fontTools', 'pypdf') else had(name, *more)\n"
        "from tracer.cli.main import main; main()"
    )
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.4\n")
    key = ("--key-file", str(tmp_path / "key"), "--case", str(tmp_path / "case"))
    for arguments, says in (
        (("init", str(tmp_path / "case"), *key[:2]), ""),
        (("load", str(tmp_path / "list.pdf"), "--holder", "x", *key), "reading its table needs pypdf"),
        (("export", "figure", "sankey", "--to", "png", "-o", str(tmp_path / "a.png"), *key), "PNG or PDF needs "),
    ):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
        assert says in done.stderr
        if says:
            assert done.stderr.rstrip().endswith(f"run: pip install '{DISTRIBUTION}[print]'")
            assert len(done.stderr.splitlines()) == 1
