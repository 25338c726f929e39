"""Signals in their real formats: every record counted, hits kept in UTC, the rest of the world's calls not kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tracer.ask.named import find_query, run_query
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.findings.campaigns import compute
from tracer.findings.case_facts import CaseFacts
from tracer.identify.email import email_key
from tracer.signals.complaints import load_complaints
from tracer.signals.load import load_signals
from tracer.signals.mail import decoded

CANARY, CONTROL = "14000000001", "14000000002"  # in a segment nobody was given


@pytest.fixture
def case() -> Case:
    made = memory_case()
    made.con.execute(
        "INSERT INTO canary (no, phone, email, kind, imported_at) VALUES "
        "(1, 8614000000001, $email, 'canary', now()), (2, 8614000000002, NULL, 'control', now())",
        {"email": email_key("lin@post.example")},
    )
    return made


def _signals(case: Case) -> list[tuple[object, ...]]:
    return case.con.execute(
        'SELECT row, "at", zone, channel, caller, canary, duration_s, text FROM signal ORDER BY file, row, canary'
    ).fetchall()


def _cdr(caller: str, called: str, start: str, more: str = "") -> str:
    times = ",".join([f'"{start}"'] * 3)
    before = f'"","{caller}","{called}","ctx","","SIP/1","","Record","x",'
    return f'{before}{times},"9","7","ANSWERED","DOCUMENTATION"{more}\n'


@pytest.mark.parametrize("more", ["", ',"1.1"', ',"1.1","user, ""field"""'])
def test_asterisk_with_16_to_18_columns(case: Case, tmp_path: Path, more: str) -> None:
    file = tmp_path / "Master.csv"
    rows = [
        _cdr("14100000001", CANARY, "2026-06-18 12:45:19", more),
        _cdr("14100000002", "14000009999", "2026-06-18 12:45:20", more),  # nobody's canary
        _cdr("14100000003", CONTROL, "garbage", more),
        _cdr("anonymous", f"+86 {CONTROL}", "2026-06-18 00:10:00", more),
    ]
    file.write_text("".join(rows), encoding="utf-8")
    loaded = load_signals(case, file)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("asterisk-cdr", 4, 1, 2)
    found = _signals(case)
    assert found[0][:6] == (1, datetime(2026, 6, 18, 4, 45, 19), "Asia/Shanghai", "call", "14100000001", 1)
    assert found[1][:6] == (4, datetime(2026, 6, 17, 16, 10), "Asia/Shanghai", "call", "anonymous", 2)
    assert found[0][6] == 7.0
    assert load_signals(case, file) == loaded  # the same bytes are loaded once
    assert len(_signals(case)) == 2


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("at,caller,called", f"2026-06-18T04:45:19Z,14100000001,{CANARY}", ("UTC", "call")),
        ("time,from,to,type", f"2026-06-18 12:45:19+08:00,14100000001,{CANARY},sms", ("+08:00", "sms")),
        (
            "开始时间,主叫号码,被叫号码,类型",
            f"2026/06/18 12:45:19,14100000001,{CANARY},闪信",
            ("Asia/Shanghai", "flash_sms"),
        ),
        ("timestamp,src,dst", f"1781757919,14100000001,{CANARY}", ("UTC", "call")),
        ("timestamp,src,dst", f"1781757919000,14100000001,{CANARY}", ("UTC", "call")),
        (
            "date,sender,recipient,channel",
            "2026-06-18 12:45:19,a@b.example,LIN@post.example,mail",
            ("Asia/Shanghai", "email"),
        ),
    ],
)
def test_plain_tables_tell_time_in_many_ways(
    case: Case, tmp_path: Path, header: str, row: str, expected: tuple[str, str]
) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    loaded = load_signals(case, file)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("csv", 1, 0, 1)
    (signal,) = _signals(case)
    assert signal[1:4] == (datetime(2026, 6, 18, 4, 45, 19), *expected)


