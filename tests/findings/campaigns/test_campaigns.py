"""Reading signals: what is no evidence, what belongs together, from which copy it comes, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from tests.findings.marked_world import SPACE, World
from tests.findings.signal_world import Setting, tally
from tests.inserted import insert
from tracer.ask.named import find_query, run_query
from tracer.disclosure import Count, PartyRef, Reason, Ref, ReleaseRef, Word, reason_of
from tracer.findings.attribution import compute as attribute_all
from tracer.findings.campaigns import SignalReadings, compute, read_signals
from tracer.findings.campaigns.posterior import CampaignVerdict
from tracer.findings.case_facts import CaseFacts
from tracer.findings.lines import line_events
from tracer.identify.segments import ensure_segments
from tracer.wording import LANGUAGES, say

DAY = datetime(2026, 5, 4, 2)
SCRIPT = "您好我们这边是装修公司想问一下您家最近有没有装修的打算"
OTHER = "先生您好这里是贷款中心您名下有一笔额度可以申请利息很低"


class Signals:
    """A client with copies of eight canaries each, twenty controls and five home canaries; and calls."""

    def __init__(self, copies: int = 10, each: int = 8) -> None:
        self.world = World()
        self.con = self.world.con
        spots = iter(range(SPACE, SPACE + 10**9, 999_983))
        self.home = self.world.canaries([next(spots) for _ in range(5)], "home")
        self.world.dataset("own", "client", self.world.phones(self.home), origin="own")
        self.controls = self.world.canaries([next(spots) for _ in range(20)], "control")
        self.copies: dict[str, list[int]] = {}
        for i in range(copies):
            numbers = self.world.canaries([next(spots) for _ in range(each)], name="林晓")
            self.copies[f"r{i}"] = numbers
            self.world.release(f"r{i}", "own", f"v{i}", numbers, day=date(2026, 3, 1))
        self.world.watch(datetime(2026, 4, 1), datetime(2026, 6, 1))

    def calls(
        self,
        canaries: Iterable[int],
        text: str = SCRIPT,
        *,
        callers: Sequence[str] = ("14111110001", "14111110002", "14111110003"),
        start: datetime = DAY,
        hours: float = 3,
        seconds: float = 20,
    ) -> None:
        """One call after the other; the callers take turns."""
        for i, canary in enumerate(canaries):
            at = start + i * timedelta(hours=hours)
            self.world.signal(canary, at, callers[i % len(callers)], text, duration_s=seconds)

    def plant(self, canaries: Iterable[int], release: str, scheme: str) -> None:
        """Canaries that a copy has in common with others."""
        for canary in canaries:
            insert(self.con, "release_canary", release=release, canary=canary, scheme=scheme)

    def complain(self, people: Iterable[int]) -> None:
        """Nobody else than these has complained."""
        self.con.execute("DELETE FROM complaint")
        for row, key in enumerate(people, start=1):
            told = {"caller": "14111110009", "called": str(key)[2:], "text": "", "zone": "UTC"}
            insert(self.con, "complaint", file=9, row=row, at=DAY, **told)

    def greet(self, where: str) -> None:
        """These callers know the personas' names."""
        name = "(SELECT c.name FROM canary AS c WHERE c.no = signal.canary)"
        self.con.execute(f"UPDATE signal SET text = {name} || '您好,' || text WHERE {where}")

    def read(self) -> SignalReadings:
        return read_signals(self.con)

    def verdict(self) -> CampaignVerdict:
        """That of the only campaign."""
        (verdict,) = self.read().verdicts
        return verdict

    def readings(self) -> list[Reason]:
        """The readings of all hits, by row."""
        for table in ("signal_reading", "campaign", "campaign_source", "caller_pool", "signal_background"):
            self.con.execute(f"DELETE FROM {table}")
        compute(CaseFacts(self.con), 1)
        rows = self.con.execute("SELECT reading FROM views.signals ORDER BY row").fetchall()
        return [reason_of(reading) for (reading,) in rows]

    def ask(self, query: str, **given: str) -> list[dict[str, Any]]:
        """The rows of a query after a run of the stage."""
        self.readings()
        return list(run_query(self.con, find_query(query), given).rows())


FROM_R3 = Reason.of("campaign-copy", releases=(ReleaseRef("r3"),), sure=Word("yes"))
FROM_BOTH = Reason.of("campaign-merge", releases=(ReleaseRef("r3"), ReleaseRef("r7")), sure=Word("yes"))


_planted = cache(Signals)


