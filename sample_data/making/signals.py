"""Calls, messages and mails that reached canaries, controls and home canaries, and the complaints about the lines."""

from __future__ import annotations

import csv
import html
import io
from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from pathlib import Path

import numpy as np

from making.formats import write_bytes
from making.story import Story
from making.world import People, stream

BEIJING = timezone(timedelta(hours=8))
POOL = ("1635550", "1635551")
"""Segments of Zhuowei's SIM pool; no person of the sample has a number there."""
SUHENG = "1693330"
SUHENG_NUMBERS = 200
SCRIPT_LESSONS = "机器人:您好,孩子暑期的课程安排了吗?我们这边有免费试听"
SCRIPT_LOANS = "机器人:您好,您名下有一笔装修额度可以申请,利息很低"
SCRIPT_HEYU = "人工:您家房子是去年在麓砚装的吧?我们做软装,想回访一下"


def write_signals(story: Story, folder: Path) -> None:
    """Write `folder/signals/*` and `folder/complaints.csv`."""
    calls = _campaign_calls(story)
    write_bytes(folder / "signals/Master.csv", _asterisk(calls).encode())
    hit = _hit(story, "chenxi-hengtu", "beiling-2026-07")
    phone = int(hit.phone[0])
    write_bytes(folder / f"signals/sms-{phone}.xml", _messages().encode())
    write_bytes(folder / "signals/canaries.mbox", _mails(story))
    write_bytes(folder / "complaints.csv", _complaints(story).encode())
    write_bytes(
        folder / "lines/suheng-1.txt", "".join(f"{SUHENG}{end:04d}\n" for end in range(SUHENG_NUMBERS)).encode()
    )


def _hit(story: Story, canaries: str, dataset: str) -> People:
    """The canaries of a release (or the home canaries of a client) that stand in a dataset."""
    people = story.canaries[canaries]
    return people.take(np.isin(people.phone, story.lists[dataset].phone))


def _campaign_calls(story: Story) -> list[tuple[datetime, str, str, int, str]]:
    """(start, caller, called, seconds, script), by time. A canary on a caller's list is called once to three times."""
    rng = stream("signals/calls")
    first = datetime(2026, 6, 18, 9, 0, tzinfo=BEIJING)
    campaigns = (
        ("chenxi-hengtu", "tongyao-2026-03", POOL, SCRIPT_LESSONS),
        ("chenxi-hengtu", "beiling-2026-07", POOL, SCRIPT_LOANS),
        ("luyan-hengtu", "beiling-2026-07", POOL, SCRIPT_LOANS),
        ("home-luyan", "heyu-decor-2026-06", (SUHENG,), SCRIPT_HEYU),
    )
    calls = []
    for canaries, dataset, segments, script in campaigns:
        for phone in _hit(story, canaries, dataset).phone.tolist():
            for _ in range(int(rng.integers(1, 4))):
                start = first + timedelta(days=int(rng.integers(0, 12)), seconds=int(rng.integers(0, 9 * 3600)))
                caller = _caller(rng, str(rng.choice(list(segments))))
                calls.append((start, caller, str(phone), int(rng.integers(6, 48)), script))
    for index, phone in enumerate(story.canaries["control"].phone[:3].tolist()):  # what reaches any number at all
        start = first + timedelta(days=4 * index, seconds=int(rng.integers(0, 9 * 3600)))
        calls.append((start, f"{story.segments.prefix[index]}{int(rng.integers(0, 10_000)):04d}", str(phone), 3, ""))
    return sorted(calls)


def _caller(rng: np.random.Generator, segment: str) -> str:
    return f"{segment}{int(rng.integers(0, SUHENG_NUMBERS if segment == SUHENG else 10_000)):04d}"


