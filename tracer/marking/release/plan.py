"""`tracer release --plan`: what a design costs and what it can catch, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, log

from tracer.case.case import Case
from tracer.clock import today
from tracer.marking.canary.persons import needs_persons
from tracer.marking.detection.gate import Examined, examined
from tracer.marking.persona.source_list import SourceList, read_source_list
from tracer.marking.release.choosing import looked_for
from tracer.marking.release.design import Design
from tracer.marking.release.drawing import draw_copies, forms_of, prepared
from tracer.marking.release.forecast import Forecast, forecast
from tracer.marking.release.identities import UsableCanaries, available, home_rows, usable_canaries
from tracer.marking.release.reachable import as_handed_out, dataset_rows
from tracer.marking.release.request import ReleaseRequest, refuse_request
from tracer.marking.release.withholding import EVERYBODY, read_contacts, with_design
from tracer.meter import SILENT, Meter

_HALVES_CAUGHT = 0.95
"""How often half of a copy should have enough planted records."""
_OFTEN = 0.95
"""How often a tenth of a copy should name it."""
_WEAK = 0.5
"""A move that is caught less often than this is called out."""


@dataclass(frozen=True)
class ReleasePlan:
    """What a release would take and give."""

    recipients: int
    design: Design
    needed: int
    ready: int
    usable: UsableCanaries | None
    """The same next to what the case has; None where its canaries are invented."""
    reserves: tuple[int, int]
    home: int
    """Rows of home canaries, and of identities that no copy has, that are taken out of every copy."""
    forecasts: tuple[Forecast, ...]
    found: Examined | None = None
    """What its canaries would give away; None where none could be drawn."""
    choices: str = ""
    """How many cells carry a keyed choice, where they are asked for."""
    letters: str = ""
    """Whether letters to planted records would arrive, where the list has addresses."""
    contacts: int = 0
    """Contacts from which rows are withheld."""
    invented: bool = False
    """Whether its canaries are persons that are invented for the list, so that no identity is needed."""

    @property
    def missing(self) -> int:
        """Identities that are lacking."""
        return max(0, self.needed - self.ready) + max(0, self.reserves[0] - self.reserves[1])

    def rows(self) -> list[dict[str, object]]:
        """What the design can catch, a row for each move, number of colluders and rate."""
        return [
            {
                "move": item.move, "colluders": item.colluders, "rate": item.rate, "caught": round(item.caught, 4),
                "share_caught": round(item.share, 4), "identities": self.needed + self.reserves[0],
            }
            for item in self.forecasts
        ]  # fmt: skip

    def table(self) -> list[dict[str, object]]:
        """The same for a screen: a row for each move and number of colluders, a column for each rate."""
        found: dict[tuple[str, int], dict[str, object]] = {}
        for item in self.forecasts:
            row = found.setdefault((item.move, item.colluders), {"move": item.move, "colluders": item.colluders})
            row[f"{item.rate:.0%}"] = f"{item.caught:.0%}"
        return list(found.values())

    def lines(self) -> list[str]:
        """What it costs and when it cannot work, one line each."""
        cost = f"{self.recipients} copies cost {self.needed} identities; {self.ready} unused ones fit the list"
        if self.invented:
            count = self.needed + self.reserves[0]
            cost = f"{self.recipients} copies cost no identities: {count} persons are invented for the list"
        home = [f"rows of planted records that no copy may have, taken out of all: {self.home}"] if self.home else []
        apart = [] if self.usable is None else self.usable.lines()
        letters = [self.letters] if self.letters else []
        return [cost, *apart, *home, *letters, *filter(None, [self.choices]), *self._signs(), *self._limits()]

    def _tenths(self) -> list[str]:
        """How often a tenth of a copy names it, and what it takes for 95 of 100."""
        (caught,) = {item.caught for item in self.forecasts if (item.move, item.rate) == ("one copy", 0.1)}
        enough = ceil(log(1.0 - _OFTEN) / log(0.9))
        line = f"a tenth of a copy names it in {100 * caught:.0f} of 100 cases"
        if caught >= _OFTEN:
            return [line]
        more = enough - self.design.reserve
        cost = f"{self.recipients * enough:,} identities for {self.recipients} copies"
        return [f"{line}; with --unique {more} in {100 * _OFTEN:.0f} ({cost})"]

    def _signs(self) -> list[str]:
        if self.found is None or not self.found.said:
            return []
        said = "; ".join(self.found.said)
        return [f"the release would be refused, since its canaries can be told from ordinary rows: {said}",
                f"what would help: {'; or '.join(self.found.helps)}"]  # fmt: skip

    def _limits(self) -> Sequence[str]:
        design, lines = self.design, []
        if self.missing:
            lines.append(f"{self.missing} identities are missing: the release would be refused")
        if not (design.unique or design.reserve or design.coded):
            return [*lines, "without marks the copies cannot be told apart: no copy can be named"]
        own = design.unique + design.reserve
        if own and self.invented:
            shown = 1 - (1 + own) / 2**own
            more = "" if shown >= _HALVES_CAUGHT else "; with --unique 8 in 96 of 100"
            lines.append(
                "one invented person seldom names a copy, and two of its own are the least that do: half of a copy has"
                f" two of its {own} in {100 * shown:.0f} of 100 cases{more}"
            )
        elif own:
            rate = 1 - 0.05 ** (1 / own)
            lines.append(f"a sample below {rate:.0%} of a copy shows none of its {own} own canaries 1 time in 20")
            lines += self._tenths()
            lines.append(
                f"on bare numbers in dense blocks one own canary does not reach the bound of "
                f"{0.01 / self.recipients:.1g}: a name or a second canary is needed"
            )
        if own and not design.coded and self.recipients > 1:
            lines.append(
                "two recipients who compare their copies and keep the common rows lose all own canaries:"
                " --pool 128 --bias 0.5 names them; with --pairs one of the two is known to be a source"
            )
        if design.withhold:
            named = {(item.move, item.colluders): item.caught for item in self.forecasts if item.rate == 1.0}
            two, three = named.get(("keep common rows", 2), 0.0), named.get(("keep the majority", 3))
            most = "" if three is None else f", of three who keep what most of them have in {100 * three:.0f}"
            lines.append(
                f"each copy lacks about {design.withhold * self.contacts:.0f} other rows, by a code: of two recipients"
                f" who compare their copies and keep the common rows one is named in {100 * two:.0f} of 100 cases{most}"
            )
            lines.append(EVERYBODY)
        weak = [item for item in self.forecasts if item.caught < _WEAK]
        for move in dict.fromkeys(item.move for item in weak):
            first = min((item.colluders, -item.rate) for item in weak if item.move == move)
            lines.append(f"{move}: caught less than 1 time in 2 {_from(*first)}")
        return lines


def _from(colluders: int, rate: float) -> str:
    """From how many on, and at which share (given below zero), the fewest and largest first."""
    whole = f"where {-rate:.0%} of it leaks, or less"
    return whole if colluders == 1 else f"from {colluders} colluders on, where {-rate:.0%} of each copy leaks, or less"


def plan_release(case: Case, request: ReleaseRequest, meter: Meter = SILENT) -> ReleasePlan:
    """Look at a request without drawing anything. Raises `InputRefused` for what `release_copies` would refuse, but
    for a lack of identities, which the plan states."""
    refuse_request(case.con, request)
    meter.begin("the list and its identities")
    source = as_handed_out(case.con, read_source_list(case.con, request.dataset), request)
    request = with_design(case.con, source, request)
    design, copies, day = request.design, len(request.recipients), request.day or today()
    contacts = len(read_contacts(case.con, source.no, dataset_rows(source)).keys) if design.withhold else 0
    invented = needs_persons(case.con, source)
    usable = None if invented else usable_canaries(case.con, day, source)
    reserves = design.reserves(copies) if invented else len(available(case.con, source, 0, day, "reserve").identities)
    home = sum(len(rows) for rows in home_rows(case.con, source).values())
    meter.begin("what leaks it would catch")
    plan = ReleasePlan(
        copies, design, design.canaries(copies), design.canaries(copies) if usable is None else usable.fitting, usable,
        (design.reserves(copies), reserves), home, forecast(design, copies, contacts),
        contacts=contacts, invented=invented, choices=_choices(case, source) if design.choices else "",
        letters="" if invented else _letters(case, source, day),
    )  # fmt: skip
    if plan.missing or not (plan.needed or plan.reserves[0]):
        return plan
    meter.begin("canaries for each copy")
    source, template, identities = prepared(case, source, request)
    drawn = draw_copies(case, source, request, template, identities)
    meter.begin("what would give them away")
    forms, withholds = forms_of(template, source), bool(design.withhold)
    found = examined(case.con, source, drawn.planted, identities.canaries, forms, withholds=withholds)
    return replace(plan, found=found)


def _letters(case: Case, source: SourceList, day: date) -> str:
    """Whether letters to planted records would arrive, where the list has addresses."""
    if not source.places("address"):
        return ""
    fitting = available(case.con, source, 0, day).identities
    own = sum(bool(each.address and (each.city or each.postcode)) for each in fitting)
    return (
        "letters to planted records will not reach you, but for those to a postal address of your own (address, city,"
        f" postcode in the file of canaries): {own} of {len(fitting)} identities have one"
    )


def _choices(case: Case, source: SourceList) -> str:
    """How many cells carry a keyed choice; raises as a release would."""
    choices = looked_for(case.con, source)
    return f"{len(choices.rows):,} cells carry a keyed choice, in {len(set(choices.rows.tolist())):,} rows"