@pytest.fixture
def signals() -> Iterator[Signals]:
    """The planted case; what a test does to it is taken back."""
    planted = _planted()
    planted.con.execute("BEGIN")
    yield planted
    planted.world.signals = 0
    planted.con.execute("ROLLBACK")


# ------------------------------------------------------------------ the matrix
@pytest.mark.parametrize(
    ("calls", "kind", "of"),
    [
        (lambda s: s.copies["r3"][:5], "release", ("r3",)),
        (lambda s: [*s.copies["r3"][:5], *s.copies["r7"][:5]], "merge", ("r3", "r7")),
        (lambda s: s.home, "client", "client"),
        (lambda s: [*(copy[0] for copy in s.copies.values()), *s.controls[:8]], "background", None),
    ],
)
def test_whose_numbers_were_called(
    signals: Signals, calls: Callable[[Signals], list[int]], kind: str, of: tuple[str, ...] | str | None
) -> None:
    signals.calls(calls(signals))
    verdict = signals.verdict()
    (first, *_), named = verdict.found, of if isinstance(of, tuple) else ()
    assert (first.kind, first.releases or first.client) == (kind, of)
    assert {release for release, p in verdict.copies.items() if p >= 0.95} == set(named)
    assert all(p < 0.05 for release, p in verdict.copies.items() if release not in named)
    shown = {"release": FROM_R3, "merge": FROM_BOTH, "background": Reason.of("campaign-background")}
    assert kind == "client" or signals.readings()[0] == shown[kind]
    assert say(FROM_R3) == "r3 was leaked or used again."


def test_home_canaries_point_at_no_recipient_and_canaries_of_everybody_at_the_register(signals: Signals) -> None:
    signals.calls([*signals.copies["r3"][:6], signals.home[0]])
    verdict = signals.verdict()
    assert (verdict.copies, [source for source in verdict.found if source.releases]) == ({}, [])
    signals.con.execute("DELETE FROM signal")
    signals.calls([*(no for copy in signals.copies.values() for no in copy[:2]), signals.home[0]])
    signals.greet("row <= 27")
    assert signals.verdict().found[0].kind == "register"
    reading = signals.readings()[0]
    assert reading == Reason.of("campaign-register", client=PartyRef("client"))
    assert "not to a recipient" in say(reading)


def test_pair_canaries_alone_mean_that_two_copies_were_compared(signals: Signals) -> None:
    pairs = signals.world.canaries([SPACE + 7_000_003 + 13 * i for i in range(5)])
    for release in ("r3", "r7"):
        signals.plant(pairs, release, "pair")
    signals.calls(pairs)
    (first, *_) = signals.verdict().found
    assert (first.kind, first.releases) == ("intersection", ("r3", "r7"))


def test_canaries_that_stand_in_many_copies_tell_by_which_were_reached() -> None:
    """A shared canary is no canary lost: what tells is which of them a copy holds."""
    signals = Signals(each=1)
    shared = signals.world.canaries([SPACE + 7_000_003 + 999_979 * i for i in range(40)])
    held = {f"r{i}": [no for k, no in enumerate(shared) if (k * 7 + i * 3) % 10 < 3] for i in range(10)}
    for release, numbers in held.items():
        signals.plant(numbers, release, "pool")
    signals.calls(held["r4"][:8])
    copies = dict(signals.verdict().copies)
    assert copies.pop("r4") >= 0.95
    assert max(copies.values(), default=0.0) < 0.5


# ------------------------------------------------------------------ what is no evidence
@pytest.mark.parametrize(
    ("change", "said", "but"),
    [
        ("UPDATE release SET date = '2026-05-20' WHERE id = 'r3'", Reason.of("hit-before-copy"), ""),
        (
            "UPDATE canary SET since = '2026-04-20' WHERE kind = 'canary'",  # called for those who had it before
            Reason.of("hit-new-number", days=30),
            "UPDATE canary SET since = '2026-03-20' WHERE kind = 'canary'",
        ),
        (
            "INSERT INTO allowed_window VALUES (2, 1, 'r3', 'call', '2026-05-01', '2026-05-31', NULL)",
            Reason.of("hit-planned"),
            "UPDATE allowed_window SET channel = 'sms'",
        ),
        ("DELETE FROM canary WHERE kind = 'control'", Reason.of("hit-no-controls", reading=FROM_R3), ""),
    ],
)
def test_calls_that_have_another_explanation(signals: Signals, change: str, said: Reason, but: str) -> None:
    signals.calls(signals.copies["r3"][:5])
    signals.con.execute(change)
    assert signals.readings() == [said] * 5
    if but:
        signals.con.execute(but)
        assert signals.readings() == [FROM_R3] * 5


