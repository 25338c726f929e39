"""Tables of PDFs: rows and columns from where the texts are; that it is approximate is said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader, PdfWriter

from tests.lists.read.reading import cells_of, read
from tests.lists.read.test_refusals import refusal

HEADER = ["姓名", "手机号", "Mail", "Ort"]
ROWS = [
    [f"张三{i}" if i % 2 else f"Zoë Person {i}", f"1400{i:07d}", f"u{i}@mail.example.com" if i % 3 else "",
     ("Köln", "Bad Homburg", "杭州")[i % 3]]
    for i in range(1, 121)
]  # fmt: skip


def printed(rows: list[list[str]], *, width: int = 4, before: str = "") -> bytes:
    """A table as typst prints it: over several pages with numbers, the header on each, figures to the right."""
    cells = ", ".join("[" + cell.replace("@", "\\@") + "]" for row in rows for cell in row)
    head = f"table.header({', '.join(f'[{name}]' for name in HEADER[:width])})"
    align = "(left, right, left, left)" if width == 4 else "left"
    source = f"""#set page(height: 12cm, numbering: "1 / 1", header: [Kontakte 2026])
    {before}
    #table(columns: {width}, stroke: none, align: {align}, {head}, {cells})"""
    return bytes(typst.compile(source.encode()))


def test_a_table_over_several_pages(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(printed(ROWS, before="Liste der Kunden"))
    con, found = read(tmp_path / "a.pdf")
    (part,) = found.parts
    assert (part.format, list(part.header)) == ("pdf", HEADER)
    assert cells_of(con, part) == ROWS
    assert {column.header: column.role for column in part.columns}["手机号"] == "phone"
    assert found.account is not None
    assert found.account.adds_up
    assert found.account.left_out >= 10
    assert any("approximately" in note and "120 rows" in note for note in found.notes)


def test_rows_that_look_like_page_numbers_stay(tmp_path: Path) -> None:
    """Two columns: what is printed at the end of each page is like every other row."""
    rows = [[f"Person {i}", f"1400{i:07d}"] for i in range(1, 101)]
    (tmp_path / "a.pdf").write_bytes(printed(rows, width=2))
    con, found = read(tmp_path / "a.pdf")
    assert cells_of(con, found.parts[0]) == rows


def test_a_cell_of_several_lines_is_one_cell_where_cells_are_drawn(tmp_path: Path) -> None:
    rows = [
        [f"杭州某某网络科技有限公司第{i:02d}分店", f"1400{i:07d}", f"a{i:02d}.rather.long@mail.example.com"]
        for i in range(40)
    ]
    mails = [row[2].replace(".", ".#linebreak()").replace("@", "#linebreak()\\@") for row in rows]
    cells = ", ".join(f"[{row[0]}], [{row[1]}], [{mail}]" for row, mail in zip(rows, mails, strict=True))
    source = f"""#set page(height: 12cm, width: 11cm, margin: 1cm, footer: [Kontakte])
    #set table.cell(breakable: false)
    #table(columns: (3cm, auto, 3cm), table.header([公司], [手机号], [Mail]), {cells})"""
    (tmp_path / "a.pdf").write_bytes(typst.compile(source.encode()))
    con, found = read(tmp_path / "a.pdf")
    (part,) = found.parts
    assert cells_of(con, part) == rows
    (tmp_path / "b.pdf").write_bytes(typst.compile(source.replace("breakable: false", "breakable: true").encode()))
    con, over_pages = read(tmp_path / "b.pdf")
    numbers = [row[1] for row in cells_of(con, over_pages.parts[0])]
    assert [number for number in numbers if number] == [row[1] for row in rows], "no number is lost between two pages"
    assert any("as they are drawn" in note and "40 rows" in note for note in found.notes)


@pytest.mark.parametrize("size", [0.3, 0.9])
def test_a_pdf_that_is_cut_off(tmp_path: Path, size: float) -> None:
    whole = printed(ROWS)
    (tmp_path / "a.pdf").write_bytes(whole[: int(len(whole) * size)])
    assert "the PDF is damaged or cut off" in refusal(tmp_path / "a.pdf")


def test_a_pdf_that_is_locked_or_has_no_text(tmp_path: Path) -> None:
    for password, says in (("secret", "protected by a password"), (None, "its pages are pictures")):
        writer, out = PdfWriter(), io.BytesIO()
        if password is None:
            writer.add_blank_page(200, 200)
        else:
            writer.append(PdfReader(io.BytesIO(printed(ROWS))))
            writer.encrypt(password, algorithm="AES-256")
        writer.write(out)
        (tmp_path / "a.pdf").write_bytes(out.getvalue())
        assert says in refusal(tmp_path / "a.pdf")
