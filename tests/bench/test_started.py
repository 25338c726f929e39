"""Every bench is started once, small, so that none rots; and the list of benches is whole."""

from __future__ import annotations

import ast
import os
import shutil
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES, HERE, Bench, main


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """Files of others: two that a checkout of uchardet would have, and two lists."""
    texts = {
        "de/iso-8859-1.txt": "Grüße aus Köln und Zürich für alle Bäcker",
        "ru/koi8-r.txt": "Привет из Москвы всем друзьям и семьям",
    }
    for name, text in texts.items():
        path = tmp_path / "test" / name
        path.parent.mkdir(parents=True)
        path.write_text(text * 20, encoding=path.stem)
    (tmp_path / "a.csv").write_text("name,mail\nAnna,anna@mail.example\n", encoding="utf-8")
    (tmp_path / "b.json").write_text('[{"phone": "+12025550101"}]', encoding="utf-8")
    return tmp_path


@pytest.mark.slow("a bench is run, if a small one")
@pytest.mark.parametrize("bench", BENCHES, ids=[bench.name for bench in BENCHES])
def test_it_starts_and_ends(bench: Bench, lists: Path) -> None:
    if bench.needs and shutil.which(bench.needs) is None:
        pytest.skip(f"needs {bench.needs}")
    words = (word.format(lists=lists) for word in bench.small)
    done = bench.started(*words, capture_output=True, env={**os.environ, "TMPDIR": str(lists)})
    assert done.returncode in ((0,) if bench.exact else (0, 1)), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout.strip()


def test_the_list_names_every_bench(capsys: pytest.CaptureFixture[str]) -> None:
    with_main = {
        ".".join(path.relative_to(HERE).with_suffix("").parts).removesuffix(".__main__")
        for path in (*HERE.glob("*.py"), *HERE.glob("zoo/*.py"))
        if any(
            isinstance(node, ast.FunctionDef) and node.name == "main"
            for node in ast.parse(path.read_text("utf-8")).body
        )
    }
    assert {bench.name for bench in BENCHES} == with_main - {"__main__", "zoo.fit"}
    assert main(["--list"]) == 0
    said = capsys.readouterr().out
    assert all(bench.about in said for bench in BENCHES)
