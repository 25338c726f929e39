"""Every kind of claim on small cases: what contradicts it, what supports it, and when it cannot be tested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import product

import numpy as np
import pytest

from tests.findings.listed import load_list, phones, say, verdict
from tests.inserted import insert, insert_canary, insert_derivation
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.statements import add_statement
from tracer.dossier.vocabulary import CLAIM_KINDS
from tracer.findings.claims import KINDS
from tracer.findings.statements import headlines
from tracer.records import Line
from tracer.wording import Voice, in_words


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
def test_two_statements_that_are_twofold_apart_need_no_data(case: Case) -> None:
    first, size = say(case, "daily_growth", value="10000"), say(case, "size", value="10000")
    say(case, "daily_growth", value="5000000")
    say(case, "size", value="12000")
    say(case, "size", about="q", value="99999999")
    found, numbers, grade = verdict(case, first)
    assert (found, numbers["factor"], grade) == ("contradicted", 500.0, "G0")
    shown = case.con.execute("SELECT what FROM views.contradictions ORDER BY what").fetchall()
    assert set(shown) == {("two values",)}  # no data speak against either
    assert verdict(case, size)[0] == "untestable"


# ------------------------------------------------------------------ size and growth
def _two_lists(case: Case, rng: np.random.Generator, shared: int) -> None:
    """Of 2,000 numbers each."""
    numbers = sorted(set(phones(rng, 4_500)))
    rng.shuffle(numbers)
    load_list(case, "a", {"phone": numbers[:2_000]}, "p", obtained=date(2026, 5, 1))
    load_list(case, "b", {"phone": numbers[2_000 - shared : 4_000 - shared]}, "p", obtained=date(2026, 5, 3))


def test_too_many_common_members_contradict_a_size(case: Case, rng: np.random.Generator) -> None:
    _two_lists(case, rng, 60)  # two of 2,000 in 500,000 expect 8
    found, numbers, grade = verdict(case, say(case, "size", value="500000"))
    assert (found, grade) == ("contradicted", "G1")
    assert numbers["low"] < 2_000**2 / 60 < numbers["high"] < 500_000
    assert verdict(case, say(case, "size", value="20000"))[0] == "supported"
    insert_derivation(case.con, "a", "b")
    assert verdict(case, say(case, "size", about="p", value="500001"))[0] == "contradicted", "by the other statement"
    case.con.execute("DELETE FROM claim")
    assert verdict(case, say(case, "size", value="500000"))[0] == "untestable", "copies of one another are no samples"
    small = memory_case()
    _two_lists(small, rng, 0)
    found, numbers, _ = verdict(small, say(small, "size", value="500000000"))
    assert (found, numbers["power_at_a_tenth"] < 0.5) == ("untestable", True)


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
    for name, holder in (("theirs", "q"), ("mine", "p"), ("old", "p")):
        load_list(case, name, {"phone": phones(rng, 100)}, holder)
    own = say(case, "own_collection", dataset="mine")
    first = say(case, "first_hand", dataset="mine")
    insert_derivation(case.con, "old", "mine", 0.99, "G2")
    insert_derivation(case.con, "theirs", "mine", 0.7)
    assert verdict(case, own)[0] == "consistent", "its own earlier list is no foreign source"
    case.con.execute("UPDATE derivation SET probability = 0.99 WHERE parent = 'theirs'")
    found, numbers, grade = verdict(case, own)
    assert (found, numbers["source"], grade) == ("contradicted", "theirs", "G2")
    assert verdict(case, first)[0] == "contradicted"


def test_a_stated_origin_is_held_against_the_lists_of_the_named_party(case: Case, rng: np.random.Generator) -> None:
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


def test_first_hand_is_said_of_the_list_or_of_the_lines() -> None:
    row = {"kind": "first_hand", "party": "p", "about": "p", "verdict": "untestable", "numbers": "{}"}
    said = {name: Voice("en").say(headlines.claim(row | {"dataset": name})) for name in (None, "lot")}
    assert said == {
        None: "p says that its lines are first hand. This case cannot test it.",
        "lot": "p says that lot is first hand. This case cannot test it.",
    }
    assert Voice("zh").say(headlines.claim(row | {"dataset": "lot"})).startswith("p 称 lot 是一手数据")


def test_first_hand_lines_are_held_against_who_supplies_whom(case: Case) -> None:
    case.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '甲', 'line_vendor'), ('c', '乙', 'carrier')")
    add_statement(case.con, Line("l", ("1635550*",), "p", "c", None, None))
    claim = say(case, "first_hand")
    assert verdict(case, claim)[0] == "untestable"
    case.con.execute("INSERT INTO relation VALUES (1, 'supplies_line_to', 'c', 'p', NULL, 'documented', [])")
    assert verdict(case, claim)[::2] == ("supported", "G5")
    case.con.execute("UPDATE relation SET to_party = 'x'")
    case.con.execute("INSERT INTO relation VALUES (2, 'supplies_line_to', 'x', 'p', NULL, 'alleged', [])")
    found, numbers, grade = verdict(case, claim)
    assert (found, numbers["path"], grade) == ("contradicted", ["c", "x", "p"], "G0")


# ------------------------------------------------------------------ contents
def _firms(count: int) -> list[str]:
    return [f"第{number}号贸易有限公司" for number in range(count)]


def test_consumers_inside_contradict_business_only_and_public_sources(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="app", role="platform")
    insert(case.con, "party", id="reg", role="public_source")
    users, published = phones(rng, 3_000), phones(rng, 2_000)
    load_list(case, "users", {"phone": users, "name": ["某人"] * 3_000}, "app")
    load_list(case, "registry", {"phone": published, "organisation": _firms(2_000)}, "reg")
    honest = published[:1_000] + phones(rng, 200)
    load_list(case, "honest", {"phone": honest, "organisation": _firms(1_200)}, "p")
    load_list(case, "mixed", {"phone": published[:600] + users[:600], "organisation": _firms(1_200)}, "p")
    business, public = (say(case, kind, dataset="mixed") for kind in ("business_only", "public_sources"))
    found, numbers, grade = verdict(case, business)
    assert (found, grade) == ("contradicted", "G1")
    assert numbers["shared_with_consumers"] >= 590
    found, numbers, _ = verdict(case, public)
    assert (found, numbers["consumer_lists"], numbers["public_lists"]) == ("contradicted", ["users"], ["registry"])
    assert numbers["explained"] >= 590
    for kind in ("business_only", "public_sources"):
        assert verdict(case, say(case, kind, dataset="honest"))[0] == "consistent"
    load_list(case, "copied", {"phone": published[:500], "organisation": _firms(500)}, "p")
    assert verdict(case, say(case, "public_sources", dataset="copied"))[0] == "supported"


def test_consumers_are_found_where_no_blocks_are_known(rng: np.random.Generator) -> None:
    """French landlines: no plan names their blocks. Addresses in common have no chance to be held against."""
    case, names = memory_case("FR"), _firms(1_000)
    lines = [f"+3314200{number:04d}" for number in rng.permutation(10_000)[:2_700]]
    mails = [f"u{n}@mail.example.com" for n in range(1_000)]
    load_list(case, "users", {"phone": lines[:1_000], "email": mails}, origin="own")
    load_list(case, "mixed", {"phone": lines[200:1_200], "organisation": names}, "p")
    load_list(case, "honest", {"phone": lines[1_200:2_200], "organisation": names}, "p")
    load_list(case, "mailed", {"email": mails[:300], "organisation": names[:300]}, "p")
    load_list(case, "both", {"phone": lines[2_200:], "email": mails[:500], "organisation": names[:500]}, "p")
    expected = {"mixed": ("contradicted", 800, "G1"), "honest": ("consistent", "<20", "G0"),
                "mailed": ("untestable", 300, "G0"), "both": ("untestable", 500, "G0")}  # fmt: skip
    for kind, name in product(("business_only", "public_sources"), expected):
        found, numbers, grade = verdict(case, say(case, kind, dataset=name))
        assert (found, numbers.get("shared_with_consumers"), grade) == expected[name], (kind, name)


def test_consumers_of_another_country_say_nothing_and_a_card_without_a_firm_is_of_one(rng: np.random.Generator) -> None:
    case = memory_case("FR")
    own, more = ([f"+3314{area}{n:05d}" for n in range(500)] for area in ("21", "22"))
    load_list(case, "chinese", {"phone": [f"+86{phone}" for phone in phones(rng, 500)]}, origin="own")
    load_list(case, "directory", {"phone": more, "organisation": _firms(500)}, "p")
    claim = say(case, "public_sources", dataset="directory")
    assert verdict(case, claim)[0] == "untestable"
    reasons = case.con.execute("SELECT alternatives FROM claim_verdict").fetchall()[-1][0]
    assert [one["code"] for one in reasons] == ["claim-consumers-elsewhere"]
    load_list(case, "cards", {"phone": own + more[:1], "organisation": [""] * 501}, origin="own")
    found, numbers, _ = verdict(case, claim)
    assert (found, numbers["consumer_lists"]) == ("consistent", ["cards", "chinese"])


def test_a_register_is_public_whoever_holds_it(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="app", role="platform")
    published = phones(rng, 2_000)
    load_list(case, "companies", {"phone": published}, "app", origin="register")
    load_list(case, "copied", {"phone": published[:500]}, "p")
    found, numbers, _ = verdict(case, say(case, "public_sources", dataset="copied"))
    assert (found, numbers["public_lists"]) == ("supported", ["companies"])
    assert "consumer_lists" not in numbers
    found, numbers, _ = verdict(case, say(case, "random", dataset="copied"))
    assert (found, numbers["witnesses"]) == ("contradicted", ["companies"])


def test_what_is_counted_of_firms_personas_and_published_numbers(case: Case, rng: np.random.Generator) -> None:
    insert(case.con, "party", id="reg", role="public_source")
    numbers, firms = sorted(set(phones(rng, 100))), _firms(100)
    load_list(case, "registry", {"phone": numbers, "organisation": firms}, "reg")
    for number, phone in enumerate(numbers[:4]):
        insert_canary(case.con, number, int(f"86{phone}"), name="林晓")
    load_list(case, "mine", {"phone": [*numbers[:90], *[numbers[99]] * 10], "organisation": firms}, "p")
    claim = say(case, "business_only", dataset="mine")
    _, told, _ = verdict(case, claim)
    assert (told["firms"], told["mobiles_under_three_firms"], told["canaries_seen"]) == (100, 1, 4)
    assert (told["published_compared"], told["published_agree"]) == (100, 91)
    case.con.execute("UPDATE canary SET organisation = '戊公司'")
    assert "canaries_seen" not in verdict(case, claim)[1]  # a firm's persona may stand in a list of firms


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


def test_a_copy_that_was_held_after_its_end_contradicts(case: Case, rng: np.random.Generator) -> None:
    claim = say(case, "not_retained")
    insert(case.con, "release", id="r", dataset="own", recipient="p", ends="2026-06-01", registered_at="2026-01-01")
    assert verdict(case, claim)[0] == "untestable"  # it holds no list of a later day
    load_list(case, "later", {"phone": phones(rng, 30)}, "p", obtained=date(2026, 7, 1))
    assert verdict(case, claim)[0] == "consistent"
    for reading, after_end, p, expected in (
        ("held", False, 0.99, "consistent"),
        ("passed_on", None, 0.99, "consistent"),  # that is another matter
        ("retained", True, 0.8, "consistent"),
        ("retained", True, 0.99, "contradicted"),
    ):
        given = "1, NULL, 'p', 'client', 'r', 'own', 'seen', 'p', '2026-07-01', ?, ?, ?, 'G3', [], [], NULL, NULL"
        case.con.execute(f"INSERT INTO retention VALUES ({given})", [reading, after_end, p])
        assert verdict(case, claim)[0] == expected, (reading, p)
        if p == 0.8:
            _, numbers, grade = verdict(case, claim)
            assert (numbers["seen_in"], numbers["probability"], grade) == ("seen", 0.8, "G3")
            assert _spoken(case) == (
                "p says that it keeps no client data. The data speak against this, but are not clear enough to"
                " contradict it.",
                "It held seen on 1 July 2026, after the use of r ended (1 June 2026)."
                " That this list came from that copy is likely, 80%.",
            )


def _spoken(case: Case) -> tuple[str, str]:
    """The first claim with its verdict, and what speaks against it, in English."""
    asked = case.con.execute("SELECT * FROM views.claims")
    row = dict(zip((column[0] for column in asked.description or ()), asked.fetchall()[0], strict=True))
    against = in_words(row["alternatives"], Voice("en"))
    return Voice("en").say(headlines.claim(row)), against[0]


def test_rows_that_are_there_as_hashes_after_the_end_speak_against_that_nothing_was_kept(
    case: Case, rng: np.random.Generator
) -> None:
    say(case, "not_retained")
    load_list(case, "own", {"phone": phones(rng, 60)}, "client")
    load_list(case, "hashed", {"phone": phones(rng, 30)}, "p", obtained=date(2026, 7, 1))
    insert(case.con, "release", id="r", dataset="own", recipient="p", ends="2026-06-01", registered_at="2026-01-01")
    insert(
        case.con, "attribution", run=1, dataset="hashed", release="r", accused=False, p_value=1.0, chance=1.0,
        e_value=1.0, canaries_seen=0, canaries_planted=0, rows_matched=28, recipient="p", grade="G1", against=[],
        reasons=[{"code": "attribution-copy-unknown", "numbers": "{}"}],
    )  # fmt: skip
    assert verdict(case, "c0")[::2] == ("consistent", "G1")
    said, against = _spoken(case)
    assert said.endswith("The data speak against this, but are not clear enough to contradict it.")
    assert against == (
        "It held hashed on 1 July 2026, after the use of r ended (1 June 2026). The list has 28 of client’s contacts"
        " as hashes. Which copy they came from cannot be told."
    )


@pytest.mark.parametrize(
    ("origin", "kinds"), [("own", ("random", "own_collection", "pool_size", "size")), ("obtained", ("public_sources",))]
)
def test_a_few_people_with_number_and_address_are_nobody(
    rng: np.random.Generator, origin: str, kinds: tuple[str, ...]
) -> None:
    """Twenty contacts are what counts, not twenty identifiers: nineteen people have thirty-eight."""
    numbers, others = phones(rng, 400), phones(rng, 400)
    instead = [f"{number[:7]}{(int(number[7:]) + 3300) % 10_000:04d}" for number in numbers]  # of the same blocks
    found: list[list[object]] = []
    names, mails = [f"甲{n}" for n in range(400)], [f"u{n}@mail.example.com" for n in range(400)]
    for people, mark in ((numbers, "u"), (instead, "x")):
        case = memory_case()
        load_list(case, "theirs", {"phone": numbers, "email": mails, "name": names}, "other", origin=origin)
        insert(case.con, "party", id="other", role="public_source")
        addresses = [f"{mark}{n}@mail.example.com" for n in range(19)] + [f"o{n}@mail.example.com" for n in range(400)]
        columns = {
            "phone": people[:19] + others,
            "email": addresses,
            "name": names[:19] + [f"乙{n}" for n in range(400)],
        }
        load_list(case, "d", columns, "p")
        load_list(case, "e", {"phone": phones(np.random.default_rng(4), 300)}, "p")
        claims = [say(case, kind, dataset="d", value="100000") for kind in kinds]
        found.append([verdict(case, claim) for claim in claims])
    assert found[0] == found[1]


def test_names_are_compared_once_a_person(case: Case, rng: np.random.Generator) -> None:
    people = [(number, f"u{n}@mail.example.com", f"甲{n}") for n, number in enumerate(phones(rng, 60))]
    for name, some, facts in (("own", people, {"origin": "own"}), ("d", people[:30], {})):
        load_list(case, name, dict(zip(("phone", "email", "name"), zip(*some, strict=True), strict=True)), **facts)
    assert verdict(case, say(case, "random", dataset="d"))[1]["names_compared"] == 30


START = datetime(2026, 6, 1, 4)


@pytest.fixture
def line_case() -> Case:
    """A vendor `p` with a line of one block of 10,000 numbers."""
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name, role) VALUES ('p', '厦门翎榷短信服务有限公司', 'line_vendor')")
    add_statement(made.con, Line("pool", ("1635550*",), "p", None, "江苏", None))
    return made


def _calls(
    line_case: Case, callers: Sequence[int], first: datetime = START, days: Sequence[int] = tuple(range(10)) * 50
) -> None:
    """Calls by numbers of the line, so many days after the first, each to somebody whom nobody else calls."""
    for n, end in enumerate(callers):
        call = {"at": first + timedelta(days=days[n], seconds=n), "channel": "call", "caller": f"1635550{end:04d}"}
        insert(line_case.con, "call_record", file=1, **call, called=8614100000000 + n)


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
    _calls(line_case, range(500))
    assert verdict(line_case, claim)[0] == "consistent"
    _complaints(line_case, 14)
    found, numbers, _ = verdict(line_case, claim)
    assert (found, numbers["counted"]) == ("contradicted", 17)
    assert numbers["p"] <= 0.01
    assert verdict(line_case, say(line_case, "complaint_rate", value="0.2"))[0] == "supported"


def test_a_pool_is_refuted_by_callers_that_come_again_and_by_nothing_else(line_case: Case) -> None:
    claim = say(line_case, "pool_size", value="5000")
    _calls(line_case, range(60))
    found, numbers, _ = verdict(line_case, claim)
    assert (found, "high" in numbers) == ("consistent", False)
    line_case.con.execute("DELETE FROM call_record")
    _calls(line_case, np.random.default_rng(3).integers(0, 200, 300).tolist())
    found, numbers, _ = verdict(line_case, claim)
    assert found == "contradicted"
    assert numbers["low"] <= 200 <= numbers["high"]
    assert numbers["p"] <= 0.01
    assert verdict(line_case, say(line_case, "pool_size", about="p", value="150"))[0] == "supported"


CHANGE = datetime(2026, 6, 15, 4)


def _spread(line_case: Case, before: int, after: int) -> None:
    """Calls in the ten days up to that of the change, and in the ten days after it."""
    days = [-(n % 10) if n < before else 1 + n % 10 for n in range(before + after)]
    _calls(line_case, range(before + after), CHANGE, days)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(40, 40, "contradicted"), (40, 8, "consistent"), (40, 0, "supported"), (3, 0, "consistent"), (0, 0, "untestable")],
)
def test_calls_after_the_day_are_held_against_the_former_rate(
    line_case: Case, before: int, after: int, expected: str
) -> None:
    _spread(line_case, before, after)
    for shift in (-9, 10):  # records cover ten days on either side, whoever called
        at = CHANGE + timedelta(days=shift)
        insert(line_case.con, "call_record", file=2, at=at, channel="call", caller="17900000000", called=8614200000000)
    assert verdict(line_case, say(line_case, "stopped", value="2026-06-15"))[0] == expected


def test_a_province_or_robots_alone_may_have_stopped(line_case: Case) -> None:
    add_statement(line_case.con, Line("zj", ("1635559*",), "p", None, "浙江", None))
    _spread(line_case, 40, 40)
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