def test_who_was_asked_about_a_number_may_have_brought_the_calls(signals: Signals) -> None:
    signals.calls(signals.copies["r3"][:5])
    signals.con.execute(
        "INSERT INTO probe_plan VALUES ('p1', 'p1', 1, 'lookup', 'd', ['r3'], '{}', '', '2026-01-01 00:00:00')"
    )
    ask = "INSERT INTO probe_question SELECT 'p1', no, 'own', no, NULL, 'r3', 1, NULL, NULL, NULL FROM canary"
    signals.con.execute(ask)
    assert signals.readings() == [FROM_R3] * 5, "planned, and not asked yet"
    signals.con.execute("UPDATE probe_question SET found = true")
    assert signals.readings() == [Reason.of("hit-asked")] * 5
    signals.con.execute("UPDATE probe_plan SET planned_at = '2027-01-01 00:00:00'")
    assert signals.readings() == [FROM_R3] * 5, "called before anybody was asked"


def test_a_recycled_number_explains_its_own_hits_and_a_caller_who_knows_the_persona_says_more(signals: Signals) -> None:
    signals.calls(signals.copies["r3"][:4])
    plain = signals.verdict().copies["r3"]
    signals.con.execute("UPDATE canary SET state = 'recycled' WHERE no IN (SELECT unnest(?))", [signals.copies["r3"]])
    assert signals.verdict().copies["r3"] < plain
    signals.con.execute("UPDATE canary SET state = 'active'")
    signals.con.execute("DELETE FROM signal WHERE row > 2")
    silent = signals.verdict().copies["r3"]
    signals.greet("row = 1")
    verdict = signals.verdict()
    assert verdict.content[1, 1, signals.copies["r3"][0]].kind == "name"
    assert verdict.copies["r3"] > max(0.9, silent)


def test_a_copy_that_was_handed_out_for_dialling_may_be_dialled_until_its_end(signals: Signals) -> None:
    signals.con.execute("UPDATE release SET purpose = 'dialling', ends = '2026-05-31' WHERE id = 'r3'")
    signals.calls(signals.copies["r3"][:5])
    assert signals.readings() == [Reason.of("campaign-agreed-use", release=ReleaseRef("r3"))] * 5
    # The same callers also reach a copy that they were not given: that is not what was agreed.
    signals.calls(signals.copies["r5"][:4], start=DAY + timedelta(days=1))
    assert signals.readings()[0].code == "campaign-merge"
    signals.con.execute("DELETE FROM signal WHERE row > 5")
    signals.con.execute("UPDATE release SET ends = '2026-04-30' WHERE id = 'r3'")
    assert signals.readings() == [FROM_R3] * 5


def test_people_who_call_back_a_forged_number_are_a_storm_and_one_ring_is_a_probe(signals: Signals) -> None:
    callers = [f"14{i:03}{i:06}" for i in range(200, 212)]
    signals.calls([signals.copies["r3"][0]] * 12, "", callers=callers, hours=1 / 3)
    assert {reading.code for reading in signals.readings()} == {"hit-storm"}
    signals.con.execute("DELETE FROM signal")
    signals.calls(signals.copies["r3"][:2], "", seconds=1)
    assert [row["pattern"] for row in signals.ask("signals")] == ["probe", "probe"]


def test_dialling_one_number_after_the_other_names_nobody(signals: Signals) -> None:
    order = sorted([*signals.copies["r3"], *signals.controls[:2]], key=lambda no: signals.world.phones([no])[0])
    signals.calls(order)
    verdict = signals.verdict()
    assert (verdict.sequential, verdict.copies) == (True, {})


# ------------------------------------------------------------------ grouping
def test_scripts_join_calls_from_everywhere_and_tell_campaigns_of_one_pool_apart(signals: Signals) -> None:
    everywhere = ["14100000001", "15222220002", "anonymous", "16333330003", "17000000004"]
    signals.calls(signals.copies["r3"][:5], callers=everywhere)
    signals.calls(signals.copies["r5"][:5], OTHER, callers=["14100000009"])
    verdicts = signals.read().verdicts
    assert [len(verdict.campaign.hits) for verdict in verdicts] == [5, 5]
    assert [max(verdict.copies, key=lambda r: verdict.copies[r]) for verdict in verdicts] == ["r3", "r5"]


def test_calls_without_a_word_are_joined_by_their_block_and_a_campaign_that_pauses_is_another(signals: Signals) -> None:
    signals.world.watch(datetime(2026, 4, 1), datetime(2026, 9, 1))
    signals.calls(signals.copies["r3"][:5], "", callers=["14111110001", "14111120002"])  # cards bought in bulk
    signals.calls(signals.copies["r5"][:1], "", callers=["15999990001"])
    assert [len(verdict.campaign.hits) for verdict in signals.read().verdicts] == [5]
    signals.calls(signals.copies["r3"][5:8], "", start=DAY + timedelta(days=90))
    assert [len(verdict.campaign.hits) for verdict in signals.read().verdicts] == [5, 3]


