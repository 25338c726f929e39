"""Lists of many countries in their encodings: every cell comes back, and what is not certain is said."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.lists.read.foreign_names import foreign_list
from tests.lists.read.reading import ROWS, cells_of, read, read_bytes, written
from tracer.lists.read.encoding import by_name, detect, public_name

CODES = {
    "de": "cp1252 mac_roman cp850", "fr": "cp1252 iso8859-15 mac_roman", "es": "cp1252 mac_roman", "pt": "cp1252",
    "it": "cp1252", "sv": "cp1252", "da": "cp1252", "pl": "cp1250 iso8859-2", "cs": "cp1250 iso8859-2",
    "hu": "cp1250 iso8859-2", "hr": "cp1250 iso8859-2", "tr": "cp1254", "lt": "cp1257",
    "ru": "cp1251 koi8-r iso8859-5 cp866 mac_cyrillic", "uk": "cp1251 koi8-u", "bg": "cp1251", "el": "cp1253 iso8859-7",
    "he": "cp1255 iso8859-8", "ar": "cp1256 iso8859-6", "th": "cp874", "vi": "cp1258",
    "ja": "cp932 euc_jp iso2022_jp utf-16-le", "ko": "cp949 iso2022_kr utf-32-be",
}  # fmt: skip


def _list(language: str, code: str, rows: int, *, own_heading: bool = True, every: int = 1) -> str:
    text = foreign_list(language, rows, own_heading=own_heading, every=every)
    if language == "vi":  # Windows-1258 writes most accents as marks of their own
        text = "".join(char if char.encode(code, "ignore") else unicodedata.normalize("NFD", char) for char in text)
        text = text.encode(code, "ignore").decode(code)
    return text


@pytest.mark.parametrize(
    ("language", "code"), [(language, code) for language, codes in CODES.items() for code in codes.split()]
)
def test_a_country_s_list_is_decoded(language: str, code: str) -> None:
    """Thirty people, five, and two hundred of whom one in twenty has letters of the country."""
    for rows, every in ((30, 1), (5, 1), (200, 20)):
        for own_heading in (True, False):
            text = _list(language, code, rows, own_heading=own_heading, every=every)
            found = detect(text.encode(code), True)
            assert text.encode(code).decode(found.name) == text, (rows, every, own_heading, found)


@pytest.mark.parametrize(("language", "code"), [("ja", "iso2022_jp"), ("ko", "iso2022_kr"), ("pl", "cp1250")])
def test_every_cell_comes_back(tmp_path: Path, language: str, code: str) -> None:
    """Halves of characters that are quotes or line ends in ASCII are neither."""
    text = _list(language, code, 40)
    part, cells = read_bytes(tmp_path, "a.csv", text.encode(code))
    assert [";".join(row) for row in cells] == text.split("\r\n")[1:-1]
    assert part.account is not None
    assert part.account.adds_up


def test_every_name_has_a_way_back() -> None:
    """`--encoding` takes what the tool prints."""
    for codes in CODES.values():
        for code in codes.split():
            found = by_name(code, b"", "a.csv")
            assert by_name(public_name(found.name), b"", "a.csv").name == found.name
    assert by_name("macintosh", b"", "a.csv").name == "mac-roman"


def test_a_doubt_is_said_by_shape_and_can_be_decided(tmp_path: Path) -> None:
    """One letter that two countries read differently: nothing but that letter is shown."""
    rows = "".join(f"Anna Be\u0155rod;+1 202 555 {i:04d};u{i}@mail.example\r\n" for i in range(20))
    path = tmp_path / "a.csv"
    path.write_bytes(("name;phone;email\r\n" + rows).encode("cp1250"))
    con, found = read(path)
    assert (found.parts[0].encoding_sure or 1) < 0.9
    (note,) = found.notes
    assert note.startswith("a.csv: encoding not certain; read as windows-12")
    assert "xxŕxxx" in note.lower()
    assert not any(part in note for part in ("Anna", "rod"))
    con, found = read(path, encoding="windows-1250")
    assert found.notes == ()
    assert cells_of(con, found.parts[0])[0][0] == "Anna Be\u0155rod"


@pytest.mark.parametrize("names", ["Anna Berg", "张三"])
def test_what_is_certain_is_not_announced(tmp_path: Path, names: str) -> None:
    rows = [["姓名", "手机号"], *([f"{names}{i}", row[1]] for i, row in enumerate(ROWS))]
    for code in ("utf-8", "gb18030"):
        (tmp_path / "a.csv").write_bytes(written(rows, code))
        _, found = read(tmp_path / "a.csv")
        assert found.notes == ()
