"""New texts for a persona's cells, put together from the list's own: names, firms, addresses.

Every part is drawn as often as the list has it, so that a made text is neither rarer nor commoner than the others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from tracer.identify.organisation import Organisation, parse
from tracer.marking.persona.dates import read_date
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.last_digits import LastDigits
from tracer.marking.persona.occurrences import Halves, Occurrences, accepted

_DOUBLE = frozenset((
    "欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "端木", "宇文",
))  # fmt: skip
"""Family names of two characters that are common enough to be met in a list."""
_TRIES = 40


def split_name(name: str) -> tuple[str, str]:
    """Family name and the rest; a blank parts names that are not Chinese."""
    first, blank, rest = name.partition(" ")
    if blank and first and rest.strip():
        return first + blank, rest
    lead = len(name) - len(name.lstrip())
    cut = lead + (2 if name[lead : lead + 2] in _DOUBLE and len(name.strip()) > 2 else 1)
    return name[:cut], name[cut:]


class SampleNames:
    """Names of the sample's rows. Those of one length are looked at by themselves: short ones are met more often."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw, counts: Mapping[str, int]) -> None:
        self.draw = draw
        whole: dict[int, list[str]] = defaultdict(list)
        given: dict[int, list[str]] = defaultdict(list)
        for cell in cells:
            whole[len(cell)].append(cell)
            given[len(split_name(cell)[1])].append(split_name(cell)[1])
        self.whole = {length: Occurrences(texts, counts) for length, texts in sorted(whole.items())}
        self.given = {length: Occurrences(texts) for length, texts in sorted(given.items())}
        self.families = Occurrences(split_name(cell)[0] for cell in cells)
        self.halves = {
            length: (
                Occurrences(text[: length // 2] for text in texts),
                Occurrences(text[length // 2 :] for text in texts),
            )
            for length, texts in sorted(given.items())
        }

    def renamed(self, family: Callable[[], str], others: Callable[[], str]) -> str:
        """A name that others have as well, as often as rows have such ones; otherwise one that the list has not.

        `family` draws the cell whose family name it has, `others` the name of a row that could be another's.
        """
        model = others()
        known = self.whole[len(model)]
        if not known.new_due(self.draw):
            return accepted(lambda: _of_length(len(model), others, model), known, self.draw)
        length = len(split_name(model)[1])
        for _ in range(_TRIES):
            made = accepted(lambda: split_name(family())[0], self.families, self.draw) + self._given(
                length, lambda: split_name(others())[1]
            )
            if made not in known.counts:
                break
        return made

    def _given(self, length: int, others: Callable[[], str]) -> str:
        """A given name that others have, or a new one of the beginning of one and the end of another."""
        known = self.given[length]
        sure = next(iter(known.counts))

        def like() -> str:
            return _of_length(length, others, sure)

        for _ in range(_TRIES if length in (2, 3) and known.new_due(self.draw) else 0):
            made = accepted(lambda: like()[: length // 2], self.halves[length][0], self.draw)
            made += accepted(lambda: like()[length // 2 :], self.halves[length][1], self.draw)
            if _CHINESE.fullmatch(made) and made not in known.counts:
                return made
        return accepted(like, known, self.draw)


def _of_length(length: int, drawn: Callable[[], str], otherwise: str) -> str:
    """The first drawn text of a length."""
    return next((text for text in (drawn() for _ in range(_TRIES)) if len(text) == length), otherwise)


class SampleFirms:
    """Firms' names of the sample, taken apart."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw, counts: Mapping[str, int]) -> None:
        self.draw, self.whole = draw, Occurrences(cells, counts)
        self._parsed: dict[str, Organisation | None] = {}
        parsed = [self._taken_apart(cell) for cell in sorted(set(cells))]
        # A core of one length is built like another: of two characters, or of two and a trade.
        self.cores = Halves([each.core for each in parsed if each is not None])

    def renamed(self, cell: str) -> str:
        """The firm with another core."""
        own = self._taken_apart(cell)
        if own is None:
            return cell
        for _ in range(_TRIES):
            core = self.cores.drawn(self.draw)
            if len(core) == len(own.core):
                break
        return cell.replace(own.core, core, 1)

    def _taken_apart(self, cell: str) -> Organisation | None:
        """The name taken apart, where its core is in it as written."""
        if cell not in self._parsed:
            parsed = parse(cell)
            self._parsed[cell] = parsed if parsed is not None and parsed.core and parsed.core in cell else None
        return self._parsed[cell]


_CHINESE = re.compile(r"[\u3400-\u9fff]{2,3}")
_RUN = re.compile(r"[0-9]+")
_DISTRICT = re.compile(r".*?[区县旗镇乡](?=.{2})")


class SampleAddresses:
    """The sample's addresses: their texts, and the numbers in them by the word after them: house, floor, room."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw, counts: Mapping[str, int], *, once: bool) -> None:
        """`once`: the addresses are firms'. A firm's is looked at once, however many contacts it has."""
        self.draw, self.whole = draw, Occurrences(cells, counts)
        cells = sorted(set(cells)) if once else cells
        self.texts = Occurrences(_RUN.sub("9", cell) for cell in cells)
        self.near: dict[str, list[str]] = defaultdict(list)
        self.runs: dict[tuple[int, str], list[str]] = defaultdict(list)
        for cell in cells:
            for size in (4, 2, 0):
                self.near[cell[:size]].append(cell)
            for at, found in enumerate(_RUN.finditer(cell)):
                self.runs[at, _unit(cell, found.end())].append(found.group())
        self.last = {at: LastDigits(runs) for at, runs in self.runs.items()}

    def another(self, cell: str) -> str:
        """An address of the same city that may occur once more."""
        near = self._near(cell)
        return accepted(lambda: self.draw.choice(near), self.whole, self.draw)

    def _near(self, cell: str) -> list[str]:
        """Addresses that begin like a cell, as far as there are some."""
        return next(like for size in (4, 2, 0) if len(like := self.near[cell[:size]]) > 4 or size == 0)

    def moved(self, cell: str) -> str:
        """The address with another house, and in a street that the list has not, as often as rows have such ones."""
        if self.texts.new_due(self.draw):
            cell = self._crossed(cell)
        else:
            near = self._near(cell)
            for _ in range(_TRIES):
                cell = self.draw.choice(near)
                if self.texts.accepts(_RUN.sub("9", cell), self.draw):
                    break
        pieces, last = [], 0
        for at, found in enumerate(_RUN.finditer(cell)):
            key = (at, _unit(cell, found.end()))
            known = self.runs.get(key)
            made = self.last[key].drawn(self.draw.choice(known), self.draw) if known else found.group()
            pieces += [cell[last : found.start()], made]
            last = found.end()
        return "".join([*pieces, cell[last:]])

    def _crossed(self, cell: str) -> str:
        """Its district with the street of another address of the city, in a way that the list has not."""
        own = _DISTRICT.match(cell)
        like = self._near(cell)
        made = cell
        for _ in range(20 if own is not None and like else 0):
            other = self.draw.choice(like)
            begin = _DISTRICT.match(other)
            if own is not None and begin is not None:
                made = own.group() + other[begin.end() :]
                if _RUN.sub("9", made) not in self.texts.counts:
                    break
        return made


def _unit(cell: str, end: int) -> str:
    return cell[end : end + 1]


_DIGITS = re.compile(r"[0-9]")
_SMALL, _CAPITAL = re.compile(r"[a-z]"), re.compile(r"[A-Z]")


def shape(cell: str) -> str:
    """A cell with its digits as 9 and its Latin letters as a and A."""
    return _CAPITAL.sub("A", _SMALL.sub("a", _DIGITS.sub("9", cell)))


def crossed(cell: str, others: Mapping[str, dict[str, None]], last: LastDigits, draw: KeyedDraw) -> str:
    """A cell whose end is another cell's of the same shape: most of a number or code. `last`: the column's digits.

    What is neither (a remark in words) stays as it is: two halves of sentences make no sentence.
    """
    same = others.get(shape(cell), {})
    if not _DIGITS.search(cell) or len(same) < 2:
        return cell
    if read_date(cell) is not None:
        return cell  # half of one date and half of another may not be a date
    # Half of the digits and more would put it next to the cell that it begins like.
    cut = max(1, sum(char.isdigit() for char in cell) // 3)
    cells = list(same)
    for _ in range(_TRIES):
        made = last.drawn(cell[:cut] + draw.choice(cells)[cut:], draw)
        if made not in same:
            break
    return made