ABROAD = [
    ("US", 12135550100, "+1 310 555 01{:02}", "+1310555", "310-555-01{:02}"),
    ("GB", 441632960100, "+44 7700 9001{:02}", "+44770090", "07700 9001{:02}"),
    ("DE", 493023125100, "+49 30 231250{:02}", "+49302312", "030 231250{:02}"),
    ("IN", 919999900000, "+91 55500000{:02}", "+91555000", "0091 55500000{:02}"),
    ("BR", 5511900000000, "+55 11 0000000{:02}", "+551100000", "0055 11 0000000{:02}"),
]


@pytest.mark.parametrize(("region", "first", "shown", "segment", "at_home"), ABROAD)
def test_callers_of_other_countries_are_no_chinese_ones(
    region: str, first: int, shown: str, segment: str, at_home: str
) -> None:
    world = World()
    world.con.execute("UPDATE meta SET value = $region WHERE name = 'region'", {"region": region})
    world.con.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('region_is_said', 'yes')")
    canaries = world.canaries([first + n for n in range(6)])
    world.dataset("own", "client", [first + 50], origin="own")
    ensure_segments(world.con)
    world.release("r", "own", "v", canaries, day=date(2026, 3, 1))
    world.watch(datetime(2026, 4, 1), datetime(2026, 6, 1))
    for n, canary in enumerate(canaries):  # three callers, each in two ways of writing it
        world.signal(canary, DAY + timedelta(hours=n), (shown if n < 3 else at_home).format(n % 3), "", duration_s=20)
    world.signal(canaries[0], DAY, "AMAZON", "", "sms")
    reading = read_signals(world.con)
    (pool,) = reading.pools
    assert (pool.segments, pool.size.calls, pool.size.callers) == ((segment,), 6, 3)
    (verdict,) = reading.verdicts
    # Of the plans here those of North America and Brazil say where their numbers are.
    assert (verdict.same_province, pool.same_province) == ((1.0, 1.0) if region in ("US", "BR") else (None, None))


def test_foreign_callers_in_a_chinese_case_have_no_segment_of_china(signals: Signals) -> None:
    ensure_segments(signals.con)
    foreign = [shown.format(n) for _, _, shown, _, _ in ABROAD for n in range(3)]
    signals.calls(signals.copies["r3"], callers=[*foreign[:3], "13105550142"])
    assert signals.verdict().same_province is None  # 140 0000, which is called, is in no table
    with line_events(signals.con):
        asked = "SELECT DISTINCT caller, carrier, province FROM line_event ORDER BY caller"
        assert signals.con.execute(asked).fetchall() == [
            ("+13105550100", None, None), ("+13105550101", None, None), ("+13105550102", None, None),
            ("+8613105550142", "中国联通", "浙江"),
        ]  # fmt: skip
    signals.con.execute("DELETE FROM signal")
    for n, caller in enumerate(foreign):  # a block of 100,000 is bought of Chinese mobile numbers alone
        signals.world.signal(signals.copies["r3"][n % 8], DAY + timedelta(hours=n), caller, "")
    assert sorted(len(verdict.campaign.hits) for verdict in signals.read().verdicts) == [3] * 5


# ------------------------------------------------------------------ complaints, lists
def test_people_who_complain_tell_planted_canaries(signals: Signals) -> None:
    people = signals.world.people(3_000, blocks=20_000)
    signals.world.dataset("own2", "client", people, origin="own")
    signals.con.execute("UPDATE release SET dataset = 'own2' WHERE id = 'r3'")
    signals.calls(signals.copies["r3"][:5])

    def after(complaints: Iterable[int]) -> float:
        signals.complain(complaints)
        return signals.verdict().copies.get("r3", 0.0)

    assert after(people[:6]) > 0.99
    assert after(SPACE + 900_000_000 + 11 * i for i in range(40)) < after([])


