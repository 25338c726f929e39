"""What campaigns and single hits are said to show."""

from __future__ import annotations

from tests.findings.campaigns.test_campaigns import DAY, OTHER, Signals, of_copy
from tracer.disclosure import Count, Reason, reason_of
from tracer.findings.campaigns import compute
from tracer.findings.case_facts import CaseFacts
from tracer.wording import LANGUAGES, say


def test_what_campaigns_rest_on_and_what_speaks_against_them_is_said_in_both_languages() -> None:
    signals = Signals()
    people = signals.world.people(300, blocks=2_000)
    signals.world.dataset("own2", "client", people, origin="own")
    signals.con.execute("UPDATE release SET dataset = 'own2' WHERE id = 'r3'")
    signals.calls(signals.copies["r3"][:5])
    signals.calls([signals.copies["r5"][0], signals.home[0]], OTHER, callers=["anonymous"])
    signals.calls(signals.copies["r7"][:1], "喂" * 20, callers=["15999990001"])
    signals.con.execute(
        "UPDATE signal SET text = (SELECT c.name FROM canary AS c WHERE c.no = signal.canary) || text"
        " WHERE row IN (1, 8)"
    )
    for row, key in enumerate(people[:25], start=1):
        signals.con.execute(
            "INSERT INTO complaint VALUES (9, $row, $at, '14111110009', $called, '', 'UTC')",
            {"row": row, "at": DAY, "called": str(key)[2:]},
        )
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


def test_without_controls_a_copys_hit_says_that_the_background_is_unknown() -> None:
    signals = Signals()
    signals.con.execute("DELETE FROM canary WHERE kind = 'control'")
    signals.calls(signals.copies["r3"][:5])
    assert signals.readings() == [Reason.of("hit-no-controls", reading=of_copy("r3"))] * 5
