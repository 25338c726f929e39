"""Reasons become sentences in two languages that can say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from tracer.ask.named import load_queries
from tracer.disclosure import (
    Count,
    DatasetRef,
    Number,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    Text,
    Word,
    number_of_json,
    reason_of,
    stored_reason,
)
from tracer.errors import UsageError
from tracer.wording import LANGUAGES, BrokenCatalogue, Voice, say, voice
from tracer.wording.catalogue_files import check, entries, text_of
from tracer.wording.voice import chance, percent, share

PACKAGE = Path(voice.__file__).parent.parent
A, B = DatasetRef("a"), DatasetRef("b")
REVERSED = Reason.of(
    "reversed-dates", parent=A, child=B, parent_day=date(2026, 4, 1), child_day=date(2026, 1, 12),
    probability=Probability(0.97),
)  # fmt: skip


_IN_SQL = re.compile(r"'code'(?:,|:) '([a-z][\w-]*)'|_reason\('([\w-]+)'")


def own(probability: float) -> Reason:
    return Reason.of("own-copied", parent=A, child=B, probability=Probability(probability))


def emitted() -> Iterator[tuple[str, str]]:
    """Every code that is written down in the package, with the file: of reasons in Python and of reasons in SQL."""
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "disclosure.py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Reason.of", "Reason") and node.args:
                for one in ast.walk(node.args[0]):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value, path.name
    for path in (*PACKAGE.rglob("*.sql"), *PACKAGE.parent.glob("queries/*.sql")):
        for found in _IN_SQL.finditer(path.read_text(encoding="utf-8")):
            yield found[1] or found[2], path.name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogues_are_fluent_without_a_fault(lang: str) -> None:
    tree = FluentParser().parse(text_of(lang))
    assert [one.content for one in tree.body if isinstance(one, fluent.Junk)] == []
    messages = {one.id.name for one in tree.body if isinstance(one, fluent.Message)}
    assert messages == set(entries(text_of(lang)))


def test_every_code_is_in_the_catalogues() -> None:
    catalogue = entries(text_of("en"))
    beginnings = {code for code, _ in emitted() if code.endswith("-")}
    assert [(code, where) for code, where in emitted() if code not in catalogue and code not in beginnings] == []
    assert [one for one in beginnings if not any(code.startswith(one) for code in catalogue)] == []


def test_the_numbers_of_a_number_are_its_own() -> None:
    every: tuple[Number, ...] = (
        3, None, Count(40), date(2026, 5, 20), A, PartyRef("p"), Ref("r"), Word("w"), Text("t"), Probability(0.25),
        Reason.of("same-bytes", datasets=(A, B)),
    )  # fmt: skip
    again = reason_of(stored_reason(Reason.of("x", each=every))).numbers["each"]
    assert again == tuple(Count(40, across_lists=False) if one == Count(40) else one for one in every)
    assert stored_reason(Reason.of("x", few=Count(3), none=Count(0))) == {
        "code": "x", "numbers": '{"few": {"count": "<20"}, "none": {"count": "<20"}}',
    }  # fmt: skip
    with pytest.raises(ValueError, match="is not a number of a reason"):
        number_of_json({"height": 3})


def test_days_and_sureness_are_those_of_the_language() -> None:
    assert "12 January 2026" in say(REVERSED)
    assert "very likely, 97%" in say(REVERSED)
    assert "2026年1月12日" in say(REVERSED, "zh")
    moved = Reason.of(
        "moved", parent=A, child=B, before=Probability(0.951), after=None, grade_before=Ref("G2"),
        grade_after=Ref("none"),
    )  # fmt: skip
    assert say(moved) == "a → b: 95% before, under 5% now (G2 → none)."
    judged = Reason.of("judged", judgement=3, a=Ref("a"), b=Ref("c"), verdict=Word("reject"))
    nothing = Reason.of("because-judgement", judgements=(judged,))
    assert say(nothing) == "Nothing changed but judgement 3 (a → c: rejected)."


def test_how_sure_is_said_in_words_of_fixed_meaning() -> None:
    for probability, words in (
        (1.0, "practically certain, >99%"), (0.99, "practically certain, 99%"), (0.9858, "very likely, 98%"),
        (0.95, "very likely, 95%"), (0.8, "likely, 80%"), (0.5, "more likely than not, 50%"),
    ):  # fmt: skip
        assert f"({words})" in say(own(probability))


def test_a_chance_is_said_as_people_say_it() -> None:
    for value, english, chinese in (
        (0.0, "less than one in a billion", "不到十亿分之一"),
        (9.99e-10, "less than one in a billion", "不到十亿分之一"),
        (1e-9, "one in 1,000,000,000", "1,000,000,000 分之一"), (4e-8, "one in 25,000,000", "25,000,000 分之一"),
        (0.0007, "one in 1,400", "1,400 分之一"), (0.01 / 3, "one in 300", "300 分之一"),
        (0.01, "one in 100", "100 分之一"), (0.09, "one in 11", "11 分之一"), (0.095, "10%", "10%"),
        (0.31, "31%", "31%"), (0.9901, ">99%", ">99%"), (1 - 1e-12, ">99%", ">99%"), (1.0, "100%", "100%"),
    ):  # fmt: skip
        assert (chance(value, "en"), chance(value, "zh")) == (english, chinese)
        error = Reason.of("error-canaries", error=PValue(value))
        assert (english in say(error), chinese in say(error, "zh")) == (True, True)


def test_what_is_nearly_all_or_nothing_is_not_said_to_be() -> None:
    for value in (1 - 1e-15, 0.9999, 0.995, 0.99, 1e-15, 0.004):
        assert not {percent(value), share(value), chance(value, "en")} & {"100%", "0%", "0.0%"}, value


def test_parties_and_lists_are_said_by_their_names() -> None:
    named = Voice("zh", {"a": "甲的名单", "b": "乙的名单"})
    assert named.say(Reason.of("same-bytes", datasets=(A, B))).startswith("甲的名单、乙的名单是同一个文件")


def test_what_is_lacking_is_a_fault_and_what_is_mistyped_is_told() -> None:
    with pytest.raises(BrokenCatalogue, match="no-such-code"):
        say(Reason.of("no-such-code"))
    with pytest.raises(BrokenCatalogue, match="parent_day"):
        say(Reason.of("reversed-dates", parent=A, child=B, child_day=date(2026, 1, 1), probability=Probability(0.9)))
    with pytest.raises(UsageError, match="unknown language 'fr'"):
        say(own(0.5), "fr")


def test_a_code_in_one_language_only_is_an_error_when_the_catalogues_are_loaded() -> None:
    with pytest.raises(BrokenCatalogue, match="two: written in en or zh only"):
        check({"en": entries("one = x\ntwo = y\n"), "zh": entries("one = z\n")})
    with pytest.raises(BrokenCatalogue, match="one: en and zh take other numbers"):
        check({"en": entries("one = { $a }\n"), "zh": entries("one = z\n")})
    with pytest.raises(BrokenCatalogue, match="one is written twice"):
        entries("one = x\none = y\n")


def test_every_kind_of_warning_is_said_and_declared() -> None:
    column = next(column for column in load_queries()["warnings"].columns if column.name == "kind")
    assert {kind.replace("_", "-") for kind in column.text.split(", ")} <= set(entries(text_of("en")))
