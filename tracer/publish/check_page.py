"""What `tracer check` found as a page: the same blocks in a terminal, as HTML and in print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracer.clock import today
from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, Text
from tracer.export.report.render import Report
from tracer.findings.statements import headlines
from tracer.publish.check import Checked, Met, claim_name, hidden
from tracer.wording import data_word
from tracer.wording.sections import Block, Heading, Paragraph, Points, Table, prose

_LISTS = 12
"""Lists that a page names; the rest is counted."""


def check_page(found: Checked) -> Report:
    """The page, in the language of the answer's voice."""
    lang = found.voice.lang
    return Report(found.voice.word("check-title"), lang, today().isoformat(), tuple(_blocks(found)))


def _blocks(found: Checked) -> Iterator[Block]:
    say, loaded = found.said, found.loaded
    for at, one in enumerate(found.reading):
        yield Paragraph(prose(say(one)), ("stop" if found.because else "verdict") if at == 0 else "lead")
    yield Paragraph(
        prose(
            say(
                Reason.of(
                    "check-of",
                    rows=loaded.rows,
                    n=Count(loaded.contacts, across_lists=False),
                    seller=PartyRef(found.seller),
                    day=found.offer.day,
                )
            )
        ),
        "note",
    )
    if found.offers:
        offers = tuple(DatasetRef(one) for one in found.offers)
        yield Paragraph(prose(say(Reason.of("check-loaded", datasets=offers))))
    for title, part in (
        ("check-known", _known(found)),
        ("check-people", _people(found)),
        ("check-origin", _origin(found)),
        ("check-claims", _claims(found)),
        ("check-cannot", [Points(_said(found, tuple(found.cannot)))]),
        ("check-read", [Points(tuple(prose(one[:1].upper() + one[1:]) for one in found.notes))]),
        ("check-before", [Points(tuple(found.voice.word(f"check-before-{n}") for n in range(1, 5)))]),
        ("check-record", _record(found)),
    ):
        blocks = list(part)
        if blocks:
            yield Heading(1, found.voice.word(title))
            yield from blocks


def _said(found: Checked, reasons: Sequence[Reason]) -> tuple[str, ...]:
    return tuple(prose(found.said(one)) for one in reasons)


def _record(found: Checked) -> Iterator[Block]:
    record = found.record
    again = Reason.of("check-record-again", days=Text(", ".join(record.before)))
    said = [
        Reason.of("check-record-file", file=Text(record.file), bytes=record.bytes),
        Reason.of("check-record-hash", hash=Text(record.sha256)),
        Reason.of("check-record-entry", at=Text(record.at), entry=record.entry),
        again if record.before else Reason.of("check-record-once"),
    ]
    yield Points(_said(found, said))


def _known(found: Checked) -> Iterator[Block]:
    if not found.compared:
        return
    least, most = found.recycled
    n, whole = found.people["recycled"], Count(found.loaded.contacts, across_lists=False)
    register = Count(found.people["register"])
    said = [
        Reason.of("check-recycled", n=Count(n), whole=whole, low=Share(least), hidden=hidden(least, most))
        if n
        else Reason.of("check-recycled-none")
        if found.held
        else Reason.of("check-no-lists")
    ]
    if found.unseen:
        said.append(Reason.of("check-unseen", n=found.unseen))
    if found.new and found.held:
        said.append(Reason.of("check-new", n=found.new))
    if register.n:
        said.append(Reason.of("check-in-register", n=register))
    yield Paragraph(_together(found, said))
    if found.met:
        names = ("list", "holder", "since", "people")
        head = tuple(found.voice.word(f"check-col-{name}") for name in names)
        yield Table(head, tuple(_row(found, one) for one in found.met[:_LISTS]))
        if len(found.met) > _LISTS:
            yield Paragraph(found.voice.say(Reason.of("check-more-lists", n=len(found.met) - _LISTS)), "note")


def _row(found: Checked, one: Met) -> tuple[str, ...]:
    show = found.voice.show
    since = "–" if one.since is None else show(one.since)
    people = f"{one.people:,} ({show(Share(one.people / found.whole))})"
    return prose(show(DatasetRef(one.id))), prose(show(PartyRef(one.holder))), since, people


def _people(found: Checked) -> Iterator[Block]:
    said = list[Reason]()
    if found.compared and "refusals" in found.held:
        n = Count(found.people["refused"])
        said.append(Reason.of("check-refused", n=n) if n.n else Reason.of("check-refused-none"))
    if found.compared and "own" in found.held:
        own = found.people["own"]
        said.append(Reason.of("check-own", n=Count(own)) if own else Reason.of("check-own-none"))
    if said:
        yield Points(_said(found, said))


def _origin(found: Checked) -> Iterator[Block]:
    said = [one[:1].upper() + one[1:] for one in found.copies_said]
    if found.canaries:
        said.insert(0, found.said(Reason.of("check-planted", n=len(found.canaries))))
    said += [found.said(headlines.derivation(row)) for row in found.sources]
    if said:
        yield Points(tuple(map(prose, said)))


def _claims(found: Checked) -> Iterator[Block]:
    if found.claims:
        lang = found.voice.lang
        head = tuple(found.voice.word(f"check-col-{name}") for name in ("claim", "why", "verdict"))
        yield Table(
            head,
            tuple(
                (
                    prose(found.voice.say(claim_name(claim))),
                    _together(found, verdict.alternatives[:2]),
                    data_word("page-verdict", verdict.verdict, lang),
                )
                for claim, verdict in found.claims
            ),
        )


def _together(found: Checked, reasons: Sequence[Reason]) -> str:
    return ("" if found.voice.lang == "zh" else " ").join(_said(found, reasons))
