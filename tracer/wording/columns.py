"""Which tables are below the picture, with which columns: data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SectionColumn:
    """One column: a key of the rows and how its values are shown."""

    key: str
    shown: str = "text"
    """`party`, `dataset`, `release` (links), `parties`, `datasets`, `releases` (lists of labels), `grade`, `number`,
    `text`, or the first part of words (`kind`: the value v is the word `kind-v`)."""
    head: str = ""
    """What its heading says where the key's own word is another table's."""


@dataclass(frozen=True)
class PageSection:
    """One table."""

    name: str
    columns: tuple[SectionColumn, ...]
    brief_without: str | None = None
    """A key of truth: rows in which it is false are shown in one line each, their reasons being reasons against."""


SECTIONS = (
    PageSection(
        "retention",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("reading", "kind"),
            SectionColumn("vendor", "party"),
            SectionColumn("client", "party"),
            SectionColumn("release", "release"),
            SectionColumn("seen_in", "dataset"),
            SectionColumn("seen_with", "party"),
            SectionColumn("first_seen"),
            SectionColumn("after_end", "truth"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "resale-chains",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("chain", "parties"),
            SectionColumn("datasets", "datasets"),
            SectionColumn("first_seen"),
            SectionColumn("last_seen"),
        ),
    ),
    PageSection(
        "attributions",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("release", "release"),
            SectionColumn("recipient", "party"),
            SectionColumn("accused", "truth"),
            SectionColumn("canaries_seen", "number"),
            SectionColumn("canaries_planted", "number"),
            SectionColumn("rows_matched", "number"),
            SectionColumn("error", "number"),
            SectionColumn("test", "by"),
        ),
        brief_without="accused",
    ),
    PageSection(
        "derivations",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("parent", "dataset"),
            SectionColumn("child", "dataset"),
            SectionColumn("shared", "number"),
            SectionColumn("share_of_child", "number"),
            SectionColumn("via", "dataset"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "vintage",
        (
            SectionColumn("client", "party"),
            SectionColumn("source", "dataset"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("from_day"),
            SectionColumn("to_day"),
            SectionColumn("best"),
            SectionColumn("matched", "number"),
            SectionColumn("rate", "number", "taken"),
            SectionColumn("releases", "releases"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "claims",
        (
            SectionColumn("verdict", "verdict"),
            SectionColumn("party", "party"),
            SectionColumn("about", "party"),
            SectionColumn("kind", "claim"),
            SectionColumn("value"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("p_value", "number"),
        ),
    ),
    PageSection(
        "after-refusal",
        (
            SectionColumn("what", "refused"),
            SectionColumn("client", "party"),
            SectionColumn("refusals", "dataset"),
            SectionColumn("of", "release"),
            SectionColumn("party", "party"),
            SectionColumn("people", "number"),
            SectionColumn("events", "number"),
            SectionColumn("first_day"),
            SectionColumn("last_day"),
        ),
    ),
    PageSection(
        "complaint-rates",
        (
            SectionColumn("dimension", "dimension"),
            SectionColumn("name", "party"),
            SectionColumn("calls", "number"),
            SectionColumn("complaints", "number"),
            SectionColumn("rate", "number"),
            SectionColumn("low", "number"),
            SectionColumn("high", "number"),
            SectionColumn("p_value", "number"),
            SectionColumn("needed", "number"),
        ),
    ),
    PageSection(
        "lines",
        (
            SectionColumn("line"),
            SectionColumn("vendor", "party"),
            SectionColumn("carrier", "party"),
            SectionColumn("province"),
            SectionColumn("hand", "number"),
            SectionColumn("inferred", "number"),
            SectionColumn("rule"),
            SectionColumn("bound"),
            SectionColumn("examined", "number"),
            SectionColumn("violations", "number"),
        ),
    ),
    PageSection(
        "counts",
        (
            SectionColumn("scope", "scope"),
            SectionColumn("party", "party"),
            SectionColumn("counterparty", "party"),
            SectionColumn("list", "dataset"),
            SectionColumn("lists", "number"),
            SectionColumn("raw", "number"),
            SectionColumn("repeated", "number"),
            SectionColumn("untrue", "number"),
            SectionColumn("people", "number"),
            SectionColumn("together", "number"),
        ),
    ),
    PageSection(
        "consent",
        (
            SectionColumn("what", "listed"),
            SectionColumn("list", "dataset"),
            SectionColumn("party", "party"),
            SectionColumn("client", "party"),
            SectionColumn("collected_under", "basis"),
            SectionColumn("used_under", "basis"),
            SectionColumn("state", "consent"),
            SectionColumn("refused", "number"),
            SectionColumn("purged"),
        ),
    ),
    PageSection(
        "sales",
        (
            SectionColumn("state", "sale"),
            SectionColumn("seller", "party"),
            SectionColumn("buyer", "party"),
            SectionColumn("date"),
            SectionColumn("evidence"),
            SectionColumn("parent", "dataset"),
            SectionColumn("child", "dataset"),
            SectionColumn("probability", "chance"),
            SectionColumn("opposite", "chance"),
        ),
    ),
    PageSection(
        "contradictions",
        (
            SectionColumn("what", "contradiction"),
            SectionColumn("about", "party"),
            SectionColumn("kind", "claim"),
            SectionColumn("party_a", "party"),
            SectionColumn("value_a"),
            SectionColumn("said_a"),
            SectionColumn("party_b", "party"),
            SectionColumn("value_b", "verdict"),
            SectionColumn("said_b"),
        ),
    ),
)
