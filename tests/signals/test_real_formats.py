"""Every format as its maker writes it, with its oddities; a damaged record is kept as rejected, with its reason."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.signals.register import CANARY, CONTROL, MAIL, database, rejects, signals, write
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.signals.formats import formats
from tracer.signals.load import load_each, load_signals
from tracer.signals.mail import is_maildir

AT = datetime(2026, 6, 18, 4, 45, 19)
LOCAL = "2026-06-18 12:45:19"
EPOCH = 1781757919
APPLE = EPOCH - 978_307_200
IOS = (
    "CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZDATE TIMESTAMP, ZDURATION FLOAT, ZADDRESS BLOB,"
    " ZORIGINATED INTEGER, ZANSWERED INTEGER, ZSERVICE_PROVIDER VARCHAR);"
)
TWILIO = {
    "sid": "CA1", "account_sid": "AC1", "from": "+8614100000001", "to": f"+86{CANARY}", "direction": "inbound",
    "start_time": "Thu, 18 Jun 2026 04:45:19 +0000", "duration": "15", "subresource_uris": {"recordings": "/x"},
}  # fmt: skip
HUAWEI = f"dev,acc,1,101,178-1,14100000001,{CANARY},{','.join([LOCAL] * 6)},2,101,7,531,-1,1,1,5,,,\n"


def test_asterisk_by_cdr_custom_has_the_caller_id_first(case: Case, tmp_path: Path) -> None:
    row = (
        '"""Sales"" <14100000001>","14100000001","{called}","ctx","SIP/t-01","","Playback","x",'
        '"{at}","","{at}","9","7","ANSWERED","DOCUMENTATION","","1781757919.1",""\n'
    )
    text = row.format(called=CANARY, at=LOCAL) + row.format(called="14000009999", at=LOCAL)
    loaded = load_signals(case, write(tmp_path, "Master.csv", text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("asterisk-cdr-custom", 2, 0, 1)
    assert signals(case) == [(1, AT, "Asia/Shanghai", "call", "14100000001", 1, 7.0, None)]


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ('"{c}","{c}","{d}","public","{t}","","{t}","5","0","NO_ANSWER","a5c9f6c0-e752","","","",""\n', 15),  # example
        ('"{c}","{c}","{d}","public","{t}","","{t}","5","0","NO_ANSWER","a5c9f6c0-e752",""\n', 12),
        ('"{c}","{c}","{d}","public","{t}","","{t}","5","0","NO_ANSWER","a5c9f6c0-e752","", ""\n', 13),  # sql: a blank
        ('"{c}","{c}","{d}","x","{t}","","{t}","5","0","NO_ANSWER","a5c9","", "","PCMU","PCMU","ua","","","",""\n', 20),
    ],
)
def test_freeswitch_by_its_templates(case: Case, tmp_path: Path, template: str, columns: int) -> None:
    text = template.format(c="14100000001", d=CANARY, t=LOCAL) + template.format(c="1", d=CONTROL, t=LOCAL)
    path = write(tmp_path, "Master.csv", text)
    if columns == 12:
        with pytest.raises(InputRefused, match="unknown format of signals"):
            load_signals(case, path)  # no template has so few: nothing is guessed
        return
    loaded = load_signals(case, path)
    assert (loaded.format, loaded.rows, loaded.signals) == ("freeswitch-csv", 2, 2)
    assert signals(case)[0] == (1, AT, "Asia/Shanghai", "call", "14100000001", 1, 0.0, None)


def freeswitch(called: str, epoch: int | str) -> dict[str, object]:
    return {
        "core-uuid": "c1",
        "channel_data": {"state": "CS_REPORTING", "direction": "inbound"},
        "variables": {
            "caller_id_number": "%2B8614100000001", "caller_id_name": "x", "start_stamp": "2026-06-18%2012%3A45%3A19",
            "start_epoch": str(epoch), "billsec": "7", "direction": "inbound",
        },
        "app_log": {"applications": [{"app_name": "answer"}, {"app_name": "record"}, {"app_name": "hangup"}]},
        "callflow": [{"profile_index": "1", "caller_profile": {"destination_number": called, "caller_id_number": "1"}}],
    }  # fmt: skip


