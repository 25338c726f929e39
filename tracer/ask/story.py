"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Places statements in sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from tracer.ask.named import COPIED, CopiedViews, ValueRows
from tracer.ask.noticed import cautions
from tracer.disclosure import DatasetRef, Reason, Ref, parties_in
from tracer.findings.statements import Statement, all_passed_on, best_kept, by_copy, headlines, replies, statements
from tracer.policy import Narrowed, view_rows
from tracer.wording import Voice, say
from tracer.wording.claims import key_numbers
from tracer.wording.names import Introduced, Names, names_of
from tracer.wording.terminal import wrapped_lines

_ITEMS = 8
"""Findings of one kind that are listed; the rest is counted."""
_SENTENCES = 3
"""Reasons, and as many objections, that are listed for one finding; the rest is counted."""
_SECTIONS = (
    ("refusals", "after-refusal", ("refusal", "inside")),
    ("chains", "resale-chains", ("chain",)),
    ("attributions", "attributions", ("attribution",)),
    ("unnamed", "attributions", ("unnamed",)),
    ("campaigns", "campaigns", ("campaign",)),
    ("derivations", "derivations", ("derivation",)),
    ("claims", "claims", ("claim",)),
    ("contradictions", "contradictions", ("contradiction",)),
    ("sales", "sales", ("sale",)),
    ("lines", "lines", ("line",)),
)
"""Code of the title, the query that shows more, and the kinds of statements."""


@dataclass(frozen=True)
class StoryFinding:
    """One finding: a headline and what it rests on."""

    headline: str
    grade: str = ""
    """G0 to G5, where it has one."""
    sureness: str = ""
    items: Sequence[str] = ()
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()


@dataclass(frozen=True)
class StorySection:
    """Findings of one kind."""

    title: str
    findings: Sequence[StoryFinding]
    more: int = 0
    query: str = ""
    note: str = ""


class Teller:
    """Reads a case and says what it finds in one language, parties and lists by their display names.

    What it has read once it knows: a case that is open for reading does not change.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, lang: str, narrowed: Narrowed = dict, views: Collection[str] = COPIED
    ) -> None:
        """narrowed: what becomes of each row that is shown to somebody who may see less; views: of `COPIED`, those
        that are asked more than once."""
        self.con, self.lang, self._narrowed = con, lang, narrowed
        self.names: Names = names_of(con, lang, narrowed)
        self.copied = CopiedViews(con, views)
        self.queried = ValueRows(con, copied=self.copied, narrowed=narrowed)

    @cached_property
    def statements(self) -> list[Statement]:
        """All of the case, the weightiest first."""
        return statements(self.queried)

    def of(self, kind: str) -> list[Statement]:
        """Those of a kind."""
        return [one for one in self.statements if one.kind == kind]

    @cached_property
    def holders(self) -> dict[str, str]:
        """List → who holds it."""
        return {row["dataset"]: row["holder"] for row in self.queried("datasets")}

    @cached_property
    def lists(self) -> dict[str, dict[str, Any]]:
        """The lists by their ids."""
        return {row["dataset"]: row for row in self.rows("SELECT * FROM views.datasets ORDER BY dataset")}

    @cached_property
    def copies(self) -> dict[str, dict[str, Any]]:
        """The copies that were handed over, by their ids."""
        return {row["release"]: row for row in self.rows("SELECT * FROM views.releases ORDER BY release")}

    @cached_property
    def replies(self) -> dict[str, replies.Replied]:
        """What is known of each party's right of reply."""
        return replies.replies_by_party(self.rows("SELECT * FROM views.replies ORDER BY party, asked"))

    def rows(self, statement: str, **bound: object) -> list[dict[str, Any]]:
        """The rows of a statement over the views."""
        return view_rows(self.con, self.copied.on_copies(statement), bound, self._narrowed)

    def voice(self) -> Voice:
        """A voice that says the id behind each name where it is first said: one for each section."""
        return Voice(self.lang, Introduced(self.names, self.lang))

    def plain(self) -> Voice:
        """A voice that says names alone."""
        return Voice(self.lang, self.names)

    def word(self, reason: Reason) -> str:
        """A title or a note."""
        return self.plain().say(reason)


def sentences(reasons: Iterable[Reason], voice: Voice) -> str:
    """Several sentences as one text."""
    return (" " if voice.lang == "en" else "").join(voice.say(reason) for reason in reasons)


def _section(title: str, findings: Sequence[StoryFinding], query: str, note: str = "") -> StorySection:
    """A section of the first findings, with how many more there are."""
    return StorySection(title, findings[:_ITEMS], max(0, len(findings) - _ITEMS), query, note)


