"""Findings as stories: who kept whose list and who got it, event by event, with the words for each.

Copies that were kept or passed on come first, then chains that are new in it. Words are reasons, said in the reader's
language; days and ids are those of the rows. What an edition says of a story goes along with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from tracer.disclosure import DatasetRef, Number, PartyRef, Probability, Reason, Text, Word, parties_in, sure_word
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.drawing.days import day_of
from tracer.export.drawing.marks import picture_text
from tracer.export.edition import AS_FOUND, EditedStory
from tracer.export.outgoing import Outgoing
from tracer.findings.statements import Statement, by_copy, headlines
from tracer.graph.model import GRADES, Node, at_least
from tracer.policy import FEW
from tracer.wording import Voice, word
from tracer.wording.catalogue_files import LINES
from tracer.wording.voice import joined_items

LIST, COPY, KEPT, HAD = "list", "copy", "kept", "had"
"""Kinds of events: a list was made or obtained; a copy was handed over, or kept after its end; somebody had a list."""
FIRM = 0.8
"""Probability from which a step is said to be so."""
WEAKNESS = ("firm", "probably", "perhaps")
"""How a headline says that something is so, the surest first."""
_NAMED = 3
"""Others whom a headline names; of more it gives the number."""
_LISTED = 9
"""Parties or lists that are named as not drawn; of more, the number of the rest."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, with a party."""

    kind: str
    party: str
    ref: str
    day: date | None
    what: Reason
    why: Number = None
    """What it rests on and how sure it is; None where a document says so."""
    source: int | None = None
    """Place of the event that it came from, in the story's events."""
    until: date | None = None
    gone: Reason | None = None
    """Between which days it went on, where nothing says on which."""
    through: Reason | None = None
    """From which list it was copied and how sure that is, where `why` is of the copy."""
    paint: str = "handed"
    """A key of `looks.PAINTS`: what was done."""
    line: str = ""
    """The same of the way to it, where that is something else."""
    basis: str = "documented"
    """A key of `looks.DASHES`: what the line to it rests on."""


@dataclass(frozen=True)
class Story:
    """One finding."""

    kind: str
    """`retained`, `passed_on`, `chain` or `derived`."""
    names: tuple[str, ...]
    """The ids that it is asked for by: the copy, or the lists of the chain."""
    grade: str
    headline: Reason
    sure: tuple[Number, ...]
    against: tuple[Number, ...]
    """What speaks against it: the strongest of each of its findings, then the others of the weightiest."""
    events: tuple[Event, ...]
    roles: Mapping[str, str | None]
    """Party -> its role."""
    reached: str = "firm"
    """How surely it is so: one of `WEAKNESS`."""
    left: tuple[tuple[str, str], ...] = ()
    """Parties and their lists of the same finding that are not among the events."""
    edited: EditedStory = field(default_factory=lambda: EditedStory(()))
    """What an edition says of it."""

    def named(self) -> list[str]:
        """Everybody in it, in the order of days."""
        return list(dict.fromkeys(one.party for one in self.events))

    def in_order(self) -> list[int]:
        """Places of the events in the order of days, those without one last."""
        days = [one.day for one in self.events]
        return sorted(range(len(days)), key=lambda at: (days[at] is None, str(days[at]), at))

    def is_early(self, event: Event) -> bool:
        """Whether it is dated before what it came from, which was made or obtained again afterwards."""
        source = None if event.source is None else self.events[event.source]
        return source is not None and source.day is not None and event.day is not None and event.day < source.day

    def parties(self) -> list[str]:
        """Everybody in it, so that no two lines of the drawing cross: below each party those who had it from it, the
        latest first."""
        return list(dict.fromkeys(self.events[at].party for at in self._walk_from(0)))

    def _walk_from(self, start: int) -> Iterator[int]:
        here = self.events[start].party
        within = [start, *(at for at, one in enumerate(self.events) if one.source == start and one.party == here)]
        yield from within
        further = [at for at, one in enumerate(self.events) if one.source in within and at not in within]
        for at in sorted(further, key=lambda at: (str(self.events[at].day or "9999"), at), reverse=True):
            yield from self._walk_from(at)

    def shorter(self, parties: int) -> Story:
        """The same with at most so many parties: those in red first, then the earliest, each with all that it came
        through; what is left out is in `left`."""
        first = self.events[0].party, next((one.party for one in self.events if one.kind == COPY), "")
        kept = {at for at, one in enumerate(self.events) if one.party in first}
        for at in sorted(set(range(len(self.events))) - kept, key=lambda at: (self.events[at].paint != "beyond", at)):
            through, source = {at}, self.events[at].source
            while source is not None:
                through.add(source)
                source = self.events[source].source
            if len({self.events[one].party for one in kept | through}) <= parties:
                kept |= through
        if len(kept) == len(self.events):
            return self
        place = {at: number for number, at in enumerate(sorted(kept))}
        events = [replace(one, source=place.get(one.source)) for one in (self.events[at] for at in place)]  # type: ignore[arg-type]  # the first has none
        out = tuple((one.party, one.ref) for at, one in enumerate(self.events) if at not in kept)
        return replace(self, events=tuple(events), left=(*out, *self.left))

    def not_drawn(self) -> list[Reason]:
        """Who is not among the events, and which further lists of those who are."""
        drawn = {one.party for one in self.events}
        parties = list(dict.fromkeys(party for party, _ in self.left if party not in drawn))
        lists = [DatasetRef(ref) for party, ref in self.left if party in drawn]
        said = []
        if parties:
            others = {*drawn, *parties} - {self.events[0].party, self.events[1].party}
            of = len(others) if self.kind in ("retained", "passed_on") else None
            who = _some([PartyRef(one) for one in parties], _LISTED)
            said.append(Reason.of("front-more-parties", n=len(parties), of=of, who=who))
        if lists:
            said.append(Reason.of("front-more-lists", n=len(lists), datasets=_some(lists, _LISTED)))
        return said


