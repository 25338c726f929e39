"""The report from what may leave: a page of summary, the picture, its findings, methods, and annexes with all else."""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from tracer.disclosure import DatasetRef, PartyRef
from tracer.export.drawing.lettering import texts_of, typeset
from tracer.export.drawing.map import map_figure
from tracer.export.drawing.marks import picture_text
from tracer.export.drawing.sheet import weightiest_statement
from tracer.export.drawing.story import may_lead
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.words import claim_number, count, figure_of
from tracer.export.selection import members_of
from tracer.findings.deciding import CODE_SEED
from tracer.findings.statements import LIKELY, Statement, headlines
from tracer.version import __version__
from tracer.wording import Voice, data_word, say, word
from tracer.wording.claims import number_label
from tracer.wording.html import html_blocks, templates_of
from tracer.wording.markdown import markdown_blocks, plain
from tracer.wording.names import UNNAMED, Introduced, behind_names, without_ids
from tracer.wording.sections import Block, Break, Heading, Paragraph, Points, PrintColumns, ReportFigure, Table, prose
from tracer.wording.voice import joined_items, percent

# ---------------------------------------------------------------- findings in words
SORTS: Mapping[str, str] = {
    **dict.fromkeys(("retention", "attribution", "unnamed"), "copy"),
    "inside": "refusal",
    **{kind: kind for kind in "chain derivation vintage claim contradiction sale refusal line".split()},
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
    """The command that shows it again."""

    @property
    def sort(self) -> str:
        """By which method it was found."""
        return SORTS[self.stated.kind]


def findings_of(leaving: Outgoing) -> list[ReportFinding]:
    """All that is shown. Each says the id behind a name once."""
    names, found = leaving.names_in(), []
    both = {(one.copies, one.lists[-1:]) for one in leaving.statements if one.kind == "retention"}
    for one in leaving.statements:
        if one.kind not in SORTS or (one.kind == "attribution" and (one.copies, one.lists) in both):
            continue
        voice = Voice(leaving.lang, Introduced(names, leaving.lang))
        headline, sure = voice.say(one.said), "" if one.sureness is None else voice.say(one.sureness)
        measured = [
            (word(f"report-fact-{name}", leaving.lang), str(value))
            for name, value in _measured_values(one, voice)
            if value not in (None, "")
        ]
        reasons, against = (tuple(map(voice.show, said)) for said in (one.reasons, one.against))
        numbers = (*measured, *_tested_numbers(one, voice))
        found.append(ReportFinding(one, headline, sure, numbers, reasons, against, _command(one)))
    return found


def _measured_values(one: Statement, voice: Voice) -> Iterator[tuple[str, object]]:
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
        yield "releases", ", ".join(members_of(row["releases"])) or word("report-none", voice.lang)
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


def _tested_numbers(one: Statement, voice: Voice) -> list[tuple[str, str]]:
    """Labels and values of the numbers that a claim was tested by, and by how much two statements differ."""
    if one.kind == "contradiction":
        return [(word("report-numbers", voice.lang), voice.say(times)) for times in one.sure]

    def called(kind: str, ref: object) -> str:
        return voice.show(PartyRef(str(ref)) if kind == "party" else DatasetRef(str(ref)))

    numbers = headlines.numbers_of(one.row) if one.kind == "claim" else {}
    given = {str(name): value for name, value in numbers.items() if value is not None}
    return [
        (number_label(name, voice.lang), claim_number(name, one, voice.lang, called)) for name, one in given.items()
    ]


def _command(one: Statement) -> str:
    """The command that shows it, quoted for a shell: ids are somebody else's words."""
    if one.kind in ("retention", "attribution", "derivation"):
        return f"tracer why {' '.join(map(shlex.quote, one.about))}"
    after = "after-refusal"
    query = {"chain": "resale-chains", "unnamed": "attributions", "refusal": after, "inside": after}
    asked = f"tracer query {query.get(one.kind, one.kind if one.kind == 'vintage' else f'{one.kind}s')}"
    if one.kind in ("vintage", "line"):
        asked += f" -p {'line' if one.kind == 'line' else 'dataset'}={shlex.quote(one.about[-1])}"
    return asked


# ---------------------------------------------------------------- the report
ON_SUMMARY = 7
"""Findings that the page of summary names."""
OF_FIRST = 2
"""Reasons of the weightiest finding on the page of summary, and as many objections."""
SAME_ON_SUMMARY = 3
"""About one copy, or of one kind, so that neither fills the page."""
_PACKAGES = ("duckdb", "numpy", "scipy", "networkx", "phonenumbers")
"""Those whose results findings depend on."""


def compose(leaving: Outgoing) -> Report:
    """The report's blocks, in the language of `leaving`."""
    found, leads, lang = findings_of(leaving), may_lead(leaving), leaving.lang
    # The first findings about each copy and of each other kind, in the report's order.
    taken: dict[tuple[str, ...], int] = defaultdict(int)
    chosen: list[ReportFinding] = []
    for one in found:
        if leads(one.stated):
            about = (one.sort, *one.stated.copies)
            taken[about] += 1
            if len(chosen) < ON_SUMMARY and taken[about] <= SAME_ON_SUMMARY:
                chosen.append(one)
    picture = word("report-picture", lang)
    blocks = [*_summary(leaving, found, chosen), Break()]
    drawn = ReportFigure(map_figure(leaving), picture, weightiest_statement(leaving, ()) or picture)
    blocks += [Heading(1, picture), drawn]
    if warnings := warnings_of(leaving, lang):  # what does not fit together: a reader must know it first
        blocks += [Heading(1, word("page-warnings", lang)), Points(tuple(map(prose, warnings)), "against")]
    if found:
        blocks += [Heading(1, word("report-findings", lang)), Paragraph(word("report-findings-note", lang), "note")]
    for number, one in enumerate(chosen, start=1):
        blocks += _finding_blocks(leaving, number, one, labelled=True)
    sorts = {one.sort for one in found}
    if sorts:  # how each kind of finding was found, once
        shown_sorts = [sort for sort in dict.fromkeys(SORTS.values()) if sort in sorts]
        rows = tuple((word(f"report-finds-{x}", lang), word(f"report-method-{x}", lang)) for x in shown_sorts)
        blocks += [Heading(1, word("report-methods", lang)), Table((), rows)]
    caveats = ("guilt", "alleged", "through", "absence", "client", "people")
    limits = Points(tuple(word(f"page-caveat-{name}", lang) for name in caveats))
    blocks += [Heading(1, word("report-limits", lang)), limits, *_annexes(leaving)]
    others = [one for one in found if one not in chosen]
    if others:
        note = Paragraph(word("report-others-note", lang), "note")
        blocks += [PrintColumns(2), Heading(1, word("report-others", lang)), note]
        for number, one in enumerate(others, start=len(chosen) + 1):
            blocks += _finding_blocks(leaving, number, one, labelled=False)
    called = leaving.names_in()
    ids = tuple(sorted({*called.parties, *called.lists} - {UNNAMED}))
    return Report(prose(leaving.title), lang, tuple(blocks), ids)


def _summary(leaving: Outgoing, found: Sequence[ReportFinding], chosen: Sequence[ReportFinding]) -> Iterator[Block]:
    lang = leaving.lang
    day = leaving.voice().show(date.fromisoformat(leaving.generated)) if leaving.generated else ""
    yield Paragraph(word("report-kind", lang), "label")
    yield Paragraph(word("report-as-of", lang, date=day, version=__version__), "note")
    if leaving.edition.credit:
        yield Paragraph(prose(leaving.edition.credit), "note")
    if leaving.untraced is not None:
        yield Paragraph(leaving.not_up_to_date(), "lead")
    yield Heading(1, word("report-summary", lang))
    quoted = set[str]()  # parties whose words are on the page already
    if chosen:
        yield from _first(leaving, chosen[0], quoted)
    if len(chosen) > 1:
        rows = []
        for one in chosen[1:]:
            rows.append((one.stated.grade or "·", _sentence(one, lang), _replies(leaving, one, quoted)))
        yield Table(tuple(word(f"report-{key}", lang) for key in ("grade", "finding", "replies")), tuple(rows))
    elif not chosen and leaving.untraced is None:
        yield Paragraph(word("report-summary-none", lang))
    if leaving.untraced is None and not all(leaving.no_copy().numbers.values()):
        yield Paragraph(say(leaving.no_copy(), lang))
    # What was compared.
    everything = [node for node in leaving.graph["nodes"] if node["kind"] == "dataset"]
    lists = [node for node in everything if node["purged"] is None]
    size, holders = sum(node["rows"] or 0 for node in lists), len({node["party"] for node in lists})
    copies = sum(node["kind"] == "release" for node in leaving.graph["nodes"])
    of = {"lists": len(lists), "rows": size, "holders": holders, "copies": copies, "n": len(found)}
    yield Paragraph(word("report-summary-scope", lang, **of))
    if len(everything) > len(lists):
        yield Paragraph(word("report-summary-purged", lang, n=len(everything) - len(lists)), "note")
    # How many readings are too weak to be listed.
    rows_of = [row for row in leaving.rows.get("retention", ()) if row["reading"] != "held"]
    weak = sum(float(str(row["probability"])) < LIKELY for row in (*rows_of, *leaving.rows.get("derivations", ())))
    held = sum(one.kind == "held" for one in leaving.statements)
    more = {"more": len(found) - len(chosen), "held": held, "weak": weak}
    said = [word(f"report-summary-{key}", lang, n=n) for key, n in more.items() if n]
    if said:
        yield Paragraph(" ".join(said) if lang == "en" else "".join(said))
    yield Paragraph(word("report-summary-reading", lang), "label")
    yield Paragraph(word("report-summary-grades", lang), "note")
    yield Points(tuple(word(f"page-caveat-{name}", lang) for name in ("guilt", "client", "absence")))


def _first(leaving: Outgoing, found: ReportFinding, quoted: set[str]) -> Iterator[Block]:
    """The weightiest finding: how sure, what it rests on, what speaks against it, what would settle it."""
    lang = leaving.lang
    yield Paragraph(_sentence(found, lang), "lead")
    for label, said, style in (("rests", found.reasons, "for"), ("against-it", found.against, "against")):
        if said:
            yield Paragraph(word(f"report-{label}", lang), "label")
            yield Points(tuple(prose(text) for text in said[:OF_FIRST]), style)
    colon = ": " if lang == "en" else "："
    yield Paragraph(f"{word('report-replies', lang)}{colon}{_replies(leaving, found, quoted)}")
    settle = [word("report-settle", lang)]
    settle += [word("report-settle-warnings", lang)] if warnings_of(leaving, lang) else []
    yield Paragraph((" " if lang == "en" else "").join(settle), "note")


def _sentence(found: ReportFinding, lang: str) -> str:
    """What was found and how sure it is."""
    return prose((" " if lang == "en" else "").join(filter(None, (found.headline, found.sure))))


def _replies(leaving: Outgoing, found: ReportFinding, quoted: set[str]) -> str:
    """What those whom the finding names have replied; the words of each once on a page."""
    lines = [prose(line) for line in leaving.reply_lines(leaving.named_in(found.stated), quoted=quoted)]
    return joined_items(lines, leaving.lang) if lines else word("report-none", leaving.lang)


def _finding_blocks(leaving: Outgoing, number: int, found: ReportFinding, *, labelled: bool) -> Iterator[Block]:
    """How sure, its numbers, what speaks for and against it, documents, replies; without labels that of one that is
    not in the summary."""
    lang, against = leaving.lang, tuple(map(prose, found.against))
    yield Heading(2, f"{number}. {prose(found.headline)}", found.stated.grade)
    if found.sure:
        yield Paragraph(found.sure)
    if found.numbers:
        yield Table((), tuple((prose(name), prose(value)) for name, value in found.numbers))
    if found.reasons:
        if labelled:
            yield Paragraph(word("report-for", lang), "label")
        yield Points(tuple(map(prose, found.reasons)), "for")
    if labelled:
        yield Paragraph(word("report-against", lang), "label")
    if against:
        yield Points(against, "against")
    elif labelled:
        yield Paragraph(word("report-against-none", lang), "note")
    documents, evidence = _evidence(leaving, found, lists=labelled), word("report-evidence", lang)
    if labelled:
        yield Paragraph(evidence, "label")
        yield Paragraph(documents or word("report-evidence-none", lang))
        replies = [prose(line) for line in leaving.reply_lines(leaving.named_in(found.stated))]
        if replies:
            yield Paragraph(word("report-reply", lang), "label")
            yield Paragraph(joined_items(replies, lang))
    elif documents:
        yield Paragraph(f"{evidence}{': ' if lang == 'en' else '：'}{documents}", "note")
    # Behind a list a line that is set in would be part of its last point.
    yield Paragraph(word("report-repeat", lang), "label" if labelled else "note")
    yield Paragraph(prose(found.repeat), "code")


def _evidence(leaving: Outgoing, found: ReportFinding, *, lists: bool) -> str:
    """Documents that the finding, its copies, lists and parties name, and the lists themselves; hashes are annexed."""
    names, lang, stated_of = leaving.names_in(), leaving.lang, found.stated

    def by(table: str, key: str) -> dict[str, FindingRow]:
        return {str(row[key]): row for row in reversed(leaving.facts.get(table, ()))}

    known, copies, documents = by("lists", "dataset"), by("copies", "release"), by("evidence", "document")
    parties = {node["ref"]: node for node in leaving.graph["nodes"] if node["kind"] == "party"}
    cited = [*stated_of.cited]
    cited += [ref for name in stated_of.copies if name in copies for ref in members_of(copies[name]["evidence"])]
    cited += [ref for name in stated_of.lists if name in known for ref in members_of(known[name]["evidence"])]
    cited += [ref for party in stated_of.parties if party in parties for ref in parties[party]["evidence"]]
    said = [word("report-evidence-document", lang, id=ref) for ref in dict.fromkeys(cited) if ref in documents]
    for name in stated_of.lists if lists else ():
        if name in known:
            ref, behind = DatasetRef(name), f" ({name})" if lang == "en" else f"（{name}）"
            listed = names.of(ref) + behind if names.has_name(ref) else name
            said.append(word("report-evidence-list", lang, id=listed))
    return prose(joined_items(said, lang))


def _annexes(leaving: Outgoing) -> Iterator[Block]:
    """What a report rests on: copies held in time, parties and replies, lists, copies, documents, what is left out,
    versions."""
    lang, names, facts = leaving.lang, leaving.names_in(), leaving.facts

    def party(name: object) -> str:
        return prose(names.of(PartyRef(str(name))))

    held, voice = [one for one in leaving.statements if one.kind == "held"], leaving.voice()
    if held:
        yield Heading(1, word("report-held", lang))
        yield Paragraph(word("report-held-note", lang), "note")
        yield Points(tuple(prose(voice.say(one.said)) for one in held))
    parties, answers = [], leaving.answers()
    for node in leaving.graph["nodes"]:
        if node["kind"] == "party":
            name, full = picture_text(names.of(PartyRef(node["id"]))), picture_text(node["label"])
            role = data_word("page-role", node["role"] or "none", lang)
            full = name if name == full else f"{name} · {full}"
            parties.append((full, picture_text(node["ref"]), role, prose(answers[node["id"]])))
    lists = []
    for row in facts.get("lists", ()):
        ref = DatasetRef(str(row["dataset"]))
        name = f"{names.of(ref)} · {ref.id}" if names.has_name(ref) else ref.id
        name = f"{name} ({word('report-purged', lang, date=row['purged'])})" if row["purged"] else name
        sizes = f"{row['rows']:,}", f"{row['rejected']:,}"
        lists.append((prose(name), party(row["holder"]), str(row["obtained"] or "–"), *sizes, str(row["sha256"])))
    copies = []
    for row in facts.get("copies", ()):
        period = word("page-open-end", lang, date=row["date"]) if row["date"] else word("page-no-date", lang)
        if row["ends"]:
            period = word("page-period", lang, date=row["date"] or "?", until=row["ends"])
        of = prose(row["release"]), prose(names.of(DatasetRef(str(row["dataset"])))), party(row["recipient"])
        copies.append((*of, period, f"{row['canaries']:,}", str(row["commitment"] or "–")))
    documents = []
    for row in facts.get("evidence", ()):
        by = str(row["by_whom"] or "–")
        known = prose(row["document"]), prose(row["kind"] or "–"), str(row["acquired"] or "–")
        documents.append((*known, prose(names.parties.get(by, by)), str(row["sha256"] or "–")))
    annexes: tuple[tuple[str, str, Sequence[tuple[str, ...]]], ...] = (
        ("parties", "party id role reply", parties),
        ("lists", "list holder obtained rows rejected hash", lists),
        ("copies", "copy list recipient period planted commitment", copies),
        ("documents", "document kind-of acquired by hash", documents),
    )
    for title, keys, lines in annexes:
        if lines or title in ("parties", "lists"):
            yield Heading(1, word(f"report-{title}", lang))
            yield Table(tuple(word(f"report-{key}", lang) for key in keys.split()), tuple(lines))
    yield Heading(1, word("report-left-out", lang))
    yield Points(tuple(prose(str(text)) for text in leaving.graph["left_out"]) or (word("report-none", lang),))
    seeds = word("report-versions-seeds-text", lang, codes=str(CODE_SEED))
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    versions = {"tool": f"tracer {__version__}", "packages": packages, "seeds": seeds}
    if run := next(iter(facts.get("runs", ())), None):
        versions["run"] = f"{run['run']}, {run['traced']} UTC, tracer {run['version']}"
        versions["result"] = str(run["findings_digest"] or "–")
    yield Heading(1, word("report-versions", lang))
    yield Table((), tuple((word(f"report-versions-{key}", lang), text) for key, text in versions.items()))
    yield Paragraph(word("report-versions-how", lang))
    yield Paragraph("tracer verify", "code")


def report_html(leaving: Outgoing) -> bytes:
    """The report as one HTML file, which loads nothing and runs nothing, and prints on A4."""
    return render_html(compose(leaving)).encode("utf-8", "replace")


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


def report_pdf(leaving: Outgoing) -> bytes:
    """The report as PDF: fonts embedded, texts to be searched, headings as bookmarks, tags set. Raises InputRefused
    where a glyph is missing."""
    return render_pdf(compose(leaving), leaving.font)


def texts_of_pdf(leaving: Outgoing) -> str:
    """All that the PDF says, for the scan: the same texts without the typesetting."""
    return texts_of_report(compose(leaving))


_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    lang: str
    blocks: tuple[Block, ...]
    ids: tuple[str, ...] = ()
    """Ids of parties and lists: after a name they are in small type."""


def render_html(report: Report) -> str:
    """The report's blocks as a page. Texts are escaped by the template, figures by their own writer."""
    style = (_HERE / "report.css").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (
        templates_of(_HERE)
        .get_template("report.html.j2")
        .render(
            report=report,
            body=html_blocks(report.blocks, report.ids),
            style=Markup(style),  # noqa: S704 - the report's own file, hashed for the policy
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        )
    )


def markdown(report: Report) -> str:
    """The report's blocks as Markdown."""
    behind = behind_names(report.ids)
    blocks = (_block_with_names(block, lambda text: without_ids(text, behind)) for block in report.blocks)
    return "\n\n".join([f"# {plain(report.title)}", *markdown_blocks(blocks)]) + "\n"


def _block_with_names(block: Block, named: Callable[[str], str]) -> Block:
    """The block without the ids behind names, which have no small type here; the annexes have them."""
    if isinstance(block, Heading) or (isinstance(block, Paragraph) and block.style != "code"):
        return replace(block, text=named(block.text))
    if isinstance(block, Points):
        return replace(block, items=tuple(map(named, block.items)))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(map(named, row)) for row in block.rows))
    return block


def render_pdf(report: Report, font: Path | None = None) -> bytes:
    """The report's blocks as a PDF. Raises InputRefused where a glyph is missing."""
    template = (_HERE / "report.typ").read_text(encoding="utf-8")
    # Read by `json(bytes(sys.inputs.report))`: what it holds is data, never markup.
    inputs = {"report": json.dumps(asdict(report), ensure_ascii=False, allow_nan=False)}
    return typeset(template, inputs, "pdf", svg_texts=texts_of_report(report), font=font)


def texts_of_report(report: Report) -> str:
    """Every text of the report, those in its figures too, one a line."""
    lines = [report.title]
    for block in report.blocks:
        for name, value in asdict(block).items():
            if name == "svg":
                lines.append(texts_of(str(value)))
            elif name not in ("kind", "style", "level"):
                lines += _texts(value)
    return "\n".join(lines)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
