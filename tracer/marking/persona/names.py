"""The names of a list's people, and the part before the @ of their addresses.

A record's name is its identity's, where that came with one; that of its address, where the list's addresses say names;
and otherwise one of the list's own, put together of two rows. Local parts are made of the person's name in the ways in
which the list does it: `anna.keller`, `akeller72` and `keller_anna` are one name in three forms, each drawn as often as
the list has it. Those that no form explains (nicknames, names in other letters) are newly made of two of their kind.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules

from tracer.identify.organisation import parse
from tracer.identify.person import whole_name
from tracer.lists.read.words import plain, spelt_out
from tracer.marking.persona.columns import ListColumns
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.ids import LEAST, VIN_CHECK, vin_check
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.written import read_date

UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts in which characters of two names make a third."""
_DOUBLE = re.compile("欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|端木|宇文")
"""Family names of two characters that are common enough to be met in a list."""
_FOLLOW = 0.3  # Share of the addresses with the family name in them above which a persona is called as its address is.
_LEAST = 4  # Letters of a family name that is looked for in an address.
_SPOKEN = re.compile(r"([a-z]{2,})[._-]([a-z]{2,})[0-9]{0,4}@")  # An address that says its person's name.
_LIKE = 0.3
"""Share of a list's names that a table must have for its language to be the list's. A guess: a table of 500 surnames
has two in three of an English list's; a wrong language's has one in twenty."""
_FURTHER = ("en_US", "en_GB")
_PARTS = {"given_name": "first_names", "family_name": "last_names", "middle_name": "first_names"}


def split_name(name: str) -> tuple[str, str]:
    """Family name and the rest; a blank parts names that are not Chinese."""
    first, blank, rest = name.partition(" ")
    if blank and first and rest.strip():
        return first + blank, rest
    lead = len(name) - len(name.lstrip())
    cut = lead + (2 if _DOUBLE.match(name, lead) and len(name.strip()) > 2 else 1)
    return name[:cut], name[cut:]


class ListNames:
    """Where a list has its people's names: columns of the main part; None where it has none of the kind."""

    def __init__(self, source: SourceList) -> None:
        pieces = (next(iter(source.columns_of(piece)), None) for piece in ("given_name", "family_name"))
        self.given, self.family = pieces
        parts = {self.given, self.family}
        self.whole = next((i for i in source.places("name") if i not in parts), None)

    def of_row(self, cells: Sequence[str | None]) -> tuple[str | None, str, str]:
        """The whole name, the given name and the family name; empty where a row has none."""
        given, family = ("" if i is None else (cells[i] or "").strip() for i in (self.given, self.family))
        if (given or family) and (self.whole is None or None not in (self.given, self.family)):
            return whole_name(given, family), given, family
        whole = "" if self.whole is None else (cells[self.whole] or "").strip()
        if not whole:
            return None, "", ""
        last, comma, first = whole.partition(",")
        if comma:
            return whole, first.strip(), last.strip()
        if " " not in whole:
            family, given = ("", whole) if whole.isascii() else split_name(whole)
            return whole, given, family
        first, _, last = whole.rpartition(" ")
        return whole, first.partition(" ")[0], last


def _case_of(texts: Sequence[str]) -> Callable[[str], str] | None:
    """How most texts are written: `str.upper` or `str.lower`; None where neither."""
    return next((w for w in (str.upper, str.lower) if sum(text == w(text) for text in texts) * 2 > len(texts)), None)