# ---------------------------------------------------------------- all of them
def stories(leaving: Outgoing) -> list[Story]:
    """The stories as they are shown, the strongest first, findings of one list together; without those that the edition
    hides, and in its order."""
    edition = leaving.edition
    every = [replace(one, edited=edition.story(one.names)) for one in by_first_list(single_stories(leaving))]
    shown_ones = [one for one in every if not one.edited.hide]
    return sorted(shown_ones, key=lambda one: (one.edited.place is None, one.edited.place or 0))


def single_stories(leaving: Outgoing) -> list[Story]:
    """Each finding's own: what a recipient kept, what others had of a copy, then chains."""

    def steps_of(story: Story) -> set[tuple[str, str]]:
        """Who had it from whom."""
        pairs = {(story.events[one.source].party, one.party) for one in story.events if one.source is not None}
        return {(giver, taker) for giver, taker in pairs if giver != taker}

    def reached_by(story: Story) -> set[tuple[str, str]]:
        """Whose data are in which lists."""
        return {(story.events[0].party, one.ref) for one in story.events}

    sources = StorySources(leaving)
    by_copies = (_copy_story(seen, sources) for seen in by_copy(sources.of("retention"), "G2"))
    found = [story for story in by_copies if story is not None]
    known = {step for story in found for step in steps_of(story)}
    reached = {end for story in found for end in reached_by(story)}
    reached |= {(one.row["client"], one.row["seen_in"]) for one in sources.of("held")}
    for story in _chain_stories(sources):
        steps, end = steps_of(story), (story.events[0].party, story.events[-1].ref)
        public = story.roles[story.events[0].party] == "public_source"
        if 2 * len(steps - known) > len(steps) and end not in reached and not public:
            known |= steps
            reached |= reached_by(story)
            found.append(story)
    hidden = leaving.edition.hides
    return [replace(one, edited=leaving.edition.story(one.names)) for one in found if not hidden(one.names)]


def may_lead(leaving: Outgoing) -> Callable[[Statement], bool]:
    """Whether a finding is of no story that the edition hides: the others stay in tables and reports, and lead none."""
    hides = any(one.hide for one in leaving.edition.stories)
    every = single_stories(replace(leaving, edition=AS_FOUND)) if hides else []
    hidden = [one for one in every if leaving.edition.hides(one.names)]
    about = [(set(one.names), {*one.names, *(event.ref for event in one.events)}) for one in hidden]

    def leads(one: Statement) -> bool:
        ids = {*one.lists, *one.copies}
        return not ids or not any(names <= ids or ids <= refs for names, refs in about)

    return leads