def story(
    con: duckdb.DuckDBPyConnection, *, untraced: str = "", lang: str = "en", teller: Teller | None = None
) -> list[StorySection]:
    """All sections that have something to say, the weightiest first.

    untraced: that findings are not those of the case as it is now (`stages.what_is_not_traced`); it comes first.
    teller: what has read the case before.
    """
    teller = teller or Teller(con, lang)
    voice = teller.voice()
    warned = [StoryFinding(voice.say(one["reason"]), one["grade"] or "") for one in cautions(con, teller.copied)]
    # One finding a copy: the reasons are those of the first list, the weightiest.
    voice = teller.voice()
    findings = [
        StoryFinding(
            voice.say(headlines.copy_given(seen[0].row)),
            items=tuple(f"{one.grade} {voice.say(headlines.list_seen(one.row))}" for one in seen),
            reasons=tuple(map(voice.show, seen[0].reasons)),
            against=tuple(map(voice.show, seen[0].against)),
        )
        for seen in by_copy(teller.of("retention"))
    ]
    held = len({one.parties[0] for one in teller.of("held")})
    note = teller.word(Reason.of("story-held", n=held)) if held else ""
    lists = list_counts(teller)
    gone = teller.rows("SELECT dataset FROM views.datasets WHERE purged_at IS NOT NULL ORDER BY dataset")
    if gone:
        named = tuple(DatasetRef(row["dataset"]) for row in gone)
        lists += " " + teller.voice().say(Reason.of("story-purged", n=len(gone), datasets=named))
    # The right of reply of everybody whom a statement says something about.
    blamed = {
        party
        for one in teller.statements
        if one.of("retention", "attribution", "claim")
        for party in replies.accused_parties(one, teller.holders)
    }
    voice = teller.voice()
    heard = [StoryFinding(voice.say(one)) for one in replies.lines(sorted(blamed), teller.replies, {}, voice.lang)]
    sections = (
        _section(teller.word(Reason.of("story-not-up-to-date")), [], "", untraced),
        _section(teller.word(Reason.of("story-warnings")), warned, "warnings"),
        _section(teller.word(Reason.of("story-retention")), findings, "retention", note),
        *(_section_of(teller, title, query, kinds) for title, query, kinds in _SECTIONS),
        _section(teller.word(Reason.of("story-lists")), [], "datasets", lists),
        _section(teller.word(Reason.of("story-replies")), heard, "parties"),
    )
    return [each for each in sections if each.findings or each.note]


def _section_of(teller: Teller, title: str, query: str, kinds: Sequence[str]) -> StorySection:
    voice, findings = teller.voice(), list[StoryFinding]()
    for one in (one for kind in kinds for one in teller.of(kind)):
        numbers = " · ".join(key_numbers(one.row, teller.plain())) if one.kind == "claim" else ""
        named = f"{one.about[0]}{': ' if voice.lang == 'en' else '：'}" if one.kind == "campaign" else ""
        findings.append(
            StoryFinding(
                named + voice.say(one.said),
                one.grade,
                sentences(one.sure, voice),
                items=(numbers,) if numbers else (),
                against=tuple(map(voice.show, one.against)),
            )
        )
    counted: dict[str, int] = {}  # next to the findings
    if title == "campaigns" and findings:
        apart = teller.rows("SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")
        counted["no-campaign"] = apart[0]["n"]
    if title == "claims":
        verdicts = [row["verdict"] for row in teller.queried("claims")]
        counted |= {verdict: verdicts.count(verdict) for verdict in ("untestable", "untested")}
    note = sentences((Reason(f"story-{code}", {"n": n}) for code, n in counted.items() if n), teller.plain())
    return _section(teller.word(Reason(f"story-{title}")), findings, query, note)


def list_counts(teller: Teller, *, worst: bool = True) -> str:
    """How many lists and records there are, and how many gave nothing to compare; `worst`: in which list most."""
    row = teller.rows(
        "SELECT count(*) AS lists, coalesce(sum(rows), 0)::BIGINT AS n, coalesce(sum(rejected), 0)::BIGINT AS rejected,"
        " max(rejected) AS most, arg_max(dataset, (rejected, dataset)) AS worst"
        " FROM views.datasets WHERE purged_at IS NULL"
    )[0]
    several = worst and row["lists"] > 1 and row["most"]
    return teller.word(
        Reason.of(
            "story-counted",
            lists=row["lists"],
            rows=row["n"],
            rejected=row["rejected"],
            most=row["most"] if several else None,
            where=DatasetRef(row["worst"]) if several else None,
        )
    )


