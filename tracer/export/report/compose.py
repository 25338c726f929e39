"""The report from what may leave: a page of summary, the picture, its findings, methods, and annexes with all else."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from urllib.parse import quote

from tracer.disclosure import DatasetRef, Number, PartyRef
from tracer.export.drawing.map_figure import map_figure
from tracer.export.drawing.marks import shown
from tracer.export.drawing.sheet import stated
from tracer.export.drawing.story import told_by
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.words import count, figure_of
from tracer.export.report.render import Report, markdown, render_html, render_pdf, texts_of_report
from tracer.findings.seeds import CODE_SEED
from tracer.findings.statements import LIKELY, Statement, headlines
from tracer.version import __version__
from tracer.wording import Voice, data_word, say, word
from tracer.wording.claims import CLAIM_REFS, number_label, number_value
from tracer.wording.names import UNNAMED, Introduced, Names
from tracer.wording.sections import Block, Break, Heading, Paragraph, Points, PrintColumns, ReportFigure, Table, prose
from tracer.wording.voice import joined, percent

SORTS: Mapping[str, str] = {
    "retention": "copy",
    "attribution": "copy",
    "unnamed": "copy",
    "inside": "refusal",
    **{kind: kind for kind in ("chain", "derivation", "vintage", "claim", "contradiction", "sale", "refusal", "line")},
}
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
            for name, value in _measured(one, voice)
            if value not in (None, "")
        )
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


def _measured(one: Statement, voice: Voice) -> Iterator[tuple[str, object]]:
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
        yield "releases", ", ".join(texts_of_list(row["releases"])) or word("report-none", voice.lang)
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
        (number_label(str(name), voice.lang), _number_shown(str(name), value, voice))
        for name, value in plain.items()
        if value is not None
    )


def _number_shown(name: str, value: object, voice: Voice) -> str:
    if isinstance(value, list | tuple):
        return (", " if voice.lang == "en" else "、").join(_number_shown(name, one, voice) for one in value)
    if name in CLAIM_REFS:
        ref: Number = PartyRef(str(value)) if CLAIM_REFS[name] == "party" else DatasetRef(str(value))
        return voice.show(ref)
    return number_value(name, figure_of(value, voice.lang), voice.lang)


def _again(one: Statement) -> str:
    """The command that shows it, quoted for a shell: ids are somebody else's words."""
    if one.kind in ("retention", "attribution", "derivation"):
        return f"tracer why {' '.join(map(shlex.quote, one.about))}"
    query = {
        "chain": "resale-chains",
        "unnamed": "attributions",
        "refusal": "after-refusal",
        "inside": "after-refusal",
        "vintage": "vintage",
    }
    asked = f"tracer query {query.get(one.kind, f'{one.kind}s')}"
    if one.kind in ("vintage", "line"):
        asked += f" -p {'line' if one.kind == 'line' else 'dataset'}={shlex.quote(one.about[-1])}"
    return asked


