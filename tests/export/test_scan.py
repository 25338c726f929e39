"""The scan: 1,000 of 1,000 planted numbers in every format, whatever they are packed in, and no false alarm."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import struct
import time
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.export.planted import FORMS, PLANTED, case_with, labelled, leaking, planted_numbers
from tests.inserted import insert_cells
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.export import scan as scanning
from tracer.export.drawing.lettering import pdf, png
from tracer.export.drawing.marks import Marks
from tracer.export.drawing.scene import MOST_CARDS
from tracer.export.drawing.sheet import on_sheet, sheet_of
from tracer.export.formats import NOUNS, render
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, without_named_files
from tracer.export.scan import Scan, refuse
from tracer.export.scan.candidates import numbers
from tracer.graph.model import Document, Graph
from tracer.spellings.names import NameFinder
from tracer.wording import say

WRITTEN = [
    (noun, to) for noun in ("graph", "findings", "report") for to in NOUNS[noun] if to not in ("svg", "png", "pdf")
]


@cache
def world() -> tuple[Case, dict[int, str], Scan]:
    texts = planted_numbers()
    case = case_with(texts)
    return case, texts, Scan(case.con)


def one_number() -> str:
    """A number of the list, as eleven digits."""
    return next(str(key)[2:] for key in world()[1] if key < 10**15)


def found_by(scan: Scan, content: bytes) -> list[str]:
    return [leak.what for leak in scan.leaks({"x": content})]


def keys_in(files: Mapping[str, bytes], scan: Scan) -> set[int]:
    return {int(leak.text) for leak in scan.leaks(files) if leak.what == "an identifier of a list"}


@pytest.mark.parametrize(("noun", "to"), WRITTEN)
def test_every_planted_number_is_found_in_every_format(noun: str, to: str) -> None:
    _, texts, scan = world()
    files = {f"x{ending}": content for ending, content in render(leaking(texts), to, noun).items()}
    assert len(keys_in(files, scan)) == PLANTED


def test_every_planted_number_is_found_in_the_report_as_pdf() -> None:
    """Lines are broken and justified: what a reader puts together again, the scan does too."""
    _, texts, scan = world()
    plain = str.maketrans({0x0660 + digit: str(digit) for digit in range(10)})  # a machine may have no font for others
    made = render(leaking({key: text.translate(plain) for key, text in texts.items()}), "pdf", "report")[""]
    assert len(keys_in({"report.pdf": made}, scan)) == PLANTED


def test_a_text_that_is_cut_gives_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    _, texts, scan = world()
    some = dict(list(texts.items())[::29])
    files = {f"x.{noun}": render(leaking(some), "html", noun)[""] for noun in ("graph", "report")}
    files["stroke"] = "".join(f"<b>{text[:3]}>\u0338{text[3:]}<" for text in some.values()).encode()
    cut = scan.leaks(files)
    monkeypatch.setattr(scanning, "fresh_parts", lambda text, _: text)
    assert scan.leaks(files) == cut
    assert len({leak.text for leak in cut}) >= len(some)


def test_a_protected_name_is_found_in_whatever_part_it_is() -> None:
    said = ("<p>Wei <b>Lan</b>", "<td>x<td>x<td>Wei Lan", "&lt;Wei&#32;Lan", "<i>Mo &lt;M&gt; Qi</i>")
    for names in (["Wei Lan"], ["Wei Lan", "Mo <M> Qi"]):
        scan = Scan(world()[0].con, secrets=NameFinder(names))
        found = {leak.file for leak in scan.leaks({text: text.encode() for text in (*said, "<td>x<td>Mo Qi")})}
        assert found == set(said if len(names) > 1 else said[:3])


def test_every_number_that_a_figure_shows_is_found() -> None:
    keys = sorted(key for key in world()[1] if key < 10**15)
    for start in (0, MOST_CARDS, len(keys) - MOST_CARDS):  # of more parties a picture shows groups
        shown = {key: str(key)[2:] for key in keys[start : start + MOST_CARDS]}
        assert keys_in({"graph.svg": render(labelled(shown), "svg")[""]}, world()[2]) == set(shown)


def small(text: str) -> str:
    marks, leaving = Marks(), Outgoing(leaking({}).graph, generated="2026-08-01")
    marks.text(0, 20, text)
    return on_sheet(marks, 40.0, sheet_of(leaving), leaving, "Title")


@pytest.mark.parametrize("form", ["plain", "country", "dots", "exit"])
def test_a_number_in_a_drawn_pdf_is_found(form: str) -> None:
    made = pdf(small(FORMS[form](one_number())))
    assert one_number().encode() not in made, "the page is packed, and its font is cut down"
    assert keys_in({"x.pdf": made}, world()[2]) == {int(f"86{one_number()}")}


def test_what_is_drawn_in_pixels_is_read_before_it_is_drawn() -> None:
    svg, scan = small(one_number()), world()[2]
    assert keys_in({"x.png": png(svg)}, scan) == set()
    for noun in NOUNS:
        for to, chosen in NOUNS[noun].items():
            assert (chosen.drawn is not None) == (to in ("png", "pdf")), f"{noun} {to}"
    assert keys_in({"x.svg": svg.encode()}, scan) == {int(f"86{one_number()}")}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEAD = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
PIXELS = zlib.compress(b"\x00\x01\x02\x00\x03\x04")
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
PLAIN_PNG = PNG_BEGIN + chunk(b"IHDR", HEAD) + chunk(b"IDAT", PIXELS) + chunk(b"IEND", b"")


def _png_with(kind: bytes, body: bytes) -> bytes:
    return PLAIN_PNG.replace(chunk(b"IDAT", PIXELS), chunk(kind, body) + chunk(b"IDAT", PIXELS))


def _zipped(name: str, content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return sink.getvalue()


def _parquet(values: list[object]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"x": values}), sink, compression="zstd")
    return sink.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        lambda d: d.encode("utf-16-le"),
        lambda d: d.encode("utf-16-be"),
        lambda d: ("\ufeff" + d).encode("utf-16-le"),
        lambda d: ("名单 " + d).encode("gb18030"),
        lambda d: b"\xff\x00\x01" + d.encode() + b"\xfe",
        lambda d: gzip.compress(d.encode()),
        lambda d: _zipped("a.txt", d.encode()),
        lambda d: _zipped("a.zip", _zipped(d, b"")),
        lambda d: _parquet([d]),
        lambda d: _parquet([int(d)]),
        lambda d: _parquet([{"deep": [float(d)]}]),
        lambda d: _png_with(b"tEXt", b"Comment\x00" + d.encode()),
        lambda d: _png_with(b"zTXt", b"Comment\x00\x00" + zlib.compress(d.encode())),
        lambda d: b'<img src="data:;base64,' + base64.b64encode(_png_with(b"tEXt", b"C\0" + d.encode())) + b'">',
    ],
)  # fmt: skip
def test_a_number_is_found_in_whatever_it_is_packed(packed: object) -> None:
    assert callable(packed)
    assert keys_in({"file": packed(one_number())}, world()[2]) == {int(f"86{one_number()}")}


def test_an_archive_that_is_too_deep_does_not_leave() -> None:
    content = b"x"
    for _ in range(9):
        content = _zipped("inner.zip", content)
    with pytest.raises(InputRefused, match="too deep"):
        world()[2].leaks({"x.zip": content})


def test_the_hash_of_a_number_is_the_number() -> None:
    scan = world()[2]
    for text in (f"86{one_number()}", f"+86{one_number()}", one_number()):
        for method in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            assert found_by(scan, method(text.encode()).hexdigest().encode()) == ["the hash of a number in a list"]
    assert found_by(scan, hashlib.sha256(b"something else").hexdigest().encode()) == []


def test_names_addresses_keys_and_callers_are_found() -> None:
    case = case_with({})
    address = "江苏省南京市鼓楼区云杉路九号"
    insert_cells(case.con, 1, {"name": ["欧阳晚晴", "Anna  Lindqvist"], "address": [address, None]})
    case.con.execute("INSERT INTO signal (file, row, channel, caller) VALUES (1, 1, 'call', '+86 140 7000 1234')")
    from tracer.identify.keys import KEY_BASE, text_key

    case.con.execute("INSERT INTO membership SELECT 1, $key, 1", {"key": text_key(KEY_BASE, "mn-4471-x")})
    scan = Scan(case.con, own="江苏省南京市")
    for text, what in (
        ("客户欧阳晚晴说", "a person's name or address in a list"),
        ("by ANNA LINDQVIST,", "a person's name or address in a list"),
        (f"住：\n{address}；", "a person's name or address in a list"),
        ("member MN-4471-X left", "an identifier of a list"),
        ("from 14070001234", "a caller's number"),
    ):
        assert found_by(scan, text.encode()) == [what], text
    assert found_by(scan, "江苏省南京市 is a place, 欧阳 a name".encode()) == []


def test_a_file_that_is_called_like_somebody_in_a_list_does_not_stop_the_export() -> None:
    case = case_with({})
    insert_cells(case.con, 1, {"name": ["欧阳晚晴"]})
    names = ["欧阳晚晴-收据.PDF", "receipt.pdf", None]
    graph = Graph(
        nodes=[], edges=[], left_out=[],
        evidence=[Document(id=f"ev{n}", kind=None, acquired=None, sha256=None, file=f) for n, f in enumerate(names)],
    )  # fmt: skip
    rows: list[FindingRow] = [{"document": "ev0", "file": names[0]}, {"document": "ev9", "file": ""}]
    shown, facts, said = without_named_files(case.con, graph, {"evidence": rows})
    assert [one["file"] for one in shown["evidence"]] == ["withheld.PDF", "receipt.pdf", None]
    assert [row["file"] for row in facts["evidence"]] == ["withheld.PDF", ""]
    assert [say(reason, "en") for reason in said] == [
        "The name of one file is replaced by “withheld”: it names somebody in a list."
    ]
    assert Scan(case.con).leaks({"x.json": json.dumps(shown, ensure_ascii=False).encode()}) == []


def test_a_name_that_many_bear_points_at_nobody() -> None:
    case = case_with({})
    insert_cells(case.con, 1, {"name": ["李先森"] * 20})
    assert found_by(Scan(case.con), "李先森".encode()) == []


SEPARATED = (
    *(f"142{sign}0080{sign}3161" for sign in "、+=&;#\\'/·_…～xX转×[{"),
    "142[0080]3161", "142{0080}3161", "142 -- 0080 -- 3161",
    "142 ; 0080 ; 3161", "1、4、2、0、0、8、0、3、1、6、1", "一四二,〇〇八〇,三一六一", "一四二、〇〇八〇、三一六一",
    "一四二 0080 3161",
    "壹肆贰-零零捌零-叁壹陆壹", "l42OO8O3l6l", "142 OO8O 3161", "I42-0080-3161", "14200803161转8",
    "one four two zero zero eight zero three one six one", "One-four-two, oh-oh-eight-oh, three-one-six-one",
)  # fmt: skip


@pytest.mark.parametrize("text", SEPARATED)
def test_a_number_is_found_whatever_parts_or_stands_for_its_digits(text: str) -> None:
    case = case_with({})
    case.con.execute("INSERT INTO membership SELECT 1, 8614200803161, 1")
    for told in (f"call {text} please", f"电话{text}，谢谢", text):
        assert found_by(Scan(case.con), told.encode()) == ["an identifier of a list"], told


HARMLESS = (
    "140 0012 rows, 14,000,123 contacts; 2026-01-10 to 2026-06-30; p = 0.14001234567; 1.40e-12; v1.4.0.0; "
    '<path d="M140 0012.3 4567C14 00.1 23 45L140 001 234"/><rect x="140" y="123" width="4567" height="1400"/> '
    "| 140 | 0012 | 3456 |; e140: 1,400 of 12,345 and 67; 14:00:12 2026-07-01; sha 140ab; 1400-12",
    '{"a":[140,1,2345,678],"b":[[140,12],[345,67,8]],"c":{"1400":12}};let x=[140];y=123;z=4567;#140012 #1400123 '
    "overlap +140.0 +123.4 = 263.4; 140 & 12 & 3456 & 7; a=140&b=123&c=45678; 140x12 1400 x 1234; one of two; "
    "l4 and O2, I0; 一百四十人，一千二百三十四；三、四、五",
)


def test_figures_dates_drawings_programs_and_sums_are_no_numbers() -> None:
    # Every number that can be is in the list: whatever is taken for one is an alarm.
    case = case_with({})
    case.con.execute("INSERT INTO membership SELECT 1, 8614000000000 + i, 1 FROM range(0, 2000000) t(i)")
    scan = Scan(case.con)
    assert [found_by(scan, harmless.encode()) for harmless in HARMLESS] == [[], []]


def test_looking_for_numbers_takes_no_longer_with_more_separators() -> None:
    rows = "".join(f"[{i % 97},{i % 1013}],{{{i}:{i % 7}}};" for i in range(40_000))
    began = time.process_time()
    assert len(list(numbers(rows, running=True))) < 40_000
    assert time.process_time() - began < 8


def test_an_error_names_every_place_and_shows_no_number() -> None:
    _, texts, scan = world()
    leaks = scan.leaks({"a.txt": "\n".join(texts.values()).encode()})
    told = refuse(leaks).line()
    assert told.count("a.txt: holds an identifier of a list") == 12
    assert f"and {PLANTED - 12:,} more" in told
    assert not any(str(key)[2:] in told for key in texts)


@pytest.mark.parametrize("start", [b"\x1f\x8b", b"PK\x03\x04", b"%PDF-1.4", b"PAR1", b"\x89PNG\r\n\x1a\n"])
def test_letters_that_decode_to_the_start_of_an_archive_are_no_archive(start: bytes) -> None:
    word = base64.b64encode(start + bytes(range(180, 196))).decode()
    assert world()[2].leaks({"x.json": f'{{"hash": "{word}"}}'.encode()}) == []


@pytest.mark.parametrize("start", [b"\x1f\x8b", b"PK\x03\x04", b"%PDF-1.4", b"PAR1"])
def test_a_file_that_is_no_archive_of_its_kind_does_not_leave_unread(start: bytes) -> None:
    with pytest.raises(InputRefused, match="cannot be looked through"):
        world()[2].leaks({"x": start + bytes(range(180, 196))})


def test_an_archive_without_its_end_is_read_as_far_as_it_goes() -> None:
    _, texts, scan = world()
    packed = gzip.compress("\n".join([*texts.values(), "x" * 5_000]).encode(), mtime=0)[:-9]
    assert len(keys_in({"x.txt": base64.b64encode(packed)}, scan)) == PLANTED
