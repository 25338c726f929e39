"""The report from what may leave: a page of summary, the picture, its findings, methods, and annexes with all else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version

from tracer.disclosure import DatasetRef, PartyRef
from tracer.export.drawing.map_figure import map_figure
from tracer.export.drawing.marks import shown
from tracer.export.drawing.sheet import stated
from tracer.export.drawing.story import told_by
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.report.model import Report
from tracer.export.report.report_findings import SORTS, ReportFinding, by_key, findings_of, texts, untold
from tracer.findings.seeds import CODE_SEED
from tracer.graph.model import Node
from tracer.version import __version__
from tracer.wording import data_word, say, word
from tracer.wording.names import UNNAMED, Names
from tracer.wording.sections import Block, Break, Heading, Paragraph, Points, PrintColumns, ReportFigure, Table, prose
from tracer.wording.voice import joined

# What a report rests on: copies held in time, parties and replies, lists, copies, documents, limits, versions.

_PACKAGES = ("duckdb", "numpy", "scipy", "networkx", "phonenumbers")
"""Those whose results findings depend on."""


def methods(leaving: Outgoing, found: Sequence[ReportFinding]) -> Iterator[Block]:
    """How each kind of finding was found, once, and what none of them says."""
    lang, sorts = leaving.lang, {told.sort for told in found}
    if sorts:
        yield Heading(1, word("report-methods", lang))
        chosen = [sort for sort in dict.fromkeys(SORTS.values()) if sort in sorts]
        yield Table((), tuple((word(f"report-finds-{x}", lang), word(f"report-method-{x}", lang)) for x in chosen))
    yield Heading(1, word("report-limits", lang))
    caveats = ("guilt", "alleged", "through", "absence", "client", "people")
    yield Points(tuple(word(f"page-caveat-{name}", lang) for name in caveats))


def annexes(leaving: Outgoing) -> Iterator[Block]:
    """The chapters behind the findings."""
    lang = leaving.lang
    held = [one for one in leaving.statements if one.kind == "held"]
    voice = leaving.voice()
    if held:
        yield Heading(1, word("report-held", lang))
        yield Paragraph(word("report-held-note", lang), "note")
        yield Points(tuple(prose(voice.say(one.said)) for one in held))
    yield from _parties(leaving)
    yield from _lists(leaving)
    yield from _copies(leaving)
    yield from _documents(leaving)
    yield Heading(1, word("report-left-out", lang))
    yield Points(tuple(prose(str(text)) for text in leaving.graph["left_out"]) or (word("report-none", lang),))
    yield from _versions(leaving)


def _answer(leaving: Outgoing, node: Node) -> str:
    """What a party has answered, or that it was not asked; of a client nothing is asked."""
    return prose(leaving.answer(node["id"]))


def _parties(leaving: Outgoing) -> Iterator[Block]:
    lang = leaving.lang
    yield Heading(1, word("report-parties", lang))
    names, rows = leaving.called(), []
    for node in leaving.graph["nodes"]:
        if node["kind"] == "party":
            name, full = shown(names.of(PartyRef(node["id"]))), shown(node["label"])
            rows.append(
                (
                    name if name == full else f"{name} · {full}", shown(node["ref"]),
                    data_word("page-role", node["role"] or "none", lang), _answer(leaving, node),
                )
            )  # fmt: skip
    head = tuple(word(f"report-{key}", lang) for key in ("party", "id", "role", "reply"))
    yield Table(head, tuple(rows))


def _lists(leaving: Outgoing) -> Iterator[Block]:
    lang, names = leaving.lang, leaving.called()
    rows = tuple(
        (
            prose(_list(names, row, lang)),
            prose(names.of(PartyRef(str(row["holder"])))),
            str(row["obtained"] or "–"), f"{row['rows']:,}", f"{row['rejected']:,}",
            str(row["sha256"]),
        )
        for row in leaving.facts.get("lists", ())
    )  # fmt: skip
    head = tuple(word(f"report-{key}", lang) for key in ("list", "holder", "obtained", "rows", "rejected", "hash"))
    yield Heading(1, word("report-lists", lang))
    yield Table(head, rows)


def _list(names: Names, row: FindingRow, lang: str) -> str:
    """A list's title and its id, and when its contents were removed."""
    ref = DatasetRef(str(row["dataset"]))
    name = f"{names.of(ref)} · {ref.id}" if names.named(ref) else ref.id
    return f"{name} ({word('report-purged', lang, date=row['purged'])})" if row["purged"] else name


