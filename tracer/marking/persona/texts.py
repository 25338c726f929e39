"""Texts of a record: what is made of its own names and addresses, house numbers, firms, codes and invented names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from tracer.identify.organisation import parse
from tracer.lists.read.words import plain, spelt_out
from tracer.marking.persona.check_digits import LEAST, VIN_CHECK, vin_check
from tracer.marking.persona.columns import ListColumns
from tracer.marking.persona.dates import read_date
from tracer.marking.persona.draws import KeyedDraw

_TRIES = 40
_MADE = 0.6
"""Share of a column's filled cells that are made of others, from which on a record's is."""
_HEAD = 200
_SHORTEST = 3
"""Letters of a text that is looked for in others; characters that are words by themselves may be fewer."""
_SLOT = re.compile("\x00([0-9]+):([A-Za-z0-9-]+)\x00")
APART = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts in which characters of two names make a third."""
_SOMEBODY = re.compile(r"[^\s@]@[^\s@]+\.|(?<![0-9A-Za-z])\+?(?:[0-9][ ()./-]{0,2}){8,}[0-9](?![0-9A-Za-z])")
_RUN = re.compile(r"[0-9]+")
_DIGITS = re.compile(r"[0-9]")
_SMALL, _CAPITAL = re.compile(r"[a-z]"), re.compile(r"[A-Z]")
_DOUBLE = frozenset((
    "欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "端木", "宇文",
))  # fmt: skip
"""Family names of two characters that are common enough to be met in a list."""


def names_somebody(cell: str) -> bool:
    """Whether a text of several words has a number or an address in it, which are somebody else's."""
    return " " in cell and read_date(cell) is None and _SOMEBODY.search(cell) is not None


def shape(cell: str) -> str:
    """A cell with its digits as 9 and its Latin letters as a and A."""
    return _CAPITAL.sub("A", _SMALL.sub("a", _DIGITS.sub("9", cell)))


def split_name(name: str) -> tuple[str, str]:
    """Family name and the rest; a blank parts names that are not Chinese."""
    first, blank, rest = name.partition(" ")
    if blank and first and rest.strip():
        return first + blank, rest
    lead = len(name) - len(name.lstrip())
    cut = lead + (2 if name[lead : lead + 2] in _DOUBLE and len(name.strip()) > 2 else 1)
    return name[:cut], name[cut:]


class Templates:
    """Columns whose cells are made of others: a salutation of the name, a second column of addresses, a user's name.

    A template is a cell with a slot for each text of its row that it repeats.
    """

    def __init__(self, columns: ListColumns, sources: Sequence[int], targets: Sequence[int]) -> None:
        """`sources`: columns whose cells are newly made for a record, in the order in which they are looked for."""
        self.sources = sources
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
        texts = [(text, f"\x00{j}:{kind}\x00") for j in sources for kind, text in self._of(j, columns.cells[j][at])]
        for text, slot in sorted(texts, key=lambda each: -len(each[0])):
            if "\x00" not in text and text in cell:
                cell = "".join(
                    piece if at_slot % 2 else piece.replace(text, slot)
                    for at_slot, piece in enumerate(re.split("(\x00[^\x00]+\x00)", cell))
                )
        return cell

    def _of(self, i: int, cell: str | None, least: int = _SHORTEST) -> Iterator[tuple[str, str]]:
        """What other cells repeat of a cell of column i: of a day its digits."""
        found = read_date(cell, self._first[i]) if cell and i in self._first else None
        if found is None:
            yield from _tokens(cell, least)
        else:
            yield from ((form, found.day.strftime("%" + "%".join(form))) for form in ("Ymd", "ymd", "dmY"))

    def filled(self, template: str, cells: Sequence[str | None]) -> str | None:
        """The text of a template for a record; None where the record lacks what it is made of."""
        missing = False

        def put(found: re.Match[str]) -> str:
            nonlocal missing
            text = dict(self._of(int(found[1]), cells[int(found[1])], least=1)).get(found[2])
            missing = missing or text is None
            return text or ""

        made = _SLOT.sub(put, template)
        return None if missing else made


def _tokens(cell: str | None, least: int = _SHORTEST) -> Iterator[tuple[str, str]]:
    """What other cells repeat of a cell, by name."""
    if not cell:
        return
    local, _, domain = cell.rpartition("@")
    words = re.split(r"[ ,]+", cell.strip()) if not local else []
    parts = {"w": cell, "d": domain if local else "", "l": local, "h": domain.partition(".")[0] if local else ""}
    parts |= {f"f{at}": word for at, word in enumerate(words[:2])} if len(words) > 1 else {}
    parts |= {"e": words[-1]} if len(words) > 1 else {}
    squeezed = re.sub(r"[\W_]", "", cell)
    parts |= {"s": squeezed} if squeezed != cell else {}
    for name, text in parts.items():
        if len(text) >= least or APART.search(text):
            yield name, text
            for kind, other in (("low", text.lower()), ("up", text.upper()), ("plain", plain(spelt_out(text.lower())))):
                if other != text or least == 1:
                    yield f"{name}-{kind}", other


