"""Words outside findings: every key that is used is written, every one that is written is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracer.ask.table import ALWAYS
from tracer.wording import LANGUAGES, BrokenCatalogue, data_word, key_of, templates, voice, word
from tracer.wording.catalogue_files import entries, text_of
from tracer.wording.columns import SECTIONS

EXPORT = Path(voice.__file__).parent.parent / "export"
PYTHON = {path: path.read_text(encoding="utf-8") for path in EXPORT.rglob("*.py")}
PARTS = "\n".join(
    path.read_text(encoding="utf-8") for path in (*EXPORT.rglob("page/*.j2"), *EXPORT.rglob("page/script/*.js"))
)
PREFIXES = ("page-", "figure-", "report-", "front-", "workbook-", "party-unnamed")
ENTRIES = {key for key in entries(text_of("en")) if key.startswith(PREFIXES)}
_IN_TEMPLATES = re.compile(r'\b(?:t\(|sentence\(|attr\("[a-z-]+", |listed\([\w.]+, |data-t=)"([\w-]+)"()')
_IN_SCRIPTS = re.compile(r'\bsay\((?:[^"`]*\? )?"([\w-]+)"(?: : "([\w-]+)")?|worded\("\w+", "([\w-]+)"')
_TABLES = re.compile(r"""(?:data_word\(|\bf)["']((?:page|figure|report|front|workbook)-[a-z-]*?)-?(?:["']|\{)""")
_TABLES_OF_THE_PAGE = re.compile(r'(?:Word\.(?:of|known)|\bd)\("([a-z-]+)"')


def used() -> Iterator[str]:
    """Keys that are written down where words are asked for."""
    for text in PYTHON.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("word", "Word") and node.args:
                page = "page-" if ast.unparse(node.func) == "Word" else ""
                yield from (page + key for key in literals(node.args[0]))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason.of":
                yield from (key for key in literals(node.args[0]) if key.startswith(PREFIXES))
    for found in (*_IN_TEMPLATES.findall(PARTS), *_IN_SCRIPTS.findall(PARTS)):
        yield from (f"page-{key}" for key in found if key)


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.Constant):
        yield str(node.value)


def tables() -> set[str]:
    """Beginnings of keys whose end comes from the data."""
    python = "\n".join(PYTHON.values())
    shown = {column.shown for section in SECTIONS for column in section.columns}
    named = {*_TABLES_OF_THE_PAGE.findall(python + PARTS), *shown, *ALWAYS.values(), "test"}
    return {f"{table}-" for table in (*_TABLES.findall(python), *(f"page-{one}" for one in named))} - set(PREFIXES)


def test_every_key_that_is_used_is_written() -> None:
    assert len(set(used())) > 150
    assert sorted(set(used()) - set(entries(text_of("en")))) == []


def test_every_key_that_is_written_is_used() -> None:
    python = "\n".join(PYTHON.values())
    beginnings = tuple(tables())
    left = {key for key in ENTRIES - set(used()) if not key.startswith(beginnings)}
    # Names of columns may be one text that is split.
    texts = re.findall(r'"([a-z][a-z -]*)"', python + PARTS)
    words = {word for text in texts for word in text.split()}
    assert [key for key in sorted(left) if key.partition("-")[2] not in words] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_script_can_fill_in_what_the_page_says(lang: str) -> None:
    words = templates("page-", lang)
    assert {f"page-{key}" for key in words} == {key for key in ENTRIES if key.startswith("page-")}
    assert words["hits"] == {"en": "{n} found", "zh": "找到 {n} 项"}[lang]
    assert [text for text in words.values() if "\n" in text or "$" in text] == []
    with pytest.raises(BrokenCatalogue, match="only have places to fill in"):
        templates("report-", "en")


def test_no_word_accuses_and_planted_records_are_explained_once() -> None:
    assert [one for one in ("截留", "倒卖", "申辩", "扣留", "买卖人员") if one in text_of("zh")] == []
    for prefix in ("page-", "report-"):
        for lang, canary in (("en", "canar"), ("zh", "金丝雀")):
            said = [word(key, lang, **dict.fromkeys(needs, "")) for key, needs in entries(text_of(lang)).items()
                    if key.startswith(prefix)]  # fmt: skip
            assert sum(canary in text for text in said) == 1, (prefix, lang)


def test_words_of_the_data_that_nobody_translated_stay_as_they_are() -> None:
    assert data_word("page-consent", "bundled in terms", "zh") == "捆绑于条款"
    assert data_word("page-role", "line_vendor", "en") == "line vendor"
    assert data_word("page-role", "Wizard_of oz", "zh") == "Wizard_of oz"
    assert key_of("page-role", "wizard") is None


def test_what_is_filled_in_stays_as_it_is_and_numbers_are_grouped() -> None:
    assert (
        word("page-map-around", "en", name="{ $n } <b>{name}")
        == "What touches { $n } <b>{name}, and the chains through it"
    )
    assert word("report-summary-more", "en", n=1) == "One more finding follows below."
    assert word("report-summary-more", "en", n=1200) == "1,200 more findings follow below."
    with pytest.raises(BrokenCatalogue, match="page-no-such-word"):
        word("page-no-such-word", "en")
    with pytest.raises(BrokenCatalogue, match="page-hits"):
        word("page-hits", "en")
