"""Findings as a report shows them: each statement in words, with its numbers and how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracer.disclosure import DatasetRef, Number, PartyRef
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.facts import count, figure_of
from tracer.findings.statements import LIKELY, Statement, headlines
from tracer.wording import Voice, data_word, word
from tracer.wording.claims import CLAIM_REFS, number_label, number_value
from tracer.wording.names import Introduced
from tracer.wording.voice import percent

SORTS: Mapping[str, str] = {
    "retention": "copy", "attribution": "copy", "unnamed": "copy", "inside": "refusal",
    **{kind: kind for kind in ("chain", "derivation", "vintage", "claim", "contradiction", "sale", "refusal", "line")},
}  # fmt: skip
"""Kinds of statements that a report shows -> by which method they were found."""


@dataclass(frozen=True)
class ReportFinding:
    """One statement in words."""

    stated: Statement
    headline: str
    sure: str
    """How sure, as a sentence; empty where no probability is known."""
    numbers: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    repeat: str

    @property
    def sort(self) -> str:
        """By which method it was found."""
        return SORTS[self.stated.kind]


def findings_of(leaving: Outgoing) -> list[ReportFinding]:
    """All that is shown. Each says the id behind a name once."""
    names, found = leaving.called(), []
    both = {(one.copies, one.lists[-1:]) for one in leaving.statements if one.kind == "retention"}
    for one in leaving.statements:
        if one.kind not in SORTS or (one.kind == "attribution" and (one.copies, one.lists) in both):
            continue
        voice = Voice(leaving.lang, Introduced(names, leaving.lang))
        headline, sure = voice.say(one.said), "" if one.sureness is None else voice.say(one.sureness)
        numbers = tuple(
            (word(f"report-fact-{name}", leaving.lang), str(value))
            for name, value in _numbers(one, voice) if value not in (None, "")
        )  # fmt: skip
        reasons, against = (tuple(map(voice.show, said)) for said in (one.reasons, one.against))
        found.append(
            ReportFinding(one, headline, sure, (*numbers, *_tested(one, voice)), reasons, against, _again(one))
        )
    return found


def untold(leaving: Outgoing) -> int:
    """How many readings are too weak to be listed."""
    weak = [row for row in leaving.rows.get("retention", ()) if row["reading"] != "held"]
    weak += leaving.rows.get("derivations", ())
    return sum(float(str(row["probability"])) < LIKELY for row in weak)


def _numbers(one: Statement, voice: Voice) -> Iterator[tuple[str, object]]:
    """Names and values of what is measured."""
    row = one.row
    if one.kind == "retention":
        yield "reading", voice.say(headlines.reading(row))
        yield "probability", percent(row["probability"])
        yield "seen", row.get("first_seen")
        yield "ends", row.get("ends")
    if one.kind == "chain":
        yield "lists", voice.show(tuple(DatasetRef(name) for name in one.lists))
        yield "probability", percent(row["probability"])
    if one.kind == "derivation":
        yield "probability", percent(row["probability"])
        yield "shared", figure_of(row["shared"])
        yield "share", figure_of(row["share_of_child"])
        yield "via", row.get("via")
    if one.kind == "vintage":
        yield "best", row["best"]
        yield "rate", figure_of(row["rate"])
        yield "matched", figure_of(row["matched"])
        yield "later", f"{count(row['later_seen'])} / {figure_of(row['later'])}"
        yield "gone", f"{count(row['gone_seen'])} / {figure_of(row['gone'])}"
        yield "probability", percent(row["probability"])
        yield "releases", ", ".join(texts(row["releases"])) or word("report-none", voice.lang)
    if one.kind == "claim":
        yield "value", row.get("value")
        yield "p-value", None if row.get("p_value") is None else figure_of(row["p_value"], voice.lang)
        yield "said", row.get("said")
        yield "channel", data_word("report-channel", row["channel"], voice.lang) if row.get("channel") else None
    if one.of("refusal", "inside"):
        yield "people", count(row["people"])
        yield "events", count(row["events"]) if row["what"] in ("called", "complained") else None
    if row.get("without_judgement") is not None:
        yield "without", percent(row["without_judgement"])
    if one.mark is not None:
        yield "canaries", f"{count(one.mark['canaries_seen'])} / {one.mark['canaries_planted']}"
        if one.mark.get("test") is not None:
            yield f"test-{one.mark['test']}", figure_of(one.mark["error"], voice.lang)
        yield "rows", figure_of(one.mark["rows_matched"])


def _tested(one: Statement, voice: Voice) -> tuple[tuple[str, str], ...]:
    """Labels and values of the numbers that a claim was tested by, and by how much two statements differ."""
    if one.kind == "contradiction":
        return tuple((word("report-numbers", voice.lang), voice.say(times)) for times in one.sure)
    plain = headlines.numbers_of(one.row) if one.kind == "claim" else {}
    return tuple(
        (number_label(str(name), voice.lang), _shown(str(name), value, voice))
        for name, value in plain.items()
        if value is not None
    )


def _shown(name: str, value: object, voice: Voice) -> str:
    if isinstance(value, list | tuple):
        return (", " if voice.lang == "en" else "、").join(_shown(name, one, voice) for one in value)
    if name in CLAIM_REFS:
        ref: Number = PartyRef(str(value)) if CLAIM_REFS[name] == "party" else DatasetRef(str(value))
        return voice.show(ref)
    return number_value(name, figure_of(value, voice.lang), voice.lang)


def _again(one: Statement) -> str:
    """The command that shows it, quoted for a shell: ids are somebody else's words."""
    if one.kind in ("retention", "attribution", "derivation"):
        return f"tracer why {' '.join(map(shlex.quote, one.about))}"
    query = {
        "chain": "resale-chains", "unnamed": "attributions", "refusal": "after-refusal", "inside": "after-refusal",
        "vintage": "vintage",
    }  # fmt: skip
    asked = f"tracer query {query.get(one.kind, f'{one.kind}s')}"
    if one.kind in ("vintage", "line"):
        asked += f" -p {'line' if one.kind == 'line' else 'dataset'}={shlex.quote(one.about[-1])}"
    return asked


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; none where it is not a list."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def by_key(rows: Sequence[FindingRow], key: str) -> dict[str, FindingRow]:
    """Rows by one of their values; of two the first."""
    found: dict[str, FindingRow] = {}
    for row in rows:
        found.setdefault(str(row[key]), row)
    return found