class FirmNames:
    """Firms' names of one column, taken apart."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw) -> None:
        self.draw = draw
        self._known = frozenset(cells)
        self._words = [words for cell in sorted(self._known) if (words := cell.split())] or [[""]]
        self._at: dict[int, list[str]] = {
            0: sorted({w[0] for w in self._words}),
            1: sorted({w[1] for w in self._words if len(w) > 1}),
        }
        self._cores: dict[int, list[str]] = defaultdict(list)
        for cell in sorted(self._known):
            core = self._core(cell)
            if core:
                self._cores[len(core)].append(core)

    def another(self, cell: str) -> str:
        """A firm that the list has not: with the beginning of one and the end of another core of this one's length."""
        core = self._core(cell)
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
        behind them what one of these is."""
        label = domain.partition(".")[0]
        later = [word for word in self._at[1] if len(word) >= _SHORTEST + 1]
        for _ in range(_TRIES):
            words, rest, like = list[str](), plain(label), self.draw.choice(self._words)
            for at, own in enumerate(like):
                able = [word for word in self._at.get(min(at, 1), ()) if rest and _begins(rest, plain(word))]
                word = max(able, key=lambda each: len(plain(each))) if able else own
                told = plain(word) if able else ""
                if at == 0 and not able:
                    cuts = [at for each in later if (at := rest.find(plain(each)[: _SHORTEST + 1])) >= _SHORTEST]
                    told = rest.partition("-")[0][: min(cuts, default=len(rest))]
                    word = told.title()
                words.append(word)
                rest = rest[len(told) :].lstrip("-")
            made = " ".join(words)
            if made not in self._known:
                return made
        return None

    def follows(self, pairs: Sequence[tuple[str, str]]) -> bool:
        """Whether domains of (firm, domain) begin as their firms do."""
        told = [plain(domain).startswith(plain(firm.split()[0])) for firm, domain in pairs if firm.split()]
        return len(told) > 20 and sum(told) > 0.5 * len(told)

    def _core(self, cell: str) -> str:
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
            self._like[shape(cell)].append(cell)
        self._vehicles = bool(cells) and all(
            vin_check(cell) == cell[VIN_CHECK : VIN_CHECK + 1] for cell in cells[:LEAST]
        )

    def another(self, cell: str) -> str:
        """A code that begins like the cell and ends like others of its shape, digit by digit."""
        like = self._like.get(shape(cell), [])
        cut = max(1, sum(char.isdigit() for char in cell) // 3)
        digits = [at for at, char in enumerate(cell) if char.isdigit()]
        for _ in range(_TRIES if len(like) > 1 and digits and " " not in cell.strip() else 0):
            made = list(cell)
            for at in digits[cut if len(digits) > 2 else 0 :]:
                made[at] = self.draw.choice(like)[at]
            if self._vehicles:
                made[VIN_CHECK] = vin_check("".join(made)) or made[VIN_CHECK]
            if "".join(made) not in self._known:
                return "".join(made)
        return cell


# Names that people of a list's language have and the list has not, for records whose name is to be a new one. Halves
# of two Latin names make no name (`Rernd`), which a reader sees at once. Tables of real names by language are Faker's
# (MIT).

_LIKE = 0.3
"""Share of a list's names that a table must have for its language to be the list's. A guess: a table of 500 surnames
has two in three of an English list's; a wrong language's has one in twenty."""
_FURTHER = ("en_US", "en_GB")
_PARTS = {"given_name": "first_names", "family_name": "last_names", "middle_name": "first_names"}


def case_of(texts: Sequence[str]) -> Callable[[str], str] | None:
    """How most texts are written: `str.upper` or `str.lower`; None where neither."""
    return next((w for w in (str.upper, str.lower) if sum(text == w(text) for text in texts) * 2 > len(texts)), None)


def fresh_names(texts: Sequence[str], piece: str, region: str) -> list[str]:
    """Names like `texts` (one a row) that are not among them, in the list's case; empty where its language is unknown.

    piece: `given_name`, `middle_name` or `family_name`; region: the list's country.
    """
    counts = Counter(text.casefold() for text in texts)
    best, covered = list[str](), _LIKE * counts.total()
    path = import_module("faker.providers.person").__path__
    own = [module.name for module in iter_modules(path) if module.name.endswith(f"_{region}")]
    for locale in [*own, *(name for name in _FURTHER if name not in own)]:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names = [str(name) for name in getattr(provider, _PARTS[piece], ())]
        known = sum(counts[name.casefold()] for name in {*names})
        if known >= covered and known:
            best, covered = names, known
    write = case_of(texts) or str
    return sorted({write(name) for name in best if name.casefold() not in counts and "{" not in name})
