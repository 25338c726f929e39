"""Every kind of claim on small cases: what contradicts it, what supports it, and when it cannot be tested."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tests.findings.listed import load_list, phones, say, verdict
from tests.inserted import insert, insert_canary, insert_derivation
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.statements import add_line
from tracer.dossier.vocabulary import CLAIM_KINDS
from tracer.findings.claims import KINDS
from tracer.records import Line


@pytest.fixture
def case() -> Case:
    return memory_case()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(21)


def test_every_kind_of_the_contract_has_a_test() -> None:
    assert set(KINDS) == set(CLAIM_KINDS)


@pytest.mark.parametrize("kind", CLAIM_KINDS)
def test_an_empty_case_can_test_nothing_and_says_why(case: Case, kind: str) -> None:
    claim = say(case, kind, value="0.5" if kind == "complaint_rate" else "100", said=date(2026, 5, 1))
    assert verdict(case, claim)[0] == "untestable"
    reasons = case.con.execute("SELECT alternatives FROM claim_verdict").fetchall()[0][0]
    assert reasons[0]["code"].startswith("claim-")


# ------------------------------------------------------------------ two statements
def test_two_statements_of_one_platform_need_no_data(case: Case) -> None:
    first = say(case, "daily_growth", value="10000")
    say(case, "daily_growth", value="5000000")
    found, numbers, grade = verdict(case, first)
    assert (found, numbers["factor"], grade) == ("contradicted", 500.0, "G0")
    shown = case.con.execute("SELECT what FROM views.contradictions ORDER BY what").fetchall()
    assert shown == [("two values",)]  # no data speak against either


def test_numbers_less_than_twofold_apart_do_not_contradict(case: Case) -> None:
    first = say(case, "size", value="10000")
    say(case, "size", value="12000")
    say(case, "size", about="q", value="99999999")
    assert verdict(case, first)[0] == "untestable"


# ------------------------------------------------------------------ size and growth
def _two_lists(case: Case, rng: np.random.Generator, shared: int, size: int = 2_000) -> None:
    numbers = sorted(set(phones(rng, 2 * size + 500)))
    rng.shuffle(numbers)
    load_list(case, "a", {"phone": numbers[:size]}, "p", obtained=date(2026, 5, 1))
    load_list(case, "b", {"phone": numbers[size - shared : 2 * size - shared]}, "p", obtained=date(2026, 5, 3))


def test_too_many_common_members_contradict_a_size(case: Case, rng: np.random.Generator) -> None:
    _two_lists(case, rng, 60)  # two of 2,000 in 500,000 expect 8
    claim = say(case, "size", value="500000")
    found, numbers, grade = verdict(case, claim)
    assert (found, grade) == ("contradicted", "G1")
    assert numbers["low"] < 2_000**2 / 60 < numbers["high"] < 500_000
    assert verdict(case, say(case, "size", about="p", value="20000"))[0] == "supported"


def test_copies_of_one_another_are_no_samples(case: Case, rng: np.random.Generator) -> None:
    _two_lists(case, rng, 60)
    insert_derivation(case.con, "a", "b")
    assert verdict(case, say(case, "size", value="500000"))[0] == "untestable"


def test_lists_that_are_too_small_to_tell_say_so(case: Case, rng: np.random.Generator) -> None:
    _two_lists(case, rng, 0)
    found, numbers, _ = verdict(case, say(case, "size", value="500000000"))
    assert found == "untestable"
    assert numbers["power_at_a_tenth"] < 0.5


@pytest.mark.parametrize(("new", "expected"), [(20, "contradicted"), (40, "consistent"), (80, "contradicted")])
def test_snapshots_of_one_query_give_the_growth(case: Case, rng: np.random.Generator, new: int, expected: str) -> None:
    """2,000 of 100,000 entries, two days apart: 1,000 new a day are 40 in the snapshot."""
    _two_lists(case, rng, 2_000 - new)
    say(case, "size", value="100000")
    found, numbers, _ = verdict(case, say(case, "daily_growth", value="1000"))
    assert found == expected
    assert numbers["expected_new"] == 40.0


# ------------------------------------------------------------------ origin
def test_a_copy_of_anothers_list_is_not_first_hand(case: Case, rng: np.random.Generator) -> None:
    load_list(case, "theirs", {"phone": phones(rng, 100)}, "q")
    load_list(case, "mine", {"phone": phones(rng, 100)}, "p")
    own = say(case, "own_collection", dataset="mine")
    first = say(case, "first_hand", dataset="mine")
    assert verdict(case, own)[0] == "consistent"
    insert_derivation(case.con, "theirs", "mine", 0.7)
    assert verdict(case, own)[0] == "consistent"
    case.con.execute("DELETE FROM derivation")
    insert_derivation(case.con, "theirs", "mine", 0.99, "G2")
    found, numbers, grade = verdict(case, own)
    assert (found, numbers["source"], grade) == ("contradicted", "theirs", "G2")
    assert verdict(case, first)[0] == "contradicted"


def test_a_partys_own_earlier_list_is_no_foreign_source(case: Case, rng: np.random.Generator) -> None:
    for name in ("old", "mine"):
        load_list(case, name, {"phone": phones(rng, 100)}, "p")
    load_list(case, "other", {"phone": phones(rng, 100)}, "q")
    insert_derivation(case.con, "old", "mine", 0.99, "G2")
    assert verdict(case, say(case, "own_collection", dataset="mine"))[0] == "consistent"


def test_a_stated_origin_is_held_against_the_lists_of_the_party_that_is_named(
    case: Case, rng: np.random.Generator
) -> None:
    insert(case.con, "party", id="q", name="Quill Data", role="data_trader")
    for name, holder in (("theirs", "q"), ("mine", "p"), ("third", "r")):
        load_list(case, name, {"phone": phones(rng, 100)}, holder, obtained=date(2026, 5, 1))
    said = say(case, "stated_origin", dataset="mine", value="quill data 2026-04-02")
    assert verdict(case, said)[0] == "untestable", "neither shown nor ruled out"
    insert_derivation(case.con, "third", "mine", 0.99, "G2")
    found, numbers, grade = verdict(case, said)
    assert (found, numbers["source"], grade) == ("contradicted", "third", "G2")
    insert_derivation(case.con, "theirs", "mine", 0.7, "G1")
    assert verdict(case, said)[0] == "consistent"
    case.con.execute("UPDATE derivation SET probability = 0.9, grade = 'G2' WHERE parent = 'theirs'")
    found, numbers, grade = verdict(case, said)
    assert (found, numbers["source"], grade) == ("supported", "theirs", "G2")
    case.con.execute(
        "UPDATE derivation SET parent = 'mine', child = 'theirs', probability = .97 WHERE parent = 'theirs'"
    )
    assert verdict(case, said)[0] == "contradicted"
    late = say(case, "stated_origin", dataset="mine", value="q 2026-05-02")
    assert verdict(case, late)[:2] == ("contradicted", {"contacts": 100, "day": "2026-05-01", "p": None})


def test_first_hand_lines_are_held_against_who_supplies_whom(case: Case) -> None:
    case.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '甲', 'line_vendor'), ('c', '乙', 'carrier')")
    add_line(case.con, Line("l", ("1635550*",), "p", "c", None, None))
    claim = say(case, "first_hand")
    assert verdict(case, claim)[0] == "untestable"
    case.con.execute("INSERT INTO relation VALUES (1, 'supplies_line_to', 'c', 'p', NULL, 'documented', [])")
    assert verdict(case, claim)[::2] == ("supported", "G5")
    case.con.execute("UPDATE relation SET to_party = 'x'")
    case.con.execute("INSERT INTO relation VALUES (2, 'supplies_line_to', 'x', 'p', NULL, 'alleged', [])")
    found, numbers, grade = verdict(case, claim)
    assert (found, numbers["path"], grade) == ("contradicted", ["c", "x", "p"], "G0")


# ------------------------------------------------------------------ contents
def _firms(rng: np.random.Generator, count: int) -> list[str]:
    return [f"第{number}号贸易有限公司" for number in rng.integers(0, 10_000, count)]


def test_consumers_inside_contradict_business_only_and_public_sources(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="app", role="platform")
    insert(case.con, "party", id="reg", role="public_source")
    users, published = phones(rng, 3_000), phones(rng, 2_000)
    load_list(case, "users", {"phone": users, "name": ["某人"] * 3_000}, "app")
    load_list(case, "registry", {"phone": published, "organisation": _firms(rng, 2_000)}, "reg")
    honest = published[:1_000] + phones(rng, 200)
    load_list(case, "honest", {"phone": honest, "organisation": _firms(rng, 1_200)}, "p")
    load_list(case, "mixed", {"phone": published[:600] + users[:600], "organisation": _firms(rng, 1_200)}, "p")
    business, public = (say(case, kind, dataset="mixed") for kind in ("business_only", "public_sources"))
    found, numbers, grade = verdict(case, business)
    assert (found, grade) == ("contradicted", "G1")
    assert numbers["shared_with_consumers"] >= 590
    found, numbers, _ = verdict(case, public)
    assert (found, numbers["consumer_lists"], numbers["public_lists"]) == ("contradicted", ["users"], ["registry"])
    assert numbers["explained"] >= 590
    for kind in ("business_only", "public_sources"):
        assert verdict(case, say(case, kind, dataset="honest"))[0] == "consistent"
    load_list(case, "copied", {"phone": published[:500], "organisation": _firms(rng, 500)}, "p")
    assert verdict(case, say(case, "public_sources", dataset="copied"))[0] == "supported"


def test_consumers_are_found_where_no_blocks_are_known(rng: np.random.Generator) -> None:
    """French landlines: no plan names their blocks. Addresses in common have no chance to be held against."""
    case, names = memory_case("FR"), _firms(rng, 1_000)
    lines = [f"+3314200{number:04d}" for number in rng.permutation(10_000)[:2_700]]
    mails = [f"u{n}@mail.example.com" for n in range(1_000)]
    load_list(case, "users", {"phone": lines[:1_000], "email": mails}, origin="own")
    load_list(case, "mixed", {"phone": lines[200:1_200], "organisation": names}, "p")
    load_list(case, "honest", {"phone": lines[1_200:2_200], "organisation": names}, "p")
    load_list(case, "mailed", {"email": mails[:300], "organisation": names[:300]}, "p")
    load_list(case, "both", {"phone": lines[2_200:], "email": mails[:500], "organisation": names[:500]}, "p")
    for kind in ("business_only", "public_sources"):
        found, numbers, grade = verdict(case, say(case, kind, dataset="mixed"))
        assert (found, numbers["shared_with_consumers"], grade) == ("contradicted", 800, "G1")
        assert verdict(case, say(case, kind, dataset="honest"))[0] == "consistent"
        for name, shared in (("mailed", 300), ("both", 500)):
            found, numbers, _ = verdict(case, say(case, kind, dataset=name))
            assert (found, numbers["shared_with_consumers"]) == ("untestable", shared)


def test_a_register_is_public_whoever_holds_it(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="app", role="platform")
    published = sorted(set(phones(rng, 2_000)))
    load_list(case, "companies", {"phone": published}, "app", origin="register")
    load_list(case, "copied", {"phone": published[:500]}, "p")
    found, numbers, _ = verdict(case, say(case, "public_sources", dataset="copied"))
    assert (found, numbers["public_lists"]) == ("supported", ["companies"])
    assert "consumer_lists" not in numbers
    found, numbers, _ = verdict(case, say(case, "random", dataset="copied"))
    assert (found, numbers["witnesses"]) == ("contradicted", ["companies"])


def test_a_consumers_persona_inside_contradicts_business_only(case: Case, rng: np.random.Generator) -> None:
    numbers = sorted(set(phones(rng, 1_000)))
    for number, phone in enumerate(numbers[:4]):
        insert_canary(case.con, number, int(f"86{phone}"), name="林晓")
    load_list(case, "mine", {"phone": numbers, "organisation": _firms(rng, len(numbers))}, "p")
    claim = say(case, "business_only", dataset="mine")
    assert verdict(case, claim)[1]["canaries_seen"] == 4
    case.con.execute("UPDATE canary SET organisation = '戊公司'")
    assert "canaries_seen" not in verdict(case, claim)[1]  # a firm's persona may stand in a list of firms


def test_one_mobile_under_many_firms_and_published_numbers_are_told(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="reg", role="public_source")
    numbers, firms = sorted(set(phones(rng, 100))), [f"第{n}号贸易有限公司" for n in range(100)]
    load_list(case, "registry", {"phone": numbers, "organisation": firms}, "reg")
    load_list(case, "mine", {"phone": [*numbers[:90], *[numbers[99]] * 10], "organisation": firms}, "p")
    _, told, _ = verdict(case, say(case, "business_only", dataset="mine"))
    assert (told["firms"], told["mobiles_under_three_firms"]) == (100, 1)
    assert (told["published_compared"], told["published_agree"]) == (100, 91)


# ------------------------------------------------------------------ consent and retention
def test_refusals_and_stated_bases_speak_against_consent(case: Case, rng: np.random.Generator) -> None:
    load_list(case, "mine", {"phone": phones(rng, 100)}, "p", collected_under="bundled_in_terms")
    claim = say(case, "consented", dataset="mine")
    assert verdict(case, claim)[0] == "consistent"  # its own state, and no consent
    case.con.execute("UPDATE dataset SET collected_under = 'none'")
    assert verdict(case, claim)[::2] == ("contradicted", "G0")
    case.con.execute("UPDATE dataset SET collected_under = 'explicit'")
    load_list(case, "no", {"phone": phones(rng, 100)}, "p", origin="refusals")
    case.con.execute("INSERT INTO refused_inside VALUES (1, NULL, 'mine', 'no', 40, 30, false)")
    assert verdict(case, claim)[0] == "consistent"  # they refused somebody else
    case.con.execute("UPDATE refused_inside SET own = true")
    assert verdict(case, claim)[::2] == ("contradicted", "G1")


def _retention(case: Case, reading: str, after_end: bool | None, probability: float = 0.99) -> None:
    values = [reading, after_end, probability]
    given = "1, NULL, 'p', 'client', 'r', 'own', 'seen', 'p', '2026-07-01', ?, ?, ?, 'G3', [], [], NULL, NULL"
    case.con.execute(f"INSERT INTO retention VALUES ({given})", values)


def test_a_copy_that_was_held_after_its_end_contradicts(case: Case, rng: np.random.Generator) -> None:
    claim = say(case, "not_retained")
    insert(case.con, "release", id="r", dataset="own", recipient="p", ends="2026-06-01", registered_at="2026-01-01")
    assert verdict(case, claim)[0] == "untestable"  # it holds no list of a later day
    load_list(case, "later", {"phone": phones(rng, 30)}, "p", obtained=date(2026, 7, 1))
    assert verdict(case, claim)[0] == "consistent"
    _retention(case, "held", False)
    assert verdict(case, claim)[0] == "consistent"
    _retention(case, "passed_on", None)
    assert verdict(case, claim)[0] == "consistent"  # that is another matter
    _retention(case, "retained", True, 0.8)
    assert verdict(case, claim)[0] == "consistent"
    _retention(case, "retained", True)
    assert verdict(case, claim)[::2] == ("contradicted", "G3")


@pytest.mark.parametrize(
    ("origin", "kinds"), [("own", ("random", "own_collection", "pool_size", "size")), ("obtained", ("public_sources",))]
)
@pytest.mark.parametrize("sharing", [11, 19])
def test_a_few_people_with_number_and_address_are_nobody(
    rng: np.random.Generator, origin: str, kinds: tuple[str, ...], sharing: int
) -> None:
    """Twenty contacts are what counts, not twenty identifiers: nineteen people have thirty-eight."""
    numbers, others = phones(rng, 400), phones(rng, 400)
    instead = [f"{number[:7]}{(int(number[7:]) + 3300) % 10_000:04d}" for number in numbers]  # of the same blocks
    found = []
    for people, mark in ((numbers, "u"), (instead, "x")):
        case = memory_case()
        names = [f"甲{n}" for n in range(400)]
        mails = [f"u{n}@mail.example.com" for n in range(400)]
        load_list(case, "theirs", {"phone": numbers, "email": mails, "name": names}, "other", origin=origin)
        case.con.execute("INSERT INTO party (id, role) VALUES ('other', 'public_source')")
        marked = [f"{mark}{n}@mail.example.com" for n in range(sharing)]
        rows = list(zip(people[:sharing], marked, names[:sharing], strict=True))
        rows += [(number, f"o{n}@mail.example.com", f"乙{n}") for n, number in enumerate(others)]
        columns = dict(zip(("phone", "email", "name"), map(list, zip(*rows, strict=True)), strict=True))
        load_list(case, "d", columns, "p")
        load_list(case, "e", {"phone": phones(np.random.default_rng(4), 300)}, "p")
        claims = [say(case, kind, dataset="d", value="100000") for kind in kinds]
        found.append([verdict(case, claim) for claim in claims])
    assert found[0] == found[1]


def test_names_are_compared_once_a_person(case: Case, rng: np.random.Generator) -> None:
    numbers = phones(rng, 60)
    mails, names = [f"u{n}@mail.example.com" for n in range(60)], [f"甲{n}" for n in range(60)]
    load_list(case, "own", {"phone": numbers, "email": mails, "name": names}, origin="own")
    load_list(case, "d", {"phone": numbers[:30], "email": mails[:30], "name": names[:30]}, "p")
    assert verdict(case, say(case, "random", dataset="d"))[1]["names_compared"] == 30


START = datetime(2026, 6, 1, 4)


@pytest.fixture
def line_case() -> Case:
    """A vendor `p` with a line of one block of 10,000 numbers."""
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '厦门翎榷短信服务有限公司', 'line_vendor')")
    add_line(made.con, Line("pool", ("1635550*",), "p", None, "江苏", None))
    return made


def _call(line_case: Case, at: datetime, end: int, number: int) -> None:
    """A call by a number of the line, to somebody whom nobody else calls."""
    caller, called = f"1635550{end:04d}", 8614100000000 + number
    insert(line_case.con, "call_record", file=1, at=at, channel="call", caller=caller, called=called)


def _calls(line_case: Case, callers: list[int]) -> None:
    """Calls spread over ten days."""
    for number, end in enumerate(callers):
        _call(line_case, START + timedelta(days=number % 10, seconds=number), end, number)


def _complaints(line_case: Case, count: int, text: str = "x", first: datetime = START) -> None:
    for number in range(count):
        about = {"caller": f"1635550{number:04d}", "called": f"1420000{number:04d}", "text": text, "zone": "UTC"}
        insert(line_case.con, "complaint", file=9, row=number, at=first + timedelta(days=number % 5), **about)


def test_a_complaint_rate_is_held_against_all_calls_of_the_line(line_case: Case) -> None:
    claim = say(line_case, "complaint_rate", value="0.01")
    _complaints(line_case, 3)
    found, numbers, _ = verdict(line_case, claim)
    assert (found, numbers["complaints"]) == ("untestable", 3)
    assert numbers["calls_needed"] < numbers["calls_to_support"]
    _calls(line_case, list(range(500)))
    assert verdict(line_case, claim)[0] == "consistent"
    _complaints(line_case, 14)
    found, numbers, _ = verdict(line_case, claim)
    assert (found, numbers["counted"]) == ("contradicted", 17)
    assert numbers["p"] <= 0.01
    assert verdict(line_case, say(line_case, "complaint_rate", value="0.2"))[0] == "supported"


def test_a_pool_is_refuted_by_callers_that_come_again(line_case: Case) -> None:
    claim = say(line_case, "pool_size", value="5000")
    _calls(line_case, np.random.default_rng(3).integers(0, 200, 300).tolist())
    found, numbers, _ = verdict(line_case, claim)
    assert found == "contradicted"
    assert numbers["low"] <= 200 <= numbers["high"]
    assert numbers["p"] <= 0.01
    assert verdict(line_case, say(line_case, "pool_size", about="p", value="150"))[0] == "supported"


def test_no_repeat_refutes_nothing(line_case: Case) -> None:
    _calls(line_case, list(range(60)))
    found, numbers, _ = verdict(line_case, say(line_case, "pool_size", value="10000"))
    assert found == "consistent"
    assert "high" not in numbers


def _spread(line_case: Case, before: int, after: int, day: date) -> None:
    """Calls in the ten days up to `day` and the ten days after it."""
    for number in range(before + after):
        shift = -(number % 10) if number < before else 1 + number % 10
        at = datetime(day.year, day.month, day.day, 4) + timedelta(days=shift, seconds=number)
        _call(line_case, at, number, number)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(40, 40, "contradicted"), (40, 8, "consistent"), (40, 0, "supported"), (3, 0, "consistent"), (0, 0, "untestable")],
)
def test_calls_after_the_day_are_held_against_the_former_rate(
    line_case: Case, before: int, after: int, expected: str
) -> None:
    day = date(2026, 6, 15)
    _spread(line_case, before, after, day)
    for shift in (-9, 10):  # records cover ten days on either side, whoever called
        at = datetime(2026, 6, 15, 4) + timedelta(days=shift)
        insert(line_case.con, "call_record", file=2, at=at, channel="call", caller="17900000000", called=8614200000000)
    assert verdict(line_case, say(line_case, "stopped", value="2026-06-15"))[0] == expected


def test_a_province_or_robots_alone_may_have_stopped(line_case: Case) -> None:
    add_line(line_case.con, Line("zj", ("1635559*",), "p", None, "浙江", None))
    _spread(line_case, 40, 40, date(2026, 6, 15))
    assert verdict(line_case, say(line_case, "stopped", value="2026-06-15 江苏"))[1]["lines"] == ["pool"]
    found, numbers, _ = verdict(line_case, say(line_case, "stopped", value="2026-06-15 浙江"))
    assert (found, numbers["lines"]) == ("untestable", ["zj"])
    robots = say(line_case, "stopped", value="2026-06-15", quote="停止机器人外呼")
    assert verdict(line_case, robots)[0] == "untestable"  # no text speaks of a robot
    _complaints(line_case, 5, "机器人推销", datetime(2026, 6, 20))
    assert verdict(line_case, robots)[1]["complaints_after"] == 5


def test_a_message_to_a_canary_contradicts_members_only(line_case: Case) -> None:
    insert_canary(line_case.con, 1, 8614000000001)

    def message(row: int, text: str, channel: str = "flash_sms") -> None:
        about = {"zone": "UTC", "caller": "10690000", "called_key": 8614000000001, "canary": 1, "text": text}
        insert(line_case.con, "signal", file=1, row=row, at=START, channel=channel, **about)

    claim = say(line_case, "members_only", quote="闪信只发会员")
    message(1, "【某某】促销")
    assert verdict(line_case, claim)[0] == "untestable"  # nobody knows whose it is
    message(2, "【翎榷】促销", "sms")
    found, numbers, _ = verdict(line_case, claim)
    assert (found, numbers["sms_of_the_same_sender"]) == ("consistent", 1)
    assert verdict(line_case, say(line_case, "members_only"))[0] == "contradicted"  # of any message
    message(3, "【翎榷】促销")
    found, numbers, _ = verdict(line_case, claim)
    assert (found, numbers["messages"], numbers["canaries"]) == ("contradicted", 1, 1)
