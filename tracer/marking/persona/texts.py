"""Texts of a record: what is made of its own names and addresses, house numbers, firms and codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tracer.identify.organisation import parse
from tracer.lists.read.words import plain, spelt_out
from tracer.marking.persona.columns import ListColumns
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.measures import read_date
from tracer.marking.persona.names import APART
from tracer.marking.persona.program_ids import LEAST, VIN_CHECK, vin_check

_TRIES = 40
_MADE = 0.6  # Share of a column's filled cells that are made of others, from which on a record's is.
_HEAD = 200
_SHORTEST = 3  # Letters of a text that is looked for in others; characters that are words by themselves may be fewer.
_SLOT = re.compile("\x00([0-9]+):([A-Za-z0-9-]+)\x00")
_SOMEBODY = re.compile(r"[^\s@]@[^\s@]+\.|(?<![0-9A-Za-z])\+?(?:[0-9][ ()./-]{0,2}){8,}[0-9](?![0-9A-Za-z])")
_RUN = re.compile(r"[0-9]+")


def names_somebody(cell: str) -> bool:
    """Whether a text of several words has a number or an address in it, which are somebody else's."""
    return " " in cell and read_date(cell) is None and _SOMEBODY.search(cell) is not None


class Templates:
    """Columns whose cells are made of others: a salutation of the name, a second column of addresses, a user's name.

    A template is a cell with a slot for each text of its row that it repeats.
    """

    def __init__(self, columns: ListColumns, sources: Sequence[int], targets: Sequence[int]) -> None:
        """`sources`: columns whose cells are newly made for a record, in the order in which they are looked for."""
        self._first = {i: measure.day_first for i, measure in columns.measures.items() if measure.dated}
        rows = range(len(columns.rows))
        self.of: dict[int, list[str | None]] = {}
        """Column -> the template of each row; None for a blank cell."""
        for i in targets:
            own = [j for j in sources if j != i and j not in self.of]
            for looked_at in (rows[:: max(1, len(rows) // _HEAD)], rows):
                found = {at: self._template(columns, i, at, own) for at in looked_at}
                filled = [each for each in found.values() if each is not None]
                if not filled or sum("\x00" in each for each in filled) < _MADE * len(filled):
                    break
            else:
                self.of[i] = [found[at] for at in rows]

    def _template(self, columns: ListColumns, i: int, at: int, sources: Sequence[int]) -> str | None:
        cell = columns.cells[i][at]
        if cell is None:
            return None
        texts = [(text, f"\x00{j}:{kind}\x00") for j in sources for kind, text in self._texts(j, columns.cells[j][at])]
        for text, slot in sorted(texts, key=lambda each: -len(each[0])):
            if "\x00" not in text and text in cell:
                pieces = re.split("(\x00[^\x00]+\x00)", cell)
                pieces[::2] = [piece.replace(text, slot) for piece in pieces[::2]]
                cell = "".join(pieces)
        return cell

    def _texts(self, i: int, cell: str | None, least: int = _SHORTEST) -> Iterator[tuple[str, str]]:
        """What other cells repeat of a cell of column i, by name: of a day its digits, of an address its parts, of
        other texts their words, each as it is, in small letters, in capitals, and without accents."""
        if not cell:
            return
        found = read_date(cell, self._first[i]) if i in self._first else None
        if found is not None:
            yield from ((form, found.day.strftime("%" + "%".join(form))) for form in ("Ymd", "ymd", "dmY"))
            return
        local, _, domain = cell.rpartition("@")
        words = re.split(r"[ ,]+", cell.strip()) if not local else []
        parts = {"w": cell}
        if local:
            parts |= {"d": domain, "l": local, "h": domain.partition(".")[0]}
        if len(words) > 1:
            parts |= {"f0": words[0], "f1": words[1], "e": words[-1]}
        squeezed = re.sub(r"[\W_]", "", cell)
        parts |= {"s": squeezed} if squeezed != cell else {}
        for name, text in parts.items():
            if len(text) >= least or APART.search(text):
                yield name, text
                low, up = text.lower(), text.upper()
                for kind, other in (("low", low), ("up", up), ("plain", plain(spelt_out(low)))):
                    if other != text or least == 1:
                        yield f"{name}-{kind}", other

    def filled(self, template: str, cells: Sequence[str | None]) -> str | None:
        """The text of a template for a record; None where the record lacks what it is made of."""
        pieces = _SLOT.split(template)
        for at in range(1, len(pieces), 3):
            i, kind = int(pieces[at]), pieces[at + 1]
            text = dict(self._texts(i, cells[i], least=1)).get(kind)
            if text is None:
                return None
            pieces[at : at + 2] = text, ""
        return "".join(pieces)


class FirmNames:
    """Firms' names of one column, taken apart."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw) -> None:
        self.draw = draw
        self._known = frozenset(cells)
        self._words = [words for cell in sorted(self._known) if (words := cell.split())] or [[""]]
        self._first = sorted({words[0] for words in self._words})
        self._second = sorted({words[1] for words in self._words if len(words) > 1})
        self._cores: dict[int, list[str]] = defaultdict(list)
        """Names without the words of a legal form, by their length."""
        for cell in sorted(self._known):
            core = _core(cell)
            if core:
                self._cores[len(core)].append(core)

    def another(self, cell: str) -> str:
        """A firm that the list has not: with the beginning of one and the end of another core of this one's length."""
        core = _core(cell)
        able = self._cores.get(len(core), [])
        for _ in range(_TRIES if core and len(able) > 1 else 0):
            words = self.draw.choice(able).split()[:1] + self.draw.choice(able).split()[1:]
            half = max(1, len(core) // 2)
            new = " ".join(words) if len(words) > 1 else self.draw.choice(able)
            if APART.search(core):
                new = self.draw.choice(able)[:half] + self.draw.choice(able)[half:]
            made = cell.replace(core, new, 1)
            if made not in self._known:
                return made
        return cell

    def of_domain(self, domain: str) -> str | None:
        """A firm that the list has not, called as its domain is: with words of the list's firms where it says such, and
        after them what one of these is."""
        for _ in range(_TRIES):
            words, rest = list[str](), plain(domain.partition(".")[0])
            for at, own in enumerate(self.draw.choice(self._words)):
                known = self._second if at else self._first
                able = [word for word in known if rest and _begins(rest, plain(word))]
                word = max(able, key=lambda each: len(plain(each))) if able else own
                said = plain(word) if able else ""
                if at == 0 and not able:
                    later = [plain(each)[: _SHORTEST + 1] for each in self._second if len(each) > _SHORTEST]
                    cuts = [cut for each in later if (cut := rest.find(each)) >= _SHORTEST]
                    said = rest.partition("-")[0][: min(cuts, default=len(rest))]
                    word = said.title()
                words.append(word)
                rest = rest[len(said) :].lstrip("-")
            made = " ".join(words)
            if made not in self._known:
                return made
        return None

    def follows(self, pairs: Sequence[tuple[str, str]]) -> bool:
        """Whether domains of (firm, domain) begin as their firms do."""
        said = [plain(domain).startswith(plain(firm.split()[0])) for firm, domain in pairs if firm.split()]
        return len(said) > 20 and sum(said) > 0.5 * len(said)


def _core(cell: str) -> str:
    parsed = parse(cell)
    return parsed.core if parsed is not None and parsed.core and parsed.core in cell else ""


def _begins(rest: str, word: str) -> bool:
    return bool(word) and (rest.startswith(word) or (len(rest) >= 3 and word.startswith(rest)))


class Houses:
    """House numbers of a list's addresses, by what follows them: house, floor, room."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw) -> None:
        self.draw = draw
        self._runs: dict[tuple[int, str], list[str]] = defaultdict(list)
        for cell in cells:
            for at, found in enumerate(_RUN.finditer(cell)):
                self._runs[at, cell[found.end() : found.end() + 1]].append(found.group())

    def moved(self, cell: str) -> str:
        """The address in the same street, at another number."""
        pieces, last = [], 0
        for at, found in enumerate(_RUN.finditer(cell)):
            near = self._runs.get((at, cell[found.end() : found.end() + 1]), [found.group()])
            pieces += [cell[last : found.start()], self.draw.choice(near)]
            last = found.end()
        return "".join([*pieces, cell[last:]])


class OwnCodes:
    """Codes of one column that each row has its own of: number plates, references."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw) -> None:
        self.draw = draw
        self._like: dict[str, list[str]] = defaultdict(list)
        self._known = frozenset(cells)
        for cell in cells:
            self._like[_shape(cell)].append(cell)
        checks = [vin_check(cell) == cell[VIN_CHECK : VIN_CHECK + 1] for cell in cells[:LEAST]]
        self._vehicles = bool(checks) and all(checks)

    def another(self, cell: str) -> str:
        """A code that begins like the cell and ends like others of its shape, digit by digit."""
        like = self._like.get(_shape(cell), [])
        digits = [at for at, char in enumerate(cell) if char.isdigit()]
        for _ in range(_TRIES if len(like) > 1 and digits and " " not in cell.strip() else 0):
            made = list(cell)
            for at in digits[max(1, len(digits) // 3) if len(digits) > 2 else 0 :]:
                made[at] = self.draw.choice(like)[at]
            if self._vehicles:
                made[VIN_CHECK] = vin_check("".join(made)) or made[VIN_CHECK]
            if "".join(made) not in self._known:
                return "".join(made)
        return cell


def _shape(cell: str) -> str:
    """A cell with its digits as 9 and its Latin letters as a and A."""
    return re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", re.sub(r"[0-9]", "9", cell)))