def fresh_names(texts: Sequence[str], piece: str, region: str) -> list[str]:
    """Names that people of a list's language have and the list (`texts`, one a row) has not, in the list's case; empty
    where its language is unknown. Halves of two Latin names make no name (`Rernd`), which a reader sees at once. Tables
    of real names by language are Faker's (MIT).

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
    write = _case_of(texts) or str
    return sorted({write(name) for name in best if name.casefold() not in counts and "{" not in name})


class RecordNames:
    """The columns of names of one list."""

    def __init__(self, columns: ListColumns, draw: KeyedDraw) -> None:
        self.columns, self.draw, source = columns, draw, columns.source
        given, family = source.columns_of("given_name"), source.columns_of("family_name")
        self.parts = (given[0], family[0]) if given and family else None
        """Columns of the given and of the family name, where a list has both."""
        taken = self.parts or ()
        self.whole = [i for i in source.places("name") if i not in taken and i not in source.columns_of("middle_name")]
        self.own = sorted(taken) if taken else self.whole[:1]
        self._second = family[1] if taken and len(family) > 1 else None
        self._case = {i: _case_of(columns.filled[i]) for i in self.own}
        self._fresh: dict[int, list[str]] = {}
        self._single = dict[int, float]()  # Column -> share of its rows whose cell only they have.
        for i in self.own:
            counts, filled = columns.sample.counts[i], columns.filled[i]
            self._single[i] = sum(counts.get(cell, 1) == 1 for cell in filled) / max(1, len(filled))
        self._written_name: dict[int, dict[str, str]] = {}
        """Column -> plain letters -> how the list writes such a name: `mueller`: Müller."""
        for i in taken:
            forms = self._written_name.setdefault(i, {})
            for text in columns.filled[i]:
                for form in (plain(text), plain(spelt_out(text))):
                    forms.setdefault(form, text)
        said = [
            plain(name) in plain(mail.partition("@")[0])
            for i in (source.places("email") if self.parts else ())
            for mail, name in zip(columns.cells[i], columns.cells[family[0]], strict=True)
            if mail and name and len(name) >= _LEAST
        ]
        self._follow = bool(said) and sum(said) > _FOLLOW * len(said)
        """Whether the list's addresses are made of their people's names."""
        # How often words are the first of a whole name, and the last (after a comma the first one).
        whole = [name for i in self.whole[:1] for name in columns.filled[i]]
        parted = [name.partition(",") if "," in name else name.partition(" ") for name in whole]
        self._first = Counter(plain(one.strip().lower()) for one, _, _ in parted)
        self._last = Counter(
            plain((rest.split() or [""])[0 if sign == "," else -1].lower()) for _, sign, rest in parted
        )
        self._commas = sum(sign == "," for _, sign, _ in parted) > 0.5 * max(1, len(whole))

    def names_given_by(self, identity: Identity) -> dict[int, str]:
        """Column -> the name that an identity brings with it; empty where it brings none."""
        if self.parts is None:
            name = identity.name and self._in_order(identity.name)
            return {i: self._in_column_case(i, name) for i in self.whole[:1]} if name else {}
        first, last = self.parts
        if identity.name:
            name = identity.name
            if whole_name("x", name).startswith(name) and " " not in name.strip():
                family, given = split_name(name)
            else:
                given, _, family = name.strip().rpartition(" ")
            rest, _, before = given.rpartition(" ")
            known = self._written_name[first].keys() & {plain(before), plain(given)}
            if self._second is not None and rest and not known:  # two family names
                found = {first: rest, last: before, self._second: family}
            else:
                found = {first: given, last: family}
            return {i: self._in_column_case(i, text) for i, text in found.items()}
        spoken = _SPOKEN.match(identity.mails[0].lower()) if identity.mails and self._follow else None
        if spoken is None:
            return {}
        # As the column has the name, or as it writes such: in capitals, say.
        said = ((first, spoken[1]), (last, spoken[2]))
        return {i: self._written_name[i].get(plain(part)) or (self._case[i] or str.title)(part) for i, part in said}

    def invent(self, cells: Sequence[str | None], others: Sequence[str]) -> dict[int, str]:
        """Column -> name for an invented record. `cells`: those of the rows that were drawn; `others`: whole names of
        rows drawn at random, of which it gets its family name where the list writes whole names."""
        made: dict[int, str] = {}
        for i, piece in zip(self.parts or (), ("given_name", "family_name"), strict=False):
            if cells[i] and self.draw.fraction() < self._single[i]:
                if i not in self._fresh:
                    self._fresh[i] = fresh_names(self.columns.filled[i], piece, self.columns.source.region)
                if self._fresh[i]:
                    made[i] = self._fresh[i].pop(self.draw.below(len(self._fresh[i])))
        own = None if self.parts or not self.whole else cells[self.whole[0]]
        if own is None or self.draw.fraction() >= self._single[self.whole[0]]:
            return made
        joined = [_joined_name(own, other) for other in others]
        new = (name for name in joined if name not in self.columns.sample.counts[self.whole[0]])
        return {self.whole[0]: next(new, joined[0])} if joined else {}

    def _in_column_case(self, i: int, name: str) -> str:
        """A name in capitals or small letters, where the column has its names so."""
        write = None if UNSPACED.search(name) else self._case[i]
        return name if write is None else write(name)

    def _in_order(self, name: str) -> str:
        """A whole name with the family name where the list has it."""
        given, _, family = name.strip().rpartition(" ")
        if not given or UNSPACED.search(name) or "," in name:
            return name
        a, b = plain(given.split()[0].lower()), plain(family.lower())
        turned = self._first[b] + self._last[a] - self._first[a] - self._last[b]
        if self._commas:
            return f"{family}, {given}" if turned >= 0 else f"{name.split(maxsplit=1)[0]}, {name.partition(' ')[2]}"
        return f"{family} {given}" if turned > 0 else name


def _joined_name(own: str, other: str) -> str:
    """The given name of one and the family name of another, written as the first."""
    if "," in own and "," in other:
        return other.partition(",")[0] + "," + own.partition(",")[2]
    if own.isascii() or " " in own.strip():
        given = own.strip().rpartition(" ")[0]
        return f"{given} {other.strip().rpartition(' ')[2]}" if given else own
    return split_name(other)[0] + split_name(own)[1]


# Local parts of addresses.

_TRIES = 200
_USUAL = "g.f"  # The form where a list has no addresses to learn from.
_FORMS = ["g.f", "gf", "g_f", "g-f", "i.f", "if", "i_f", "f.g", "fg", "f_g", "f-g", "f.i", "fi", "g.j", "gj", "g", "f"]
"""g, f: given and family name; i, j: their first letters; what is between is written as it is."""
_ALLOWED = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST = 64  # Octets of a local part (RFC 5321, 4.5.3.1.1).


class LocalParts:
    """The local parts of one list."""

    def __init__(self, people: Iterable[tuple[str, str, str]], draw: KeyedDraw) -> None:
        """`people`: given name, family name and address of rows that have an address; names may be empty."""
        self.draw = draw
        self.made: list[tuple[str, str]] = []  # Form and digits of each row whose local part its name explains.
        self.other: list[str] = []  # Local parts that no form explains.
        self._digits: dict[int, list[str]] = {}
        for given, family, address in people:
            local = address.partition("@")[0].lower().partition("+")[0]
            base = local.rstrip("0123456789")
            form, digits = _form_of(given, family, base.rstrip("._-")), local[len(base) :]
            if form is not None:
                self.made.append((form, digits))
                self._digits.setdefault(len(digits), []).append(digits)
            elif _ALLOWED.fullmatch(local):
                self.other.append(local)

    def invent(self, given: str, family: str, taken: set[str]) -> str:
        """A local part for a person that is not in `taken`, which gets it."""
        for attempt in range(_TRIES):
            local = self._local(given, family)
            # Few names and many addresses: a number is what people take then.
            if attempt > _TRIES // 2:
                local += str(self.draw.below(9000) + 1000)
            if local and local not in taken:
                break
        else:
            local = f"{local}{self.draw.below(1 << 40)}"
        taken.add(local)
        return local

    def _local(self, given: str, family: str) -> str:
        # Names as they are written in an address, in Latin letters; empty where they have others.
        names = [plain(spelt_out(name.lower())) for name in (given, family)]
        names = [name if name.isascii() and name.isalpha() else "" for name in names]
        draw = self.draw
        if any(names) and (not self.other or draw.below(len(self.made) + len(self.other)) < len(self.made)):
            form, digits = draw.choice(self.made) if self.made else (_USUAL, "")
            written = _written_name(form if all(names) else "g" if names[0] else "f", *names)
            return (written + (draw.choice(self._digits[len(digits)]) if digits else ""))[:_LONGEST]
        if self.other:
            # The beginning of one of the list's and the end of another.
            one, two = draw.choice(self.other), draw.choice(self.other)
            return (one[: max(1, len(one) // 2)] + two[len(two) // 2 :]).strip("._-")
        return "".join(draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(2 + draw.below(2)))


def _form_of(given: str, family: str, base: str) -> str | None:
    """The form in which a local part without its digits is made of a name; None where it is not."""
    spellings = [{plain(name), plain(spelt_out(name.lower()))} for name in (given, family)]
    for form in _FORMS:
        able = (given or not {*form} & {*"gi"}) and (family or not {*form} & {*"fj"})
        if able and any(_written_name(form, one, two) == base for one in spellings[0] for two in spellings[1]):
            return form
    return None


def _written_name(form: str, given: str, family: str) -> str:
    parts: Mapping[str, str] = {"g": given, "f": family, "i": given[:1], "j": family[:1]}
    return "".join(parts.get(char, char) for char in form)


_ATTEMPTS = 40
_MADE = 0.6  # Share of a column's filled cells that are made of others, from which on a record's is.
_HEAD = 200
_SHORTEST = 3  # Letters of a text that is looked for in others; characters that are words by themselves may be fewer.
_SLOT = re.compile("\x00([0-9]+):([A-Za-z0-9-]+)\x00")
_SOMEBODY = re.compile(r"[^\s@]@[^\s@]+\.|(?<![0-9A-Za-z])\+?(?:[0-9][ ()./-]{0,2}){8,}[0-9](?![0-9A-Za-z])")
_RUN = re.compile(r"[0-9]+")
_POSTCODE = 5  # Digits from which on a number behind that of a house is of its street's post.


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
        self.of: dict[int, list[str | None]] = {}  # Column -> the template of each row; None for a blank cell.
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
            if len(text) >= least or UNSPACED.search(text):
                yield name, text
                low, up = text.lower(), text.upper()
                for kind, other in (("low", low), ("up", up), ("plain", plain(spelt_out(low)))):
                    if other != text or least == 1:
                        yield f"{name}-{kind}", other

    def fill(self, template: str, cells: Sequence[str | None]) -> str | None:
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
        for _ in range(_ATTEMPTS if core and len(able) > 1 else 0):
            words = self.draw.choice(able).split()[:1] + self.draw.choice(able).split()[1:]
            half = max(1, len(core) // 2)
            new = " ".join(words) if len(words) > 1 else self.draw.choice(able)
            if UNSPACED.search(core):
                new = self.draw.choice(able)[:half] + self.draw.choice(able)[half:]
            made = cell.replace(core, new, 1)
            if made not in self._known:
                return made
        return cell

    def of_domain(self, domain: str) -> str | None:
        """A firm that the list has not, called as its domain is: with words of the list's firms where it says such, and
        after them what one of these is."""
        for _ in range(_ATTEMPTS):
            words, rest = list[str](), plain(domain.partition(".")[0])
            for at, own in enumerate(self.draw.choice(self._words)):
                known = self._second if at else self._first
                begun = [(word, plain(word)) for word in known if rest and plain(word)]
                long = len(rest) >= _SHORTEST
                able = [word for word, name in begun if rest.startswith(name) or (long and name.startswith(rest))]
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


class Houses:
    """House numbers of a list's addresses, by what follows them: house, floor, room."""

    def __init__(self, cells: Sequence[str], draw: KeyedDraw) -> None:
        self.draw = draw
        self._runs: dict[tuple[int, str], list[str]] = defaultdict(list)
        for cell in cells:
            for at, found in enumerate(_RUN.finditer(cell)):
                self._runs[at, cell[found.end() : found.end() + 1]].append(found.group())

    def same_street(self, cell: str) -> str:
        """The address in the same street, at another number."""
        pieces, last = [], 0
        for at, found in enumerate(_RUN.finditer(cell)):
            near = self._runs.get((at, cell[found.end() : found.end() + 1]), [found.group()])
            near = [found.group()] if at and len(found.group()) >= _POSTCODE else near
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
        for _ in range(_ATTEMPTS if len(like) > 1 and digits and " " not in cell.strip() else 0):
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