def texts_of_list(value: object) -> tuple[str, ...]:
    """The texts_of_list of a list; none where it is not a list."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def by_key(rows: Sequence[FindingRow], key: str) -> dict[str, FindingRow]:
    """Rows by one of their values; of two the first."""
    found: dict[str, FindingRow] = {}
    for row in rows:
        found.setdefault(str(row[key]), row)
    return found


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


def _parties(leaving: Outgoing) -> Iterator[Block]:
    lang = leaving.lang
    yield Heading(1, word("report-parties", lang))
    names, rows = leaving.called(), []
    for node in leaving.graph["nodes"]:
        if node["kind"] == "party":
            name, full = shown(names.of(PartyRef(node["id"]))), shown(node["label"])
            # What a party has answered, or that it was not asked; of a client nothing is asked.
            rows.append(
                (
                    name if name == full else f"{name} · {full}",
                    shown(node["ref"]),
                    data_word("page-role", node["role"] or "none", lang),
                    prose(leaving.answer(node["id"])),
                )
            )
    head = tuple(word(f"report-{key}", lang) for key in ("party", "id", "role", "reply"))
    yield Table(head, tuple(rows))


def _lists(leaving: Outgoing) -> Iterator[Block]:
    lang, names = leaving.lang, leaving.called()
    rows = tuple(
        (
            prose(_list(names, row, lang)),
            prose(names.of(PartyRef(str(row["holder"])))),
            str(row["obtained"] or "–"),
            f"{row['rows']:,}",
            f"{row['rejected']:,}",
            str(row["sha256"]),
        )
        for row in leaving.facts.get("lists", ())
    )
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
            prose(row["release"]),
            prose(names.of(DatasetRef(str(row["dataset"])))),
            prose(names.of(PartyRef(str(row["recipient"])))),
            _period(row, lang),
            f"{row['canaries']:,}",
            str(row["commitment"] or "–"),
        )
        for row in leaving.facts.get("copies", ())
    )
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
            prose(row["document"]),
            prose(row["kind"] or "–"),
            str(row["acquired"] or "–"),
            prose(names.parties.get(str(row["by_whom"] or "–"), str(row["by_whom"] or "–"))),
            str(row["sha256"] or "–"),
        )
        for row in leaving.facts.get("evidence", ())
    )
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
    yield Paragraph(
        word(
            "report-as-of",
            lang,
            date=leaving.voice().show(date.fromisoformat(leaving.generated)) if leaving.generated else "",
            version=__version__,
        ),
        "note",
    )
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
    # What was compared.
    everything = [node for node in leaving.graph["nodes"] if node["kind"] == "dataset"]
    lists = [node for node in everything if node["purged"] is None]
    copies = sum(node["kind"] == "release" for node in leaving.graph["nodes"])
    yield Paragraph(
        word(
            "report-summary-scope",
            leaving.lang,
            lists=len(lists),
            rows=sum(node["rows"] or 0 for node in lists),
            holders=len({node["party"] for node in lists}),
            copies=copies,
            n=len(found),
        )
    )
    if len(everything) > len(lists):
        yield Paragraph(word("report-summary-purged", leaving.lang, n=len(everything) - len(lists)), "note")
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
    named += [ref for name in told.stated.copies if name in copies for ref in texts_of_list(copies[name]["evidence"])]
    named += [ref for name in told.stated.lists if name in known for ref in texts_of_list(known[name]["evidence"])]
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


def report_html(leaving: Outgoing) -> dict[str, bytes]:
    """The report as one HTML file, which loads nothing and runs nothing, and prints on A4."""
    return {"": render_html(compose(leaving)).encode("utf-8", "replace")}


_PICTURE = "-picture.svg"


def report_md(leaving: Outgoing) -> dict[str, bytes]:
    """The report as Markdown (CommonMark with tables), and its picture as a file that it links; the two in one where
    no file is named.

    GitHub, VS Code and pandoc show an SVG that lies next to the text; a picture within the text GitHub does not show.
    """
    report, files, blocks = compose(leaving), dict[str, bytes](), list[Block]()
    for block in report.blocks:
        if isinstance(block, ReportFigure):
            svg = block.svg.encode("utf-8", "replace")
            if leaving.stem:
                files[_PICTURE] = svg
                link = f"{quote(leaving.stem)}{_PICTURE}"
            else:
                link = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
            blocks.append(replace(block, link=link))
        else:
            blocks.append(block)
    return {"": markdown(replace(report, blocks=tuple(blocks))).encode("utf-8", "replace"), **files}


def report_pdf(leaving: Outgoing) -> dict[str, bytes]:
    """The report as PDF: fonts embedded, texts to be searched, headings as bookmarks, tags set. Raises InputRefused
    where a glyph is missing."""
    return {"": render_pdf(compose(leaving), leaving.font)}


def texts_of_pdf(leaving: Outgoing) -> str:
    """All that the PDF says, for the scan: the same texts without the typesetting."""
    return texts_of_report(compose(leaving))
