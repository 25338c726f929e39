"""Says reasons in a language: numbers, days and names in its way, how sure in five words of fixed meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from tracer.disclosure import (
    Count,
    DatasetRef,
    Measure,
    Number,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Share,
    Text,
    Times,
    Word,
    sure_word,
)
from tracer.errors import UsageError
from tracer.policy import FEW
from tracer.wording.catalogue_files import (
    LANGUAGES,
    LINES,
    BrokenCatalogue,
    Call,
    Choice,
    filled_pattern,
    pattern_of,
    written_entries,
)
from tracer.wording.names import Introduced, Names, one_full_stop

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around what is filled in in a Chinese sentence, until its neighbours are known."""
_CHINESE = "[\u2e80-\u9fff\uff00-\uffef]"
_OWNED = re.compile(r" \(([^()\s]+)\)’s\b")
"""An English possessive after an id, which follows a name: it is the name's."""


@cache
def _loose() -> re.Pattern[str]:
    """A space that parts Chinese from Chinese: catalogues part a placeable from its sentence, for ids. Made where a
    sentence is Chinese: it takes longer than all other patterns of a command together."""
    return re.compile(f"(?<={_CHINESE}) (?={_OPEN}{_CHINESE})|(?<={_CHINESE}{_CLOSE}) (?={_OPEN}?{_CHINESE})")


class _Value:
    """A number that is said by its class, and is not chosen by. Said where it is needed only: names are introduced."""

    def __init__(self, number: Number, voice: Voice) -> None:
        self.number, self.voice = number, voice

    def __str__(self) -> str:
        """As it is said."""
        text = self.voice.show(self.number)
        return f"{_OPEN}{text}{_CLOSE}" if self.voice.lang == "zh" else text


class _Marked(str):
    """Words that are filled in, and may be chosen by."""

    __slots__ = ()

    def __str__(self) -> str:
        """As they are said."""
        return f"{_OPEN}{str.__str__(self)}{_CLOSE}"


FORMER = {
    f"{room}-{code}"
    for room, codes in {
        "derivation": "alone covers errors explanation follows grown newest one-register overlap rows-explained"
        " two-lists",
        "retention": "copied copied-perhaps exported-then",
        "conclusion": "copy client register undecided withdrawn day",
    }.items()
    for code in codes.split()
}
"""Codes that version 0.2 kept in findings and this one no longer gives: until they are traced again."""


class Voice:
    """Says reasons in one language; parties and lists by their names where `names` has them."""

    def __init__(self, lang: str, names: Names | Introduced | Mapping[str, str] | None = None) -> None:
        """names: id -> as it is shown, of parties and lists apart or together.

        Raises `UsageError`: a language without a catalogue.
        """
        if lang not in LANGUAGES:
            raise UsageError(f"unknown language {lang!r}", where="lang", remedy=f"one of: {', '.join(LANGUAGES)}")
        self.lang = lang
        self.names = names if isinstance(names, Names | Introduced) else Names(names or {}, names or {})

    def say(self, reason: Reason) -> str:
        """The sentence. Raises `BrokenCatalogue`: a code or number that the catalogue does not know.

        >>> Voice("en").say(Reason.of("same-bytes", datasets=(DatasetRef("a"), DatasetRef("b"))))
        'a and b are the same file, byte for byte. They are one source, not several.'
        """
        code = "former-reason" if reason.code in FORMER else reason.code
        return self._said_by_catalogue(code, {name: self._argument(number) for name, number in reason.numbers.items()})

    def word(self, key: str, /, **filled: object) -> str:
        """Words that are not a finding's, filled in: whole numbers grouped, anything else as its text.

        Raises `BrokenCatalogue`: a key that the catalogue does not know, or one that needs more than is filled in.

        >>> Voice("en").word("page-hits", n=1200)
        '1,200 found'
        """
        text = _Marked if self.lang == "zh" else str
        return self._said_by_catalogue(
            key, {name: one if isinstance(one, int) else text(one) for name, one in filled.items()}
        )

    def _said_by_catalogue(self, key: str, given: Mapping[str, object]) -> str:
        try:
            text = filled_pattern(pattern_of(self.lang, key), given, _functions(self.lang), PLURAL[self.lang])
        except KeyError as missing:
            raise BrokenCatalogue(f"cannot say {key!r} without {missing}", where=f"wording.{self.lang}") from None
        said = one_full_stop(LINES[self.lang].join(text.splitlines()))
        if isinstance(self.names, Introduced):
            knows = self.names.knows
            said = _OWNED.sub(lambda found: f"’s ({found[1]})" if knows(found[1]) else found[0], said)
        return _loose().sub("", said).replace(_OPEN, "").replace(_CLOSE, "") if _OPEN in said else said

    def _argument(self, number: Number) -> object:
        """A number as Fluent takes it: a whole number or a word to choose by, anything else as its text."""
        if isinstance(number, Word):
            return number.code
        if isinstance(number, int):
            return number
        if isinstance(number, Count) and not number.few:
            return number.n
        if number is None:
            return "none"
        return _Value(number, self)

    def show(self, number: Number) -> str:
        """A number by itself."""
        if isinstance(number, tuple):
            # `a, b and c`.
            *first, last = [self.show(one) for one in number] or [""]
            if not first:
                return last
            joint, end = (", ", " and ") if self.lang == "en" else ("、", "、")
            return f"{joint.join(first)}{end}{last}"
        if isinstance(number, Reason):
            return self.say(number)
        if isinstance(number, date):
            return day_of(number, self.lang)
        if isinstance(number, DatasetRef | PartyRef | ReleaseRef | Ref):
            return self.names.of(number)
        return number.text if isinstance(number, Text) else self._figure(number)

    def show_each(self, numbers: Iterable[Number]) -> list[str]:
        """Several numbers, each by itself."""
        return [self.show(one) for one in numbers]

    def _figure(self, number: Number) -> str:  # noqa: PLR0911 - one way for each kind
        if isinstance(number, Count):
            return FEW if number.few else f"{number.n:,}"
        if isinstance(number, Probability):
            return percent(number.value)
        if isinstance(number, Share):
            return share(number.value)
        if isinstance(number, PValue):
            return chance(number.value, self.lang)
        if isinstance(number, Times | Measure):
            value = number.value
            if abs(value) >= 9.95:
                return f"{round(float(f'{value:.2g}')):,}"
            if 0 < abs(value) < 0.095:
                # What is nearly none is not none.
                return f"{value:.2f}" if abs(value) >= 0.01 else "<0.01"
            return f"{value:.1f}"
        if isinstance(number, Word):
            return number.code
        return "" if number is None else f"{int(str(number)):,}"