def _asterisk(calls: list[tuple[datetime, str, str, int, str]]) -> str:
    """Asterisk's `Master.csv`: 18 columns, no header, local time."""
    stream_ = io.StringIO()
    writer = csv.writer(stream_, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for number, (start, caller, called, seconds, script) in enumerate(calls):
        shown = [(start + timedelta(seconds=s)).strftime("%Y-%m-%d %H:%M:%S") for s in (0, 4, 4 + seconds)]
        channel = f"SIP/gsm-{number:08x}"
        before = ("", caller, called, "honeypot", f'"" <{caller}>', channel, "", "Record", "canary.wav")
        lengths = (4 + seconds, seconds, "ANSWERED", "DOCUMENTATION")
        writer.writerow((*before, *shown, *lengths, f"{int(start.timestamp())}.{number}", script))
    return stream_.getvalue()


def _messages() -> str:
    """An "SMS Backup & Restore" file of the telephone whose number is in the file's name."""
    texts = (
        (datetime(2026, 6, 20, 10, 12, 5, tzinfo=BEIJING), "106900001234", "【翎榷】您有一笔装修额度待领取😀,回T退订"),
        (
            datetime(2026, 6, 23, 15, 40, 0, tzinfo=BEIJING),
            "106900001234",
            "【翎榷】额度即将过期,点击 http://edu.example/t",
        ),
    )
    lines = ["<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>", f'<smses count="{len(texts)}">']
    for at, sender, text in texts:
        body = "".join(c if ord(c) < 0x10000 else _surrogates(c) for c in html.escape(text))
        lines.append(
            f'  <sms protocol="0" address="{sender}" date="{int(at.timestamp() * 1000)}" type="1" subject="null" '
            f'body="{body}" toa="null" sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
            f'date_sent="{int(at.timestamp() * 1000)}" sub_id="1" readable_date="{at:%Y-%m-%d %H:%M:%S}" '
            'contact_name="(Unknown)" />'
        )
    return "\n".join([*lines, "</smses>", ""])


def _surrogates(character: str) -> str:
    """An emoji as the backup program writes it: two references to surrogates, which is not well-formed XML."""
    code = ord(character) - 0x10000
    return f"&#{0xD800 + (code >> 10)};&#{0xDC00 + (code & 0x3FF)};"


def _mails(story: Story) -> bytes:
    """An mbox: two advertisements to canaries of Hengtu's copy, one to a control; a header says gb2312 and is more."""
    hengtu, control = story.canaries["chenxi-hengtu"].email, story.canaries["control"].email
    subject = "=?gb2312?B?" + _base64("暑期课程抢先报 — 珩途合作机构") + "?="
    mails = (
        (datetime(2026, 6, 19, 8, 30, tzinfo=BEIJING), hengtu[1], subject),
        (datetime(2026, 6, 24, 8, 31, tzinfo=BEIJING), hengtu[4], subject),
        (datetime(2026, 6, 25, 3, 2, tzinfo=BEIJING), control[2], str(Header("发票代开", "utf-8").encode())),
    )
    parts = []
    for number, (at, address, title) in enumerate(mails):
        parts.append(
            f"From promo@ads.invalid {at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n"
            f"From: promo@ads.invalid\nTo: {address}\nSubject: {title}\nDate: {at:%a, %d %b %Y %H:%M:%S +0800}\n"
            f"Message-ID: <{number}@ads.invalid>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: 8bit\n\n名额有限,先到先得。\n\n"
        )
    return "".join(parts).encode()


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode("gb18030")).decode()


def _complaints(story: Story) -> str:
    """What people reported to the hotline in June 2026: when, who called, who was called, and what was said."""
    rng = stream("complaints")
    called = story.lists["beiling-2026-07"]
    rows = rng.choice(len(called), 45, replace=False)
    stream_ = io.StringIO()
    writer = csv.writer(stream_, lineterminator="\n")
    writer.writerow(("at", "caller", "called", "text"))
    for day, row in zip(np.sort(rng.integers(0, 28, rows.size)).tolist(), rows.tolist(), strict=True):
        at = datetime(2026, 6, 2, 8, 0) + timedelta(days=day, seconds=int(rng.integers(0, 13 * 3600)))
        segment = str(rng.choice([*POOL, SUHENG], p=[0.45, 0.45, 0.1]))
        caller = _caller(rng, segment)
        text = str(rng.choice(["机器人推销贷款", "反复来电推销装修", "知道我的姓名和小区", "拒绝后仍来电"]))
        writer.writerow((at.isoformat(sep=" "), caller, called.phone[row], text))
    return stream_.getvalue()
