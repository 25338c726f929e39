"""How lines, refusals and the numbers of claims are said, in English and Chinese: see `wording`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracer.export.wording import Row, Wording, count, said

_KEY_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "random": ("shared", "expected", "names_agree", "canaries_seen", "failed"),
    "business_only": ("shared_with_consumers", "expected", "share_of_mobiles", "firms", "canaries_seen"),
    "public_sources": ("explained", "residue", "shared_with_consumers", "expected", "canaries_seen"),
    "size": ("common", "expected_common", "low", "estimate", "high", "other_value", "other_party"),
    "daily_growth": ("new", "expected_new", "growth_low", "growth_high", "other_value", "other_party", "factor"),
    "first_hand": ("source", "holder", "hand", "stated_hand", "line", "probability"),
    "own_collection": ("source", "holder", "release", "probability"),
    "consented": ("collected_under", "used_under", "refused", "refused_before", "copies_without_basis"),
    "pool_size": ("calls", "callers", "low", "estimate", "high"),
    "complaint_rate": ("calls", "counted", "complaints", "rate", "low", "high", "calls_needed", "calls_to_support"),
    "not_retained": ("release", "ends", "seen_in", "first_seen", "copies_ended", "lists_held_later"),
    "stopped": ("day", "calls_before", "calls_after", "complaints_before", "complaints_after", "last"),
    "members_only": ("messages", "canaries", "messages_to_controls", "sms_of_the_same_sender"),
}
"""Of each kind of claim the numbers that a person looks at first."""


def claim_numbers(row: Row) -> tuple[str, ...]:
    """The first numbers of a claim, one text each."""
    numbers = row.get("numbers")
    if not isinstance(numbers, Mapping):
        return ()
    return tuple(
        f"{name.replace('_', ' ')} {_figure(numbers[name])}"
        for name in _KEY_NUMBERS.get(str(row["kind"]), ())
        if numbers.get(name) not in (None, [], "")
    )


def _figure(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def line_told(words: Wording, row: Row, rate: Row | None, rules: Sequence[Row]) -> str:
    """One line with its complaints, broken rules and hands; empty where there is nothing to tell.

    `row`: of the query `lines`; `rate`: its row of `complaint-rates`; `rules`: its rows of `lines` with a rule.
    """
    told = [*_complaints(words, rate), *_rules(words, rules)]
    if not told and row.get("inferred") is None:  # what is only claimed of a line is no finding
        return ""
    told += _hands(words, row)
    vendor = row.get("vendor")
    return said(
        "line", words.lang, line=row["line"], told=_joint(words).join(told),
        vendor=said("line.vendor", words.lang, vendor=words.names.short(vendor)) if vendor else "",
    )  # fmt: skip


def _complaints(words: Wording, rate: Row | None) -> Iterator[str]:
    if rate is None:
        return
    if rate.get("rate") is not None:
        per = {name: f"{float(str(rate[name])) * 10_000:.3g}" for name in ("rate", "low", "high")}
        yield said("line.rate", words.lang, counted=count(rate["counted"]), calls=count(rate["calls"]), **per)
    elif rate["complaints"]:
        yield said("line.unknown", words.lang, complaints=count(rate["complaints"]), needed=count(rate["needed"]))


def _rules(words: Wording, rules: Sequence[Row]) -> Iterator[str]:
    for rule in rules:
        if rule.get("violations"):
            yield said(
                "line.rule", words.lang, violations=count(rule["violations"]), examined=count(rule["examined"]),
                rule=rule["rule"], bound=rule["bound"],
            )  # fmt: skip


def _hands(words: Wording, row: Row) -> Iterator[str]:
    if row.get("hand") is not None:
        yield said("line.hand", words.lang, hand=row["hand"])
    if row.get("inferred") is not None:
        yield said("line.inferred" if row["whole"] else "line.least", words.lang, hand=row["inferred"])


def refusal_told(words: Wording, row: Row) -> str:
    """One row of `after-refusal` as a sentence."""
    day, of = row.get("first_day"), row.get("of")
    line = said("refused.no_line", words.lang)
    if of is not None:
        line = said("refused.line", words.lang, of=of, party=words.names.short(row.get("party")))
    told = said(
        f"refused.{row['what']}", words.lang, people=count(row["people"]), events=count(row["events"]), line=line,
        client=words.names.short(row["client"]), of=of, party=words.names.short(row.get("party")),
        since=said("since", words.lang, date=day) if day is not None else "",
    )  # fmt: skip
    return told + (said("refused.other", words.lang) if row.get("own") is False else "")


def _joint(words: Wording) -> str:
    return "; " if words.lang == "en" else "；"