AGAINST = 10
"""Odds against from which they are said, in the place of "cannot be told"."""
PLURAL: Mapping[str, Callable[[int], str]] = {
    "en": lambda count: "one" if count == 1 else "other",
    "zh": lambda _: "other",
}
"""The plural form of a whole number, as CLDR calls it."""


@cache
def _functions(lang: str) -> dict[str, Callable[..., Any]]:
    def sure(value: Any) -> str:
        """`very likely, 97%`, or by whom it was judged."""
        if isinstance(value.number, Reason):
            return str(value)
        probability = value.number.value
        if probability <= 1 / (1 + AGAINST):
            odds = round((1 - probability) / max(probability, 1e-6))
            return say(Reason("how-sure-against", {"odds": odds}), lang)
        numbers: dict[str, Number] = {"word": Reason(sure_word(probability)), "percent": Text(percent(probability))}
        return say(Reason("how-sure", numbers), lang)

    def any_of(value: Any) -> str:
        """Items one of which is enough: `a; b; c`."""
        return joined_items([value.voice.show(one) for one in value.number], lang)

    def list_of(client: Any, dataset: Any) -> str:
        """A client's list: by its title where it has one."""
        if dataset != "none" and dataset.voice.names.has_name(dataset.number):
            return str(dataset)
        text = client.voice.say(Reason("list-of", {"client": client.number}))
        return f"{_OPEN}{text}{_CLOSE}" if lang == "zh" else str(text)

    def listed(dataset: Any) -> str:
        """A list in a sentence: one without a title as the list of that id."""
        if dataset.voice.names.has_name(dataset.number):
            return str(dataset)
        text = dataset.voice.say(Reason.of("list-called", dataset=dataset.number))
        return f"{_OPEN}{text}{_CLOSE}" if lang == "zh" else str(text)

    def span(first: Any, last: Any, joint: str = "to") -> str:
        """`20 March to 2 July 2026`: from a day to another, what they share said once."""
        return days_between(first.number, last.number, lang, str(joint))

    def chosen(value: Any) -> int | None:
        """How many items a list has, to choose a plural by."""
        return len(value.number) if isinstance(value, _Value) and isinstance(value.number, tuple) else None

    return {"SURE": sure, "ANY": any_of, "HOWMANY": chosen, "LISTOF": list_of, "LISTED": listed, "SPAN": span}


@cache
def spoken_by(lang: str) -> Voice:
    """The voice of a language that knows no names."""
    return Voice(lang)


def say(reason: Reason, lang: str = "en") -> str:
    """The sentence with bare ids."""
    return spoken_by(lang).say(reason)


def joined_items(said: Iterable[str], lang: str, pointed: tuple[str, ...] = ()) -> str:
    """Sentences or parts of them as items of one line: only the last keeps its full stop.

    pointed: names that end in a point of their own, which stays.

    >>> joined_items(["One list.", "Another."], "en"), joined_items(["一份。", "另一份"], "zh")
    ('One list; Another.', '一份；另一份')
    >>> joined_items(["from Móveis Ltda.", "likely"], "en", ("Móveis Ltda.",))
    'from Móveis Ltda.; likely'
    """
    *items, last = [*said] or [""]
    return ("; " if lang == "en" else "；").join(
        [*(one if one.endswith(pointed) else one.rstrip(".。") for one in items), last]
    )


def percent(value: object) -> str:
    """Whole per cents that are reached, so that none says more than the word that goes with it; never 100% or 0%.

    >>> percent(0.9858), percent(0.9951), percent(0.004)
    ('98%', '>99%', '<1%')
    """
    probability = float(str(value))
    if probability > 0.99:
        return ">99%"
    return "<1%" if probability < 0.01 else f"{math.floor(round(probability * 100, 6))}%"


