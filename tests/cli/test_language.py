"""Commands that tell findings speak the language of `--lang`, else that of the environment; programs get English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Tracer
from tests.doors.commands import leaves
from tracer.cli.session import language

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("environment", "asked", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "zh_TW"}, None, "zh"),
        ({"LANG": "de_DE.UTF-8"}, None, "en"),
        ({}, None, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "en", "en"),
        ({"LANG": "en_GB.UTF-8"}, "zh", "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, None, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, None, "zh"),
    ],
)
def test_the_language_is_what_was_asked_for_or_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], asked: str | None, spoken: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language(asked) == spoken


def test_findings_and_show_speak_it_and_json_does_not(
    tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert tracer("trace", "--case", case).code == 0
    found, shown = tracer("findings", "--case", case), tracer("show", "client", "--case", case)
    for said in (found, shown):
        assert said.code == 0
        assert CHINESE.search(said.out)
    assert "tracer findings --case" in found.out
    programs = tracer("show", "client", "-f", "json", "--case", case)
    assert not CHINESE.search(json.loads(programs.out)["text"])
    assert "持有" in json.loads(tracer("show", "client", "-f", "json", "--lang", "zh", "--case", case).out)["text"]
    english = tracer("findings", "--lang", "en", "--case", case).out
    assert not CHINESE.search(english)
    assert english.splitlines()[0].startswith("4 lists, ")
    assert tracer("findings", "--lang", "fr", "--case", case).code == 2


def test_tables_speak_it_and_programs_are_not_given_it_unasked(
    tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tracer("trace", "--case", case).code == 0
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    table = tracer("query", "derivations", "--case", case).out
    for word in ("来源名单", "等级", "概率"):
        assert word in table
    assert "(no rows)" in tracer("query", "campaigns", "--lang", "en", "--case", case).out
    assert "（没有记录）" in tracer("query", "campaigns", "--case", case).out
    rows = tracer("query", "derivations", "-f", "json", "--case", case)
    assert not CHINESE.search(rows.out)
    chinese = tracer("query", "derivations", "-f", "json", "--lang", "zh", "--case", case).json()
    assert [list(row) for row in chinese] == [list(row) for row in rows.json()], "the keys are the contract's"
    assert CHINESE.search(" ".join(chinese[0]["reasons"]))
    said = tracer("sql", "SELECT reasons FROM views.derivations", "--lang", "zh", "-f", "json", "--case", case)
    assert CHINESE.search(said.out)
    dataset = chinese[0]["child"]
    assert "副本" in tracer("attribute", dataset, "--case", case).err
    assert "名单    " in tracer("status", "--case", case).out
    assert "No copy is named" in tracer("attribute", dataset, "--lang", "en", "--case", case).err


def test_a_trace_and_what_leaves_speak_it(
    tracer: Tracer, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tracer("trace", "--case", case).code == 0
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    english, chinese = tmp_path / "english.json", tmp_path / "chinese.json"
    assert tracer("export", "findings", "--to", "json", "-o", english, "--case", case).code == 0
    assert tracer("export", "findings", "--to", "json", "--lang", "zh", "-o", chinese, "--case", case).code == 0
    told = [json.loads(path.read_text(encoding="utf-8")) for path in (english, chinese)]
    assert [bool(CHINESE.search(" ".join(one["left_out"]))) for one in told] == [False, True]
    assert told[0]["left_out_codes"] == told[1]["left_out_codes"]
    assert tracer("export", "handover", "-o", tmp_path / "h", "--case", case).code == 0
    assert "只用 Python 即可核验" in (tmp_path / "h" / "README.txt").read_text(encoding="utf-8")
    assert not CHINESE.search(json.loads((tmp_path / "h" / "findings.json").read_text("utf-8"))["left_out"][0])
    assert tracer("judge", "client", "vendor", "reject", "--case", case).code == 0
    assert "与上次运行相比有变化的来源关系" in tracer("trace", "--case", case).err


def test_every_export_takes_a_language() -> None:
    exports = {name: command for name, command in leaves().items() if name.startswith("export ")}
    assert len(exports) > 5
    assert [name for name, one in exports.items() if "lang" not in {param.name for param in one.params}] == []


def test_columns_count_where_output_is_piped(tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (60, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = tracer("query", "datasets", "--case", case).out.splitlines()
        assert max(map(cell_len, lines)) <= columns
