"""Signals in their real formats: every record counted, hits kept in UTC, the rest of the world's calls not kept."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.signals.register import CANARY, CONTROL, MAIL, signals, write
from tracer.ask.named import find_query, run_query
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.findings.campaigns import compute
from tracer.findings.case_facts import CaseFacts
from tracer.signals.load import load_complaints, load_signals
from tracer.signals.mail import decoded


def _cdr(caller: str, called: str, start: str, more: str = "") -> str:
    times = ",".join([f'"{start}"'] * 3)
    before = f'"","{caller}","{called}","ctx","","SIP/1","","Record","x",'
    return f'{before}{times},"9","7","ANSWERED","DOCUMENTATION"{more}\n'


@pytest.mark.parametrize("more", ["", ',"1.1"', ',"1.1","user, ""field"""'])
def test_asterisk_with_16_to_18_columns(case: Case, tmp_path: Path, more: str) -> None:
    rows = [
        _cdr("14100000001", CANARY, "2026-06-18 12:45:19", more),
        _cdr("14100000002", "14000009999", "2026-06-18 12:45:20", more),  # nobody's canary
        _cdr("14100000003", CONTROL, "garbage", more),
        _cdr("anonymous", f"+86 {CONTROL}", "2026-06-18 00:10:00", more),
    ]
    file = write(tmp_path, "Master.csv", "".join(rows))
    loaded = load_signals(case, file)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("asterisk-cdr", 4, 1, 2)
    assert load_signals(case, file) == loaded  # the same bytes are loaded once
    assert [found[:7] for found in signals(case)] == [
        (1, datetime(2026, 6, 18, 4, 45, 19), "Asia/Shanghai", "call", "14100000001", 1, 7.0),
        (4, datetime(2026, 6, 17, 16, 10), "Asia/Shanghai", "call", "anonymous", 2, 7.0),
    ]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("at,caller,called", f"2026-06-18T04:45:19Z,14100000001,{CANARY}", ("UTC", "call")),
        ("time,from,to,type", f"2026-06-18 12:45:19+08:00,14100000001,{CANARY},sms", ("+08:00", "sms")),
        ("开始时间,主叫号码,被叫号码,类型", f"2026/06/18 12:45:19,1,{CANARY},闪信", ("Asia/Shanghai", "flash_sms")),
        ("timestamp,src,dst", f"1781757919,14100000001,{CANARY}", ("UTC", "call")),
        ("timestamp,src,dst", f"1781757919000,14100000001,{CANARY}", ("UTC", "call")),
        ("date,from,to,channel", f"2026-06-18 12:45:19,a@b.example,{MAIL.upper()},mail", ("Asia/Shanghai", "email")),
    ],
)
def test_plain_tables_tell_time_in_many_ways(
    case: Case, tmp_path: Path, header: str, row: str, expected: tuple[str, str]
) -> None:
    loaded = load_signals(case, write(tmp_path, "calls.csv", f"{header}\n{row}\n"))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("csv", 1, 0, 1)
    (signal,) = signals(case)
    assert signal[1:4] == (datetime(2026, 6, 18, 4, 45, 19), *expected)


def test_what_the_canary_did_itself_is_no_signal(case: Case, tmp_path: Path) -> None:
    text = f"at,caller,called,direction\n2026-06-18 12:00:00,1,{CANARY},outbound\n"
    assert load_signals(case, write(tmp_path, "calls.csv", text)).signals == 0


def test_clock_changes_are_kept_apart(case: Case, tmp_path: Path) -> None:
    rows = f"at,caller,called\n2026-03-29 01:30:00,1,{CANARY}\n2026-03-29 03:30:00,1,{CANARY}\n"
    file = write(tmp_path, "calls.csv", rows)
    load_signals(case, file, zone="Europe/Berlin")
    assert [row[1] for row in signals(case)] == [datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30)]
    with pytest.raises(InputRefused, match="invalid time zone"):
        load_signals(memory_case(), file, zone="Moon/Base")