def _copies(leaving: Outgoing) -> Iterator[Block]:
    lang, names = leaving.lang, leaving.called()
    rows = tuple(
        (
            prose(row["release"]), prose(names.of(DatasetRef(str(row["dataset"])))),
            prose(names.of(PartyRef(str(row["recipient"])))), _period(row, lang),
            f"{row['canaries']:,}", str(row["commitment"] or "–"),
        )
        for row in leaving.facts.get("copies", ())
    )  # fmt: skip
    if rows:
        head = tuple(
            word(f"report-{key}", lang) for key in ("copy", "list", "recipient", "period", "planted", "commitment")
        )
        yield Heading(1, word("report-copies", lang))
        yield Table(head, rows)


def _period(row: FindingRow, lang: str) -> str:
    """From when to when a copy may be used; a copy without an end says so."""
    if row["ends"]:
        return word("page-period", lang, date=row["date"] or "?", until=row["ends"])
    return word("page-open-end", lang, date=row["date"]) if row["date"] else word("page-no-date", lang)


def _documents(leaving: Outgoing) -> Iterator[Block]:
    lang, names = leaving.lang, leaving.called()
    rows = tuple(
        (
            prose(row["document"]), prose(row["kind"] or "–"), str(row["acquired"] or "–"),
            prose(names.parties.get(str(row["by_whom"] or "–"), str(row["by_whom"] or "–"))), str(row["sha256"] or "–"),
        )
        for row in leaving.facts.get("evidence", ())
    )  # fmt: skip
    if rows:
        head = tuple(word(f"report-{key}", lang) for key in ("document", "kind-of", "acquired", "by", "hash"))
        yield Heading(1, word("report-documents", lang))
        yield Table(head, rows)


def _versions(leaving: Outgoing) -> Iterator[Block]:
    lang = leaving.lang
    run = next(iter(leaving.facts.get("runs", ())), None)
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    facts = [
        (word("report-versions-tool", lang), f"tracer {__version__}"),
        (word("report-versions-packages", lang), packages),
        (
            word("report-versions-seeds", lang),
            word("report-versions-seeds-text", lang, codes=str(CODE_SEED)),
        ),
    ]
    if run is not None:
        facts.append((word("report-versions-run", lang), f"{run['run']}, {run['traced']} UTC, tracer {run['version']}"))
        facts.append((word("report-versions-result", lang), str(run["findings_digest"] or "–")))
    yield Heading(1, word("report-versions", lang))
    yield Table((), tuple(facts))
    yield Paragraph(word("report-versions-how", lang))
    yield Paragraph("tracer verify", "code")


ON_SUMMARY = 7
"""Findings that the page of summary names."""
OF_FIRST = 2
"""Reasons of the weightiest finding on the page of summary, and as many objections."""
SAME_ON_SUMMARY = 3
"""About one copy, or of one kind, so that neither fills the page."""


def compose(leaving: Outgoing) -> Report:
    """The report's blocks, in the language of `leaving`."""
    found = findings_of(leaving)
    tells = told_by(leaving)
    chosen = _chosen([told for told in found if tells(told.stated)])
    others = [told for told in found if told not in chosen]
    picture = word("report-picture", leaving.lang)
    blocks = [*_summary(leaving, found, chosen), Break()]
    drawn = ReportFigure(map_figure(leaving), picture, stated(leaving, ()) or picture)
    blocks += [Heading(1, picture), drawn, *_warnings(leaving)]
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
    if leaving.edition.credit:
        yield Paragraph(prose(leaving.edition.credit), "note")
    if leaving.untraced is not None:
        yield Paragraph(leaving.not_up_to_date(), "lead")
    yield Heading(1, word("report-summary", lang))
    quoted = set[str]()
    if chosen:
        yield from _first(leaving, chosen[0], quoted)
    if len(chosen) > 1:
        rows = tuple(
            (told.stated.grade or "·", _sentence(told, lang), _replies(leaving, told, quoted)) for told in chosen[1:]
        )
        yield Table((word("report-grade", lang), word("report-finding", lang), word("report-replies", lang)), rows)
    elif not chosen and leaving.untraced is None:
        yield Paragraph(word("report-summary-none", lang))
    if leaving.untraced is None and not all(leaving.no_copy().numbers.values()):
        yield Paragraph(say(leaving.no_copy(), lang))
    yield from _scope(leaving, len(found))
    held = sum(one.kind == "held" for one in leaving.statements)
    weak = untold(leaving)
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


