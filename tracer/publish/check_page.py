"""What `tracer check` found as a page: the same blocks in a terminal, as HTML and in print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, Text
from tracer.export.report.compose import Report
from tracer.findings.statements import headlines
from tracer.publish.check import Checked, claim_name, exact_or_range
from tracer.wording import data_word
from tracer.wording.sections import Block, Heading, Paragraph, Points, Table, prose

_LISTS = 12
"""Lists that a page names; the rest is counted."""


def check_page(found: Checked) -> Report:
    """The page, in the language of the answer's voice."""
    return Report(found.voice.word("check-title"), found.voice.lang, tuple(_blocks(found)))


def _blocks(found: Checked) -> Iterator[Block]:
    say, voice, loaded, compared = found.sentence, found.voice, found.loaded, found.is_compared
    for at, one in enumerate(found.reading):
        yield Paragraph(prose(say(one)), ("stop" if found.because else "verdict") if at == 0 else "lead")
    whole, seller = Count(loaded.contacts, across_lists=False), PartyRef(found.seller)
    of = Reason.of("check-of", rows=loaded.rows, n=whole, seller=seller, day=found.offer.day)
    yield Paragraph(prose(say(of)), "note")
    if found.offers:
        offers = tuple(DatasetRef(one) for one in found.offers)
        yield Paragraph(prose(say(Reason.of("check-loaded", datasets=offers))))

    people = list[Reason]()
    if compared and "refusals" in found.held:
        refused = Count(found.people["refused"])
        people.append(Reason.of("check-refused", n=refused) if refused.n else Reason.of("check-refused-none"))
    if compared and "own" in found.held:
        own = Count(found.people["own"])
        people.append(Reason.of("check-own", n=own) if own.n else Reason.of("check-own-none"))
    origin = [say(Reason.of("check-planted", n=len(found.canaries)))] if found.canaries else []
    origin += [one[:1].upper() + one[1:] for one in found.copies_said]
    for row in found.sources:
        how_sure = say(Reason.of("why-how-sure", sure=headlines.sure(row)))
        origin.append(("" if voice.lang == "zh" else " ").join((say(headlines.derivation(row)), how_sure)))
    record = found.record
    again = Reason.of("check-record-again", days=Text(", ".join(record.before)))
    kept = (
        Reason.of("check-record-file", file=Text(record.file), bytes=record.bytes),
        Reason.of("check-record-hash", hash=Text(record.sha256)),
        Reason.of("check-record-entry", at=Text(record.at), entry=record.entry),
        again if record.before else Reason.of("check-record-once"),
    )
    for title, blocks in (
        ("check-known", _known(found) if compared else ()),
        ("check-people", _points(map(say, people))),
        ("check-origin", _points(origin)),
        ("check-claims", _claims(found)),
        ("check-cannot", _points(map(say, found.cannot))),
        ("check-read", _points(one[:1].upper() + one[1:] for one in found.notes)),
        ("check-before", _points(voice.word(f"check-before-{n}") for n in range(1, 5))),
        ("check-record", _points(map(say, kept))),
    ):
        if part := list(blocks):
            yield Heading(1, voice.word(title))
            yield from part


def _points(said: Iterable[str]) -> list[Block]:
    """The sentences, one below the other."""
    points = tuple(map(prose, said))
    return [Points(points)] if points else []


def _known(found: Checked) -> Iterator[Block]:
    """How many of its people are in lists of the case, and in which."""
    (least, most), show = found.recycled_share, found.voice.show
    n, whole = found.people["recycled"], Count(found.loaded.contacts, across_lists=False)
    register = Count(found.people["register"])
    said = [
        Reason.of("check-recycled", n=Count(n), whole=whole, low=Share(least), hidden=exact_or_range(least, most))
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
        rows = []
        for one in found.met[:_LISTS]:
            since = "–" if one.since is None else show(one.since)
            people = f"{one.people:,} ({show(Share(one.people / found.whole))})"
            rows.append((prose(show(DatasetRef(one.id))), prose(show(PartyRef(one.holder))), since, people))
        yield Table(_heads(found, "list", "holder", "since", "people"), tuple(rows))
        if len(found.met) > _LISTS:
            yield Paragraph(found.voice.say(Reason.of("check-more-lists", n=len(found.met) - _LISTS)), "note")


def _claims(found: Checked) -> Iterator[Block]:
    rows = []
    for claim, verdict in found.claims:
        word = data_word("page-verdict", verdict.verdict, found.voice.lang)
        rows.append((prose(found.voice.say(claim_name(claim))), _together(found, verdict.alternatives[:2]), word))
    if rows:
        yield Table(_heads(found, "claim", "why", "verdict"), tuple(rows))


def _heads(found: Checked, *names: str) -> tuple[str, ...]:
    return tuple(found.voice.word(f"check-col-{name}") for name in names)


def _together(found: Checked, reasons: Iterable[Reason]) -> str:
    return ("" if found.voice.lang == "zh" else " ").join(prose(found.sentence(one)) for one in reasons)