def story_of(leaving: Outgoing, named: Sequence[str]) -> Story | None:
    """The story of the finding that is named by its ids, the strongest where none is; None where there is none at all.

    A name is a copy, the list or party that it was seen with, or two lists or more of a chain.

    Raises:
        UsageError: ids of no finding.
    """
    found, together = single_stories(leaving), stories(leaving)
    if not named:
        return together[0] if together else None
    for story in (*found, *together):
        if tuple(named) == story.names:
            return story
    for story in found:
        if set(named) <= {*story.names, *story.roles, *(one.ref for one in story.events)}:
            return story
    known = [" ".join(story.names) for story in found]
    remedy = did_you_mean(" ".join(named), known) if known else "none was found: tracer query retention"
    raise UsageError(f"no finding of {' '.join(named)!r}", where="figure story", remedy=remedy)


class StorySources:
    """Finds what a row names."""

    def __init__(self, leaving: Outgoing) -> None:
        self.statements, self.days = leaving.statements, leaving.days
        self._nodes = {(node["kind"], node["ref"]): node for node in leaving.graph["nodes"]}
        self._by_id = {node["id"]: node for node in leaving.graph["nodes"]}
        self._derived = {one.lists: one for one in self.of("derivation")}

    def of(self, kind: str) -> list[Statement]:
        """Statements of a kind."""
        return [one for one in self.statements if one.kind == kind]

    def node(self, kind: str, ref: object) -> Node | None:
        """A party, list or copy."""
        return self._nodes.get((kind, str(ref)))

    def is_protected(self, party: object) -> bool:
        """Whether somebody is a protected source, who must not be in a picture at all, not even by a pseudonym."""
        node = self.node("party", party)
        return node is not None and node["protected"] and node["role"] in (None, "source")

    def role(self, party: str) -> str | None:
        """A party's role."""
        node = self.node("party", party)
        return None if node is None else node["role"]

    def holder(self, dataset: str) -> str | None:
        """Whose a list is."""
        node = self.node("dataset", dataset)
        owner = None if node is None or node["party"] is None else self._by_id.get(node["party"])
        return None if owner is None else owner["ref"]

    def copying(self, parent: str, child: str) -> Statement | None:
        """The copying of one list from another, where it is more likely than not."""
        found, back = self._derived.get((parent, child)), self._derived.get((child, parent))
        return back if found is None and back is not None and back.row["kind"] == "exchange" else found


def _between_days(first: date | None, last: date | None) -> Reason | None:
    """Between which days something went on: not before it was there, not after it was seen."""
    known = first is not None and last is not None and first < last
    return Reason.of("front-between", first=first, last=last) if known else None


def _certainty_word(one: Statement) -> str:
    """How a headline says it: `firm`, `probably` below G3, `perhaps` where it is less than likely. What a person has
    judged is said as it would be without that."""
    if _probability_without_judgement(one) < FIRM:
        return "perhaps"
    return "firm" if GRADES.index(one.grade) >= GRADES.index("G3") else "probably"


def _probability(one: Statement) -> float:
    """How likely it is; what has no probability is documented."""
    return 1.0 if one.probability is None else one.probability


def _probability_without_judgement(one: Statement) -> float:
    """How likely it is without what a person has judged."""
    without = one.row.get("without_judgement")
    return _probability(one) if without is None else float(without)


def _some(found: Sequence[PartyRef | DatasetRef], most: int) -> tuple[Number, ...]:
    """The first of them, and how many more there are."""
    more = len(found) - most
    return tuple(found) if more <= 0 else (*found[:most], Reason.of("front-and-more", n=more))


def _list(dataset: str) -> Reason:
    return Reason.of("front-list", dataset=DatasetRef(dataset))


def _against(rows: Sequence[Statement]) -> tuple[Number, ...]:
    """The strongest counter-reason of each finding, each kind of reason once; then the others of the first."""
    found: list[Number] = []
    for one in [*(row.against[0] for row in rows if row.against), *(rows[0].against[1:] if rows else ())]:
        codes = {known.code for known in found if isinstance(known, Reason)}
        if one not in found and not (isinstance(one, Reason) and one.code in codes and one not in rows[0].against):
            found.append(one)
    return tuple(found)