def test_android_backups_with_emoji_as_surrogates(case: Case, tmp_path: Path) -> None:
    text = (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><smses count=\"4\">"
        '<sms address="1069000" date="1781757919000" type="1" body="hi&#55357;&#56832;!&#55357;" />'
        '<sms address="1069000" date="1781757919000" type="2" body="sent by the telephone itself" />'
        '<sms address="1069000" date="null" type="1" body="x" />'
        '<call number="1" duration="5" date="1781757919000" type="3" />'
        "</smses>"
    )
    loaded = load_signals(case, write(tmp_path, f"sms-{CANARY}.xml", text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("sms-backup", 4, 1, 2)
    assert [(row[1], row[2], row[3], row[7]) for row in signals(case)] == [
        (datetime(2026, 6, 18, 4, 45, 19), "+00:00", "sms", "hi😀!\ufffd"),
        (datetime(2026, 6, 18, 4, 45, 19), "+00:00", "call", None),
    ]


def test_xml_that_attacks_is_refused(case: Case, tmp_path: Path) -> None:
    text = '<!DOCTYPE x [<!ENTITY a "b">]><smses><sms body="&a;"/></smses>'
    with pytest.raises(InputRefused, match="the XML cannot be read"):
        load_signals(case, write(tmp_path, f"sms-{CANARY}.xml", text))
    with pytest.raises(InputRefused, match="own number"):
        load_signals(case, write(tmp_path, "sms.xml", "<smses></smses>"))


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
    assert (*when, sender) == (datetime(2026, 6, 18, 16, 30), "Asia/Shanghai", "email", "a@ads.example")
    assert (other[1], other[7]) == (datetime(2026, 6, 18, 16, 31), "x")
    assert said == "珩途—促销镕\nbody\nFrom here on it is text"
    assert decoded(b"=?nonsense?B?aGk=?=") == "hi"
    assert decoded(b"=?utf-8?B?5L2g5aW9x?=") == "=?utf-8?B?5L2g5aW9x?="


def test_a_foreign_file_is_refused_and_nothing_kept(case: Case, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="unknown format of signals"):
        load_signals(case, write(tmp_path, "x.csv", "colour,size\nred,1\n"))
    for table in ("signal_file", "original"):
        assert case.con.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_complaints_are_kept_once_in_utc(case: Case, tmp_path: Path) -> None:
    text = "时间,主叫,被叫,内容\n2026-06-02 17:38:15,1410,14000000009,loans\nnever,1,2,x\n"
    file = write(tmp_path, "complaints.csv", text)
    loaded = load_complaints(case, file)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (2, 1, 1)
    assert load_complaints(case, file) == loaded
    assert case.con.execute('SELECT "at", zone FROM complaint').fetchall() == [
        (datetime(2026, 6, 2, 9, 38, 15), "Asia/Shanghai")
    ]


def test_the_query_masks_callers_and_says_what_has_not_been_read(case: Case, tmp_path: Path) -> None:
    load_signals(case, write(tmp_path, "calls.csv", f"at,caller,called\n2026-06-18 12:45:19,14100001234,{CANARY}\n"))

    def row() -> dict[str, object]:
        return next(run_query(case.con, find_query("signals")).rows())

    assert (row()["caller"], row()["reading"]) == ("141****1234", "Not read yet: run tracer trace.")
    compute(CaseFacts(case.con), 1)
    assert row()["reading"] == "The planted record that was reached is in no copy, so it points to none."


def test_rejected_records_are_kept_whole_and_listed_masked(case: Case, tmp_path: Path) -> None:
    text = f"at,caller,called\n14000000001 at noon,1,{CANARY}\n"
    text += "".join(f"2026-06-18 12:45:19,1,{called}\n" for called in ("", "nobody", CANARY))
    loaded = load_signals(case, write(tmp_path, "calls.csv", text))
    assert (loaded.rows, loaded.rejected, loaded.signals) == (4, 3, 1)
    found = list(run_query(case.con, find_query("signal-rejects")).rows())
    assert [(row["row"], row["reason"], row["shown"]) for row in found] == [
        (1, "no readable time", "140****0001 xx xxxx"),
        (2, "no called number", None),
        (3, "no called number", "xxxxxx"),
    ]
    raw = case.con.execute("SELECT raw FROM signal_reject ORDER BY row").fetchall()
    assert json.loads(raw[0][0]) == ["14000000001 at noon", "1", CANARY]
