"""Addresses of one's own show where a list was collected; a popular name, a person's name and a planted one do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

import pytest

from tests.bench.alias_origins import measure, traced
from tests.findings.alias_origins.market import Market
from tests.lists.loading import read_parts, read_table
from tracer.ask.named import find_query, run_query
from tracer.ask.result import json_rows
from tracer.ask.short_why import short_why
from tracer.ask.show import show
from tracer.ask.why import explained_edge
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings import alias_origins, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.identify.email import name_in_addresses
from tracer.lists.load import DatasetFacts, store_parts
from tracer.wording.terminal import terminal_text


def case_of(**lists: Sequence[str]) -> Case:
    """A traced case of lists of addresses; `gartenwelt` is a party."""
    case = memory_case()
    case.con.execute("INSERT INTO party (id, name) VALUES ('gw', 'Gartenwelt GmbH')")
    for name, rows in lists.items():
        store_parts(case.con, read_parts(read_table(case.con, {"email": list(rows)})), DatasetFacts(name, "x"))
    with CaseFacts(case.con) as facts:
        overlap.compute(facts, 1)
        alias_origins.compute(facts, 1)
    return case


def asked(case: Case, **given: str) -> list[dict[str, object]]:
    return list(json_rows(run_query(case.con, find_query("alias-origins"), given)))


def plain(n: int) -> list[str]:
    return [f"p{i}@gmail.com" for i in range(n)]


def tagged(label: str, n: int) -> list[str]:
    return [f"{label}{i}+{label}@gmail.com" for i in range(n)]


@cache
def gardeners() -> Case:
    """22 addresses name the party, three another service."""
    return case_of(d=[*tagged("gartenwelt", 22), *tagged("amazon", 3), *plain(200)])


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("a+gartenwelt@gmail.com", ("tag", "gartenwelt")),
        ("a+2026-02-24-gartenwelt@firm.example", ("tag", "2026-02-24-gartenwelt")),
        ("Gartenwelt@anna.example", ("own_domain", "gartenwelt")),
        ("a.gartenwelt.a4uth@anna.example", ("own_domain", "a.gartenwelt.a4uth")),
        ("gartenwelt.otter12@simplelogin.com", ("relay", "gartenwelt")),
        ("gartenwelt@anna.anonaddy.com", ("relay_domain", "gartenwelt")),
        ("gartenwelt@gartenwelt.example", None),  # the service's own
        ("netflix@gmail.com", None),  # a provider's: anybody's choice
        ("dpdcnf87nu@privaterelay.appleid.com", None),  # random
        ("anna@firm.example", None),
        ("netflix@many.example", None),  # a firm with many people in a list is not a person with a domain
    ],
)
def test_what_an_address_says_is_kept_as_written(address: str, kept: tuple[str, str] | None) -> None:
    case = case_of(d=[address, *(f"p{i}@many.example" for i in range(5)), *plain(30)])
    assert case.con.execute("SELECT form, label FROM address_label").fetchall() == ([] if kept is None else [kept])
    assert case.con.execute("SELECT labels FROM dataset").fetchone() == (0 if kept is None else 1,)


def test_addresses_that_name_a_party_show_where_a_list_was_collected() -> None:
    (row,) = asked(gardeners())
    assert (row["origin"], row["party"], row["votes"], row["addresses"], row["stated"]) == (
        "gartenwelt", "gw", 22, 25, True,
    )  # fmt: skip
    assert 0.5 < float(str(row["low"])) < float(str(row["high"])) <= 1.0
    against = json.dumps(row["against"], ensure_ascii=False)
    assert "could have added these 22 addresses" in against


def test_nothing_is_stated_of_fewer_than_20_addresses_and_that_is_said() -> None:
    named, none = asked(case_of(d=[*tagged("gartenwelt", 19), *plain(200)]))
    assert (named["origin"], named["stated"], named["share"]) == ("gartenwelt", False, None)
    assert none["origin"] is None
    assert "19 addresses in d name a service. Nothing is stated under 20." in str(none["reasons"])


def test_what_is_everywhere_is_not_an_origin() -> None:
    labels = ("amazon", "paypal", "netflix", "facebook", "ebay")
    rows = asked(case_of(d=[*(one for label in labels for one in tagged(label, 5)), *plain(200)]))
    assert [row["stated"] for row in rows] == [False] * len(rows)


def test_names_of_people_words_of_few_and_random_words_are_never_shown() -> None:
    words = ("anna", "heidi", "mueller", "anna-mueller", "horstkowalke", "qzvbk", "2019", "spam", "newsletter")
    case = case_of(d=[*(one for word in words for one in tagged(word, 19)), *tagged("heike", 60), *plain(200)])
    (row,) = asked(case)
    assert row["origin"] is None
    assert not [word for word in (*words, "heike") if word in json.dumps(row)]


def test_a_word_that_many_people_write_is_shown() -> None:
    rows = asked(case_of(d=[*tagged("plantopia", 25), *plain(200)]))
    assert [(row["origin"], row["stated"]) for row in rows] == [("plantopia", True)]


def test_a_list_of_before_says_that_it_must_be_loaded_again() -> None:
    case = case_of(d=plain(40))
    case.con.execute("UPDATE dataset SET labels = NULL")
    case.con.execute("DELETE FROM alias_origin")
    with CaseFacts(case.con) as facts:
        alias_origins.compute(facts, 2)
    (row,) = asked(case)
    assert "loaded by an earlier version" in str(row["reasons"])


def test_addresses_that_lie_close_together_are_said_to_be() -> None:
    market = Market(3)
    made = market.framing(60, 25)
    ((_, found),) = traced([made], market.shops)
    (victim,) = [one for one in found.origins if one.name == made.framed]
    assert victim.rows is not None
    assert victim.rows[1] - victim.rows[0] < 40


def test_how_an_organisation_is_written_into_an_address() -> None:
    names = ("Gartenwelt Nord GmbH", "https://www.gartenwelt.example", "Shop", "AG", "12")
    assert [name_in_addresses(one) for one in names] == ["gartenweltnord", "gartenwelt", None, None, None]


def test_the_market_is_found_out() -> None:
    """The bars, at a few lists; `tests/bench/alias_origins.py` measures them at many."""
    tally = measure(4, 11, (30,), 4)
    assert sum(tally.first) == 4
    assert not any(tally.false)
    assert sum(tally.covered) >= len(tally.covered) - 1


def test_why_of_a_list_and_a_party_says_it_in_both_languages() -> None:
    case = gardeners()
    for lang, said, planted in (
        ("en", "22 of the 25 addresses in d that name a service name Gartenwelt GmbH", "could have added these 22"),
        ("zh", "其中 22 个写的是 Gartenwelt GmbH", "而添加了这 22 个地址"),
    ):
        answer = terminal_text(short_why(case.con, explained_edge(case.con, "d", "gw"), lang), 400)
        assert said in answer
        assert planted in answer
        (group,) = show(case.con, "d", lang=lang).branches
        assert said in group.branches[0].text
        assert planted in group.branches[0].branches[0].text
