"""Several columns that identify a contact together: a name and a birthday, a number and a branch.

The cells of a row are folded (`folded_words`, `folded_day`) and make one text: the days, then the words of all other
cells in the order of their letters. So it does not matter which column a word was in, nor in which order the columns
were named. Each column is folded by its distinct texts; the rest is set-based.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import duckdb
import pyarrow as pa

from tracer.case.store import insert_read
from tracer.identify.cell import PLACEHOLDERS, fold, plain_digits
from tracer.identify.keys import further_key_sql
from tracer.identify.person import simplified_characters
from tracer.resources import sql_next_to

# Days of people, mostly birthdays, in whatever form they were written: folded to `1990-03-04`. A form with the year
# in front, or with the month in letters, says itself what is what. Where day and month are both digits, the column
# decides: one cell of 13 to 31 in a place shows which place is the day's. Years of two digits up to 29 are of this
# century. Years of the Republic of China, of Japanese eras and of the Buddhist calendar are counted back; those of
# the Persian and the Islamic calendar stay as they are.

DEFAULT_DAYS = frozenset(
    """
    0001-01-01 1000-01-01 1753-01-01 1899-12-30 1899-12-31 1900-01-00 1900-01-01 1901-01-01 1970-01-01 9999-12-31
    """.split()
)
"""What programs write where no day was given: the first or last day that they know."""

_CLOCK = re.compile(
    r"(?:[T ,]+\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?)$"
)
_GROUPS = re.compile(r"\d+")
_BETWEEN = re.compile(r"^[\s\-/.,_年月日号號년월일]*$")
_TWO_SHORT = re.compile(r"\D{0,3}\d{1,2}\D{1,3}\d{1,2}\D{1,3}\d")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
# y, m, d: year, month, day; yy: the last two digits of a year; a, b: day and month in an order that the column decides.
_TOGETHER = (
    re.compile(r"(?P<y>(?:1[6-9]|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"),
    re.compile(r"(?P<a>\d\d)(?P<b>\d\d)(?P<y>(?:1[89]|20)\d\d)"),
)
_PARTED = (
    re.compile(r"(?P<y>\d{3,4}) (?P<m>\d+) (?P<d>\d+)"),
    re.compile(r"(?P<a>\d+) (?P<b>\d+) (?P<y>\d{4})"),
    re.compile(r"(?P<yy>3[2-9]|[4-9]\d) (?P<m>\d+) (?P<d>\d\d)"),
    re.compile(r"(?P<a>\d{1,2}) (?P<b>\d+) (?P<yy>\d\d)"),
)
_SERIAL = re.compile(r"[1-9]\d{3,4}(?:\.0+)?")
_ERAS = {
    name: before
    for before, names in {
        1911: "民國 民国 中華民國 中华民国 大正 T",
        1867: "明治 M",
        1925: "昭和 S",
        1988: "平成 H",
        2018: "令和 R",
    }.items()
    for name in names.split()
}
_ERA = re.compile(rf"({'|'.join(sorted(_ERAS, key=len, reverse=True))})\s*\.?\s*(元|\d{{1,3}})(?=[\s年./\-])")
_EXCEL_ZERO = date(1899, 12, 30)
_PIVOT = 29
_LONGEST_DAY = 60
_MONTHS_OF = tuple(
    """
    en es fr de it pt nl sv da nb fi et lv lt pl cs sk hu ro hr sl bg el ru uk tr id ms vi ca ar he fa hi th ka
    """.split()
)


@dataclass(frozen=True)
class DayOrder:
    """Which of two numbers in front of a year is the day."""

    day_first: bool
    sure: bool
    """Whether a cell of the column shows it, or none needs it."""


def order_of(texts: Iterable[str], region: str) -> DayOrder:
    """The order of a column of days, by its cells; where none shows it, that of the region.

    Only cells such as `03/04/1990` say anything: the first of their numbers is a day if any is over 12.
    """
    first = second = either = 0
    for text in filter(_TWO_SHORT.match, texts):
        numbers = _numbers(_clean(text))
        if len(numbers) == 3 and len(numbers[0]) <= 2 and len(numbers[1]) <= 2:
            first += int(numbers[0]) > 12 and int(numbers[1]) <= 12
            second += int(numbers[1]) > 12 and int(numbers[0]) <= 12
            either += int(numbers[0]) <= 12 and int(numbers[1]) <= 12
    if first or second:
        return DayOrder(first >= second, sure=True)
    return DayOrder(region != "US", sure=not either)


def folded_day(text: str, order: DayOrder, *, serials: bool = False) -> str | None:
    """The day as `1990-03-04`, or the year, or year and month, where no more is said; None for anything else.

    `serials`: whether a number of four or five digits is a spreadsheet's day.
    """
    if len(text) > _LONGEST_DAY:
        return None
    clean = _clean(text)
    if serials and _SERIAL.fullmatch(clean) and not _YEAR.fullmatch(clean):
        return (_EXCEL_ZERO + timedelta(days=int(float(clean)))).isoformat()
    numbers = [clean] if clean.isdigit() else _numbers(clean)
    if len(numbers) == 1 and _YEAR.fullmatch(numbers[0]):
        return numbers[0]
    if len(numbers) == 2 and len(numbers[0]) == 4 and 1 <= int(numbers[1]) <= 12:
        return f"{numbers[0]}-{int(numbers[1]):02d}"
    forms, digits = (_TOGETHER, clean) if clean.isdigit() else (_PARTED, " ".join(numbers))
    found = next((match for form in forms if (match := form.fullmatch(digits))), None)
    if found is None:
        return _with_named_month(clean)
    said = found.groupdict()
    month, day = ("m", "d") if "m" in said else ("b", "a") if order.day_first else ("a", "b")
    year = int(said["y"]) if "y" in said else _century(said["yy"])
    return _day(year, int(said[month]), int(said[day]))


def _clean(text: str) -> str:
    """Plain digits, the clock taken off, years of eras counted back."""
    plain = _CLOCK.sub("", plain_digits(unicodedata.normalize("NFKC", fold(text)))).strip(" '\"=")
    era = _ERA.match(plain)
    if era:
        year = 1 if era.group(2) == "元" else int(era.group(2))
        plain = f"{_ERAS[era.group(1)] + year}{plain[era.end() :]}"
    return plain


def _numbers(clean: str) -> list[str]:
    """The groups of digits, if nothing but signs between is there."""
    return _GROUPS.findall(clean) if _BETWEEN.fullmatch(_GROUPS.sub("", clean)) else []


def _century(two: str) -> int:
    return int(two) + (2000 if int(two) <= _PIVOT else 1900)


def _day(year: int, month: int, day: int) -> str | None:
    if 2400 <= year <= 2600:
        year -= 543
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _with_named_month(clean: str) -> str | None:
    """`4 March 1990`, `Mar 4, 1990`, `4 de marzo de 1990`: None where no word is a month's."""
    words = re.findall(r"[^\W\d_]+", clean)
    numbers = [number for number in _GROUPS.findall(clean) if len(number) <= 4]
    if not words or len(words) > 5 or len(numbers) != 2:
        return None
    month = next((found for word in words if (found := _months().get(_bare(word))) is not None), None)
    if month is None:
        return None
    year = next((number for number in numbers if len(number) == 4), None)
    if year is not None:
        return _day(int(year), month, int(numbers[0] if numbers[1] == year else numbers[1]))
    return _day(_century(numbers[1]), month, int(numbers[0])) if len(numbers[1]) == 2 else None


