"""The right of reply travels: in its language and with its translation, wherever a headline names a party."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.said.three_countries import write_case
from tracer.cli.main import run
from tracer.errors import ExitCode

ENGLISH = "The backup was kept by a former employee."
QUOTE = "备份由前员工保存。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case of three countries, with the reply in two languages."""
    folder = tmp_path_factory.mktemp("replied")
    manifest = write_case(folder / "given")
    told = manifest.read_text(encoding="utf-8")
    spoken = f'text = "{QUOTE}"\nlanguage = "zh"\ntranslation = {{ en = "{ENGLISH}" }}'
    manifest.write_text(told.replace(f'text = "{QUOTE}"', spoken), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "keys"))
        assert run(["run", str(manifest), "--case", str(folder / "case")]) == 0
    return folder / "case"


@pytest.fixture
def case(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(made.parent / "keys"))
    return Path(shutil.copytree(made, tmp_path / "case"))


def written(tracer: Tracer, case: Path, *words: str) -> str:
    file = case.parent / "written"
    tracer("export", *words, "-o", file, "--case", case).done()
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [("graph", "--to", "html"), ("graph", "--to", "html", "--embed"), ("report", "--to", "md"),
     ("figure", "story", "--to", "svg", "--fonts", "none", "--width", "1080")],
)  # fmt: skip
def test_each_party_that_is_named_has_its_reply_or_none(tracer: Tracer, case: Path, words: tuple[str, ...]) -> None:
    english = " ".join(written(tracer, case, *words, "--lang", "en").split())
    said = [f"Qingmo: replied on 6 August 2026: “{QUOTE}” (translation: “{ENGLISH}”)"]
    if words[0] != "figure":
        said += ["Harlow: no reply by 10 August 2026"]
        assert re.search(r"Brightwell[^:]{0,40}: not asked", english)
        assert [one for one in said if one not in english] == []
    else:  # broken into lines
        assert QUOTE in english
        assert "former employee" in english
    chinese = written(tracer, case, *words, "--lang", "zh")
    assert QUOTE in chinese
    assert f"“{QUOTE}”（译文" not in chinese, "a reader of Chinese reads it as it was written"


def test_the_findings_say_it_too(tracer: Tracer, case: Path) -> None:
    found = " ".join(tracer("findings", "--case", case).done().out.split())
    assert ENGLISH in found
    assert "Harlow (harlow): no reply by 10 August 2026" in found


def test_a_reply_has_its_translations_by_hand(tracer: Tracer, case: Path) -> None:
    tracer(
        "reply", "add", "brightwell", "--asked", "2026-08-01", "--answered", "2026-08-02",
        "--text", "Wir wissen nichts.",
        "--language", "de", "--translation", "en=We know nothing.", "--case", case,
    ).done()  # fmt: skip
    listed = {row["party"]: row for row in tracer("reply", "list", "-f", "json", "--case", case).json()}
    assert listed["brightwell"]["language"] == "de"
    assert json.loads(listed["brightwell"]["translation"]) == {"en": "We know nothing."}
    assert "(translation: “We know nothing.”)" in written(tracer, case, "report", "--to", "md")
    assert "原文为外语" in written(tracer, case, "report", "--to", "md", "--lang", "zh")
    wrong = tracer("reply", "edit", "brightwell", "--language", "German!", "--case", case)
    assert (wrong.code, "invalid language" in wrong.err) == (ExitCode.REFUSED, True)
    assert tracer("reply", "edit", "brightwell", "--translation", "nothing", "--case", case).code == ExitCode.USAGE


def test_no_headline_names_who_was_not_asked_unless_it_is_said_why(tracer: Tracer, case: Path) -> None:
    file = case.parent / "page.html"
    for words in (("graph", "--to", "html"), ("report", "--to", "md"), ("figure", "story")):
        refused = tracer("export", *words, "-o", file, "--check-reply", "--case", case)
        assert refused.code == ExitCode.REFUSED
        assert "brightwell" in refused.err
        assert "harlow" not in refused.err, "it was asked"
        assert not file.exists()
    assert tracer("export", "graph", "--to", "json", "-o", file, "--check-reply", "--case", case).code == 0
    why = "a search is planned for May"
    assert f"Brightwell: not asked (“{why}”)" in written(tracer, case, "report", "--to", "md", "--unasked-because", why)
    journal = json.loads((case / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert journal["detail"]["unasked"] == {"parties": ["brightwell", "osterweg"], "reason": why}
    assert tracer("export", "report", "-o", file, "--unasked-because", "so", "--case", case).code == ExitCode.USAGE
    for party in ("brightwell", "osterweg"):
        tracer("reply", "add", party, "--asked", "2026-08-01", "--deadline", "2026-08-10", "--case", case).done()
    tracer("export", "report", "--to", "md", "-o", file, "--check-reply", "--case", case).done()