# ---------------------------------------------------------------- one copy
def _copy_story(rows: Sequence[Statement], sources: StorySources) -> Story | None:
    """The story of one copy from its retentions; None where one of its two sides must not be in a picture."""
    vendor, client = str(rows[0].row["vendor"]), str(rows[0].row["client"])
    rows = [row for row in rows if not sources.is_protected(row.row["seen_with"])]
    if not rows or sources.is_protected(vendor) or sources.is_protected(client):
        return None
    kept = max((row for row in rows if row.row["reading"] == "retained"), key=_strength, default=None)
    best: dict[str, Statement] = {}
    for row in rows:
        holder = str(row.row["seen_with"])
        if row.row["reading"] == "passed_on" and holder not in (vendor, client):
            best[holder] = max(best.get(holder, row), row, key=_strength)
    others = sorted(best.values(), key=lambda row: (str(row.row.get("first_seen") or "9999"), str(row.row["seen_in"])))
    if kept is None and not others:
        return None

    def founded(row: Statement) -> tuple[object, ...]:
        return GRADES.index(row.grade), (_marks(row) or (0,))[0] or 0, _strength(row)

    first = kept or max(others, key=founded)
    events = _copy_events(rows[0], kept, others, sources)
    against = _against([first, *(one for one in others if one is not first)])
    if kept is not None:  # what was seen with the recipient itself rests on no third party
        no_proof = "retention-later-proves-nothing"
        against = tuple(one for one in against if not (isinstance(one, Reason) and one.code == no_proof))
    drawn, named = {one.ref for one in events}, tuple(PartyRef(str(row.row["seen_with"])) for row in others)
    seen_with = dict.fromkeys((str(row.row["seen_with"]), str(row.row["seen_in"])) for row in rows)
    # The headline: who, whose list, and for how long, as surely as the least sure of it.
    of: dict[str, Number] = {"vendor": PartyRef(vendor), "client": PartyRef(client)}
    of["dataset"] = DatasetRef(str(first.row["dataset"]))
    if others:
        of["who"] = named if len(named) <= _NAMED else Reason.of("front-others", n=len(named))
        of["reached"] = Word(max(map(_certainty_word, others), key=WEAKNESS.index))
    if kept is not None:
        copy = sources.node("release", first.row["release"])
        ends = None if copy is None else day_of(copy["until"])
        of["span"] = headlines.span_between(ends, sources.days.get(str(kept.row["seen_in"])))
        of["sure"] = Word(_certainty_word(kept))
    return Story(
        "passed_on" if kept is None else "retained",
        (str(first.row["release"]),),
        first.grade,
        Reason.of("front-reached" if kept is None else "front-kept-and-reached" if others else "front-kept", **of),
        tuple(_copy_sure(first, kept, others, named)),
        against,
        events,
        {one.party: sources.role(one.party) for one in events},
        left=tuple((party, dataset) for party, dataset in seen_with if dataset not in drawn),
    )


def _copy_sure(
    first: Statement, kept: Statement | None, others: Sequence[Statement], named: tuple[PartyRef, ...]
) -> Iterator[Number]:
    """How sure each clause of the headline is, and what the first rests on; named: the holders of `others`."""

    def sure(one: Statement) -> tuple[Word, Reason]:
        """As a word to choose by, and as it is said."""
        code = sure_word(_probability_without_judgement(one))
        return Word(code.removeprefix("sure-")), Reason(code, {})

    vendor = PartyRef(str(first.row["vendor"]))
    if kept is None or not others:
        yield first.sureness
    elif kept.row.get("without_judgement") is not None:
        yield from (Reason.of("front-that-kept", vendor=vendor), kept.sureness)
    else:
        by, said = sure(kept)
        yield Reason.of("front-kept-sure", vendor=vendor, word=by, sure=said)
    if (seen := _marks(first)) is None:
        yield from first.reasons[:1]
    else:
        where = DatasetRef(str(first.row["seen_in"]))
        yield Reason.of("front-planted", seen=seen[0], planted=seen[1], vendor=vendor, dataset=where)
    if others and (kept is not None or len(others) > 1):
        least = min(others, key=_probability_without_judgement)
        (by, said), (by_most, said_most) = sure(least), sure(max(others, key=_probability_without_judgement))
        who = named if len(named) <= _NAMED else Reason.of("front-the-others", n=len(named))
        alike, percent = Word("yes" if by == by_most else "no"), Probability(_probability_without_judgement(least))
        yield Reason.of("front-others-sure", who=who, alike=alike, least=said, most=said_most, percent=percent)


