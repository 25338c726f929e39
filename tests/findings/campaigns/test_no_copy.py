"""Without a copy on record: what planted records of one's own database say, in signals and in lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import pytest

from tests.findings.marked_world import SPACE, World
from tests.inserted import insert
from tracer.ask.attributing import attributions_of
from tracer.ask.short_why import short_why
from tracer.ask.why import explained_edge
from tracer.disclosure import Reason, reason_of
from tracer.findings.campaigns import SignalReadings, compute, read_signals
from tracer.findings.campaigns.leaks import SourceInUse, leaks_of
from tracer.findings.case_facts import CaseFacts
from tracer.identify.email import email_key
from tracer.wording import say

DAY = datetime(2026, 5, 4, 9)
PEOPLE = (
    ("Anna Keller", "kundin4711@post.example"), ("Jonas Brandt", "u3fa9@post.example"),
    ("Marta Lis", "wolke77@post.example"), ("Ewa Mazur", "teddy12@post.example"), ("Paul Vogt", "pixel5@post.example"),
    ("Nina Hahn", "radler8@post.example"), ("Olga Sand", "lotos44@post.example"), ("Tim Rau", "kunde91@post.example"),
)  # fmt: skip


class Home:
    """Home canaries alone: eight addresses, watched for four months."""

    def __init__(self, owner: str | None = "firma", people: Sequence[tuple[str, str]] = PEOPLE) -> None:
        self.world = World()
        self.con = self.world.con
        for no, (name, address) in enumerate(people, start=1):
            self.plant(no, name, address, "home")
        if owner is not None:
            keys = [email_key(address) or 0 for _, address in people]
            self.world.dataset("own", owner, keys, origin="own")
        self.world.watch(DAY - timedelta(days=100), DAY + timedelta(days=30), "mbox")

    def plant(self, no: int, name: str, address: str, kind: str) -> None:
        insert(self.con, "canary", no=no, kind=kind, name=name, email=email_key(address), email_raw=address,
               imported_at=DAY - timedelta(days=120))  # fmt: skip

    def mail(self, canary: int, text: str, hours: float, sender: str = "offers@shop.example") -> None:
        self.world.signal(canary, DAY + timedelta(hours=hours), sender, text, "email")

    def greet(self, canaries: Iterable[int]) -> None:
        for no in canaries:
            self.mail(no, f"Angebot\nGuten Tag {PEOPLE[no - 1][0]},\nes gibt Rabatt", 9.0 * no)

    def leaks(self) -> tuple[SignalReadings, list[SourceInUse]]:
        reading = read_signals(self.con)
        return reading, leaks_of(reading)

    def said(self) -> Reason:
        """The reading of the only campaign."""
        compute(CaseFacts(self.con), 1)
        ((said,),) = self.con.execute("SELECT reading FROM campaign").fetchall()
        return reason_of(said)


def test_home_canaries_that_are_greeted_by_name_are_the_owners_database() -> None:
    home = Home()
    home.greet(range(1, 4))
    assert [leak.subject for leak in home.leaks()[1]] == ["firma"], "told at the third mail"
    home.greet(range(4, 6))
    reading, (leak,) = home.leaks()
    assert (leak.kind, leak.subject, leak.numbers, leak.planted, leak.copies) == ("client", "firma", 5, 8, 0)
    assert leak.hits == tuple((1, row, row) for row in range(1, 6))
    (verdict,) = reading.verdicts
    assert (verdict.found[0].kind, verdict.found[0].client) == ("client", "firma")
    assert say(home.said()) == (
        "Records planted only in firma’s own database are in use: 5 mails in 2 days, to 5 of 8. The database, a backup,"
        " someone who has all of it, or your list of planted records leaked. No copy is on record, so which of them"
        " cannot be told; give each processor a marked copy."
    )


def test_without_a_list_the_owner_has_no_name() -> None:
    home = Home(owner=None)
    home.greet(range(1, 6))
    _, (leak,) = home.leaks()
    assert (leak.kind, leak.subject) == ("client", "")
    said = home.said()
    assert say(said).startswith("Records planted only in your own database are in use: 5 mails")
    assert say(said, "zh")


@pytest.mark.parametrize("text", [
    "Newsletter\nsent to {a}", "Newsletter\nHallo {n},\nNeues", "Your account {l}\nabmelden: http://x.example/?e={a}",
    "{n}: last chance", "Hi {f},\nneues von uns",
])  # fmt: skip
def test_what_the_address_says_is_no_knowledge(text: str) -> None:
    people = [(name, f"{name.lower().replace(' ', '.')}@post.example") for name, _ in PEOPLE]
    home = Home(people=people)
    for no, (name, address) in enumerate(people, start=1):
        given = text.format(a=address, n=name, l=address.partition("@")[0], f=name.split()[0])
        home.mail(no, given, 300.0 * no, f"news@letter{no}.example")
    reading, leaks = home.leaks()
    assert leaks == []
    assert {content.kind for content in reading.content.values()} == {""}


def test_a_part_of_the_name_that_the_address_does_not_hold_counts() -> None:
    home = Home(people=[("Anna Keller", "a.keller84@post.example")])
    home.mail(1, "Angebot\nSehr geehrte Frau Keller", 1)
    home.mail(1, "Angebot\nHi Anna,", 2)
    assert [content.kind for content in home.leaks()[0].content.values()] == ["", "greeted"]


def test_an_address_made_here_is_not_in_burn_in_and_controls_teach_what_is_said_by_chance() -> None:
    home = Home()
    home.mail(1, "Angebot\nGuten Tag Anna Keller", 1)
    (before,) = home.leaks()[0].content.values()
    for no in range(20, 26):
        home.plant(no, "Karl Zorn", f"x{no}@post.example", "control")
        home.mail(no, "Angebot\nGuten Tag Karl Zorn", no, f"a@Zorn{no}.example")
    assert home.leaks()[0].content[1, 1, 1].by_chance > 5 * before.by_chance
    home.con.execute("UPDATE canary SET state = 'new', imported_at = $day", {"day": DAY - timedelta(days=2)})
    assert home.leaks()[0].marks == {}
    home.con.execute("UPDATE canary SET state = 'recycled', since = $day", {"day": date(2026, 5, 2)})
    assert set(home.leaks()[0].marks.values()) == {"burn-in"}


def test_a_found_list_with_home_canaries_points_to_the_database() -> None:
    world = World()
    planted = world.canaries([SPACE + 999_983 * k for k in range(5)], "home")
    people = world.people(200)
    world.dataset("own", "firma", [*people, *world.phones(planted)], origin="own")
    world.con.execute("UPDATE canary SET imported_at = '2025-01-01'")
    insert(world.con, "party", id="firma", name="firma")
    world.dataset("found", "trader", [*people[:40], *world.phones(planted)], obtained=date(2026, 5, 1))
    (said,) = attributions_of(world.con, "found").notes
    assert said.startswith("Records planted only in firma’s own database appear in found: 5 of 5. The database, a")
    for end in ("own", "firma"):
        shown = short_why(world.con, explained_edge(world.con, "found", end), "en")
        assert said in str(shown)


@pytest.mark.parametrize(("sender", "told"), [("run@many.example", True), ("Offers@shop.example", False)])
def test_a_mailing_that_reaches_addresses_beside_the_planted_ones_is_no_leak(sender: str, told: bool) -> None:
    home = Home()
    for other in range(12):
        insert(home.con, "stray_mail", file=1, row=100 + other, at=DAY + timedelta(hours=other), caller=sender,
               called=other)  # fmt: skip
    for no in range(1, 6):
        home.mail(no, "Angebot\nSolar ohne Anzahlung", 15.0 * no)
    assert [leak.subject for leak in home.leaks()[1]] == ["firma"] * told
