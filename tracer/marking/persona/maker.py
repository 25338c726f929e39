"""Personas: rows that fit a list, made of its own values and copying none of its rows.

Each persona follows a model row: of the number's region, with the same columns filled, the number written as it is
there. What depends on other columns comes from the model; what does not comes from further rows, so that no combination
of values is doubled. Names, firms, addresses and ids are newly combined; a name never has a firm or address that it has
in the list. Where neighbours are alike, what is alike fits the row's neighbours.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from tracer.lists.write.model import NewRow
from tracer.marking.persona.column_groups import come_together
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.free_columns import FreeColumns
from tracer.marking.persona.local_duplicates import LocalDuplicates
from tracer.marking.persona.models import Identity, Models, ShownIdentity
from tracer.marking.persona.name_parts import Like, NameParts
from tracer.marking.persona.places import PersonaPlaces, nearest
from tracer.marking.persona.rising_dates import RisingDates
from tracer.marking.persona.source_list import RowsOfList, Sample, SourceList
from tracer.marking.persona.texts import SampleAddresses, SampleFirms, SampleNames
from tracer.marking.persona.written_numbers import NumberRegions, in_form

# Towns in which a family name is met: a persona with the name is of one of these, as far as its number allows.

_FINE = 1 << 30
_UNSEEN = 3.0
"""Rows that a family name is taken to have in addition, of towns as the list has them: rare ones are met anywhere."""


class FamilyTowns:
    """The towns of one list's family names."""

    def __init__(self, sample: Sample, columns: FreeColumns, parts: NameParts, draw: KeyedDraw) -> None:
        self.sample, self.columns, self.parts, self.draw = sample, columns, parts, draw
        self.order = sorted(sample.rows)
        self._towns: dict[int, dict[tuple[str | None, ...], list[int]]] = {}
        self._families: dict[str | None, list[int]] | None = None
        self._of_given: dict[int, dict[tuple[bool, ...], list[int]]] = {}
        self._weights: dict[tuple[int, int], tuple[list[list[int]], list[float]]] = {}

    def of_its_town(self, rows: list[int], identity: Identity) -> list[int]:
        """Those of the rows that are of a town in which the identity's family name is met, where such names are of
        places; of each town as often as there are, and as the name is met there. None of them has the name itself."""
        family = self._family_rows(identity)
        if not family:
            return rows
        # Where no town is given, none says anything of the name: that is as often as among the rows.
        given = self._given(self.draw.choice(rows))
        family = self._by_given(family).get(given, family)
        rows = self._by_given(rows)[given]
        towns, weights = self._weighed(rows, family)
        name = self.sample.rows[family[0]][self.parts.family[0]]
        for _ in range(_TRIES):
            near = towns[bisect(weights, self.draw.below(_FINE) / _FINE * weights[-1])]
            able = [row for row in near if self.sample.rows[row][self.parts.family[0]] != name]
            if able:
                return able
        return rows

    def _weighed(self, rows: list[int], family: list[int]) -> tuple[list[list[int]], list[float]]:
        """The rows of each town, and how likely the name's row is to be of it or one before: as many as there are,
        times how much oftener the name is met there than elsewhere. Both lists live as long as the maker."""
        key = id(rows), id(family)
        if key not in self._weights:
            towns, total = self._towns_of(rows), len(self.order)
            of_name = Counter(map(self._town, family))
            each = []
            for town, near in towns.items():
                held = len(self._towns_of(self.order)[town]) / total
                each.append(len(near) * (of_name[town] + _UNSEEN * held) / held)
            self._weights[key] = list(towns.values()), list(accumulate(each))
        return self._weights[key]

    def _by_given(self, rows: list[int]) -> dict[tuple[bool, ...], list[int]]:
        """Rows by which of what family names go with they have. `rows` lives as long as the maker."""
        if id(rows) not in self._of_given:
            found = self._of_given[id(rows)] = defaultdict(list)
            for row in rows:
                found[self._given(row)].append(row)
        return self._of_given[id(rows)]

    def _given(self, row: int) -> tuple[bool, ...]:
        """Which of what family names go with a row has."""
        return tuple(cell is not None for cell in self._town(row))

    def _town(self, row: int) -> tuple[str | None, ...]:
        """What family names go with, of a row."""
        columns = self.columns.with_family.get(self.parts.family[0], ())
        return tuple(self.sample.rows[row][j] for j in columns)

    def _towns_of(self, rows: list[int]) -> dict[tuple[str | None, ...], list[int]]:
        """Rows by town. `rows` is one of a few lists that live as long as the maker."""
        if id(rows) not in self._towns:
            found = self._towns[id(rows)] = defaultdict(list)
            for row in rows:
                found[self._town(row)].append(row)
        return self._towns[id(rows)]

    def _family_rows(self, identity: Identity) -> list[int]:
        """The rows with the family name that an identity brings with it, where such names are of places."""
        mail = next((each.email_raw for each in (identity, *identity.lent) if each.email_raw), None)
        family = self.parts.family_of(identity.name, mail)
        if family is None or not any(self.columns.with_family.values()):
            return []
        if self._families is None:
            self._families = defaultdict(list)
            for row in self.order:
                self._families[self.sample.rows[row][self.parts.family[0]]].append(row)
        return self._families.get(family, [])


