"""The report from what may leave: a page of summary, the picture, its findings, methods, and annexes with all else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tracer.disclosure import DatasetRef
from tracer.export.figure.graph import graph_figure
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.report.annex import annexes, methods, reply_lines
from tracer.export.report.model import Report
from tracer.export.report.report_findings import ReportFinding, by_key, findings_of, held_in_time, texts, untold
from tracer.version import __version__
from tracer.wording import data_word, say, word
from tracer.wording.names import UNNAMED, Names
from tracer.wording.sections import Block, Break, Heading, Paragraph, Points, PrintColumns, ReportFigure, Table, prose

ON_SUMMARY = 7
"""Findings that the page of summary names."""
OF_FIRST = 2
"""Reasons of the weightiest finding on the page of summary, and as many objections."""
SAME_ON_SUMMARY = 3
"""About one copy, or of one kind, so that neither fills the page."""


def compose(leaving: Outgoing) -> Report:
    """The report's blocks, in the language of `leaving`."""
    found = findings_of(leaving)
    chosen = _chosen(found)
    others = [told for told in found if told not in chosen]
    picture = word("report-picture", leaving.lang)
    blocks = [*_summary(leaving, found, chosen), Break()]
    blocks += [Heading(1, picture), ReportFigure(graph_figure(leaving), picture), *_warnings(leaving)]
    if found:
        blocks.append(Heading(1, word("report-findings", leaving.lang)))
        blocks.append(Paragraph(word("report-findings-note", leaving.lang), "note"))
    for number, told in enumerate(chosen, start=1):
        blocks += _finding(leaving, number, told)
    blocks += methods(leaving, found)
    blocks += annexes(leaving)
    if others:
        blocks.append(PrintColumns(2))
        blocks.append(Heading(1, word("report-others", leaving.lang)))
        blocks.append(Paragraph(word("report-others-note", leaving.lang), "note"))
        for number, told in enumerate(others, start=len(chosen) + 1):
            blocks += _short(leaving, number, told)
    called = leaving.called()
    ids = tuple(sorted({*called.parties, *called.lists} - {UNNAMED}))
    return Report(prose(leaving.title), leaving.lang, leaving.generated, tuple(blocks), ids)


def _summary(leaving: Outgoing, found: Sequence[ReportFinding], chosen: Sequence[ReportFinding]) -> Iterator[Block]:
    lang = leaving.lang
    yield Paragraph(word("report-kind", lang), "label")
    yield Paragraph(word("report-as-of", lang, date=_day(leaving), version=__version__), "note")
    if leaving.untraced is not None:
        yield Paragraph(leaving.not_up_to_date(), "lead")
    yield Heading(1, word("report-summary", lang))
    if chosen:
        yield from _first(leaving, chosen[0])
    if len(chosen) > 1:
        rows = tuple((told.grade or "·", _sentence(told, lang), _replies(leaving, told)) for told in chosen[1:])
        yield Table((word("report-grade", lang), word("report-finding", lang), word("report-replies", lang)), rows)
    elif not chosen and leaving.untraced is None:
        yield Paragraph(word("report-summary-none", lang))
    if not leaving.no_copy().numbers["copies"]:
        yield Paragraph(say(leaving.no_copy(), lang))
    yield from _scope(leaving, len(found))
    held, weak = len(held_in_time(leaving)), untold(leaving.findings)
    more = [word("report-summary-more", lang, n=len(found) - len(chosen))] if len(found) > len(chosen) else []
    more += [word("report-summary-held", lang, n=held)] if held else []
    more += [word("report-summary-weak", lang, n=weak)] if weak else []
    if more:
        yield Paragraph(" ".join(more) if lang == "en" else "".join(more))
    yield Paragraph(word("report-summary-reading", lang), "label")
    yield Paragraph(word("report-summary-grades", lang), "note")
    yield Points(tuple(word(f"page-caveat-{name}", lang) for name in ("guilt", "client", "absence")))


def _day(leaving: Outgoing) -> str:
    return leaving.voice().show(date.fromisoformat(leaving.generated)) if leaving.generated else ""


def _first(leaving: Outgoing, told: ReportFinding) -> Iterator[Block]:
    """The weightiest finding: how sure, what it rests on, what speaks against it, what would settle it."""
    lang = leaving.lang
    yield Paragraph(_sentence(told, lang), "lead")
    for label, said, style in (("rests", told.reasons, "for"), ("against-it", told.against, "against")):
        if said:
            yield Paragraph(word(f"report-{label}", lang), "label")
            yield Points(tuple(prose(text) for text in said[:OF_FIRST]), style)
    yield Paragraph(f"{word('report-replies', lang)}{': ' if lang == 'en' else '：'}{_replies(leaving, told)}")
    settle = [word("report-settle", lang)]
    settle += [word("report-settle-warnings", lang)] if warnings_of(leaving, lang) else []
    yield Paragraph((" " if lang == "en" else "").join(settle), "note")


def _sentence(told: ReportFinding, lang: str) -> str:
    """What was found and how sure it is."""
    return prose((" " if lang == "en" else "").join(filter(None, (told.headline, told.sure))))


