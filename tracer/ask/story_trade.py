"""The story's sections on what parties say, whose lines carried the calls, and who may no longer be called."""

from __future__ import annotations

from typing import Any

from tracer.ask.story_parts import StoryFinding, StorySection, Teller, section, sentences, spoken
from tracer.disclosure import PValue, Reason
from tracer.wording import headlines
from tracer.wording.claims import claim, contradiction, key_numbers

CLAIMS = (
    "SELECT * FROM views.claims WHERE verdict NOT IN ('untested', 'untestable')"
    " ORDER BY verdict = 'contradicted' DESC, grade DESC, claim"
)
REFUSALS = "SELECT * FROM views.after_refusal ORDER BY people DESC NULLS LAST, refusals, what, of, party"


def claims(teller: Teller) -> StorySection:
    """Claims with a verdict, those that the data contradict first."""
    voice, found = teller.voice(), []
    for row in teller.rows(CLAIMS):
        numbers = key_numbers(row, teller.plain())
        found.append(
            StoryFinding(
                voice.say(claim(row)),
                row["grade"],
                "" if row["p_value"] is None else teller.word(_error(row["p_value"])),
                items=(" · ".join(numbers),) if numbers else (),
                against=spoken(row["alternatives"], voice),
            )
        )
    counted = {
        row["verdict"]: row["n"]
        for row in teller.rows("SELECT verdict, count(*) AS n FROM views.claims GROUP BY verdict ORDER BY verdict")
    }
    notes = []
    if "untestable" in counted:
        notes.append(Reason.of("story-untestable", n=counted["untestable"]))
    if "untested" in counted:
        notes.append(Reason.of("story-untested", n=counted["untested"]))
    return section(teller.word(Reason.of("story-claims")), found, "claims", sentences(notes, voice))


def _error(p_value: float) -> Reason:
    """How often the test of a claim is wrong."""
    return Reason.of("story-test-error", error=PValue(float(p_value)))


def contradictions(teller: Teller) -> StorySection:
    """Statements that do not go together."""
    rows = teller.rows("SELECT * FROM views.contradictions WHERE what <> 'claim against data' ORDER BY about, claim_a")
    voice = teller.voice()
    findings = [StoryFinding(voice.say(contradiction(row))) for row in rows]
    return section(teller.word(Reason.of("story-contradictions")), findings, "contradictions")


def lines(teller: Teller) -> StorySection:
    """Lines with complaints, broken rules or hands, those with most complaints first."""
    rates = {row["name"]: row for row in teller.rows(_RATES)}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in teller.rows(_LINES):
        found.setdefault(row["line"], []).append(row)
    order = sorted(found, key=lambda line: (-rates[line]["complaints"] if line in rates else 0, line))
    told = [headlines.line(found[line][0], rates.get(line), found[line]) for line in order]
    voice = teller.voice()
    findings = [StoryFinding(voice.say(one)) for one in told if one is not None]
    return section(teller.word(Reason.of("story-lines")), findings, "lines")


def refusals(teller: Teller) -> StorySection:
    """Refusals of people who were handed on or called later; the copies and calls of most people first."""
    voice = teller.voice()
    findings = [StoryFinding(voice.say(headlines.refusal(row))) for row in teller.rows(REFUSALS)]
    return section(teller.word(Reason.of("story-refusals")), findings, "after-refusal")


_RATES = "SELECT * FROM views.complaint_rates WHERE dimension = 'line' ORDER BY name"
_LINES = (
    "SELECT l.*, v.rule, v.bound, v.examined, v.violations FROM views.lines l"
    " LEFT JOIN views.rule_counts v ON v.line = l.line ORDER BY l.line, v.rule"
)
