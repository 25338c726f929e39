"""Area codes in a column of their own: a number behind one is whole only together with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from tracer.lists.read.languages import plain
from tracer.lists.read.words import role_of_heading

_PARTED = (
    ("US", "[2-9][0-9]{2}", "[2-9][0-9]{2}-?[0-9]{4}"),
    ("BR", "[1-9][1-9]", "9[0-9]{4}-?[0-9]{4}|[2-5][0-9]{3}-?[0-9]{4}"),
)
"""Whose do-not-call registries deliver area codes and numbers apart, and the form of each."""
_NEARLY_ALL, _HALF = 0.98, 0.5
_SAYS_AREA = re.compile(
    r"(?:phone|tel)?(?:area|std|city|diall?ing)(?:code|cd)|ddd|std|(?:orts|telefon)?vorwahl|prefisso|prefijo|(?:clave)?lada"
    r"|cod(?:igo|e|ice)?(?:de|di)?area|indicatif(?:regional)?|(?:numer)?kierunkowy|alankodu|netnummer|riktnummer"
    r"|kengetal|кодгорода|区号|區號|市外局番|지역번호"
)
"""Headings, by `plain`."""
_AREA, _REST = r"\(?\+?[0-9]{1,5}\)?", r"[1-9][0-9 .-]{3,10}[0-9]"


def parted_region(con: duckdb.DuckDBPyConnection, cells: str) -> str | None:
    """The country of a table that is nothing but area codes and numbers in two columns."""
    parted = (
        "SELECT count(*) FILTER (regexp_full_match(trim(c0), $area) AND regexp_full_match(trim(c1), $number))"
        f" >= $nearly * count(*) FROM {cells}"
    )
    return next((
        region for region, area, number in _PARTED
        if con.execute(parted, {"area": area, "number": number, "nearly": _NEARLY_ALL}).fetchall()[0][0]
    ), None)  # fmt: skip


def join_area_codes(con: duckdb.DuckDBPyConnection, cells: str, header: Sequence[str]) -> tuple[int, int] | None:
    """Puts area codes in front of the numbers in the next column whose heading promises some; returns the positions of
    both. None where no heading says area code, or most numbers are whole."""
    area = next((at for at, heading in enumerate(header) if _SAYS_AREA.fullmatch(plain(heading))), None)
    if area is None:
        return None
    near = [at for at in (area + 1, area + 2, area - 1) if 0 <= at < len(header)]
    number = next((at for at in near if role_of_heading(header[at]) == "phone"), None)
    if number is None or (len(header) == 2 and parted_region(con, cells) is not None):
        return None
    forms = {"area": _AREA, "rest": _REST}
    apart = f"regexp_full_match(trim(c{area}), $area) AND regexp_full_match(trim(c{number}), $rest)"
    found = con.execute(
        f"SELECT count(*) FILTER ({apart}) >= {_HALF} * count(c{number}) FROM {cells}", forms
    ).fetchall()
    if not found[0][0]:
        return None
    con.execute(f"UPDATE {cells} SET c{number} = trim(c{area}) || ' ' || trim(c{number}) WHERE {apart}", forms)
    return area, number
