"""Lists of people who refused, and public registers, known by what they say of themselves: by the name of a file, or a
column that says of every row when its person refused.

What a person says of the list (`--origin`) comes before all of it. A list that was cleaned of such people says the same
words, and lists of anybody have a column of marks: neither is decided, the first is asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from tracer.documents import toml_of
from tracer.identify.drop import DOWNLOAD, LIST_TYPES
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.landing import AREA_AND_NUMBER, cells_of
from tracer.lists.read.model import FileRead


def _words(listed: str) -> re.Pattern[str]:
    """Finds any of these words in a folded text."""
    words = sorted(word.strip() for word in " ".join(listed.split()).split(","))
    begun = [
        re.escape(word.removesuffix("=")) + (r"(?!\w)" if word.endswith("=") else "")
        for word in words
        if word.isascii()
    ]
    inside = [re.escape(word) for word in words if not word.isascii()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(begun)})|{'|'.join(inside)}")


_REFUSED, _REGISTER, _CLEANED, _SINCE = (
    _words(listed)
    for listed in map(
        toml_of((Path(__file__).parent / "recognised.toml").read_text("utf-8")).__getitem__,
        ("refused", "register", "cleaned", "since"),
    )
)
"""Words of names of lists of people who refused, of public registers, and of lists from which such people were taken
out; and of headings of the day on which somebody refused."""
_DAY = re.compile(r"\d{1,4}\s*[-/.年]\s*\d{1,2}|\b\d{8}\b|\b\d{10}\b|[^\W\d_]{3,}\.? \d{1,2},? \d{4}")
_ALL = 0.95  # share of rows with a day, from which the column is about everybody and not a mark on some


def _folded_text(text: str) -> str:
    """Without case, accents and signs between words; umlauts as one letter."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).lower()
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[_\W]+", " ", unicodedata.normalize("NFC", kept)).split())


def says_since(heading: str) -> bool:
    """Whether a heading speaks of people who refused."""
    return _SINCE.search(_folded_text(heading)) is not None


def as_downloaded(read: FileRead, name: str, facts: DatasetFacts) -> tuple[DatasetFacts, tuple[str, ...]]:
    """What a download of California's DROP says of itself: its day, by which all in it had refused; and that requests
    which were taken back are in another file of it."""
    files = [Path(name).name, *(part.member or "" for part in read.parts)]
    kinds = {found[2].lower() for each in files if (found := DOWNLOAD.search(each)) is not None}
    days = [found[1] for each in files if kinds and (found := re.search(r"(?:^|/)(20\d{6})_\d{4}_", each)) is not None]
    notes = list[str]()
    if kinds & LIST_TYPES.keys() and not read.withdrawn and not name.lower().endswith(".zip"):
        notes.append("requests that were taken back are in another file of the download, …_Removed.csv: load it, too")
    if days and not (facts.obtained or facts.created):
        try:
            facts = replace(facts, obtained=date.fromisoformat(max(days)))
        except ValueError:
            return facts, tuple(notes)
        notes.append(f"obtained on {facts.obtained}, by its name; another day with --obtained")
    return facts, tuple(notes)


def recognised_origin(
    con: duckdb.DuckDBPyConnection, read: FileRead, name: str, facts: DatasetFacts
) -> tuple[str | None, str]:
    """The origin of a list of which none was said, where it says it itself, and the note on that; a note alone where it
    has to be asked."""
    named = [each for each in (Path(name).name, *(part.member for part in read.parts), facts.title) if each]

    def said_by(words: re.Pattern[str]) -> str | None:
        return next((each for each in named if words.search(_folded_text(Path(each).stem))), None)

    refused = said_by(_REFUSED)
    if refused is not None and said_by(_CLEANED) is not None:
        return None, f"{refused!r} speaks of people who refused: say --origin refusals if this list is of them"
    by = None if refused is None else f"its name, {refused!r}"
    if any(map(DOWNLOAD.search, named)):
        by = "its form: a download of California's DROP"
    elif all(part.columns and part.columns[0].variant == AREA_AND_NUMBER for part in read.parts):
        by = "its form: area codes and numbers apart, as do-not-call registries deliver them"
    register = None if by is not None else said_by(_REGISTER)
    if by is None and register is None and (since := _since_when(con, read)) is not None:
        by = f"the days in {since!r}"
    if by is not None:
        return "refusals", f"read as people who refused, by {by}; if they are not, say --origin obtained"
    public = "SELECT 1 FROM party WHERE id = $id AND role = 'public_source'"
    if register is None and con.execute(public, {"id": facts.holder}).fetchone() is None:
        return None, ""
    by = "its holder, who is a public source" if register is None else f"its name, {register!r}"
    return "register", f"read as a public register, by {by}; if it is none, say --origin obtained"


def _since_when(con: duckdb.DuckDBPyConnection, read: FileRead) -> str | None:
    """The heading of a column that says of every row when its person refused."""
    for part in read.parts:
        for column in part.columns:
            if part.rows and column.header and says_since(column.header):
                days = con.execute(
                    f"SELECT count(*) FROM {cells_of(con, part.raw_table)}"
                    f" WHERE regexp_matches(c{column.position}, $form)",
                    {"form": _DAY.pattern},
                ).fetchall()
                if days[0][0] >= _ALL * part.rows:
                    return column.header
    return None
