"""Readings, reasons and objections as sentences. A copy is named, never a party; counts are of canaries, not of
people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tracer.disclosure import Count
from tracer.findings.campaigns.background import MONTH, Rate
from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.screening import AGREED, BURN_IN_MARK, EARLY, STORM, key_of

if TYPE_CHECKING:
    from tracer.findings.campaigns.judge import Verdict

SURE = 0.95
"""Probability from which a copy is said to be behind a campaign."""
_LIKELY = 0.5

_MARKED = {
    BURN_IN_MARK: "background: the number is new, and is called for whoever had it before",
    EARLY: "background: no copy with it had been handed out yet",
    AGREED: "a planned campaign: no leak",
    STORM: "call-back storm: the number was forged as a caller's, and people call back",
}


def of_hit(hit: Hit, mark: str | None, verdict: Verdict | None, controls: Mapping[str, int]) -> str:
    """What one hit shows, in the light of its campaign."""
    if mark is not None:
        return _MARKED[mark]
    if hit.number.kind == "control":
        return "background: a number that nobody was given"
    if verdict is not None and verdict.agreed is not None:
        return f"agreed use of {verdict.agreed}: no leak by itself"
    if verdict is not None and verdict.sequential:
        return _NO_EVIDENCE
    text = _of_number(hit, verdict)
    unknown = hit.number.kind == "canary" and hit.number.releases and not controls.get(hit.medium)
    return text + (" (no controls: background unknown)" if unknown else "")


def _of_number(hit: Hit, verdict: Verdict | None) -> str:
    if verdict is None or not verdict.found:
        if hit.number.kind == "home":
            return "one hit alone on a home canary: the client's database, or background"
        if not hit.number.releases:
            return "in no release: names no copy"
        return "one hit alone: background cannot be told apart"
    return reading(verdict)


def reading(verdict: Verdict) -> str:
    """What a campaign shows: the rows of the diagnosis matrix, by the posterior."""
    if verdict.agreed is not None:
        return f"agreed use of {verdict.agreed}: no leak by itself"
    if verdict.sequential:
        return _NO_EVIDENCE
    if not verdict.found:
        return "no evidence: new numbers, earlier than any copy, or planned"
    top = verdict.found[0]
    if top.probability < _LIKELY:
        return "undecided"
    return _BY_KIND[top.kind] if top.kind in _BY_KIND else _of_copies(verdict)


_NO_EVIDENCE = "background or sequential dialling: no evidence"
_BY_KIND = {
    "background": _NO_EVIDENCE,
    "client": "the client's own database leaked; not a recipient",
    "register": (
        "home canaries, or canaries of many copies: the client's database or the register leaked; not a recipient"
    ),
}


def _of_copies(verdict: Verdict) -> str:
    top = verdict.found[0]
    sure = [release for release, probability in sorted(verdict.copies.items()) if probability >= SURE]
    copies, less = " and ".join(sure or top.releases), "" if sure else "perhaps: "
    if top.kind == "intersection":
        return f"{less}{' and '.join(top.releases)} were compared: only what they share was called"
    if top.kind == "merge":
        return f"{less}{copies}: two leaks merged, collusion, or a shared processor"
    return f"{less}this copy leaked or was re-used ({copies})"


def reasons(verdict: Verdict, rates: Mapping[str, Rate]) -> Iterator[str]:
    """What stands behind a campaign's reading."""
    hits = verdict.campaign.hits
    yield (
        f"{len(hits)} hits on {len({hit.number.no for hit in hits})} controlled numbers between"
        f" {hits[0].at.date()} and {hits[-1].at.date()}"
        + (", by one script." if verdict.campaign.script else ", by callers of one segment or one call-back number.")
    )
    kinds = {kind: len({h.number.no for h in verdict.evidence if h.number.kind == kind}) for kind in _KINDS}
    told = [f"{count} {_KINDS[kind]}" for kind, count in kinds.items() if count]
    if told:
        yield f"They reached {', '.join(told)}."
    said = [verdict.content[key_of(hit)].kind for hit in verdict.evidence]
    for kind, text in (
        ("name", "used the persona's name"),
        ("firm", "used the persona's firm"),
        ("client", "knew whose customer the persona is"),
    ):
        if said.count(kind):
            yield f"{said.count(kind)} of the callers {text}."
    rate = rates.get(hits[0].medium)
    if rate is not None and rate.mean is not None:
        yield (
            f"Background: {rate.hits} hits on {rate.numbers} controls in {rate.months:.1f} number-months"
            f" ({rate.mean:.2f} a month, 95 % {rate.low:.2f} to {rate.high:.2f})."
        )
    for source in verdict.found[:3]:
        yield f"Probability {source.probability:.3f}: {_named(source.kind, source.releases, source.client)}."
    for release, seen in sorted(verdict.ordinary.items()):
        if seen.called:
            yield (
                f"Of {seen.called} numbers whose owners complained of these callers, {Count(seen.held)} stand in"
                f" {release} (by chance {seen.by_chance:.1%})."
            )


_KINDS = {
    "canary": "canaries", "home": "home canaries", "control": "controls", "reserve": "reserve canaries",
}  # fmt: skip


def _named(kind: str, releases: tuple[str, ...], client: str | None) -> str:
    return {
        "background": "background, or dialling at random",
        "release": f"the copy {' and '.join(releases)}",
        "merge": f"the copies {' and '.join(releases)}, merged",
        "intersection": f"what the copies {' and '.join(releases)} share",
        "client": f"the database of {client}",
        "register": f"the register of {client}'s canaries",
    }[kind]


def against(verdict: Verdict, controls: int) -> Iterator[str]:
    """What speaks against a campaign's reading."""
    if not controls:
        yield f"No controls: the background is taken as 2 hits a month of {MONTH:.1f} days and number."
    hidden = sum(hit.caller is None for hit in verdict.campaign.hits)
    yield "Callers' numbers can be forged; they group hits and name nobody." + (
        f" {hidden} hits show none." if hidden else ""
    )
    if verdict.numbers == 1:
        yield "All of it reached a single number."
    homes = sum(hit.number.kind == "home" for hit in verdict.evidence)
    if homes:
        yield "Home canaries were reached: they stand in the client's database and in no copy."
    if any(seen.called == 0 for seen in verdict.ordinary.values()):
        yield "Whether ordinary people of the copy were called is not known: its canaries may have been planted."
    for release, seen in sorted(verdict.ordinary.items()):
        if seen.called and seen.planted > 0.5:
            yield f"The people who complained do not stand in {release}: its canaries may have been planted."
    if verdict.evidence and not any(verdict.content[key_of(hit)].kind in ("name", "firm") for hit in verdict.evidence):
        yield "No caller used a persona's name or firm."