def test_what_the_canary_did_itself_is_no_signal(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(f"at,caller,called,direction\n2026-06-18 12:00:00,1,{CANARY},outbound\n", encoding="utf-8")
    assert load_signals(case, file).signals == 0


def test_clock_changes_are_kept_apart(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(
        f"at,caller,called\n2026-03-29 01:30:00,1,{CANARY}\n2026-03-29 03:30:00,1,{CANARY}\n", encoding="utf-8"
    )
    load_signals(case, file, zone="Europe/Berlin")
    assert [row[1] for row in _signals(case)] == [datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30)]
    with pytest.raises(InputRefused, match="invalid time zone"):
        load_signals(memory_case(), file, zone="Moon/Base")


def test_android_backups_with_emoji_as_surrogates(case: Case, tmp_path: Path) -> None:
    file = tmp_path / f"sms-{CANARY}.xml"
    file.write_text(
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><smses count=\"4\">"
        '<sms address="1069000" date="1781757919000" type="1" body="hi&#55357;&#56832;!&#55357;" />'
        '<sms address="1069000" date="1781757919000" type="2" body="sent by the telephone itself" />'
        '<sms address="1069000" date="null" type="1" body="x" />'
        '<call number="1" duration="5" date="1781757919000" type="3" />'
        "</smses>",
        encoding="utf-8",
    )
    loaded = load_signals(case, file)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("sms-backup", 4, 1, 2)
    assert [(row[1], row[2], row[3], row[7]) for row in _signals(case)] == [
        (datetime(2026, 6, 18, 4, 45, 19), "+00:00", "sms", "hi😀!\ufffd"),
        (datetime(2026, 6, 18, 4, 45, 19), "+00:00", "call", None),
    ]


def test_xml_that_attacks_is_refused(case: Case, tmp_path: Path) -> None:
    file = tmp_path / f"sms-{CANARY}.xml"
    file.write_text('<!DOCTYPE x [<!ENTITY a "b">]><smses><sms body="&a;"/></smses>', encoding="utf-8")
    with pytest.raises(InputRefused, match="the XML cannot be read"):
        load_signals(case, file)
    nameless = tmp_path / "sms.xml"
    nameless.write_text("<smses></smses>", encoding="utf-8")
    with pytest.raises(InputRefused, match="own number"):
        load_signals(case, nameless)


def test_mail_whose_gb2312_is_gb18030(case: Case, tmp_path: Path) -> None:
    import base64

    subject = base64.b64encode("珩途—促销镕".encode("gb18030")).decode()
    file = tmp_path / "box.mbox"
    file.write_text(
        "From a@ads.example Fri Jun 19 00:30:00 2026\nFrom: A <a@ads.example>\n"
        "To: Lin <LIN@post.example>, other@post.example\n"
        f"Subject: =?gb2312?B?{subject}?=\nDate: Fri, 19 Jun 2026 08:30:00 +0800\n\nbody\nFrom here on it is text\n\n"
        "From b@ads.example Fri Jun 19 00:31:00 2026\nTo: lin@post.example\nDate: nonsense\n\nx\n",
        encoding="utf-8",
    )
    loaded = load_signals(case, file)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("mbox", 3, 1, 1)
    assert _signals(case)[0][1:5] == (datetime(2026, 6, 19, 0, 30), "+08:00", "email", "a@ads.example")
    assert _signals(case)[0][7] == "珩途—促销镕\nbody\nFrom here on it is text"
    assert decoded(b"=?nonsense?B?aGk=?=") == "hi"
    assert decoded(b"=?utf-8?B?5L2g5aW9x?=") == "=?utf-8?B?5L2g5aW9x?="


def test_a_foreign_file_is_refused_and_nothing_kept(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("colour,size\nred,1\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="unknown format of signals"):
        load_signals(case, file)
    assert case.con.execute("SELECT count(*) FROM signal_file").fetchone() == (0,)
    assert case.con.execute("SELECT count(*) FROM original").fetchone() == (0,)


def test_complaints_are_kept(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "complaints.csv"
    file.write_text(
        "at,caller,called,text\n2026-06-02 17:38:15,1410,14000000009,loans\nnever,1,2,x\n", encoding="utf-8"
    )
    loaded = load_complaints(case, file)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (2, 1, 1)
    assert load_complaints(case, file) == loaded


def test_complaints_become_utc(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "complaints.csv"
    file.write_text("时间,主叫,被叫,内容\n2026-06-02 17:38:15,1410,14000000009,loans\n", encoding="utf-8")
    load_complaints(case, file)
    assert case.con.execute('SELECT "at", zone FROM complaint').fetchall() == [
        (datetime(2026, 6, 2, 9, 38, 15), "Asia/Shanghai")
    ]


def test_the_query_masks_callers_and_says_what_has_not_been_read(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(f"at,caller,called\n2026-06-18 12:45:19,14100001234,{CANARY}\n", encoding="utf-8")
    load_signals(case, file)

    def row() -> dict[str, object]:
        return next(run_query(case.con, find_query("signals")).rows())

    assert (row()["caller"], row()["reading"]) == ("141****1234", "Not read yet: run tracer trace.")
    compute(CaseFacts(case.con), 1)
    assert row()["reading"] == "The planted record that was reached is in no copy, so it points to none."


def test_rejected_records_are_listed_masked(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(f"at,caller,called\n14000000001 at noon,1,{CANARY}\n2026-06-18 12:45:19,1,\n", encoding="utf-8")
    load_signals(case, file)
    found = list(run_query(case.con, find_query("signal-rejects")).rows())
    assert [(row["row"], row["reason"], row["shown"]) for row in found] == [
        (1, "no readable time", "140****0001 xx xxxx"),
        (2, "no called number", None),
    ]