def test_signals_confirm_what_a_list_has_shown(signals: Signals) -> None:
    world = signals.world
    people = world.people(4_000)
    world.dataset("shared", "client", people, origin="own", created=date(2026, 1, 1))
    canaries = world.canaries([SPACE + 50_000_0000 + k * 10_000 for k in range(6)], name="赵清越")
    world.release("marked", "shared", "v", canaries, day=date(2026, 2, 1))
    world.dataset("leak", "trader", [*world.sample(people, 0.9), *world.phones(canaries)], obtained=date(2026, 5, 1))
    signals.calls(canaries)
    for run, grade in ((1, "G3"), (2, "G4")):
        signals.readings()
        (row,) = [row for row in attribute_all(CaseFacts(signals.con), run) if row.accused]
        assert row.grade == grade, "at first the callers do not know the personas"
        signals.greet("true")
    assert (row.reasons[-1].code, row.reasons[-1].numbers["campaign"]) == ("attribution-campaign", Ref("c1"))


# ------------------------------------------------------------------ what is written
def test_campaigns_and_pools_before_and_after_a_day(signals: Signals) -> None:
    signals.calls(signals.copies["r3"][:6])
    (campaign,) = signals.ask("campaigns", date="2026-05-04")
    assert (campaign["hits"], campaign["numbers"], campaign["before"], campaign["after"]) == (6, 6, 0, 6)
    assert campaign["releases"] == ["r3"]
    assert campaign["reasons"][:2] == [
        "6 calls or messages reached 6 controlled numbers on 4 May 2026. They read the same script.",
        "They reached 6 planted records.",
    ]
    (pool,) = signals.ask("caller-pools", date="2026-05-05")
    assert (pool["segments"], pool["calls"], pool["callers"], pool["before"]) == (["1411111"], 6, 3, 6)
    assert pool["low"] <= 3 <= pool["high"]
    (source,) = signals.ask("campaign-sources")
    assert (source["kind"], source["releases"]) == ("release", ["r3"])
    rates = {row["medium"]: row for row in signals.ask("background")}
    assert (rates["phone"]["hits"], rates["phone"]["numbers"]) == (0, 20)
    assert rates["phone"]["high"] == pytest.approx(3.689 / rates["phone"]["months"], rel=1e-3)  # Garwood, no event


def test_silence_excludes_what_it_can(signals: Signals) -> None:
    signals.calls(signals.copies["r3"][:5])
    rows = {row["release"]: row for row in signals.ask("silence")}
    assert rows["r3"]["excluded"] is None
    assert (rows["r4"]["watched"], rows["r4"]["hit"]) == (8, 0)
    assert rows["r4"]["excluded"] == pytest.approx(1 - 0.05 ** (1 / 8))
    signals.con.execute("UPDATE signal_file SET own = 1")  # the log of somebody's telephone covers no canary
    assert signals.ask("silence") == []


def test_what_campaigns_rest_on_and_what_speaks_against_them_is_said_in_both_languages(signals: Signals) -> None:
    people = signals.world.people(300, blocks=2_000)
    signals.world.dataset("own2", "client", people, origin="own")
    signals.con.execute("UPDATE release SET dataset = 'own2' WHERE id = 'r3'")
    signals.calls(signals.copies["r3"][:5])
    signals.calls([signals.copies["r5"][0], signals.home[0]], OTHER, callers=["anonymous"])
    signals.calls(signals.copies["r7"][:1], "喂" * 20, callers=["15999990001"])
    signals.greet("row IN (1, 8)")
    signals.complain(people[:25])
    compute(CaseFacts(signals.con), 1)
    rows = signals.con.execute("SELECT reading, reasons, against FROM campaign ORDER BY id").fetchall()
    found = [reason_of(one) for reading, reasons, against in rows for one in (reading, *reasons, *against)]
    assert {reason.code for reason in found} >= {
        "campaign-hits", "campaign-reached", "campaign-knew", "campaign-background-rate", "campaign-source",
        "campaign-complaints", "campaign-callers-forged", "campaign-home-reached", "campaign-people-unknown",
    }  # fmt: skip
    (complaints,) = [reason for reason in found if reason.code == "campaign-complaints"]
    assert (complaints.numbers["called"], complaints.numbers["held"]) == (Count(25, across_lists=False),) * 2
    assert all(say(reason, lang) for reason in found for lang in LANGUAGES)


@pytest.mark.slow("simulated campaigns")
def test_the_right_copy_is_named_and_no_other() -> None:
    """Other seeds than those of tuning. At a true rate of 90 %, fewer than 6 of 8 are right once in 26; at 1 % wrong,
    two of 8 are once in 380.
    """
    found = tally(Setting(), range(4_900_000, 4_900_008))
    assert found.right >= 6
    assert found.wrong <= 1


@pytest.mark.slow("simulated campaigns")
def test_home_canaries_blame_nobody() -> None:
    for source in ("client", "register"):
        found = tally(Setting(source=source), range(4_910_000, 4_910_004))
        assert found.blamed == 0, source
