"""Commands that tell findings speak the language of `--lang`, else that of the environment; programs get English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.doors.commands import leaves
from tracer.cli.session import language

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_language_is_what_was_asked_for_or_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment, asked, spoken in (
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"), ({"LANG": "zh_TW"}, None, "zh"), ({"LANG": "de_DE.UTF-8"}, None, "en"),
        ({}, None, "en"), ({"LANG": "zh_CN.UTF-8"}, "en", "en"), ({"LANG": "en_GB.UTF-8"}, "zh", "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, None, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, None, "zh"),
    ):  # fmt: skip
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.setenv(name, environment.get(name, ""))
        assert language(asked) == spoken, environment


def test_people_are_spoken_to_in_it_and_programs_when_asked(
    tracer: Tracer, traced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    found, shown = tracer("findings", "--case", traced).done().out, tracer("show", "client").done().out
    assert CHINESE.search(found)
    assert CHINESE.search(shown)
    assert "tracer findings --case" in found
    english = tracer("findings", "--lang", "en").out
    assert english.splitlines()[0].startswith("4 lists, ")
    assert tracer("findings", "--lang", "fr").code == 2
    tree = tracer("show", "client", "-f", "json").json()
    assert not CHINESE.search(english + tree["text"])
    assert "持有" in tracer("show", "client", "-f", "json", "--lang", "zh").json()["text"]
    table = tracer("query", "derivations").out
    assert [word for word in ("来源名单", "等级", "概率") if word not in table] == []
    assert "(no rows)" in tracer("query", "campaigns", "--lang", "en").out
    assert "（没有记录）" in tracer("query", "campaigns").out
    rows, chinese = tracer.rows("query", "derivations"), tracer.rows("query", "derivations", "--lang", "zh")
    assert not CHINESE.search(json.dumps(rows, ensure_ascii=False))
    assert [list(row) for row in chinese] == [list(row) for row in rows], "the keys are the contract's"
    assert CHINESE.search(" ".join(chinese[0]["reasons"]))
    said = tracer("sql", "SELECT reasons FROM views.derivations", "--lang", "zh", "-f", "json")
    assert CHINESE.search(said.out)
    assert "副本" in tracer("attribute", "vendor").err
    assert "名单    " in tracer("status").out
    assert "No copy is named" in tracer("attribute", "vendor", "--lang", "en").err


def test_what_leaves_speaks_it(tracer: Tracer, traced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    english, chinese = tmp_path / "english.json", tmp_path / "chinese.json"
    assert tracer("export", "findings", "--to", "json", "-o", english).code == 0
    assert tracer("export", "findings", "--to", "json", "--lang", "zh", "-o", chinese).code == 0
    told = [json.loads(path.read_text(encoding="utf-8")) for path in (english, chinese)]
    assert [bool(CHINESE.search(" ".join(one["left_out"]))) for one in told] == [False, True]
    assert told[0]["left_out_codes"] == told[1]["left_out_codes"]
    assert tracer("export", "handover", "-o", tmp_path / "h").code == 0
    assert "只用 Python 即可核验" in (tmp_path / "h" / "README.txt").read_text(encoding="utf-8")
    assert not CHINESE.search(json.loads((tmp_path / "h" / "findings.json").read_text("utf-8"))["left_out"][0])
    assert tracer("judge", "client", "vendor", "reject").code == 0
    assert "与上次运行相比有变化的来源关系" in tracer("trace").err


def test_every_export_takes_a_language() -> None:
    exports = {name: command for name, command in leaves().items() if name.startswith("export ")}
    assert len(exports) > 5
    assert [name for name, one in exports.items() if "lang" not in {param.name for param in one.params}] == []