def chance(value: float, lang: str) -> str:
    """How often chance would do so well, as people say it: in per cents, then as one in so many, then as next to none.

    The number behind `one in` has two digits and is rounded down, so that no chance is said to be smaller than it is.

    >>> chance(0.31, "en"), chance(0.0007, "en"), chance(1e-12, "en"), chance(1e-12, "zh")
    ('31%', 'one in 1,400', 'less than one in a billion', '不到十亿分之一')
    """
    if value >= 0.095:
        return "100%" if value >= 1 else ">99%" if value > 0.99 else f"{math.ceil(round(value * 100, 6))}%"
    if value < 1e-9:
        return "less than one in a billion" if lang == "en" else "不到十亿分之一"
    times = round(1 / value, 6)
    unit = 10 ** max(0, math.floor(math.log10(times)) - 1)
    grouped = f"{math.floor(round(times / unit, 6)) * unit:,}"
    return f"one in {grouped}" if lang == "en" else f"{grouped} 分之一"


def share(value: float) -> str:
    """A part of a whole in per cents: whole ones, or one digit more below ten.

    >>> share(0.311), share(0.0512), share(1.0), share(0.0004)
    ('31%', '5.1%', '100%', '<0.1%')
    """
    if 0 < value < 0.001:
        return "<0.1%"
    if value < 0.0995:
        return f"{value * 100:.1f}%"
    # All but a few is not all.
    return f"{value:.0%}" if value >= 1 or value < 0.995 else ">99%"


def word(key: str, lang: str, /, **filled: object) -> str:
    """The words of `key` in `lang`; see `Voice.word`, which says what is raised.

    >>> word("page-hits", "en", n=1200), word("page-hits", "zh", n=1200)
    ('1,200 found', '找到 1,200 项')
    """
    return spoken_by(lang).word(key, **filled)


def key_of(table: str, value: object) -> str | None:
    """The key of a word of the data in a table of words; None where the table does not have it.

    >>> key_of("page-role", "system_vendor"), key_of("page-role", "wizard")
    ('page-role-system-vendor', None)
    """
    key = f"{table}-{str(value).replace('_', '-').replace(' ', '-')}"
    return key if key in written_entries() else None


def data_word(table: str, value: object, lang: str, /, **filled: object) -> str:
    """A word of the data in `lang`; what no catalogue has, because a person wrote it, stays as it is."""
    key = key_of(table, value)
    return str(value) if key is None else word(key, lang, **filled)


@cache
def templates(beginning: str, lang: str) -> dict[str, str]:
    """Key without its `beginning` -> words with `{name}` where something is filled in, for who fills them in himself.

    Raises `BrokenCatalogue`: an entry chooses between words, which he cannot.
    """
    found: dict[str, str] = {}
    for code in (code for code in written_entries(lang) if code.startswith(beginning)):
        text = ""
        for one in pattern_of(lang, code):
            if isinstance(one, Call | Choice):
                raise BrokenCatalogue(f"{code!r} may only have places to fill in", where="wording")
            text += one if isinstance(one, str) else f"{{{one.name}}}"
        found[code.removeprefix(beginning)] = LINES[lang].join(text.splitlines())
    return found


_MONTHS = "January February March April May June July August September October November December".split()
_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()
"""As CLDR has them for British English."""


def day_of(day: date, lang: str) -> str:
    """A day.

    >>> day_of(date(2026, 1, 2), "en"), day_of(date(2026, 1, 2), "zh")
    ('2 January 2026', '2026年1月2日')
    """
    return _written_day(day, lang, year=True, month=True)


def days_between(first: date, last: date, lang: str, joint: str = "to") -> str:
    """From one day to another in words, what they share said once; `joint`: `to` or `and`, in English.

    >>> days_between(date(2026, 3, 20), date(2026, 7, 2), "en"), days_between(date(2026, 7, 1), date(2026, 7, 2), "zh")
    ('20 March to 2 July 2026', '2026年7月1日至2日')
    """
    year = first.year != last.year
    month = year or first.month != last.month
    if lang == "en":
        return f"{_written_day(first, lang, year=year, month=month)} {joint} {day_of(last, lang)}"
    return f"{day_of(first, lang)}至{_written_day(last, lang, year=year, month=month)}"


def _written_day(day: date, lang: str, *, year: bool, month: bool) -> str:
    if lang == "en":
        return f"{day.day}{f' {_MONTHS[day.month - 1]}' if month else ''}{f' {day.year}' if year else ''}"
    return f"{f'{day.year}年' if year else ''}{f'{day.month}月' if month else ''}{day.day}日"


def month_of(day: date, lang: str) -> str:
    """The month of a day, short: for axes.

    >>> month_of(date(2026, 4, 1), "en"), month_of(date(2026, 4, 1), "zh")
    ('Apr 2026', '2026年4月')
    """
    return f"{_SHORT[day.month - 1]} {day.year}" if lang == "en" else f"{day.year}年{day.month}月"
