"""What is said in English. Keys are codes; `{name:way}` is filled in (`speaker.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

JOINT, LAST_JOINT, ANY_JOINT = ", ", " and ", "; "

SENTENCES: Mapping[str, str] = {
    # ------------------------------------------------------------------ warnings
    "impossible_dates": (
        "{child} is a copy of {parent} by its contents ({probability:sure}), but it existed by {child_day:day} and "
        "{parent} was made on {parent_day:day}. A copy cannot be older than its source. Check both days, or look for "
        "an earlier export of {parent}."
    ),
    "reversed_dates": (
        "{child} is a copy of {parent} by its contents ({probability:sure}), but it existed by {child_day:day} and "
        "{parent} was only obtained on {parent_day:day}. The day of obtaining shows that a list existed, not when it "
        "was made. Find out when {parent} was made."
    ),
    "own_copied": (
        "{child} is loaded as a client's own list, but by its contents it is a copy of {parent}, which was obtained "
        "({probability:sure}). Either the client took {parent} in, or the direction is wrong, or {child} is not the "
        "client's own list."
    ),
    "same_bytes": "{datasets:ids} are the same file, byte for byte. They are one source, not several.",
    "versions_reversed": (
        "{parent} and {child} look like versions of one holder's list. By their contents {parent} is the older "
        "({probability:sure}), by their days {child} is: {child_day:day} against {parent_day:day}. Check both days."
    ),
    "undated_versions": (
        "{datasets:ids} look like versions of one holder's list ({probability:sure}), but their days do not show "
        "which is older. Still missing: the day of making (`created`) of {undated:ids}."
    ),
    "direction_open": (
        "One of {datasets:ids} was copied from the other ({probability:sure}), but which from which cannot be told. "
        "What would settle it: {ask:any}."
    ),
    # ------------------------------------------------------------------ documented sales
    "sale.agrees": (
        "{documents:ids}: {seller} sold to {buyer}{day:on}. The contents agree: {child}, held by {buyer}, was copied "
        "from {parent}, held by {seller} ({probability:sure})."
    ),
    "sale_reversed": (
        "{documents:ids}: {seller} sold to {buyer}{day:on}. The contents do not agree: {child}, held by {seller}, "
        "looks like a copy of {parent}, held by {buyer} ({probability:percent}), rather than the other way round "
        "({opposite:percent}). Another list may have been sold, or the days are wrong. Check the document and the days "
        "of both lists."
    ),
    "sale.open": (
        "{documents:ids}: {seller} sold to {buyer}{day:on}. One of {parent} and {child} was copied from the other; "
        "the contents alone do not show which ({probability:percent} against {opposite:percent})."
    ),
    "sale.no_tie": (
        "{documents:ids}: {seller} sold to {buyer}{day:on}. No list of {buyer} that is here is likely a copy of a list "
        "of {seller} that is here."
    ),
    # ------------------------------------------------------------------ findings that are not up to date
    "untraced.never": (
        "This case was never traced (or its trace did not end): nothing has been looked for yet, so what is not shown "
        "is not ruled out. Run tracer trace first."
    ),
    "untraced.changed": (
        "The case (or tracer itself) has changed since its last trace (run {run}, {at} UTC): findings are those of "
        "that run, and what is new was not looked at. Run tracer trace again."
    ),
    # ------------------------------------------------------------------ what a trace moved
    "moved": (
        "{parent} → {child}: {before:percent} before, {after:percent} now ({grade_before:word} → {grade_after:word})."
    ),
    "because.judgement": "Nothing changed but {judgements:judged}.",
    "because.both": "New: {judgements:judged}. Other facts changed too: {facts:words}.",
    "because.other": "No judgement is new. Other facts changed: {facts:words}.",
    "because.unrecorded": "Which facts changed is not on record: an earlier version of tracer made the run before.",
}

WORDS: Mapping[str, str] = {
    "sure": "{word}, {percent}",
    "sure.certain": "practically certain",
    "sure.very_likely": "very likely",
    "sure.likely": "likely",
    "sure.more_likely": "more likely than not",
    "sure.cannot_be_told": "cannot be told",
    "absent": "under 5%",
    "on_day": " on {day}",
    "ask.created": "the day on which each list was made (`created`)",
    "ask.obtained": "the day on which each list was obtained (`obtained`)",
    "ask.origin": "which of the two is a client's own list (`origin`)",
    "ask.release": "the record of a release of one of them",
    "ask.third": "a third list of the same origin",
    "judged": "judgement {judgement} ({a} → {b}: {verdict})",
    "verdict.confirm": "confirmed",
    "verdict.reject": "rejected",
    "verdict.unsure": "unsure",
    "none": "none",
    **{f"G{grade}": f"G{grade}" for grade in range(6)},
    "fact.datasets": "lists",
    "fact.parties": "parties",
    "fact.releases": "releases",
    "fact.canaries": "planted records",
    "fact.judgements": "earlier judgements",
    "fact.version": "the version of tracer",
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(value: date) -> str:
    """12 January 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
