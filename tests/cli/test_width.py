"""No line is wider than the terminal, whatever prints it: commands, queries, help, warnings, errors, both languages."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.doors import walk
from tests.doors.commands import leaves
from tests.sample.reading import SAMPLE
from tracer.ask.named import load_queries
from tracer.cli import printer
from tracer.cli.printer import UNASKED as WIDTH
from tracer.resources import help_dir

FORMATS = ("json", "ndjson", "csv", "parquet")
CHANGED = (
    ("judge", "chenxi-2026-01", "huaixu-lot7", "unsure", "--note", "seen in the contract " * 8),
    ("trace",),
    ("release", "chenxi-2026-01", "--to", "cti-hengtu", "--plan"),
    ("party", "edit", "cti-hengtu", "--industry", "call centre " * 9),
    ("verify",),
    ("doctor",),
    ("backup", "kept.backup"),
    ("dataset", "remove", "chenxi-2026-01", "--yes"),
    ("purge", "chenxi-2026-01"),
)
"""Commands that change a case, in an order in which they can be called."""


def _wide(text: str) -> list[str]:
    return [line for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n") if cell_len(line) > WIDTH]


def _data(out: str) -> bool:
    """JSON, or what a program cuts at tabs: no line's end may be put into it."""
    try:
        return bool(out) and isinstance(json.loads(out.splitlines()[0] if out.startswith('{"') else out), dict | list)
    except ValueError:
        return bool(re.match(r"(ok|FAILED|FOUND|repaired)\t", out))


def _calls(case: Path) -> Iterator[list[str]]:
    """Every command, query and topic in the form that people read, in one language or the other."""
    languages = {name: any(one.name == "lang" for one in command.params) for name, command in leaves().items()}
    asked = [
        [word for word in call if word not in ("-f", "table", "text")]
        for call in walk.doors(walk.ends_of(case, "huaixu-lot7"))
        if not {*FORMATS, "--to"} & set(call) or call[0] in ("sql", "show", "attribute", "persons", "query")
    ]
    kept = {tuple(word for word in call if word not in FORMATS) for call in asked if "--to" not in call}
    few = Counter[str]()
    for number, call in enumerate(sorted(kept)):
        name = max((name for name in languages if [*call][: len(name.split())] == name.split()), key=len)
        few[name] += 1
        if name == "query" or few[name] <= FEW:
            spoken = ["--lang", ("en", "zh")[number % 2]] if languages[name] else []
            yield [*call, *spoken, *(["--case", str(case)] if name != "help" else [])]


FEW = 2
"""Ends that a command is asked about."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The sample as the command line loads it, and what was too wide of all that this said."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("wide")
        patch.setattr(printer, "UNASKED", WIDTH)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        code, out, err = walk.said("run", SAMPLE / "case.toml", "--case", home / "case")
        assert code == 0, err
        yield home / "case", _wide(out.decode() + err)


@pytest.mark.slow("every command and query on the whole sample")
def test_no_line_of_a_command_is_too_wide(sample: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    case, wide = sample
    assert wide == []
    monkeypatch.setattr(printer, "UNASKED", WIDTH)
    monkeypatch.setenv("XDG_DATA_HOME", str(case.parent / "data"))
    monkeypatch.chdir(case.parent)
    found, calls = {}, [*_calls(case), *([*call, "--case", str(case)] for call in CHANGED)]
    for call in calls:
        _, out, err = walk.said(*call)
        if wide := _wide(("" if _data(out.decode()) else out.decode()) + err):
            found[" ".join(call)] = wide
    assert found == {}
    assert {call[1] for call in calls if call[0] == "query" and len(call) > 3} >= set(load_queries())


def test_no_line_of_help_or_of_an_error_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "UNASKED", WIDTH)
    calls = [
        ["--help"], *([*name.split(), "--help"] for name in leaves()),
        *([*name.split(), "--no-such-option-of-any-command", "x" * 90] for name in leaves()),
        *(["help", page.stem] for page in help_dir().glob("*.md")),
    ]  # fmt: skip
    said = {" ".join(call): walk.said(*call) for call in calls}
    assert {call: wide for call, (_, out, err) in said.items() if (wide := _wide(out.decode() + err))} == {}