def _bare(word: str) -> str:
    text = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in text if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The names of the months in many languages, whole and cut, as the Unicode locale data give them; a name that means
    two months is none."""
    from babel import Locale

    found: dict[str, set[int]] = {}
    for code in _MONTHS_OF:
        months = Locale(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    for word in re.findall(r"[^\W\d_]{3,}", str(name)):
                        found.setdefault(_bare(word), set()).add(int(number))
    return {word: next(iter(numbers)) for word, numbers in found.items() if len(numbers) == 1}


# Names and other texts of people, folded to their words, so that they compare however they were written. Case, width,
# accents, titles, remarks in brackets, spacing, hyphens and the order of the words do not count; traditional
# characters count as simplified ones. A word of Chinese, Japanese or Korean is its characters, as everyone parts it
# differently. `ae`, `oe`, `ue` count as `a`, `o`, `u`: they are umlauts as often as not.

_REMARK = re.compile(r"[(\[【<《].*?[)\]】>》]")
_TITLE_AFTER = re.compile(
    r"(?:先生|女士|小姐|太太|老师|老板|经理|总监|总经理|董事长|主任|医生|师傅|同学|様|さん|님|씨)$"
)
_TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof sir herr frau sr sra srta mme mlle sig sigra dott dottssa jr
    """.split()
)
_MASK = re.compile(r"[*●•某×]|x{3,}")
_EAST_ASIAN = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_ALL_HAN = re.compile(r"[\u3400-\u9fff]+")
_ACCENTS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0591-\u05c7]")
_LETTERS = str.maketrans("ıøłđðæœىة", "iolddaoيه", "ـ'’‘`´ʼ") | str.maketrans({"þ": "th", "ß": "ss"})
_UMLAUT = re.compile(r"(?<=[aou])e")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200
"""Letters above which a text is not read."""


def folded_words(texts: list[str]) -> list[list[str] | None]:
    """The words of each text, in no order that means anything; None for one that says nothing, or hides a part.

    All at once, since the characters of many are made simplified in one step.
    """
    plain = [_REMARK.sub("", fold(text)[:_LONGEST]).replace("\n", " ").strip() for text in texts]
    joined = simplified_characters("\n".join(plain)).split("\n")
    return [_words(text) for text in joined]


def _words(text: str) -> list[str] | None:
    low = text.casefold().strip()
    if not low or low in PLACEHOLDERS or _MASK.search(low):
        return None
    if _EAST_ASIAN.search(low):
        low = _TITLE_AFTER.sub("", low.strip())
        if low.isalpha() and _ALL_HAN.fullmatch(low):
            return list(low)
    if low.isascii():
        bare = low.translate(_LETTERS)
    else:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", low).translate(_LETTERS))
        bare = unicodedata.normalize("NFC", bare)
    words = list[str]()
    for word in _WORD.findall(bare):
        if _EAST_ASIAN.search(word):
            words.extend(word)
        elif word not in _TITLES:
            words.append(_UMLAUT.sub("", word))
    return words or None