def _strength(row: Statement) -> tuple[int, float, str]:
    return GRADES.index(row.grade), _probability(row), str(row.row["seen_in"])


def _marks(row: Statement) -> tuple[int | None, int] | None:
    """Planted records seen, None where they are too few to be said, and planted."""
    marks = row.mark
    if marks is None or marks["canaries_seen"] in (0, "0") or not marks["canaries_planted"]:
        return None
    seen = marks["canaries_seen"]
    return None if seen in (None, FEW) else int(str(seen)), int(str(marks["canaries_planted"]))


def _copy_events(
    first: Statement, kept: Statement | None, others: Sequence[Statement], sources: StorySources
) -> tuple[Event, ...]:
    release, dataset, vendor = (str(first.row[name]) for name in ("release", "dataset", "vendor"))
    copy, made = sources.node("release", release), sources.days.get(dataset)
    given, ends = (None, None) if copy is None else (day_of(copy["date"]), day_of(copy["until"]))
    later = Reason.of("front-later") if made is not None and given is not None and given < made else None
    events = [
        Event(LIST, str(first.row["client"]), dataset, made, _list(dataset), later),
        Event(COPY, vendor, release, given, Reason.of("front-copy", ends=ends), source=0, until=ends),
    ]
    held = [row for row in sources.of("held") if row.copies == (release,) and row.row["seen_with"] == vendor]
    own = kept if kept is not None else max(held, key=_strength, default=None)
    if own is not None:
        events.append(_seen_event(own, "handed" if kept is None else "beyond", sources))
    for row in others:
        event = _seen_event(row, "beyond", sources)
        event = replace(event, gone=_between_days(given, event.day))
        # The list that this one was copied from, the likeliest; where it is none of them, only the copy is known to be
        # its source. What was seen later than this one is drawn as no source of it: arrows run forward.
        likeliest: tuple[float, int] = (-1.0, 0)
        for at, one in enumerate(events[2:], start=2):
            step = sources.copying(one.ref, event.ref)
            forward = event.day is None or one.day is None or one.day <= event.day
            if step is None or step.row["direction"] == "not_told" or not forward:
                continue
            if (_probability(step), -at) > likeliest:
                likeliest = _probability(step), -at
                through = Reason.of("front-through", dataset=DatasetRef(one.ref), sure=headlines.sure(step.row))
                event = replace(event, source=at, through=through, line="" if one.party == vendor else "copied")
        events.append(event)
    return tuple(events)


def _seen_event(row: Statement, paint: str, sources: StorySources) -> Event:
    """A list that came from the copy: what its recipient kept, or what somebody had."""
    dataset, seen, sure = str(row.row["seen_in"]), _marks(row), headlines.sure(row.row)
    why = Reason.of("front-copied-sure", sure=sure)
    if seen is not None:
        why = Reason.of("front-planted-sure", seen=seen[0], planted=seen[1], sure=sure)
    kept, day, holder = row.row["reading"] == "retained", sources.days.get(dataset), str(row.row["seen_with"])
    what = Reason.of("front-still", dataset=DatasetRef(dataset)) if kept else _list(dataset)
    return Event(KEPT if kept else HAD, holder, dataset, day, what, why, 1, paint=paint, basis="inferred")


# ---------------------------------------------------------------- chains
def _chain_stories(sources: StorySources) -> Iterator[Story]:
    """Chains of G2 or better, the best founded first; then copyings between two parties that are in no chain."""

    def rank(one: Statement) -> tuple[int, bool, float, str]:
        """By grade; then what began with a client's list, before what is traded anyway; then by probability."""
        owner = sources.holder(one.lists[0])
        traded = owner is None or sources.role(owner) != "client"
        return -GRADES.index(one.grade), traded, -_probability(one), str(list(one.lists))

    for kind in ("chain", "derivation"):
        for one in sorted(sources.of(kind), key=rank):
            directed = one.row.get("direction") != "not_told" and one.row.get("kind") != "version"
            if directed and at_least(one.grade, "G2") and (story := _chain_story(one, sources)) is not None:
                yield story