def _first(leaving: Outgoing, told: ReportFinding, quoted: set[str]) -> Iterator[Block]:
    """The weightiest finding: how sure, what it rests on, what speaks against it, what would settle it."""
    lang = leaving.lang
    yield Paragraph(_sentence(told, lang), "lead")
    for label, said, style in (("rests", told.reasons, "for"), ("against-it", told.against, "against")):
        if said:
            yield Paragraph(word(f"report-{label}", lang), "label")
            yield Points(tuple(prose(text) for text in said[:OF_FIRST]), style)
    yield Paragraph(f"{word('report-replies', lang)}{': ' if lang == 'en' else '：'}{_replies(leaving, told, quoted)}")
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
        about = (told.sort, *told.stated.copies)
        taken[about] = taken.get(about, 0) + 1
        if len(chosen) < ON_SUMMARY and taken[about] <= SAME_ON_SUMMARY:
            chosen.append(told)
    return chosen


def _replies(leaving: Outgoing, told: ReportFinding, quoted: set[str]) -> str:
    """What those whom the finding names have replied; the words of each once on a page."""
    lines = _reply_lines(leaving, told, quoted)
    return joined(lines, leaving.lang) if lines else word("report-none", leaving.lang)


def _reply_lines(leaving: Outgoing, told: ReportFinding, quoted: set[str] | None = None) -> list[str]:
    return [prose(line) for line in leaving.reply_lines(leaving.named_in(told.stated), quoted=quoted)]


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
    replies = _reply_lines(leaving, told)
    if replies:
        yield Paragraph(word("report-reply", lang), "label")
        yield Paragraph(joined(replies, lang))
    yield Paragraph(word("report-repeat", lang), "label")
    yield Paragraph(prose(told.repeat), "code")


def _short(leaving: Outgoing, number: int, told: ReportFinding) -> Iterator[Block]:
    """Any other finding: the same without labels."""
    yield from _found(number, told)
    if told.reasons:
        yield Points(tuple(prose(str(text)) for text in told.reasons), "for")
    if told.against:
        yield Points(tuple(prose(str(text)) for text in told.against), "against")
    documents = _evidence(leaving, told, lists=False)
    if documents:
        colon = ": " if leaving.lang == "en" else "："
        yield Paragraph(f"{word('report-evidence', leaving.lang)}{colon}{documents}", "note")
    # Behind a list a line that is set in would be part of its last point.
    yield Paragraph(word("report-repeat", leaving.lang), "note")
    yield Paragraph(prose(told.repeat), "code")


def _found(number: int, told: ReportFinding) -> Iterator[Block]:
    yield Heading(2, f"{number}. {prose(told.headline)}", told.stated.grade)
    if told.sure:
        yield Paragraph(told.sure)
    if told.numbers:
        yield Table((), tuple((prose(name), prose(value)) for name, value in told.numbers))


def _evidence(leaving: Outgoing, told: ReportFinding, *, lists: bool = True) -> str:
    """Documents that the finding, its copies, lists and parties name, and the lists themselves; hashes are annexed."""
    known = by_key(leaving.facts.get("lists", ()), "dataset")
    copies = by_key(leaving.facts.get("copies", ()), "release")
    documents = by_key(leaving.facts.get("evidence", ()), "document")
    named = [*told.stated.cited]
    named += [ref for name in told.stated.copies if name in copies for ref in texts(copies[name]["evidence"])]
    named += [ref for name in told.stated.lists if name in known for ref in texts(known[name]["evidence"])]
    parties = {node["ref"]: node for node in leaving.graph["nodes"] if node["kind"] == "party"}
    named += [ref for party in told.stated.parties if party in parties for ref in parties[party]["evidence"]]
    names, lang = leaving.called(), leaving.lang
    found = [word("report-evidence-document", lang, id=ref) for ref in dict.fromkeys(named) if ref in documents]
    if lists:
        found += [
            word("report-evidence-list", lang, id=_listed(names, name, lang))
            for name in told.stated.lists
            if name in known
        ]
    return prose(joined(found, lang))


def _listed(names: Names, dataset: str, lang: str) -> str:
    ref = DatasetRef(dataset)
    behind = f" ({dataset})" if lang == "en" else f"（{dataset}）"
    return names.of(ref) + behind if names.named(ref) else dataset