_statement = sql_next_to(__file__)
_SAMPLE = 2_000
"""Distinct texts of a column by which it is taken for one of days."""
_DAYS = 0.6
"""Share of them that must be days."""
POPULAR_DAYS = 20
"""How many times as often as the mean a day must come, and in how many rows at least, to be one that was filled in."""
_SCHEMA = pa.schema([("raw", pa.string()), ("words", pa.list_(pa.string())), ("day", pa.bool_())])


@dataclass(frozen=True)
class FoldedColumn:
    """A column that is part of a key, as it was folded."""

    position: int
    days: bool
    order: DayOrder
    """Which of two numbers in front of a year was taken for the day."""


def fold_column(con: duckdb.DuckDBPyConnection, cells: str, position: int, region: str, target: str) -> FoldedColumn:
    """Make temp table `target`(raw, words, day): the distinct texts of a column, folded.

    `words` is NULL where a text says nothing, and empty for a day that programs fill in. `cells`: SQL of (raw).
    `region`: whose order of day and month counts where no cell shows it.
    """
    texts = con.execute(f"SELECT DISTINCT raw FROM ({cells}) ORDER BY raw").to_arrow_table()["raw"]
    step = max(1, len(texts) // _SAMPLE)
    sample = [text for text in texts.slice(0).to_pylist()[::step] if folded_words([text])[0] is not None]
    order = order_of(texts.to_pylist(), region)
    days = sum(folded_day(text, order) is not None for text in sample)
    serials = sum(folded_day(text, order, serials=True) is not None for text in sample)
    holds_days = bool(sample) and max(days, serials if days else 0) >= _DAYS * len(sample)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target} (raw VARCHAR, words VARCHAR[], day BOOLEAN)")

    def day_words(text: str) -> list[str] | None:
        day = folded_day(text, order, serials=True)
        return None if day is None else [] if day in DEFAULT_DAYS else [day]

    def folded(texts: list[str]) -> pa.Table:
        words = [*map(day_words, texts)] if holds_days else folded_words(texts)
        return pa.table({"raw": texts, "words": words, "day": [holds_days] * len(texts)}, _SCHEMA)

    insert_read(con, target, texts, folded)
    return FoldedColumn(position, holds_days, order)


def read_composite(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[FoldedColumn], folds: Sequence[str], target: str
) -> tuple[int, float]:
    """Make `target`_seen and `target`_read as `normalise.read_column` does, from rows of several cells.

    source: relation (row, c0, c1 …) with one cell for each of `columns`, in that order; folds: the table of each. A row
    with a cell that says nothing has no key. Returns how many keys there are, and how many of them a list of strangers
    of the same length would have as well, by the frequencies of each part: (n - 1) times the product of the chances
    that two cells of a column agree.
    """
    popular = " UNION ALL ".join(
        _statement("popular_day").format(fold=fold, cell=f"c{i}", source=source, times=POPULAR_DAYS)
        for i, (fold, column) in enumerate(zip(folds, columns, strict=True))
        if column.days
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target}_popular AS {popular or 'SELECT NULL::VARCHAR AS day LIMIT 0'}")
    numbers, days = range(len(columns)), [i for i, column in enumerate(columns) if column.days]

    def each(form: str, places: Iterable[int], by: str) -> str:
        return by.join(form.format(i=i, fold=folds[i]) for i in places)

    popular_day = f"len(f{{i}}.words) = 0 OR f{{i}}.words[1] IN (SELECT day FROM {target}_popular)"
    con.execute(
        _statement("composite").format(
            target=target,
            source=source,
            joins=each("LEFT JOIN {fold} AS f{i} ON f{i}.raw = s.c{i}", numbers, " "),
            raw=each("coalesce(s.c{i}, '')", numbers, " || ' | ' || "),
            empty=each("s.c{i} IS NULL", numbers, " AND "),
            unsaid=each("f{i}.words IS NULL", numbers, " OR "),
            filled_in=each(popular_day, days, " OR ") or "false",
            days=each("f{i}.words", days, " || ") or "[]::VARCHAR[]",
            words=each("f{i}.words", [i for i in numbers if i not in days], " || ") or "[]::VARCHAR[]",
            key=further_key_sql("composite", "text"),
            position=columns[0].position,
        )
    )
    # Keys of a list, and the share of them that a list of strangers would have too.
    keys = con.execute(f"SELECT count(DISTINCT key) FROM {target}_seen").fetchall()[0][0]
    chance = 1.0
    for i, table in enumerate(folds):
        asked = _statement("same_cells").format(fold=table, cell=f"c{i}", source=source, target=target)
        same, rows = (float(count or 0) for count in con.execute(asked).fetchall()[0])
        chance *= same / (rows * (rows - 1)) if rows > 1 else 0.0
    return keys, max(0.0, (keys - 1) * chance)