def _chain_story(stated: Statement, sources: StorySources) -> Story | None:
    """None where a step of it is not among the copyings, or somebody in it must not be in a picture."""
    datasets = stated.lists
    steps = [sources.copying(one, other) for one, other in pairwise(datasets)]
    found = [step for step in steps if step is not None]
    holders = [sources.holder(one) for one in datasets]
    parties = [one for one in holders if one is not None and not sources.is_protected(one)]
    if not found or len(found) < len(steps) or len(parties) < len(datasets) or len(set(parties)) < len(parties):
        return None
    least = min(found, key=_probability)
    days = [sources.days.get(one) for one in datasets]
    later = days[0] is not None and days[1] is not None and days[1] < days[0]
    why = Reason.of("front-later") if later else None
    events = [Event(LIST, parties[0], datasets[0], days[0], _list(datasets[0]), why)]
    for at, (dataset, party, step) in enumerate(zip(datasets[1:], parties[1:], found, strict=True)):
        had = Event(HAD, party, dataset, days[at + 1], _list(dataset), step.sure[0], at, paint="copied")
        events.append(replace(had, gone=_between_days(days[at], days[at + 1]), basis="inferred"))
    because = least.reasons[:1]
    if len(found) > 1:
        because = tuple(Reason.of("front-least", because=one) for one in because)
    reached = _certainty_word(stated if stated.kind == "chain" else least)
    through = tuple(PartyRef(one) for one in parties[1:-1]) or None
    return Story(
        "chain" if len(found) > 1 else "derived",
        datasets,
        stated.grade,
        _chain_headline(events[0], PartyRef(parties[-1]), through, reached),
        (stated.sureness, *because),
        _against([least, *(one for one in found if one is not least)]),
        tuple(events),
        {one: sources.role(one) for one in parties},
        reached=reached,
    )


def _chain_headline(start: Event, taker: Number, through: Number, reached: str) -> Reason:
    of: dict[str, Number] = {"client": PartyRef(start.party), "dataset": DatasetRef(start.ref)}
    return Reason.of("front-chain", **of, taker=taker, through=through, reached=Word(reached))


def by_first_list(found: Sequence[Story]) -> list[Story]:
    """The stories in their order; chains that begin with the same list are one story, where the first of them was."""
    together: dict[str, list[Story]] = {}
    for at, story in enumerate(found):
        alone = story.kind in ("retained", "passed_on")
        together.setdefault(f"copy {at}" if alone else story.events[0].ref, []).append(story)
    return [group[0] if len(group) == 1 else _as_one(group) for group in together.values()]


def _as_one(found: Sequence[Story]) -> Story:
    """Several chains as one story, no surer than the least sure of them."""
    start_why = next((one.events[0].why for one in found if one.events[0].why is not None), None)
    events: list[Event] = [replace(found[0].events[0], why=start_why)]
    at = {events[0].ref: 0}
    for story in found:
        for event in story.events[1:]:
            if event.ref not in at:
                source = None if event.source is None else at[story.events[event.source].ref]
                at[event.ref] = len(events)
                events.append(replace(event, source=source))
    takers = list(dict.fromkeys(PartyRef(story.events[-1].party) for story in found))
    taker: tuple[Number, ...] = tuple(takers)
    if len(takers) > _NAMED:
        taker = (*takers[: _NAMED - 1], Reason.of("front-others", n=len(takers) - _NAMED + 1))
    least = max(found, key=lambda story: (WEAKNESS.index(story.reached), found.index(story)))
    sure = list(least.sure[:1])
    for because in least.sure[1:]:  # what one step rests on is said as that of the least sure
        wrapped = isinstance(because, Reason) and because.code == "front-least"
        sure.append(because if wrapped else Reason.of("front-least", because=because))
    against = [one for story in (least, *found) for one in story.against]
    return Story(
        "chain",
        tuple(one.ref for one in events),
        min((story.grade for story in found), key=GRADES.index),
        _chain_headline(events[0], taker, None, least.reached),
        tuple(sure),
        tuple(one for place, one in enumerate(against) if one not in against[:place]),
        tuple(events),
        {party: role for story in found for party, role in story.roles.items()},
        reached=least.reached,
    )


# ---------------------------------------------------------------- in words
def headline_of(story: Story, voice: Voice, *, edited: bool = True) -> str:
    """The headline, an edition's where it has one, else or with `edited=False` the tool's; it begins with a capital
    whatever the list is called."""
    own = edited and story.edited.headline.get(voice.lang)
    return picture_text(own) if own else _capital(picture_text(voice.say(story.headline)))