def first_sentences(texts: Sequence[str], lang: str = "en") -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(texts) - _SENTENCES
    return [*texts[:_SENTENCES], *([say(Reason.of("story-more-reasons", n=more), lang)] if more > 0 else [])]


LINES = 15
"""Lines that it has at most."""
_NAMES = 4
"""Parties whose ids are listed at the end."""
_CLAIMS, _REFUSALS, _CAMPAIGNS, _COPIED = 2, 3, 1, 2
"""How many of a kind there is room for, where other kinds have something to say."""
_COPIES = "SELECT count(*) AS copies, count(*) FILTER (canaries > 0) AS marked FROM views.releases"
_LIKELY = 0.8
"""A copy that nothing but the lists shows is among the first lines where it is at least likely."""


def lead(
    con: duckdb.DuckDBPyConnection, lang: str, *, case: str = "", untraced: str = "", teller: Teller | None = None
) -> list[str]:
    """Lines of at most `COLUMNS` cells, at most `LINES` of them: what was compared, what was found, how to see more.

    case: how the commands name the case (`--case DIR`); untraced: that findings are not those of the case as it is now.
    teller: what has read the case before.
    """
    teller = teller or Teller(con, lang)
    case_option = f" --case {case}" if case else ""
    found = list(_strongest(teller))
    counts = [wrapped_lines(list_counts(teller, worst=worst), "") for worst in (True, False)]
    lines = next((one for one in counts if len(one) == 1), counts[-1])
    if untraced:
        lines += wrapped_lines(untraced, "")
    if not untraced:
        (copies,) = teller.rows(_COPIES)
        # What cannot be answered yet is said before what was found, where there is a client who might ask.
        asked = copies["copies"] or any(one["origin"] == "own" for one in teller.lists.values())
        if not found or (asked and not all(copies.values())):
            lines += wrapped_lines(teller.word(Reason("lead-nothing", copies)), "· ")
    end = _end(teller, [reason for reason, _ in found], case_option)
    room = LINES - len(lines) - len(end)
    for said in found:
        more = wrapped_lines(sentences((one for one in said if one is not None), teller.plain()), "· ")
        if len(more) <= room:
            lines += more
            room -= len(more)
    return [*lines, *end]


def _end(teller: Teller, found: Sequence[Reason], case_option: str) -> list[str]:
    """How to see more, with the ids of those who are named."""
    lines = wrapped_lines(teller.word(Reason.of("lead-all", command=Ref(f"tracer findings{case_option}"))), "")
    named = list(dict.fromkeys(party for reason in found for party in parties_in(reason)))
    ids = tuple(
        Reason.of("lead-name", party=party, id=Ref(party.id)) if teller.names.has_name(party) else Ref(party.id)
        for party in named[:_NAMES]
    )
    for most in range(len(ids), 0, -1):  # as many as one line has room for
        text = teller.word(Reason.of("lead-show", command=Ref(f"tracer show ID{case_option}"), names=ids[:most]))
        if len(told := wrapped_lines(text, "")) == 1 or most == 1:
            return lines + told
    return lines


def _strongest(teller: Teller) -> Iterator[tuple[Reason, Reason | None]]:
    """Headlines, the strongest findings first, each with how sure it is."""
    copies = by_copy(teller.of("retention"))
    for conclude in (best_kept, all_passed_on):
        for seen in copies:
            yield from conclude(seen)
    claims = [one for one in teller.of("claim") if one.row["verdict"] == "contradicted" and one.grade != "G0"]
    contradicted = {one.parties[0]: one for one in reversed(claims)}
    shown = list(reversed(contradicted.values()))[:_CLAIMS]
    for one in shown:
        more = len(claims) - len(shown) if one is shown[-1] else 0
        yield headlines.claim({**one.row, "quote": None}), Reason.of("lead-more-claims", n=more) if more else None
    # Copies between two holders that no copy which was handed over explains.
    seen_in = {one.row["seen_in"] for one in teller.of("retention")}
    copied = [
        one
        for one in teller.of("derivation")
        if one.row["direction"] != "not_told"
        and (one.probability or 0.0) >= _LIKELY
        and len({teller.holders.get(name) for name in one.lists}) > 1
        and one.row["child"] not in seen_in
    ]
    copied.sort(key=lambda one: one.grade, reverse=True)
    for one in (
        *teller.of("refusal")[:_REFUSALS],
        *teller.of("campaign")[:_CAMPAIGNS],
        *copied[:_COPIED],
        *teller.of("inside")[:1],
    ):
        yield one.said, one.sureness
