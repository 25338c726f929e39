"""Every line is accounted for: pieces parsed at once, empty and blank lines, numbers of rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lists.read.reading import Quoting, cells_of, read, written
from tracer.lists.read import delimited
from tracer.lists.read.encoding import Encoding, scan
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ReadOptions, Source, bytes_source

_MANY = [["赵安文" * (i % 7), f"1400{i:07d}", "备" * (i % 13)] for i in range(60_000)]


@pytest.mark.parametrize("quoting", [0, 1])
@pytest.mark.parametrize(
    ("buffer", "tolerant"),
    [
        (98_304, False),
        (100_001, True),  # no multiple of 32: DuckDB loses rows where its threads' pieces meet, without a word
    ],
)
def test_no_row_is_lost_between_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buffer: int, tolerant: bool, quoting: Quoting
) -> None:
    monkeypatch.setattr(delimited, "_MAX_LINE", 50_000)
    monkeypatch.setattr(delimited, "_BUFFER", buffer)
    path = tmp_path / "a.csv"
    path.write_bytes(written([["姓名", "手机号", "备注"], *_MANY], "utf-8", ",", "\n", quoting))
    con, found = read(path)
    assert cells_of(con, found.parts[0]) == _MANY
    assert any("tolerant parser" in note for note in found.notes) == tolerant


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (b"a\nb", (1, 0, False)),
        (b"x" * ((1 << 20) - 1) + b"\r\n\r\n", (2, 1, True)),  # a line end cut in two by the pieces of reading
        (b"x" * ((1 << 20) - 1) + b"\r", (1, 0, True)),
        (b"x" * ((1 << 20) - 1) + b"\n\n", (2, 1, True)),
    ],
)
def test_lines_are_counted(data: bytes, facts: tuple[int, int, bool]) -> None:
    found = scan(bytes_source(data, "a", "a", None), Encoding("utf-8", 0, True))
    assert (found.line_ends, found.empty_lines, found.ends_with_newline) == facts


def test_rows_are_numbered_within_a_transaction_and_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written([["姓名", "手机号", "备注"], *_MANY], "utf-8"))
    with duckdb.connect(tmp_path / "a.duckdb") as con:
        con.execute("CREATE SCHEMA raw; BEGIN")
        (part,) = read_file(con, path, ReadOptions(), namer=lambda: "raw.d1_p1").parts
        assert cells_of(con, part) == _MANY
        con.execute("COMMIT")
        assert cells_of(con, part) == _MANY
    with duckdb.connect(tmp_path / "a.duckdb") as con:
        assert cells_of(con, part) == _MANY
        for _ in range(2):
            drop_raw(con, part.raw_table)
        assert con.execute("SELECT count(*) FROM information_schema.tables").fetchone() == (0,)


@given(pieces=st.lists(st.text("\r\na", max_size=5)))
def test_lines_are_counted_wherever_the_bytes_are_cut(pieces: list[str]) -> None:
    text = "".join(pieces)
    facts = scan(_Cut([piece.encode() for piece in pieces if piece]), Encoding("utf-8", 0, True))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    assert (facts.line_ends, facts.empty_lines) == (len(lines), lines.count(""))
    longest = max(len(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert longest <= facts.longest_line <= longest + 1  # with a carriage return before its end


class _Cut(Source):
    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__("a", "a", None, None, 0, io.BytesIO)
        self.__dict__["pieces"] = pieces  # a frozen dataclass

    def chunks(self) -> Iterator[bytes]:
        yield from self.__dict__["pieces"]
