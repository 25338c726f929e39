"""`tracer release --plan`: what a design costs and what it can catch, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, log

from tracer.case.case import Case
from tracer.clock import today
from tracer.marking.canary.persons import needs_persons
from tracer.marking.detection.gate import Examined
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.copies import draw_copies, keyed_choices, looked_at, prepared_release
from tracer.marking.release.forecast import Forecast, forecast
from tracer.marking.release.identities import UsableCanaries, available, home_rows, usable_canaries
from tracer.marking.release.request import (
    EVERYBODY,
    Design,
    ReleaseRequest,
    as_handed_out,
    read_contacts,
    refuse_request,
    with_design,
)
from tracer.marking.release.unmarked import refuse_unmarked
from tracer.meter import SILENT, Meter

_HALVES_CAUGHT = 0.95  # How often half of a copy should have enough planted records.
_OFTEN = 0.95  # How often a tenth of a copy should name it.
_WEAK = 0.5  # A move that is caught less often than this is called out.


@dataclass(frozen=True)
class ReleasePlan:
    """What a release would take and give."""

    recipients: int
    design: Design
    needed: int
    ready: int
    usable: UsableCanaries | None  # The same next to what the case has; None where its canaries are invented.
    reserves: tuple[int, int]
    home: int  # Rows of home canaries, and of identities that no copy has, that are taken out of every copy.
    forecasts: tuple[Forecast, ...]
    found: Examined | None = None  # What its canaries would give away; None where none could be drawn.
    choices: str = ""  # How many cells carry a keyed choice, where they are asked for.
    letters: str = ""  # Whether letters to planted records would arrive, where the list has addresses.
    unmarked: tuple[str, ...] = ()  # What goes out with the list and carries no marks.
    contacts: int = 0  # Contacts from which rows are withheld.
    invented: bool = False
    """Whether its canaries are persons that are invented for the list, so that no identity is needed."""

    @property
    def missing(self) -> int:
        """Identities that are lacking."""
        return max(0, self.needed - self.ready) + max(0, self.reserves[0] - self.reserves[1])

    def rows(self) -> list[dict[str, object]]:
        """What the design can catch, a row for each move, number of colluders and rate."""
        identities = self.needed + self.reserves[0]
        return [
            {"move": item.move, "colluders": item.colluders, "rate": item.rate}
            | {"caught": round(item.caught, 4), "share_caught": round(item.share, 4), "identities": identities}
            for item in self.forecasts
        ]

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
        lines = [cost, *([] if self.usable is None else self.usable.lines())]
        if self.home:
            lines.append(f"rows of planted records that no copy may have, taken out of all: {self.home}")
        lines += filter(None, [*self.unmarked, self.letters, self.choices])
        if self.found is not None and self.found.objections:
            said = "; ".join(self.found.objections)
            lines.append(f"the release would be refused, since its canaries can be told from ordinary rows: {said}")
            lines.append(f"what would help: {'; or '.join(self.found.helps)}")
        if self.missing:
            lines.append(f"{self.missing} identities are missing: the release would be refused")
        if not (self.design.unique or self.design.reserve or self.design.coded):
            return [*lines, "without marks the copies cannot be told apart: no copy can be named"]
        return [*lines, *self._own_canaries(), *self._limits()]

    def _own_canaries(self) -> list[str]:
        """How much of a copy its own canaries name."""
        own = self.design.unique + self.design.reserve
        if not own:
            return []
        if self.invented:
            shown = 1 - (1 + own) / 2**own
            more = "" if shown >= _HALVES_CAUGHT else "; with --unique 8 in 96 of 100"
            return [
                "one invented person seldom names a copy, and two of its own are the least that do: half of a copy has"
                f" two of its {own} in {100 * shown:.0f} of 100 cases{more}"
            ]
        (caught,) = {item.caught for item in self.forecasts if (item.move, item.rate) == ("one copy", 0.1)}
        tenth = f"a tenth of a copy names it in {100 * caught:.0f} of 100 cases"
        if caught < _OFTEN:
            enough = ceil(log(1 - _OFTEN) / log(0.9))
            cost = f"{self.recipients * enough:,} identities for {self.recipients} copies"
            tenth += f"; with --unique {enough - self.design.reserve} in {100 * _OFTEN:.0f} ({cost})"
        return [
            f"a sample below {1 - 0.05 ** (1 / own):.0%} of a copy shows none of its {own} own canaries 1 time in 20",
            tenth,
            f"on bare numbers in dense blocks one own canary does not reach the bound of {0.01 / self.recipients:.1g}:"
            " a name or a second canary is needed",
        ]

    def _limits(self) -> list[str]:
        """What recipients who compare their copies can do, and which moves are seldom caught."""
        design, lines = self.design, list[str]()
        if (design.unique or design.reserve) and not design.coded and self.recipients > 1:
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
            # The fewest colluders, and the largest share of theirs.
            colluders, rate = min((item.colluders, -item.rate) for item in weak if item.move == move)
            since = f"where {-rate:.0%} of it leaks, or less"
            if colluders > 1:
                since = f"from {colluders} colluders on, where {-rate:.0%} of each copy leaks, or less"
            lines.append(f"{move}: caught less than 1 time in 2 {since}")
        return lines


def plan_release(case: Case, request: ReleaseRequest, meter: Meter = SILENT) -> ReleasePlan:
    """Look at a request without drawing anything. Raises `InputRefused` for what `release_copies` would refuse, but
    for a lack of identities, which the plan states."""
    con = case.con
    refuse_request(con, request)
    meter.begin("the list and its identities")
    source = as_handed_out(con, read_source_list(con, request.dataset), request)
    unmarked = refuse_unmarked(case, source)
    request = with_design(con, source, request)
    design, copies, day = request.design, len(request.recipients), request.day or today()
    contacts = len(read_contacts(con, source).keys) if design.withhold else 0
    needed, reserved = design.canaries(copies), copies * design.reserve
    usable, ready, reserves, letters = None, needed, reserved, ""
    if not (invented := needs_persons(con, source)):
        usable = usable_canaries(con, day, source)
        ready, reserves = usable.fitting, len(available(con, source, 0, day, "reserve").identities)
        if source.places("address"):
            fitting = available(con, source, 0, day).identities
            own = sum(bool(each.address and (each.city or each.postcode)) for each in fitting)
            letters = (
                "letters to planted records will not reach you, but for those to a postal address of your own (address,"
                f" city, postcode in the file of canaries): {own} of {len(fitting)} identities have one"
            )
    home = sum(len(rows) for rows in home_rows(con, source).values())
    meter.begin("what leaks it would catch")
    forecasts = forecast(design, copies, contacts)
    choices = ""
    if design.choices:
        cells = keyed_choices(con, source).rows
        choices = f"{len(cells):,} cells carry a keyed choice, in {len(set(cells.tolist())):,} rows"
    plan = ReleasePlan(copies, design, needed, ready, usable, (reserved, reserves), home, forecasts)
    plan = replace(plan, contacts=contacts, invented=invented, choices=choices, letters=letters, unmarked=(*unmarked,))
    if plan.missing or not (needed or reserved):
        return plan
    meter.begin("canaries for each copy")
    prepared = prepared_release(case, source, request)
    drawn = draw_copies(case, prepared)
    meter.begin("what would give them away")
    return replace(plan, found=looked_at(case, prepared, drawn))
