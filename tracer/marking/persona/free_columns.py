"""The further columns of a persona: what goes with its model row, what comes from other rows, what is newly made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.marking.persona.column_groups import ROWS, Codes, coded, codings, come_together, depends, groups
from tracer.marking.persona.dates import Dates, read_date
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.last_digits import LastDigits
from tracer.marking.persona.models import Models
from tracer.marking.persona.occurrences import Occurrences, accepted
from tracer.marking.persona.source_list import PERSONAL, POSTCODE, Sample, SourceList
from tracer.marking.persona.texts import crossed, shape, split_name

MADE = ("phone", "email", "name", "organisation", "address")
"""Roles whose cells are a persona's own."""
_NEARLY_ALL = 0.5
"""Where more than half of a column's values are its only ones, a value that occurs twice is looked at twice."""
_TRIES = 40
_BLANK = 0.01
"""Share of rows from which on it matters which ones are blank."""
_TELLING = 6
"""Characters from which on two equal cells of a row are equal for a reason."""
_AMOUNT = re.compile(r"-?[0-9]{1,3}(?:[ .,'][0-9]{3})*(?:[.,][0-9]{1,4})?|-?[0-9]+(?:[.,][0-9]{1,4})?")
_FEW = 12
"""So many values at most has a column that given names depend on: a person's sex, a form of address."""


_SOMEBODY = re.compile(r"[^\s@]@[^\s@]+\.|(?<![0-9A-Za-z])\+?(?:[0-9][ ()./-]{0,2}){8,}[0-9](?![0-9A-Za-z])")


def names_somebody(cell: str) -> bool:
    """Whether a text of several words has a number or an address in it, which are somebody else's."""
    return " " in cell and read_date(cell) is None and _SOMEBODY.search(cell) is not None


