"""Personas: rows that fit a list, made of its own values and copying none of its rows.

Column by column: a person's name is a family name of one row with a given name of another; a firm has another firm's
core in the place of its own; an address is one of the same segment's region with other house numbers; ids follow the
pattern; a column that the list is sorted by keeps the order; everything else is taken over from one row, so that what
goes together stays together. The number is written in the form that most of the list's numbers have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.identify.keys import is_mobile
from tracer.identify.organisation import parse
from tracer.lists.write.model import NewRow
from tracer.marking.draws import KeyedDraw
from tracer.marking.source_list import Numbering, RowsOfList, Sample, SourceList

_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "司徒",
    "端木",
    "宇文",
)
"""Family names of two characters that are common enough to be met in a list."""
_TRIES = 40


@dataclass(frozen=True)
class Identity:
    """A controlled identity that is to have a row."""

    no: int
    """Number in the register."""
    phone: int | None
    """Key of its number."""
    phone_raw: str | None
    """Its number as it was imported."""
    email_raw: str | None
    """Its address as it was imported."""
    name: str | None
    """Its persona's name, where it has one already."""
    organisation: str | None
    """Its persona's firm."""
    address: str | None
    """Its persona's address."""


class PersonaMaker:
    """Makes rows for one list; ids and places of earlier rows are not used again."""

    def __init__(
        self, source: SourceList, sample: Sample, draw: KeyedDraw, regions: Mapping[str, str], rows: RowsOfList
    ) -> None:
        """`regions`: block of 10,000 numbers (key // 10,000 as text) -> region; a block without one is left out."""
        self.source, self.sample, self.draw, self.regions, self.rows = source, sample, draw, regions, rows
        self.roles = source.roles[source.main.part]
        self.order = sorted(sample.rows)
        self.form = _majority_form([cell for i in source.places("phone") for cell in self._column(i)])
        self.spent: dict[int, int] = defaultdict(int)
        self.by_region: dict[str, list[int]] = defaultdict(list)
        for row in self.order:
            for region in {self._region_of(cell) for cell in self._numbers(row)} - {""}:
                self.by_region[region].append(row)
        self.firms = {cell for i in source.places("organisation") for cell in self._column(i)}
        self.names = {cell for i in source.places("name") for cell in self._column(i)}

    def row(self, identity: Identity) -> NewRow:
        """A row for an identity. Its place is drawn unless the list's order asks for one."""
        model = self._model(identity)
        cells: list[str | None] = list(self.sample.rows[model])
        taken: list[int | None] = [model if cell is not None else None for cell in cells]
        phones, mails = self.source.places("phone"), self.source.places("email")
        for i in range(len(cells)):
            if cells[i] is None and i not in (*phones[:1], *mails[:1]):
                continue
            made = self._cell(identity, i, str(cells[i] or ""), first=i in (*phones[:1], *mails[:1]))
            if made != "=":
                cells[i], taken[i] = made, None
        before = self._in_order(cells, taken)
        return NewRow(before, model, tuple(cells), tuple(taken))

    def _cell(self, identity: Identity, i: int, cell: str, *, first: bool) -> str | None:
        """The new text of a cell; "=" where it is taken over from the model row."""
        role = self.roles[i]
        if role in ("phone", "email"):
            own = self._number(identity) if role == "phone" else identity.email_raw
            return own if first else None
        if i in self.sample.numbering:
            return self._id(i, self.sample.numbering[i])
        given = {"name": identity.name, "organisation": identity.organisation, "address": identity.address}
        makers = {"name": self._name, "organisation": self._firm, "address": self._address}
        return given[role] or makers[role](cell) if role in makers else "="

    def _model(self, identity: Identity) -> int:
        """The row whose other columns the persona takes over: of the number's region, with the same columns filled."""
        region = "" if identity.phone is None else self.regions.get(str(identity.phone // 10_000), "")
        near = self.by_region.get(region, []) or self.order
        phones, mails = self.source.places("phone"), self.source.places("email")
        wanted = dict.fromkeys(phones[:1], identity.phone is not None) | dict.fromkeys(phones[1:], False)
        wanted |= dict.fromkeys(mails[:1], identity.email_raw is not None) | dict.fromkeys(mails[1:], False)
        for rows in (near, self.order):
            fitting = [
                row
                for row in rows
                if all((self.sample.rows[row][i] is not None) == is_on for i, is_on in wanted.items())
            ]
            if fitting:
                return self.draw.choice(fitting)
        return self.draw.choice(near)

    def _number(self, identity: Identity) -> str | None:
        if identity.phone is None:
            return None
        if not is_mobile(identity.phone) or self.form is None:
            return identity.phone_raw
        national = str(identity.phone)[2:]
        digits = iter(national)
        return "".join(next(digits) if char == "9" else char for char in self.form)

    def _name(self, cell: str) -> str:
        for _ in range(_TRIES):
            other = self._other("name")
            made = _split_name(cell)[0] + _split_name(other)[1]
            if made not in self.names:
                return made
            cell = self._other("name")
        return made

    def _firm(self, cell: str) -> str:
        for _ in range(_TRIES):
            own, a, b = parse(cell), parse(self._other("organisation")), parse(self._other("organisation"))
            if own is not None and a is not None and b is not None and own.core and own.core in cell:
                core = a.core[: max(1, len(a.core) // 2)] + b.core[max(1, len(b.core) // 2) :]
                made = cell.replace(own.core, core, 1)
                if made not in self.firms:
                    return made
            cell = self._other("organisation")
        return cell

    def _address(self, cell: str) -> str:
        """The address with other numbers; one without numbers names no house and is taken as it is."""

        def renumber(found: re.Match[str]) -> str:
            digits = found.group()
            first = str(1 + self.draw.below(9))
            return first + "".join(str(self.draw.below(10)) for _ in digits[1:])

        return re.sub(r"[0-9]+", renumber, cell)

    def _id(self, i: int, pattern: Numbering) -> str:
        """The next number that no row has: out of the gaps first, behind the last one otherwise."""
        used = self.spent[i]
        self.spent[i] += 1
        past = used - len(pattern.free)
        number = pattern.free[used] if past < 0 else pattern.last + pattern.step * (1 + past)
        return f"{pattern.prefix}{number:0{pattern.width}d}"

    def _in_order(self, cells: list[str | None], taken: list[int | None]) -> int:
        """Where the row stands: in a sorted list where its id or number belongs, otherwise at random.

        What else the list is sorted by is taken over from the row before (or behind), so that the order holds.
        """
        fixed = [i for i in sorted(self.sample.sorted_by) if taken[i] is None and cells[i] is not None]
        rows = self.source.main.rows
        place = self.rows.place_of(fixed[0], str(cells[fixed[0]])) if fixed else 1 + self.draw.below(rows + 1)
        for i in sorted(self.sample.sorted_by - set(fixed)):
            for donor in (max(place - 1, 1), min(place, rows)):
                cell = self.rows.cell(donor, i)
                if cell is not None:
                    cells[i], taken[i] = cell, donor
                    break
        return place

    def _other(self, role: str) -> str:
        for _ in range(_TRIES):
            row = self.sample.rows[self.draw.choice(self.order)]
            filled = [cell for i in self.source.places(role) if (cell := row[i]) is not None]
            if filled:
                return filled[0]
        return ""

    def _column(self, i: int) -> list[str]:
        return [cell for row in self.sample.rows.values() if (cell := row[i]) is not None]

    def _numbers(self, row: int) -> list[str]:
        return [cell for i in self.source.places("phone") if (cell := self.sample.rows[row][i]) is not None]

    def _region_of(self, cell: str) -> str:
        digits = re.sub(r"\D", "", cell)
        return self.regions.get("86" + digits[-11:-4], "") if len(digits) >= 11 else ""


def _split_name(name: str) -> tuple[str, str]:
    """Family name and the rest; a blank parts names that are not Chinese."""
    first, blank, rest = name.partition(" ")
    if blank:
        return first + blank, rest
    cut = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
    return name[:cut], name[cut:]


def _majority_form(cells: Sequence[str]) -> str | None:
    """How most Chinese mobile numbers of the list are written: their eleven digits as 9, all else as it stands."""
    forms: Counter[str] = Counter()
    for cell in cells:
        found = re.findall(r"[0-9]", cell)
        if len(found) < 11 or re.search(r"[*Ee]", cell) or not re.search(r"1[0-9]\D*(?:[0-9]\D*){9}$", cell):
            continue
        skip, form = len(found) - 11, []
        for char in cell:
            if char in "0123456789":
                form.append(char if skip > 0 else "9")
                skip -= 1
            else:
                form.append(char)
        if "".join(form).count("9") == 11:
            forms["".join(form)] += 1
    return min(forms, key=lambda form: (-forms[form], form)) if forms else None