__all__ = ["Identity", "PersonaMaker"]

_TRIES = 40
_COMMON = 3
"""Rows with addresses of one provider from which on it is not a firm's own."""


class PersonaMaker:
    """Makes rows for one list; ids of earlier rows are not used again."""

    def __init__(
        self, source: SourceList, sample: Sample, draw: KeyedDraw, regions: NumberRegions, rows: RowsOfList
    ) -> None:
        self.source, self.sample, self.draw, self.regions, self.rows = source, sample, draw, regions, rows
        self.roles = source.roles[source.main.part]
        self.phones, self.mails = source.places("phone"), source.places("email")
        self.models = Models(source, sample, regions)
        self.columns = FreeColumns(source, sample, self.models, draw)
        self.places = PersonaPlaces(source, sample, self.columns, draw, rows)
        self.rising = RisingDates(source, sample, self.columns, draw, rows)
        self.same_place = LocalDuplicates(sample, rows, [*self.phones, *self.mails], self.columns.positions)
        order = self.order = sorted(sample.rows)
        cells = [[cell for row in order if (cell := sample.rows[row][i]) is not None] for i in range(len(self.roles))]
        self.firms = {i: SampleFirms(cells[i], draw, sample.counts[i]) for i in source.places("organisation")}
        self.tied = self._tied(order)
        self.referred = frozenset(self.columns.references.values())
        """Columns of firms that an id goes with, an account's: a new firm would have none."""
        self.addresses = {
            i: SampleAddresses(cells[i], draw, sample.counts[i], once=i in self.tied) for i in source.places("address")
        }
        self.parts = NameParts(source, sample, draw, rows)
        named = [i for i in source.places("name") if i not in self.parts.positions]
        self.names = {i: SampleNames(cells[i], draw, sample.counts[i]) for i in named}
        self.named = {i: [row for row in order if sample.rows[row][i] is not None] for i in self.names}
        self._by_place: dict[int, dict[tuple[str, ...], list[int]]] = {}
        self._domains = Counter(_domain(cell) for row in order for i in self.mails if (cell := sample.rows[row][i]))
        self.towns = FamilyTowns(sample, self.columns, self.parts, draw)
        self._alive: list[Sequence[int]] = []
        self._anchors: dict[tuple[tuple[str, ...], tuple[str | None, ...]], list[int]] = {}
        self.shown: dict[int, ShownIdentity] = {}
        self._by_key: dict[int, dict[tuple[str, ...], list[int]]] = {}

    def rows_for(self, identities: Iterable[Identity], spare: Sequence[Identity] = ()) -> dict[int, NewRow]:
        """Number -> row, in the order in which a copy that has them all has them.

        `spare`: identities that may lend their numbers and addresses; `lent` says which did.
        """
        self.shown = {each.identity.no: each for each in self.models.shown(list(identities), spare, self.draw)}
        return self.same_place.arranged({no: self._row(each) for no, each in self.shown.items()})

    @property
    def lent(self) -> dict[int, tuple[Identity, ...]]:
        """Number -> the identities that lend its persona a second number or address."""
        return {no: each.identity.lent for no, each in self.shown.items() if each.identity.lent}

    def _row(self, shown: ShownIdentity) -> NewRow:
        """A row for an identity. Its place is drawn unless the list's order asks for one."""
        identity, by_id = shown.identity, self.places.by_id()
        firm_is_new = {i: i not in self.referred and f.whole.new_due(self.draw) for i, f in self.firms.items()}
        identity = self._without_firm(identity, new=any(firm_is_new.values()))
        chosen = self._chosen(shown, by_id)
        with_firm = self._with_firm(chosen[0])
        for _ in range(_TRIES):
            model, anchor, fixed = chosen
            firms = [(self.firms[i], self.sample.rows[model][i]) for i, new in firm_is_new.items() if not new]
            # One more contact of a firm: as often of one with few as ordinary rows are.
            if all(cell is None or each.whole.accepts(cell, self.draw) for each, cell in firms):
                break
            again = self._chosen(shown, by_id)
            # Rows without a firm are always fit: among the next ones there would be too many of them.
            chosen = again if self._with_firm(again[0]) == with_firm else chosen
        if self._has_switchboard(model):
            firm_is_new = dict.fromkeys(firm_is_new, False)
        cells: list[str | None] = list(self.sample.rows[model])
        taken: list[int | None] = [model if cell is not None else None for cell in cells]
        for i in self.sample.local & set(self.columns.positions):
            cells[i] = self.sample.rows[anchor][i]
            taken[i] = None if cells[i] is None else anchor
        self.columns.take(cells, taken, self.towns.of_its_town(self.order, identity))
        for i, cell in self._made(identity, model, anchor, cells, firm_is_new).items():
            if cell != cells[i] or self.roles[i] in ("phone", "email"):
                cells[i], taken[i] = cell, None
        for i, j in self.columns.twins.items():
            if cells[i] is not None:
                cells[i], taken[i] = cells[j], None
        place = self.places.settle(anchor, fixed, cells, taken)
        self.rising.settle(cells, taken)
        for i, codes in self.sample.timed.items():
            if cells[i] is not None:
                around = (self.rows.cell(place - 1, i), self.rows.cell(place, i))
                moment = None if codes.moments is None else cells[codes.moments]
                cells[i], taken[i] = codes.new(cells[i], moment, around, self.draw), None
        return NewRow(place, model, tuple(cells), tuple(taken))

    def _with_firm(self, row: int) -> tuple[bool, ...]:
        """Which of the columns of firms a row fills."""
        return tuple(self.sample.rows[row][i] is not None for i in self.firms)

    def _without_firm(self, identity: Identity, *, new: bool) -> Identity:
        """The identity without a firm of its own that no row has, unless rows with such are due, or its address says
        the firm."""
        held = identity.organisation is None or any(identity.organisation in self.sample.counts[i] for i in self.firms)
        mails = [each.email_raw for each in (identity, *identity.lent) if each.email_raw]
        if held or new or (self.mails and any(self._domains[_domain(mail)] < _COMMON for mail in mails)):
            return identity
        return replace(identity, organisation=None)

    def _has_switchboard(self, model: int) -> bool:
        """Whether a row has a number that its firm's others have as well."""
        contacts = self.models.contacts.of.get(model)
        kept = () if contacts is None else contacts.kept
        return any(not self.models.contacts.harmless(self.sample.rows[model][i]) for i in kept)

    def _chosen(self, shown: ShownIdentity, by_id: int | None) -> tuple[int, int, int | None]:
        """The model row; the anchor, near which the persona goes; and its place, where the list's order gives it.

        Model and anchor have in common what neighbours share. They are two rows: a persona next to its model would show
        by what it has of it, and next to a row of its number's region by that.
        """
        fixed = by_id if by_id is not None else self._place_of(shown.identity)
        fitting = self.towns.of_its_town(
            self._fitting(shown, beside=self.places.anchored and fixed is None), shown.identity
        )
        if not self.places.anchored:
            model = self.draw.choice(fitting)
            return model, model, fixed
        if fixed is None:
            model = self.draw.choice(fitting)
            return model, self.draw.choice(self._anchors_of(model)), None
        anchor = nearest(self.order, fixed)
        alike = self._alike(fitting).get(self.places.key(anchor))
        if alike is None:
            anchor = nearest(fitting, fixed)
            return anchor, anchor, fixed
        return self.draw.choice(alike), anchor, fixed

    def _fitting(self, shown: ShownIdentity, *, beside: bool) -> list[int]:
        """The rows of which one is to be the model: of the number's region, where anything in the list goes with it.

        beside: the persona may be next to its model. There it takes a row of a number's own region for the place
        that the region goes with, and a model for anything that goes with the place: of two neighbours' numbers one is
        often from elsewhere, and would never be if all models had the number's region.
        """
        identity = shown.identity
        region = "" if identity.phone is None else self.models.region(str(identity.phone))
        everything = self.models.fitting("", shown)
        if not self.columns.of_region:
            return everything
        of_region = self.models.fitting(region, shown)
        # Few rows are of a block: what goes with their place goes with it, and nothing else that they have.
        if of_region is everything or not (beside or self.models.is_block(region)):
            return of_region
        by_place = self._by_place.get(id(everything))
        if by_place is None:
            by_place = self._by_place[id(everything)] = defaultdict(list)
            for row in everything:
                by_place[self._place(row)].append(row)
        return by_place[self._place(self.draw.choice(of_region))]

    def _anchors_of(self, model: int) -> list[int]:
        """The rows near which a persona like the model may go: in a list that is sorted by family names, those that are
        of the model's town."""
        like = self._alike(self.order)[self.places.key(model)]
        orders = self.sample.orders
        town = [j for i in self.parts.family if i in orders for j in self.columns.with_family.get(i, ())]
        if not town:
            return like
        key = (self.places.key(model), tuple(self.sample.rows[model][j] for j in town))
        if key not in self._anchors:
            near = [row for row in like if tuple(self.sample.rows[row][j] for j in town) == key[1]]
            self._anchors[key] = near or like
        return self._anchors[key]

    def _place(self, row: int) -> tuple[str, ...]:
        """What goes with the region of a row's number."""
        cells = self.sample.rows[row]
        return tuple((cells[i] or "")[:size] for i, size in self.columns.of_region.items())

    def _alike(self, rows: Sequence[int]) -> dict[tuple[str, ...], list[int]]:
        """Rows by what neighbours share. `rows` is kept, so that no other list gets its place in memory."""
        if id(rows) not in self._by_key:
            self._alive.append(rows)
            found = self._by_key[id(rows)] = defaultdict(list)
            for row in rows:
                found[self.places.key(row)].append(row)
        return self._by_key[id(rows)]

    def _place_of(self, identity: Identity) -> int | None:
        """The row before which the list's order puts the identity's number or address; None where it does not."""
        number = None if identity.phone is None else str(identity.phone).removeprefix("86")
        for columns, given in ((self.phones[:1], number), (self.mails[:1], identity.email_raw)):
            for i in columns:
                order = self.sample.orders.get(i)
                if order is not None and given is not None and order.whole:
                    return self.rows.places_of(i, given, order)[0]
        return None

    def _made(
        self,
        identity: Identity,
        model: int,
        anchor: int,
        cells: Sequence[str | None],
        firm_is_new: Mapping[int, bool],
    ) -> dict[int, str | None]:
        """Position -> new text for numbers, addresses, names and firms; equal cells of the model stay equal."""
        made: dict[int, str | None] = {}
        row = self.sample.rows[model]
        made |= self._numbers(identity, model, firm_is_new=any(firm_is_new.values()))
        mails = self._mails(identity, model)
        made |= mails
        mail = next(filter(None, mails.values()), None)
        for _ in range(_TRIES):
            texts: dict[tuple[str, str], str] = {}
            made |= self.parts.made(row, self._like(anchor, cells), identity.name, mail)
            for i, role in enumerate(self.roles):
                cell = row[i]
                if role in ("name", "organisation", "address") and cell is not None and i not in self.parts.positions:
                    if (role, cell) not in texts:
                        texts[role, cell] = self._text(role, i, cell, identity, cells, firm_is_new)
                    made[i] = texts[role, cell]
            if not self._stands(made) and not any(
                new and made.get(i) and self.rows.holds((i,), (str(made[i]),)) for i, new in firm_is_new.items()
            ):
                break
        return made

    def _text(
        self,
        role: str,
        i: int,
        cell: str,
        identity: Identity,
        cells: Sequence[str | None],
        firm_is_new: Mapping[int, bool],
    ) -> str:
        given = {"name": identity.name, "organisation": identity.organisation, "address": identity.address}[role]
        if given:
            return given
        if role == "name":
            own = i in self.columns.of_family
            return self.names[i].renamed(
                lambda: cell if own else str(self.sample.rows[self.draw.choice(self.named[i])][i]),
                lambda: self._other_name(i, cells),
            )
        if role == "organisation":
            return self.firms[i].renamed(cell) if firm_is_new[i] else cell
        addresses = self.addresses[i]
        if i in self.tied:
            return addresses.moved(cell) if next(iter(firm_is_new.values())) else cell
        return addresses.moved(cell) if addresses.whole.new_due(self.draw) else addresses.another(cell)

    def _like(self, anchor: int, cells: Sequence[str | None]) -> Like:
        """What a family name in a column of its own goes with."""
        orders = self.sample.orders
        for i in self.parts.family:
            if self.places.anchored and i in orders and orders[i].whole:
                return Like(self.sample.rows[anchor][i])
            return Like(cells={j: cells[j] for j in self.columns.with_family.get(i, ())})
        return Like()

    def _other_name(self, i: int, cells: Sequence[str | None]) -> str:
        """The name of another row, one that agrees in what given names depend on: the sex, say."""
        for _ in range(_TRIES):
            row = self.sample.rows[self.draw.choice(self.named[i])]
            if all(row[j] == cells[j] for j in self.columns.of_name.get(i, ())):
                break
        return str(row[i])

    def _stands(self, made: Mapping[int, str | None]) -> bool:
        """Whether the list has the name, or a family name, with the firm or with the address."""
        for i in (*self.names, *self.parts.family[:1]):
            for j in (*self.firms, *self.addresses):
                name, other = made.get(i), made.get(j)
                if name and other and self.rows.holds((i, j), (name, other)):
                    return True
        return False

    def _numbers(self, identity: Identity, model: int, *, firm_is_new: bool) -> dict[int, str | None]:
        """Column of numbers -> its cell: the identity's own number in the place of one like it, lent ones in those of
        the others, and what any contact of the firm has."""
        row, contacts = self.sample.rows[model], self.models.contacts.of.get(model)
        made: dict[int, str | None] = dict.fromkeys(self.phones)
        kept = () if contacts is None else contacts.kept
        made |= {i: row[i] for i in kept if not firm_is_new or self.models.contacts.harmless(row[i])}
        slot = self.models.contacts.slot_for(model, None if identity.phone is None else str(identity.phone))
        if contacts is None or (slot is None and identity.phone is not None):
            filled = next((i for i in self.phones if (model, i) in self.models.forms), next(iter(self.phones), None))
            return made if filled is None else made | {filled: self._number(identity, model, filled)}
        others = [each for each in identity.lent if each.phone is not None]
        for at, columns in enumerate(contacts.numbers):
            like = [each for each in others if each.kind == contacts.kinds[at]]
            holder = identity if at == slot else next(iter(like or others), None)
            if holder is not None:
                others = [each for each in others if each is not holder]
                made |= {i: self._number(holder, model, i) for i in columns}
        return made

    def _mails(self, identity: Identity, model: int) -> dict[int, str | None]:
        """Column of addresses -> its cell."""
        contacts = self.models.contacts.of.get(model)
        made: dict[int, str | None] = dict.fromkeys(self.mails)
        own = [each.email_raw for each in (identity, *identity.lent) if each.email_raw is not None]
        if contacts is None or (not contacts.mails and identity.phone is None):
            filled = [i for i in self.mails if self.sample.rows[model][i] is not None]
            slots: list[tuple[int, ...]] = [
                (i,) for i in filled or (() if self.phones and identity.phone is not None else self.mails[:1])
            ]
        else:
            slots = list(contacts.mails)
        for columns, mail in zip(slots, own, strict=False):
            made |= dict.fromkeys(columns, mail)
        return made

    def _number(self, identity: Identity, model: int, i: int) -> str | None:
        if identity.phone is None:
            return identity.phone_raw
        form = self.models.form_for(model, i, str(identity.phone), self.draw)
        return identity.phone_raw if form is None else in_form(form, str(identity.phone))

    def _tied(self, order: Sequence[int]) -> frozenset[int]:
        """Columns of addresses that are the firms': they come again where the firm does, and only there."""
        firms = list(self.firms)[:1]
        rows = [self.sample.rows[at] for at in order]
        return frozenset(
            j for j in self.source.places("address") for i in firms if come_together((row[i], row[j]) for row in rows)
        )


def _domain(mail: str) -> str:
    return mail.rpartition("@")[2].strip().lower()