def dek_of(story: Story, voice: Voice) -> str:
    """What follows the headline: how sure it is and why, after an edition's words where it has some."""
    own = story.edited.dek.get(voice.lang)
    return sentences((*([Text(own)] if own else []), *story.sure), voice)


def own_words(story: Story, voice: Voice) -> str:
    """The headline in the tool's words, where an edition has another; empty otherwise."""
    own = headline_of(story, voice, edited=False)
    return "" if own == headline_of(story, voice) else f"{word('page-own-words', voice.lang)} {own}"


def sentences(numbers: Sequence[Number], voice: Voice) -> str:
    """Several sentences one after another."""
    return picture_text(LINES[voice.lang].join(map(_capital, voice.show_each(numbers))))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def alt_of(story: Story, voice: Voice) -> tuple[str, str]:
    """What the picture shows, for who does not see it, and the language of that."""
    own = story.edited.alt
    if own:
        lang = next((one for one in (story.edited.own_language, voice.lang) if one in own), next(iter(own)))
        return own[lang], lang
    days = sorted(one.day for one in story.events if one.day is not None)
    first, last = (days[0], days[-1]) if days else (None, None)
    said = Reason.of("front-alt", headline=Text(headline_of(story, voice)), first=first, last=last)
    return voice.say(said), voice.lang


def in_words(story: Story, voice: Voice) -> list[str]:
    """The events in the order of days: the day, who, what, from whom and on what it rests."""
    lines = []
    for one in (story.events[at] for at in story.in_order()):
        day: Number = Reason.of("front-no-day") if one.day is None else one.day
        told: list[Number] = [Reason.of("front-step", day=day, party=PartyRef(one.party), what=one.what)]
        source = None if one.source is None else story.events[one.source].party
        if source is not None and source != one.party:
            told.append(Reason.of("front-from", party=PartyRef(source)))
        told += [number for number in (one.why, one.through, one.gone) if number is not None]
        said = [*voice.show_each(told), *notes_at(story, one, voice)]
        lines.append(picture_text(joined_items(said, voice.lang, voice.names.pointed)))
    return lines


def notes_at(story: Story, one: Event, voice: Voice) -> list[str]:
    """What an edition writes at an event, by the list's or the copy's id."""
    written = story.edited.annotations.get(one.ref, {}).get(voice.lang)
    return [picture_text(written)] if written else []


def nothing_found(leaving: Outgoing) -> tuple[Reason, Reason]:
    """What is there where nothing was found, or an edition hides all of it, and what to do next."""
    if any(one.hide for one in leaving.edition.stories):
        return Reason.of("front-untold"), Reason.of("front-untold-next")
    if not any(node["kind"] == "dataset" for node in leaving.graph["nodes"]):
        return Reason.of("front-empty"), Reason.of("front-empty-next")
    if leaving.untraced is not None and not leaving.findings.get("derivations"):
        return Reason.of("front-untraced"), Reason.of("front-untraced-next")
    nowhere = Reason.of("front-nothing")
    return nowhere if all(leaving.no_copy().numbers.values()) else leaving.no_copy(), Reason.of("front-nothing-next")


NEXT = 6
"""Findings that a page shows after the first."""


def named_in_headlines(leaving: Outgoing, noun: str, to: str) -> list[str]:
    """Ids of parties, in the order in which they are named.

    A page and a story have the headlines of their stories, findings and a report that of every finding. Pictures
    without a sentence, documents and formats for other programs have none.
    """
    named = [one.id for one in parties_in(*(story.headline for story in told_in(leaving, noun, to)))]
    said = leaving.statements if noun in ("findings", "report") else []
    if (noun, to) == ("graph", "html") and not (leaving.choice.embed or leaving.choice.audience):
        said = [one for one in leaving.statements if one.kind == "retention"]  # in the part for experts
    return list(dict.fromkeys([*named, *(party for one in said for party in leaving.named_in(one))]))


def told_in(leaving: Outgoing, noun: str, to: str) -> list[Story]:
    """The stories whose headlines an export shows."""
    if (noun, to) == ("graph", "html") and leaving.choice.embed != "graph":
        return stories(leaving)[: 1 if leaving.choice.embed else 1 + NEXT]
    if noun == "figure" and leaving.of[:1] in {("story",), ("card",)}:
        story = story_of(leaving, leaving.of[1:])
        return [] if story is None else [story]
    return []