def district_of(code: str) -> str:
    """The first half of a code of a place; a sign before it, by which spreadsheets keep a zero, does not count."""
    lead = len(code) - len(code.lstrip("'"))
    return code[: code.rfind(" ") + 1 or lead + (len(code) - lead + 1) // 2]


class FreeColumns:
    """Fills the columns that are neither a persona's own nor ids."""

    def __init__(self, source: SourceList, sample: Sample, models: Models, draw: KeyedDraw) -> None:
        self.source, self.sample, self.models, self.draw = source, sample, models, draw
        self.roles = source.roles[source.main.part]
        self.order = sorted(sample.rows)
        self.twins = self._twins()
        """Columns that repeat a persona's own, as a vCard's N does its FN -> the column that they repeat."""
        self.positions = [
            i
            for i, role in enumerate(self.roles)
            if role not in MADE and i not in sample.numbering and i not in self.twins
        ]
        self._rows = rows = self.order if len(self.order) <= ROWS else self.order[:: len(self.order) // ROWS]
        self._cells = {i: [sample.rows[row][i] for row in rows] for i in range(len(self.roles))}
        self._views = {i: codings(self._cells[i]) for i in self.positions}
        self.group = self._groups(rows)
        self._members: dict[int, list[int]] = defaultdict(list)
        for i, group in sorted(self.group.items()):
            self._members[group].append(i)
        self._last: dict[int, LastDigits] = {}
        self._shapes: dict[int, dict[str, dict[str, None]]] = {}
        self._joint: dict[int, Occurrences] = {}
        self._codes: dict[int, Occurrences] = {}
        self._districts: dict[int, dict[str, list[str]]] = {}

    def take(self, cells: list[str | None], taken: list[int | None], town: Sequence[int]) -> None:
        """Columns that do not depend on the model's come from other rows, those of a group from one.

        `town`: rows of a town where the persona's family name is met: what goes with such names is one of theirs.
        """
        with_family = {j for columns in self.with_family.values() for j in columns}
        for group, members in self._members.items():
            if group >= 0:
                donor = self._donor(group, town if with_family & set(members) else self.order, cells)
                for i in members:
                    cells[i] = self.sample.rows[donor][i]
                    taken[i] = None if cells[i] is None else donor
        renewed: dict[str, str] = {}
        for i in self.positions:
            cell = cells[i]
            # What two columns of a row have in common they still have: an address that was seen twice.
            made = None if cell is None else renewed.get(cell) or self._made(i, cell)
            if made != cell:
                if made is not None and cell is not None and len(cell) >= _TELLING and i not in self.sample.local:
                    renewed[cell] = made
                cells[i], taken[i] = made, None

    def _made(self, i: int, cell: str) -> str | None:
        """What becomes of a cell that comes from another row: itself, something newly made, or nothing."""
        heading = self.source.main.headers[i] or ""
        if self.roles[i] in SEALED_ROLES or PERSONAL.search(heading):
            return None
        if names_somebody(cell):
            return self._of_nobody(i)
        if i in self.sample.timed:
            return cell
        if i in self.sample.codes:
            return self.sample.codes[i].new(self.draw)
        if i in self.sample.local and (i in self.sample.orders or not POSTCODE.search(heading)):
            return cell
        return self._anew(i, cell, heading)

    def _anew(self, i: int, cell: str, heading: str) -> str | None:
        """A date, a code of a place or an id like the cell; the cell itself where values come again in its column."""
        if read_date(cell) is not None and self.group.get(i, -1) == i and len(self._members[i]) == 1:
            return self.dates[i].new(cell, self.draw)
        if POSTCODE.search(heading):
            return self._postcode(i, cell)
        if read_date(cell) is not None and self.sample.distinct[i] > _NEARLY_ALL:
            return self.dates[i].same_day(cell, self.draw)
        if self._is_single(i, cell):
            return crossed(cell, self._of_shape(i), self._last[i], self.draw)
        if self.sample.distinct[i] > _NEARLY_ALL:
            return crossed(cell, self._of_shape(i), self._last[i], self.draw)
        return cell

    def _is_single(self, i: int, cell: str) -> bool:
        """Whether an amount is one row's alone: taken over, it would be in two."""
        return (
            self.sample.counts[i].get(cell, 0) == 1 and sum(char.isdigit() for char in cell) > 2
            and _AMOUNT.fullmatch(cell) is not None
        )  # fmt: skip

    def _postcode(self, i: int, cell: str) -> str:
        """A code of the same district that may come once more, or as often as the list has such, one of no row.

        Where its last digits are as good as random they are drawn: of a district with few rows there would be too many.
        """
        front = len(district_of(cell))
        if i not in self._codes:
            self._codes[i] = Occurrences(self._columns[i], self.sample.counts[i])
            self._districts[i] = defaultdict(list)
            for each in self._columns[i]:
                self._districts[i][district_of(each)].append(each)
        if not self._codes[i].new_due(self.draw):
            near = self._districts[i].get(cell[:front]) or [cell]
            return accepted(lambda: self.draw.choice(near), self._codes[i], self.draw)
        like = list(self._of_shape(i)[shape(cell)])
        if self._last[i].count:
            made = (self._last[i].drawn(cell, self.draw) for _ in range(_TRIES))
        else:
            made = (cell[:front] + self.draw.choice(like)[front:] for _ in range(_TRIES))
        return next((each for each in made if each not in self._codes[i].counts), cell)

    def _of_nobody(self, i: int) -> str | None:
        """A text of the column in which no number or address is; none where such are hardly found."""
        drawn = (self.draw.choice(self._columns[i]) for _ in range(_TRIES))
        return next((text for text in drawn if not names_somebody(text)), None)

    def _twins(self) -> dict[int, int]:
        made = [j for j, role in enumerate(self.roles) if role in MADE]
        rows = [self.sample.rows[row] for row in self.order]
        found = {}
        for i, role in enumerate(self.roles):
            for j in made if role not in MADE else ():
                both = [row[i] == row[j] for row in rows if row[i] is not None and row[j] is not None]
                if sum(both) > 0.9 * len(both):
                    found[i] = j
        return found

    @cached_property
    def of_name(self) -> dict[int, list[int]]:
        """For each column of names the columns that given names depend on."""
        found = {}
        for i in self.source.places("name"):
            last = coded([(cell or "")[-1:] for cell in self._cells[i]])
            found[i] = [
                j
                for j, views in self._views.items()
                if len(views) == 1 and views[0].max() < _FEW and depends(last, views[0], j)
            ]
        return found

    @cached_property
    def of_family(self) -> frozenset[int]:
        """Columns of names whose family names a further column depends on: they are the model row's."""
        found = set()
        for i in self.source.places("name"):
            heads = coded(["" if cell is None else split_name(cell)[0] for cell in self._cells[i]])
            if any(
                depends(view, heads, i)
                for j, views in self._views.items()
                for view in views
                if j not in self.sample.local
            ):
                found.add(i)
        return frozenset(found)

    @cached_property
    def with_family(self) -> dict[int, list[int]]:
        """For each column of family names the columns of few values that these depend on: a town, a language."""
        found = {}
        for i in self.source.holding("family_name"):
            names = coded([cell or "" for cell in self._cells[i]])
            few = [j for j, views in self._views.items() if len(views) == 1 and j not in self.sample.orders]
            found[i] = [j for j in few if depends(self._views[j][0], names, j)]
        return found

    @cached_property
    def of_region(self) -> dict[int, int | None]:
        """Columns that go with the region of a row's number -> how many characters of a cell tell the place; None: the
        whole cell does."""
        able = [*self.positions, *self.source.places("organisation"), *self.source.places("address")]
        found: dict[int, int | None] = {}
        for i in self.source.places("phone"):
            regions = coded([self.models.region_of(row, i) for row in self._rows])
            for j in able:
                if any(depends(view, regions, j) for view in codings(self._cells[j])):
                    found[j] = {"organisation": 2, "address": 4}.get(self.roles[j])
        return found

    @cached_property
    def _columns(self) -> dict[int, list[str]]:
        return {i: [cell for row in self.order if (cell := self.sample.rows[row][i])] for i in self.positions}

    @cached_property
    def dates(self) -> dict[int, Dates]:
        """The dates of each column, as far as it has some."""
        return {i: Dates(cells) for i, cells in self._columns.items()}

    def _donor(self, group: int, rows: Sequence[int], cells: Sequence[str | None]) -> int:
        """One of the rows whose values in the group may occur once more; any, where they will be changed. What is blank
        together in rows is so in the persona, whose `cells` in the columns of its neighbours are there already."""
        changed = all(self.sample.distinct[i] > _NEARLY_ALL for i in self._members[group])
        tied = self.blank_together.get(group, ())
        if group not in self._joint and not changed:
            self._joint[group] = Occurrences(self._together(row, group) for row in self.order)
        for _ in range(_TRIES):
            donor = self.draw.choice(rows)
            own = self.sample.rows[donor]
            if any((own[j] is None) != (cells[j] is None) for j in tied):
                continue
            if changed or self._joint[group].accepts(self._together(donor, group), self.draw):
                break
        return donor

    @cached_property
    def blank_together(self) -> dict[int, list[int]]:
        """Group -> columns in which neighbours are alike that are blank where columns of the group are, or are not."""
        found: dict[int, list[int]] = {}
        local = [j for j in self.positions if j in self.sample.local]
        filled = {j: coded(["" if cell is None else "x" for cell in self._cells[j]]) for j in local}
        for group, members in self._members.items():
            views = [view for i in members for view in self._views[i]] if group >= 0 else []
            tied = [
                j for j, blank in filled.items()
                if _BLANK < blank.mean() < 1 - _BLANK and any(depends(view, blank, j) for view in views)
            ]  # fmt: skip
            if tied:
                found[group] = tied
        return found

    def _together(self, row: int, group: int) -> str:
        """A row's values in a group; of those that a persona has new ones of, whether they are there."""
        cells = self.sample.rows[row]
        return "\x1f".join(
            "x" if cell and (self.sample.distinct[i] > _NEARLY_ALL or self._is_single(i, cell)) else cell
            for i in self._members[group]
            for cell in (cells[i] or "",)
        )

    def _groups(self, rows: list[int]) -> dict[int, int]:
        """Column -> its group; -1 goes with the model, and so does all in which neighbours are alike."""
        model: dict[str, list[Codes]] = {}
        for i, role in enumerate(self.roles):
            if role in ("organisation", "address"):
                model[f"{role} {i}"] = codings(self._cells[i])
            elif role in ("phone", "email"):
                model[f"filled {i}"] = [coded(["" if cell is None else "x" for cell in self._cells[i]])]
                if role == "phone":
                    model[f"region {i}"] = [coded([self.models.region_of(row, i) for row in rows])]
                    model[f"form {i}"] = [coded([self.models.forms.get((row, i), "") for row in rows])]
        # What given names depend on may come from any row: the given name is drawn to go with it.
        found = groups(self._views, model)
        self.independent = frozenset(i for i, group in found.items() if group >= 0)
        """Columns that depend on nothing that a persona has of its own: on its firm, say, or its number's region."""
        found |= dict.fromkeys(self.references, -1)
        return found | dict.fromkeys(self.sample.local & set(self.positions), -1)

    @cached_property
    def references(self) -> dict[int, int]:
        """Columns of ids that go with a firm, an account's: column -> that of the firm."""
        ids = [j for j in self.positions if self.roles[j] in ("id", "key")]
        return {
            j: i
            for i in self.source.places("organisation")
            for j in ids
            if come_together(zip(self._cells[i], self._cells[j], strict=True))
        }

    def _of_shape(self, i: int) -> dict[str, dict[str, None]]:
        if i not in self._shapes:
            self._last[i] = LastDigits(re.sub(r"[^0-9]", "", cell) for cell in self._columns[i])
            found: dict[str, dict[str, None]] = defaultdict(dict)
            for cell in self._columns[i]:
                found[shape(cell)][cell] = None
            self._shapes[i] = found
        return self._shapes[i]