@pytest.mark.parametrize("separator", ["\n", "", ",\n"])
def test_freeswitch_json_however_many_a_file(case: Case, tmp_path: Path, separator: str) -> None:
    records = [freeswitch(CANARY, EPOCH), freeswitch("1000", EPOCH), freeswitch(CONTROL, "")]
    text = separator.join(json.dumps(record) for record in records)
    loaded = load_signals(case, write(tmp_path, "a_1.cdr.json", f"[{text}]" if separator == ",\n" else text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("freeswitch-json", 3, 1, 1)
    assert signals(case) == [(1, AT, "UTC", "call", "+8614100000001", 1, 7.0, None)]
    assert rejects(case) == [(3, "no readable time", "")]


def test_freeswitch_json_as_one_document(case: Case, tmp_path: Path) -> None:
    path = write(tmp_path, "a.cdr.json", json.dumps(freeswitch(CANARY, EPOCH), indent=2))
    assert load_signals(case, path).signals == 1
    with pytest.raises(InputRefused, match="damaged or cut off"):
        load_signals(case, write(tmp_path, "b.cdr.json", json.dumps(freeswitch(CANARY, EPOCH))[:-5]))


@pytest.mark.parametrize("array", [False, True])
def test_a_damaged_json_record_is_rejected_and_the_others_are_read(case: Case, tmp_path: Path, array: bool) -> None:
    records = [json.dumps(freeswitch(CANARY, EPOCH + i)) for i in range(3)]
    records[1] = records[1][:-20]
    text = ",\n".join(records) if array else "\n".join(records)
    loaded = load_signals(case, write(tmp_path, "a.cdr.json", f"[{text}]" if array else text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("freeswitch-json", 3, 1, 2)
    assert [row[1] for row in rejects(case)] == ["no readable time"]


def test_twilio_calls_and_messages(case: Case, tmp_path: Path) -> None:
    messages = (
        "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit\n"
        f'+8614100000001,+86{CANARY},"hi, you",received,2026-06-17 22:45:19 MDT,2010-04-01,1,,AC1,SM1,inbound,,USD\n'
        f"+8614100000001,+86{CANARY},x,received,2026-06-17 22:45:19 XYZ,2010-04-01,1,,AC1,SM2,inbound,,USD\n"
    )
    loaded = load_signals(case, write(tmp_path, "sms-log.csv", messages), "twilio")
    assert (loaded.rows, loaded.rejected, loaded.signals) == (2, 1, 1)
    assert signals(case) == [(1, AT, "-06:00", "sms", "+8614100000001", 1, None, "hi, you")]
    assert rejects(case) == [(2, "no readable time", "2026-06-17 22:45:19 XYZ")]


def test_twilio_json_of_the_interface(case: Case, tmp_path: Path) -> None:
    calls = [TWILIO, TWILIO | {"to": None}]
    loaded = load_signals(case, write(tmp_path, "calls.json", json.dumps({"first_page_uri": "/x", "calls": calls})))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("twilio", 2, 1, 1)
    assert signals(case) == [(1, AT, "+0000", "call", "+8614100000001", 1, 15.0, None)]
    lines = json.dumps(TWILIO | {"start_time": "2026-06-18T04:45:19Z", "flags": 6}) + "\n"
    assert load_signals(case, write(tmp_path, "bulk.json", lines)).signals == 1


def test_huawei_cec_call_records_have_no_header(case: Case, tmp_path: Path) -> None:
    loaded = load_signals(case, write(tmp_path, "20260618124519000123_call_0.csv", HUAWEI * 2))
    assert (loaded.format, loaded.signals) == ("huawei-cec", 2)
    assert signals(case)[0] == (1, AT, "Asia/Shanghai", "call", "14100000001", 1, None, None)


def test_huawei_cec_recordings(case: Case, tmp_path: Path) -> None:
    row = f"dev,acc,1,101,178-1,14100000001,{CANARY},{LOCAL},{LOCAL},/10/1/9.wav,0,success,X:\\17\\1.V3,1,呼出,5,1,1"
    loaded = load_signals(case, write(tmp_path, "20260618_record_0.csv", f"{row}\n"))
    assert (loaded.format, loaded.signals) == ("huawei-cec-record", 1)  # 呼出 from the centre: the canary was called


def test_tencent_ccc(case: Case, tmp_path: Path) -> None:
    cdr = {
        "Caller": "008614100000001", "Callee": f"0086{CANARY}", "Direction": 1, "StartTimestamp": EPOCH, "Duration": 60,
        "SeatUser": {"Name": "x", "Phone": "1"}, "ServeParticipants": [{"Sequence": 0, "StartTimestamp": 0}],
    }  # fmt: skip
    path = write(tmp_path, "cdr.json", json.dumps({"Response": {"TotalCount": 1, "TelCdrs": [cdr], "RequestId": "r"}}))
    loaded = load_signals(case, path)
    assert (loaded.format, loaded.signals) == ("tencent-ccc", 1)
    assert signals(case) == [(1, AT, "UTC", "call", "008614100000001", 1, 60.0, None)]


def test_volcengine(case: Case, tmp_path: Path) -> None:
    cdr = {
        "accountId": "1", "callId": "NM1", "caller": "14100000001", "callee": CANARY, "beginCallTime": EPOCH * 1000,
        "ringTime": EPOCH * 1000 + 9, "callDuration": 20, "callResult": 1,
    }  # fmt: skip
    loaded = load_signals(case, write(tmp_path, "cdr.ndjson", json.dumps(cdr) + "\n" + json.dumps(cdr) + "\n"))
    assert (loaded.format, loaded.rows, loaded.signals) == ("volcengine", 2, 2)
    assert signals(case)[0] == (1, AT, "UTC", "call", "14100000001", 1, 20.0, None)


def test_china_mobile_in_two_sheets_with_titles_and_without_the_year(case: Case, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    titles = f"手机号码：{CANARY},查询月份：2026年06月\n"
    for title, text in {
        "通话详单": f"中国移动通信客户详单\n{titles}"
        "起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,套餐优惠,实收通信费(元)\n"
        "06-18 12:45:19,南京,被叫,14100000001,1分20秒,本地,,0.00\n06-18 13:00:00,南京,主叫,14100000002,20秒,本地,,0\n"
        "06-18 14:00:00,南京,呼转,14100000003,20秒,本地,,0.10\n合计",
        "短彩信详单": f"{titles}起始时间,通信地点,对方号码,通信方式,信息类型,业务名称,套餐优惠,通信费(元)\n"
        "06-18 12:45:19,,106900001234,接收,短信,,,0.00",
    }.items():
        sheet = book.create_sheet(title)
        for line in text.split("\n"):
            sheet.append(line.split(","))
    path = tmp_path / "详单.xlsx"
    book.save(path)
    loaded = load_signals(case, path)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("china-mobile", 5, 2, 2)
    assert signals(case) == [
        (1, AT, "Asia/Shanghai", "call", "14100000001", 1, 80.0, None),
        (5, AT, "Asia/Shanghai", "sms", "106900001234", 1, None, None),
    ]
    assert rejects(case) == [(3, "it does not tell who called", "呼转"), (4, "it does not tell who called", None)]


def test_china_unicom_tells_day_and_time_in_two_columns(case: Case, tmp_path: Path) -> None:
    text = (
        "序号,通话日期,通话时间,呼叫类型,对方号码,通话时长,本机通话地,通话类型,费用\n"
        "1,2026-06-18,12:45:19,被叫,14100000001,00:01:20,南京,国内通话,0.00\n"
        "2,20260618,124519,被叫,14100000001,35,南京,国内通话,0.00\n"
    )
    loaded = load_signals(case, write(tmp_path, f"{CANARY}-202606.csv", text))
    assert (loaded.format, loaded.rejected) == ("china-unicom", 0)
    assert [(row[1], row[6]) for row in signals(case)] == [(AT, 80.0), (AT, 35.0)]


def test_china_telecom_in_gb18030_and_whose_it_is(case: Case, tmp_path: Path) -> None:
    text = (
        "序号,呼叫类型,对方号码,开始时间,通话时长,通话地点,费用(元)\n"
        f"1,国内被叫,14100000001,{LOCAL},1小时2分3秒,南京,0\n2,国内主叫,14100000001,{LOCAL},5,南京,0\n"
    )
    (tmp_path / "bill.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises(InputRefused, match="own number"):
        load_signals(case, tmp_path / "bill.csv")
    loaded = load_signals(case, tmp_path / "bill.csv", own=CANARY)
    assert (loaded.format, loaded.rows, loaded.signals) == ("china-telecom", 2, 1)
    assert signals(case)[0][6] == 3723.0
    assert case.con.execute("SELECT own FROM signal_file").fetchall() == [(8614000000001,)]


def test_ios_call_history(case: Case, tmp_path: Path) -> None:
    (tmp_path / CANARY).mkdir()
    # The second was made by the telephone; the third is a caller who withheld the number.
    values = (
        f"(1, {APPLE}.25, 12.5, x'{b'+8614100000001'.hex()}', 0, 1, 'com.apple.Telephony'),"
        f"(2, {APPLE}, 12.5, '14100000001', 1, 1, 'com.apple.Telephony'),"
        f"(3, {APPLE}, 0, NULL, 0, 0, 'com.apple.Telephony'), (4, NULL, 0, '14100000001', 0, 0, 'com.apple.FaceTime')"
    )
    path = database(tmp_path / CANARY / "CallHistory.storedata", f"{IOS} INSERT INTO ZCALLRECORD VALUES {values}")
    loaded = load_signals(case, path)
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("ios-calls", 4, 1, 2)
    assert [(row[0], *row[1:4], row[4]) for row in signals(case)] == [
        (no, AT, "UTC", "call", caller) for no, caller in ((1, "+8614100000001"), (3, None))
    ]


def test_ios_before_8(case: Case, tmp_path: Path) -> None:
    table = (
        "CREATE TABLE call (ROWID INTEGER PRIMARY KEY, address TEXT, date INTEGER, duration INTEGER, flags INTEGER);"
    )
    values = ",".join(f"('14100000001', {EPOCH}, 7, {flags})" for flags in (4, 5))
    made = f"{table} INSERT INTO call (address, date, duration, flags) VALUES {values}"
    assert load_signals(case, database(tmp_path / f"{CANARY}.db", made)).signals == 1
    with pytest.raises(InputRefused, match="has no calls"):
        load_signals(case, database(tmp_path / "8614000000001.sqlite", "CREATE TABLE x (y)"))


def test_android_multimedia_messages_tell_their_sender(case: Case, tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><smses count="1">'
        f'<mms date="{EPOCH}000" msg_box="1" address="14100000001~{CANARY}" sub="null"><parts>'
        '<part ct="application/smil" text="&lt;smil/&gt;" /><part ct="text/plain" text="您好" /></parts>'
        f'<addrs><addr address="14100000001" type="137" /><addr address="{CANARY}" type="151" /></addrs></mms></smses>'
    )
    assert load_signals(case, write(tmp_path, f"sms-{CANARY}-20260618124519.xml", text)).signals == 1
    assert signals(case)[0][3:] == ("sms", "14100000001", 1, None, "您好")


def test_an_android_backup_that_is_damaged_and_cut_off(case: Case, tmp_path: Path) -> None:
    one = f'<sms address="14100000001" date="{EPOCH}000" type="1" body="您好" />\n'
    other = f'<sms address="14100000001" date="{EPOCH + 60}000" type="1" body="再见" />\n'
    bad = '<sms address="14<1" />\n'
    text = f"<?xml version='1.0' encoding='UTF-8'?><smses count='4'>\n{one}{bad}{other}{one[:-20]}"
    loaded = load_signals(case, write(tmp_path, f"sms-{CANARY}-20260618124519.xml", text))
    assert (loaded.format, loaded.rows, loaded.rejected, loaded.signals) == ("sms-backup", 4, 2, 2)
    assert [row[7] for row in signals(case)] == ["您好", "再见"]
    assert [row[:2] for row in rejects(case)] == [(no, "it does not tell who called") for no in (2, 4)]
    for end in (55, 80):  # before the first record, and within it
        with pytest.raises(InputRefused, match="the XML cannot be read"):
            load_signals(case, write(tmp_path, f"sms-{CANARY}-20260618124520.xml", text[:end]))


def test_an_android_backup_in_an_encoding_that_nobody_knows(case: Case, tmp_path: Path) -> None:
    one = f'<sms address="14100000001" date="{EPOCH}000" type="1" body="hello" />'
    text = f"<?xml version='1.0' encoding='UTFm8'?><smses count='1'>{one}</smses>"
    assert load_signals(case, write(tmp_path, f"sms-{CANARY}-20260618124519.xml", text)).signals == 1


def test_a_maildir_and_headers_in_bare_gbk(case: Case, tmp_path: Path) -> None:
    box = tmp_path / "Maildir"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    head = f"Return-Path: <a@ads.example>\nFrom: A <a@ads.example>\nDelivered-To: {MAIL}\nTo: {MAIL.upper()}\n".encode()
    body = "\nDate: Thu, 18 Jun 2026 12:45:19 +0800\nContent-Type: text/plain; charset=gb2312\n\n林女士您好镕\n".encode(
        "gb18030"
    )
    (box / "cur" / "178.M1.host:2,S").write_bytes(head + "Subject: 珩途—促销".encode("gb18030") + body)
    assert is_maildir(box)
    ((loaded,), _) = load_each(case, [box], None, zone=None, own=None)
    assert (loaded.format, loaded.rows, loaded.signals) == ("mbox", 1, 1)
    assert signals(case)[0] == (1, AT, "+08:00", "email", "a@ads.example", 1, None, "珩途—促销\n林女士您好镕")


def test_a_log_that_has_grown_and_a_backup_that_repeats_itself_count_once(case: Case, tmp_path: Path) -> None:
    header, row = "at,caller,called\n", f"{LOCAL},14100000001,{CANARY}\n"
    path = write(tmp_path, "log.csv", header + row + row)
    assert load_signals(case, path).signals == 2  # two equal lines of one file are two calls
    path.write_text(header + row + row + f"2026-06-19 12:45:19,14100000001,{CANARY}\n", encoding="utf-8")
    assert load_signals(case, path).signals == 1
    assert len(signals(case)) == 3


def test_every_format_is_described_in_full() -> None:
    for form in formats():
        assert form.title, form.name
        if form.reader == "table":
            assert bool(form.columns) != bool(form.headings), form.name
            assert not form.columns or 0 < form.at_least <= form.at_most, form.name
            assert set(form.needs) <= set(form.headings), form.name
