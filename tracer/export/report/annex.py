"""What a report rests on: copies held in time, parties and replies, lists, copies, documents, limits, versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

from tracer.disclosure import DatasetRef, PartyRef
from tracer.export.figure.canvas import shown
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import written_in_chinese
from tracer.export.report.report_findings import KINDS, ReportFinding, held_in_time
from tracer.findings.seeds import CODE_SEED, GRAPH_SEED
from tracer.graph.model import Node
from tracer.version import __version__
from tracer.wording import LANGUAGES, data_word, headlines, word
from tracer.wording.names import Names
from tracer.wording.sections import Block, Heading, Paragraph, Points, Table, prose

_PACKAGES = ("duckdb", "numpy", "scipy", "networkx", "phonenumbers")
"""Those whose results findings depend on."""


def methods(leaving: Outgoing, found: Sequence[ReportFinding]) -> Iterator[Block]:
    """How each kind of finding was found, once, and what none of them says."""
    lang, kinds = leaving.lang, {told.kind for told in found}
    if kinds:
        yield Heading(1, word("report-methods", lang))
        rows = ((word(f"report-finds-{kind}", lang), word(f"report-method-{kind}", lang)) for kind in KINDS)
        yield Table((), tuple(row for kind, row in zip(KINDS, rows, strict=True) if kind in kinds))
    yield Heading(1, word("report-limits", lang))
    caveats = ("guilt", "alleged", "through", "absence", "client", "people")
    yield Points(tuple(word(f"page-caveat-{name}", lang) for name in caveats))


def annexes(leaving: Outgoing) -> Iterator[Block]:
    """The chapters behind the findings."""
    lang = leaving.lang
    held = held_in_time(leaving)
    voice = leaving.voice()
    if held:
        yield Heading(1, word("report-held", lang))
        yield Paragraph(word("report-held-note", lang), "note")
        yield Points(tuple(prose(voice.say(headlines.retention(row))) for row in held))
    yield from _parties(leaving)
    yield from _lists(leaving)
    yield from _copies(leaving)
    yield from _documents(leaving)
    yield Heading(1, word("report-left-out", lang))
    yield Points(tuple(prose(str(text)) for text in leaving.graph["left_out"]) or (word("report-none", lang),))
    yield from _versions(leaving)


def reply_lines(leaving: Outgoing, parties: Sequence[str], *, brief: bool = False) -> list[str]:
    """How far the right of reply has come with each of `parties`; `brief` without dates and words."""
    nodes = {
        name: node
        for node in leaving.labelled()["nodes"]
        if node["kind"] == "party"
        for name in (node["ref"], node["id"])
    }
    chosen = {nodes[party]["id"]: nodes[party] for party in parties if party in nodes}
    return [
        f"{shown(node['label'])}{': ' if leaving.lang == 'en' else '：'}{_reply(node, leaving.lang, brief=brief)}"
        for node in chosen.values()
        if node["role"] != "client" or not brief
    ]


def _reply(node: Node, lang: str, *, brief: bool) -> str:
    """Its state, with dates and words."""
    told = data_word("page-reply", node["reply"] or "not_asked", lang)
    if brief or (node["reply_asked"] is None and node["reply_deadline"] is None and node["reply_answered"] is None):
        return told
    known = (("asked", node["reply_asked"]), ("deadline", node["reply_deadline"]), ("answered", node["reply_answered"]))
    dates = [word(f"report-reply-on-{name}", lang, date=day) for name, day in known if day is not None]
    told += f" ({', '.join(dates)})" if lang == "en" else f"（{'，'.join(dates)}）"
    if node["reply_text"] is not None:
        told += f" {word('report-reply-said', lang, text=prose(node['reply_text']))}"
        chinese = written_in_chinese(node["reply_text"])
        if chinese and lang == LANGUAGES[0]:
            told += f" {word('page-in-chinese', lang)}"
        elif not chinese and lang == LANGUAGES[1]:
            told += word("page-not-translated", lang)
    return told


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
                    data_word("page-role", node["role"] or "none", lang), _reply(node, lang, brief=False),
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
            str(row["obtained"] or row["created"] or "–"), f"{row['rows']:,}", f"{row['rejected']:,}",
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
            word("report-versions-seeds-text", lang, search=str(GRAPH_SEED), codes=str(CODE_SEED)),
        ),
    ]
    if run is not None:
        facts.append((word("report-versions-run", lang), f"{run['run']}, {run['traced']} UTC, tracer {run['version']}"))
        facts.append((word("report-versions-result", lang), str(run["findings_sha256"] or "–")))
    yield Heading(1, word("report-versions", lang))
    yield Table((), tuple(facts))
    yield Paragraph(word("report-versions-how", lang))
    yield Paragraph("tracer verify", "code")
