"""Every format as its maker writes it, with its oddities: each record counted, hits kept in UTC, other calls not kept;
a damaged record is rejected with its reason."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.signals.register import APPLE, CANARY, EPOCH, IOS, LOCAL, MAIL, database, rejects, signals, write
from tracer.ask.named import find_query, run_query
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.signals.load import load_complaints, load_signals
from tracer.signals.mail import decoded_header

AT = datetime(2026, 6, 18, 4, 45, 19)
CHINA = "Asia/Shanghai"
CALLER = "14100000001"


@dataclass(frozen=True)
class Written:
    """A file, its format, how many records it has, and what is kept of them: see `formats.toml`."""

    name: str
    format: str
    rows: int
    text: str
    hits: Sequence[Sequence[object]] = ()
    rejected: Sequence[Sequence[object]] = ()


def padded(row: Sequence[object], width: int) -> tuple[object, ...]:
    """With None for the cells that are not written."""
    return (*row, *[None] * (width - len(row)))


WRITTEN = [Written(**one) for one in toml_of(Path(__file__).with_name("formats.toml").read_text("utf-8"))["file"]]
CALL = next(one.text.splitlines()[0] for one in WRITTEN if one.format == "freeswitch-json")
DAMAGED = next(one.text for one in WRITTEN if one.format == "sms-backup" and len(one.rejected) == 2)
NO_TIME, NOBODY = "no readable time", "it does not tell who called"


@pytest.mark.parametrize("one", WRITTEN, ids=lambda one: f"{one.format} {one.name}")
def test_a_file_as_its_maker_writes_it(case: Case, tmp_path: Path, one: Written) -> None:
    path = write(tmp_path, one.name, one.text)
    loaded = load_signals(case, path, "twilio" if one.format == "twilio" else None)
    assert (loaded.format, loaded.rows, loaded.rejected) == (one.format, one.rows, len(one.rejected))
    hits = ([None if cell == "" else cell for cell in padded(hit, 7)] for hit in one.hits)
    assert signals(case) == [(row, AT, *more) for row, *more in hits]
    assert rejects(case) == [padded(row, 3) for row in one.rejected]
    assert load_signals(case, path) == loaded, "the same bytes are loaded once"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        # No template of FreeSWITCH has so few columns: nothing is guessed.
        (
            "Master.csv",
            f'"{CALLER}","{CALLER}","{CANARY}","p","{LOCAL}","","{LOCAL}","5","0","NO_ANSWER","a5c9",""\n' * 2,
            "unknown",
        ),
        ("x.csv", "colour,size\nred,1\n", "unknown format of signals"),
        ("b.cdr.json", CALL[:-5], "damaged or cut off"),
        (f"sms-{CANARY}.xml", '<!DOCTYPE x [<!ENTITY a "b">]><smses><sms body="&a;"/></smses>', "XML cannot be read"),
        ("sms.xml", "<smses></smses>", "own number"),
        *((f"sms-{CANARY}.xml", DAMAGED[:end], "XML cannot be read") for end in (12, 40)),  # before and in the first
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_kept(
    case: Case, tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(InputRefused, match=told):
        load_signals(case, write(tmp_path, name, text))
    for table in ("signal_file", "original"):
        assert case.con.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_china_mobile_in_two_sheets_with_titles_and_without_the_year(case: Case, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    titles = f"手机号码：{CANARY},查询月份：2026年06月\n"
    for title, text in {
        "通话详单": f"中国移动通信客户详单\n{titles}"
        "起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,套餐优惠,实收通信费(元)\n"
        f"06-18 12:45:19,南京,被叫,{CALLER},1分20秒,本地,,0.00\n06-18 13:00:00,南京,主叫,14100000002,20秒,本地,,0\n"
        "06-18 14:00:00,南京,呼转,14100000003,20秒,本地,,0.10\n合计",
        "短彩信详单": f"{titles}起始时间,通信地点,对方号码,通信方式,信息类型,业务名称,套餐优惠,通信费(元)\n"
        "06-18 12:45:19,,106900001234,接收,短信,,,0.00",
    }.items():
        sheet = book.create_sheet(title)
        for line in text.split("\n"):
            sheet.append(line.split(","))
    book.save(tmp_path / "详单.xlsx")
    loaded = load_signals(case, tmp_path / "详单.xlsx")
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("china-mobile", 5, 2, 2)
    assert signals(case) == [
        (1, AT, CHINA, "call", CALLER, 1, 80.0, None), (5, AT, CHINA, "sms", "106900001234", 1, None, None),
    ]  # fmt: skip
    assert rejects(case) == [(3, NOBODY, "呼转"), (4, NOBODY, None)]


def test_a_bill_of_a_chinese_carrier_is_in_the_time_of_china_in_a_german_case_too(case: Case, tmp_path: Path) -> None:
    text = f"本机号码,起始时间,通信方式,对方号码,通信类型\n+86{CANARY},{LOCAL},被叫,{CALLER},本地\n"
    loaded = load_signals(case, write(tmp_path, "bill.csv", text), region="DE")
    assert (loaded.format, loaded.signals) == ("china-mobile", 1)
    assert signals(case)[0][1:3] == (AT, CHINA)


def test_call_histories_of_iphones(case: Case, tmp_path: Path) -> None:
    (tmp_path / CANARY).mkdir()
    # The second was made by the telephone; the third is a caller who withheld the number.
    values = (
        f"(1, {APPLE}.25, 12.5, x'{b'+8614100000001'.hex()}', 0, 1, 'com.apple.Telephony'),"
        f"(2, {APPLE}, 12.5, '{CALLER}', 1, 1, 'com.apple.Telephony'),"
        f"(3, {APPLE}, 0, NULL, 0, 0, 'com.apple.Telephony'), (4, NULL, 0, '{CALLER}', 0, 0, 'com.apple.FaceTime')"
    )
    path = database(tmp_path / CANARY / "CallHistory.storedata", f"{IOS} INSERT INTO ZCALLRECORD VALUES {values}")
    loaded = load_signals(case, path)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("ios-calls", 4, 1, 2)
    assert [(row[0], *row[1:5]) for row in signals(case)] == [
        (no, AT, "UTC", "call", caller) for no, caller in ((1, "+8614100000001"), (3, None))
    ]
    # Before iOS 8.
    columns = "ROWID INTEGER PRIMARY KEY, address TEXT, date INTEGER, duration INTEGER, flags INTEGER"
    values = ",".join(f"('14100000009', {EPOCH}, 7, {flags})" for flags in (4, 5))
    made = f"CREATE TABLE call ({columns}); INSERT INTO call (address, date, duration, flags) VALUES {values}"
    assert load_signals(case, database(tmp_path / f"{CANARY}.db", made)).signals == 1
    with pytest.raises(InputRefused, match="has no calls"):
        load_signals(case, database(tmp_path / "8614000000001.sqlite", "CREATE TABLE x (y)"))


def test_clock_changes_are_kept_apart(case: Case, tmp_path: Path) -> None:
    rows = f"at,caller,called\n2026-03-29 01:30:00,1,{CANARY}\n2026-03-29 03:30:00,1,{CANARY}\n"
    file = write(tmp_path, "calls.csv", rows)
    load_signals(case, file, zone="Europe/Berlin")
    assert [row[1] for row in signals(case)] == [datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30)]
    with pytest.raises(InputRefused, match="invalid time zone"):
        load_signals(memory_case(), file, zone="Moon/Base")


def test_mail_whose_gb2312_is_gb18030(case: Case, tmp_path: Path) -> None:
    subject = base64.b64encode("珩途—促销镕".encode("gb18030")).decode()
    text = (
        "From a@ads.example Fri Jun 19 00:30:00 2026\nFrom: A <a@ads.example>\n"
        "To: Lin <LIN@post.example>, other@post.example\n"
        f"Subject: =?gb2312?B?{subject}?=\nDate: Fri, 19 Jun 2026 08:30:00 +0800\n\nbody\nFrom here on it is text\n\n"
        "From b@ads.example Fri Jun 19 00:31:00 2026\nTo: lin@post.example\nDate: nonsense\n\nx\n"
    )
    loaded = load_signals(case, write(tmp_path, "box.mbox", text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("mbox", 2, 0, 2)
    (_, *when, sender, _, _, said), other = signals(case)
    assert (*when, sender) == (datetime(2026, 6, 18, 16, 30), CHINA, "email", "a@ads.example")
    assert (other[1], other[7]) == (datetime(2026, 6, 18, 16, 31), "x")
    assert said == "珩途—促销镕\nbody\nFrom here on it is text"
    assert decoded_header(b"=?nonsense?B?aGk=?=") == "hi"
    assert decoded_header(b"=?utf-8?B?5L2g5aW9x?=") == "=?utf-8?B?5L2g5aW9x?="


def test_mail_with_headers_in_bare_gbk(case: Case, tmp_path: Path) -> None:
    head = f"Return-Path: <a@ads.example>\nFrom: A <a@ads.example>\nDelivered-To: {MAIL}\nTo: {MAIL.upper()}\n"
    body = "\nDate: Thu, 18 Jun 2026 12:45:19 +0800\nContent-Type: text/plain; charset=gb2312\n\n林女士您好镕\n"
    (tmp_path / "a.eml").write_bytes(f"{head}Subject: 珩途—促销{body}".encode("gb18030"))
    assert load_signals(case, tmp_path / "a.eml").signals == 1
    assert signals(case) == [(1, AT, "+08:00", "email", "a@ads.example", 1, None, "珩途—促销\n林女士您好镕")]


def test_a_log_that_has_grown_and_a_backup_that_repeats_itself_count_once(case: Case, tmp_path: Path) -> None:
    text = "at,caller,called\n" + f"{LOCAL},{CALLER},{CANARY}\n" * 2
    path = write(tmp_path, "log.csv", text)
    assert load_signals(case, path).signals == 2  # two equal lines of one file are two calls
    write(tmp_path, "log.csv", f"{text}2026-06-19 12:45:19,{CALLER},{CANARY}\n")
    assert load_signals(case, path).signals == 1
    assert len(signals(case)) == 3


def test_complaints_are_kept_once_in_utc(case: Case, tmp_path: Path) -> None:
    text = "时间,主叫,被叫,内容\n2026-06-02 17:38:15,1410,14000000009,loans\nnever,1,2,x\n"
    file = write(tmp_path, "complaints.csv", text)
    loaded = load_complaints(case, file)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (2, 1, 1)
    assert load_complaints(case, file) == loaded
    assert case.con.execute('SELECT "at", zone FROM complaint').fetchall() == [(datetime(2026, 6, 2, 9, 38, 15), CHINA)]


def test_rejected_records_are_kept_whole_and_listed_masked(case: Case, tmp_path: Path) -> None:
    text = f"at,caller,called\n14000000001 at noon,1,{CANARY}\n"
    text += "".join(f"{LOCAL},1,{called}\n" for called in ("", "nobody", CANARY))
    loaded = load_signals(case, write(tmp_path, "calls.csv", text))
    assert (loaded.rows, loaded.rejected, loaded.signals) == (4, 3, 1)
    found = run_query(case.con, find_query("signal-rejects")).rows()
    assert [(row["row"], row["reason"], row["shown"]) for row in found] == [
        (1, NO_TIME, "140****0001 xx xxxx"), (2, "no called number", None), (3, "no called number", "xxxxxx"),
    ]  # fmt: skip
    raw = case.con.execute("SELECT raw FROM signal_reject ORDER BY row").fetchall()
    assert json.loads(raw[0][0]) == ["14000000001 at noon", "1", CANARY]
