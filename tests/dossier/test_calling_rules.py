"""Calling rules: the table that ships, tables of one's own, and which of several rules holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tracer.case.memory import memory_case
from tracer.dossier.calling_rules import CallingRule, ensure_rules, read_rules, replace_rules, rules_of
from tracer.errors import InputRefused
from tracer.findings.lines import rule_on


def test_the_shipped_table_is_in_force_until_the_case_has_its_own(tmp_path: Path) -> None:
    con = memory_case().con
    ensure_rules(con)
    assert {(rule.id, rule.summary()) for rule in rules_of(con)} == {
        ("hours", "08:00-21:00"), ("per-number", "3"), ("complaints", "0.0001"),
    }  # fmt: skip
    own = tmp_path / "rules.toml"
    own.write_text('[[rule]]\nid = "late"\nkind = "hours"\nearliest = "09:00"\nlatest = "20:00"\nprovince = "江苏"\n')
    replace_rules(con, read_rules(own))
    ensure_rules(con)
    assert [rule.id for rule in rules_of(con)] == ["late"]


RULE = '[[rule]]\nid = "a"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (RULE + 'kind = "hour"\n', "invalid kind of rule 'hour'; did you mean 'hours'"),
        (RULE + 'kind = "hours"\nearliest = "21:00"\nlatest = "08:00"\n', "is not after earliest"),
        (RULE + 'kind = "hours"\nearliest = "8"\nlatest = "21:00"\n', "hours need earliest and latest"),
        (RULE + 'kind = "per_number"\n', "per_number needs at_most"),
        ('[[rule]]\nkind = "complaints"\nat_most = 1\n', "a rule has no id"),
        (RULE + 'kind = "complaints"\nat_most = 1\natmost = 2\n', "unknown key 'atmost'; did you mean"),
        (RULE + 'kind = "complaints"\nat_most = 1\nsince = "2019"\n', "write a text, or a bare date"),
        (RULE + 'kind = "complaints"\nat_most = 1\n[[rule]]\nid = "a"\nkind = "complaints"\nat_most = 1\n',
         "two rules have the id 'a'"),
        (RULE + 'kind = "complaints"\nat_most = 1\nsince = 2026-01-01T00:00:00\nuntil = 2026-02-01\n',
         "write a text, or a bare date"),
        ("[[rules]]\n", "must hold [[rule]] tables"),
        ("rule = [1]\n", "must hold [[rule]] tables"),
        ("rule = []\n", "must hold [[rule]] tables"),
        ("[[rule]\n", "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as error:
        read_rules(path)
    assert told in error.value.line()
    assert str(path) in error.value.line()
    path.write_text(RULE + 'kind = "x"\n[[rule]]\nid = "b"\nkind = "per_caller"\n', encoding="utf-8")
    with pytest.raises(InputRefused) as error:
        read_rules(path)
    assert len(error.value.problems) == 2, "all that is wrong at once"


def test_the_most_particular_rule_holds() -> None:
    rules = (
        CallingRule("all", "hours"), CallingRule("js", "hours", province="江苏"),
        CallingRule("carrier", "hours", carrier="x"), CallingRule("new", "hours", carrier="x", since=date(2026, 3, 1)),
        CallingRule("old", "hours", carrier="x", province="江苏", until=date(2025, 12, 31)),
    )  # fmt: skip

    for day, carrier, province, expected in (
        (date(2026, 2, 1), None, None, "all"), (date(2026, 2, 1), "y", "江苏", "js"),
        (date(2026, 2, 1), "x", "江苏", "carrier"), (date(2026, 3, 1), "x", "江苏", "new"),
        (date(2025, 12, 31), "x", "江苏", "old"),
    ):  # fmt: skip
        rule = rule_on(rules, "hours", day, carrier, province)
        assert rule is not None
        assert rule.id == expected
    assert rule_on(rules, "complaints", None, None, None) is None
