"""Which rows of a list can be a persona's model: with a number where it has one, written in a way that others use."""

from __future__ import annotations

import re

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import Sample, SourceList
from tracer.marking.persona.written_numbers import NumberRegions, fits, number_form, usual_forms


class Models:
    """Which rows of the sample can be a persona's model."""

    def __init__(self, source: SourceList, sample: Sample, regions: NumberRegions) -> None:
        self.sample, self.regions = sample, regions
        self.phones, self.mails = source.places("phone"), source.places("email")
        self.forms: dict[tuple[int, int], str] = {}
        self.keys: dict[tuple[int, int], str] = {}
        for row, cells in sample.rows.items():
            for i in self.phones:
                found = None if cells[i] is None else number_form(str(cells[i]), source.region)
                if found is not None:
                    self.forms[row, i], self.keys[row, i] = found
        usual = usual_forms(self.forms.values())
        self.forms = {at: form for at, form in self.forms.items() if form in usual}
        self._all = sorted(sample.rows)
        self._by_length: dict[tuple[int, int], list[tuple[str, str]]] = {}
        self._fitting: dict[tuple[bool, bool], dict[str, list[int]]] = {}

    def region_of(self, row: int, i: int) -> str:
        """Region of the block of a row's number, or ''."""
        key = self.keys.get((row, i))
        return "" if key is None else self.regions.of(key)

    def form_for(self, model: int, i: int, key: str, draw: KeyedDraw) -> str | None:
        """The form in which a number goes into the column: the model's where it fits, else that of a row that it fits,
        as often as rows have it; None where none does."""
        own = self.forms.get((model, i))
        if own is not None and fits(own, self.keys[model, i], key):
            return own
        if (i, len(key)) not in self._by_length:
            held = [
                (self.forms[at], self.keys[at]) for at in self.forms if at[1] == i and len(self.keys[at]) == len(key)
            ]
            self._by_length[i, len(key)] = held
        able = [form for form, of in self._by_length[i, len(key)] if fits(form, of, key)]
        return draw.choice(able) if able else None

    def number_at(self, row: int) -> int | None:
        """The column that a persona's number goes into: the one with the row's number."""
        return next((i for i in self.phones if (row, i) in self.forms), self.phones[0] if self.phones else None)

    def mail_at(self, row: int, *, has_phone: bool) -> int | None:
        """The column that a persona's address goes into; none where the model has none and there is a number."""
        filled = next((i for i in self.mails if self.sample.rows[row][i] is not None), None)
        if filled is not None or (self.phones and has_phone):
            return filled
        return next(iter(self.mails), None)

    def harmless(self, cell: str | None) -> str | None:
        """A cell of a further column of numbers, where it holds no number: a dash, say."""
        return cell if cell is not None and len(re.findall(r"\d", cell)) < 5 else None

    def fitting(self, region: str, *, has_phone: bool, has_mail: bool) -> list[int]:
        """Rows, rising, of the region that have as many numbers and addresses as the persona is to have."""
        key = (has_phone and bool(self.phones), has_mail)
        if key not in self._fitting:
            self._fitting[key] = {"": [row for row in self._all if self._fits(row, *key)]}
            for row in self._fitting[key][""] if key[0] else ():
                own = self.region_of(row, self.number_at(row) or 0)
                if own:
                    self._fitting[key].setdefault(own, []).append(row)
        found = self._fitting[key].get(region) or self._fitting[key][""]
        if found:
            return found
        return self._all

    def share_with_mail(self) -> float:
        """Share of the rows that a persona with a number can follow that have an address as well."""
        mail, bare = (sum(self._fits(row, True, has_mail) for row in self._all) for has_mail in (True, False))
        return mail / max(1, mail + bare)

    def _fits(self, row: int, has_phone: bool, has_mail: bool) -> bool:
        cells = self.sample.rows[row]
        numbers = [i for i in self.phones if cells[i] is not None and self.harmless(cells[i]) is None]
        mails = [i for i in self.mails if cells[i] is not None]
        if has_phone:
            if len(numbers) != 1 or (row, numbers[0]) not in self.forms:
                return False
            return len(mails) == has_mail
        return not numbers and len(mails) == 1