def _scope(leaving: Outgoing, findings: int) -> Iterator[Block]:
    """What was compared."""
    everything = [node for node in leaving.graph["nodes"] if node["kind"] == "dataset"]
    lists = [node for node in everything if node["purged"] is None]
    copies = sum(node["kind"] == "release" for node in leaving.graph["nodes"])
    yield Paragraph(
        word(
            "report-summary-scope", leaving.lang, lists=len(lists), rows=sum(node["rows"] or 0 for node in lists),
            holders=len({node["party"] for node in lists}), copies=copies, n=findings,
        )
    )  # fmt: skip
    if len(everything) > len(lists):
        yield Paragraph(word("report-summary-purged", leaving.lang, n=len(everything) - len(lists)), "note")


def _warnings(leaving: Outgoing) -> Iterator[Block]:
    """What does not fit together: a reader must know it before the findings."""
    warnings = warnings_of(leaving, leaving.lang)
    if warnings:
        yield Heading(1, word("page-warnings", leaving.lang))
        yield Points(tuple(prose(text) for text in warnings), "against")


def _chosen(found: Sequence[ReportFinding]) -> list[ReportFinding]:
    """The first findings about each copy and of each other kind, in the report's order."""
    taken: dict[tuple[str, ...], int] = {}
    chosen: list[ReportFinding] = []
    for told in found:
        about = (told.kind, *told.copies)
        taken[about] = taken.get(about, 0) + 1
        if len(chosen) < ON_SUMMARY and taken[about] <= SAME_ON_SUMMARY:
            chosen.append(told)
    return chosen


def _replies(leaving: Outgoing, told: ReportFinding) -> str:
    """States of the right of reply of those of whom the finding says something."""
    lines = reply_lines(leaving, told.parties, brief=True)
    return ("; " if leaving.lang == "en" else "；").join(lines) if lines else word("report-none", leaving.lang)


def _finding(leaving: Outgoing, number: int, told: ReportFinding) -> Iterator[Block]:
    """A finding of the summary: how sure, its numbers, what speaks for and against it, documents, replies."""
    lang = leaving.lang
    yield from _found(number, told)
    if told.reasons:
        yield Paragraph(word("report-for", lang), "label")
        yield Points(tuple(prose(str(text)) for text in told.reasons), "for")
    yield Paragraph(word("report-against", lang), "label")
    against = tuple(prose(str(text)) for text in told.against)
    yield Points(against, "against") if against else Paragraph(word("report-against-none", lang), "note")
    yield Paragraph(word("report-evidence", lang), "label")
    yield Paragraph(_evidence(leaving, told) or word("report-evidence-none", lang))
    replies = reply_lines(leaving, told.parties, brief=True)
    if replies:
        yield Paragraph(word("report-reply", lang), "label")
        yield Paragraph(("; " if lang == "en" else "；").join(replies))
    yield from _decision(leaving, told)
    yield Paragraph(word("report-repeat", lang), "label")
    yield Paragraph(prose(told.repeat), "code")


def _short(leaving: Outgoing, number: int, told: ReportFinding) -> Iterator[Block]:
    """Any other finding: the same without labels."""
    yield from _found(number, told)
    if told.reasons:
        yield Points(tuple(prose(str(text)) for text in told.reasons), "for")
    if told.against:
        yield Points(tuple(prose(str(text)) for text in told.against), "against")
    yield from _decision(leaving, told)
    documents = _evidence(leaving, told, lists=False)
    if documents:
        colon = ": " if leaving.lang == "en" else "："
        yield Paragraph(f"{word('report-evidence', leaving.lang)}{colon}{documents}", "note")
    yield Paragraph(prose(told.repeat), "code")


def _found(number: int, told: ReportFinding) -> Iterator[Block]:
    yield Heading(2, f"{number}. {prose(told.headline)}", told.grade)
    if told.sure:
        yield Paragraph(told.sure)
    if told.numbers:
        yield Table((), tuple((prose(name), prose(value)) for name, value in told.numbers))


def _decision(leaving: Outgoing, told: ReportFinding) -> Iterator[Block]:
    if told.judgement:
        lang = leaving.lang
        yield Paragraph(word("report-judgement", lang), "label")
        verdict, colon, note = told.judgement.partition(": ")
        yield Paragraph(prose(f"{data_word('page-judged', verdict, lang)}{colon}{note}"))


def _evidence(leaving: Outgoing, told: ReportFinding, *, lists: bool = True) -> str:
    """Documents that the finding, its copies, lists and parties name, and the lists themselves; hashes are annexed."""
    known = by_key(leaving.facts.get("lists", ()), "dataset")
    copies = by_key(leaving.facts.get("copies", ()), "release")
    documents = by_key(leaving.facts.get("evidence", ()), "document")
    named = [*told.cited]
    named += [ref for name in told.copies if name in copies for ref in texts(copies[name]["evidence"])]
    named += [ref for name in told.lists if name in known for ref in texts(known[name]["evidence"])]
    parties = {node["ref"]: node for node in leaving.graph["nodes"] if node["kind"] == "party"}
    named += [ref for party in told.parties if party in parties for ref in parties[party]["evidence"]]
    names, lang = leaving.called(), leaving.lang
    found = [word("report-evidence-document", lang, id=ref) for ref in dict.fromkeys(named) if ref in documents]
    if lists:
        found += [word("report-evidence-list", lang, id=_listed(names, name)) for name in told.lists if name in known]
    return prose(("; " if lang == "en" else "；").join(found))


def _listed(names: Names, dataset: str) -> str:
    ref = DatasetRef(dataset)
    return f"{names.of(ref)} ({dataset})" if names.named(ref) else dataset
