"""Whom a mail reached, when, and what it says: by what the receiving server wrote, whatever its sender wrote."""

from __future__ import annotations

import base64
import os
import struct
from datetime import datetime
from pathlib import Path

import pytest

from tests.signals.register import MAIL, rejects, signals
from tracer.case.case import Case
from tracer.identify.email import email_key
from tracer.signals import load, mail
from tracer.signals.load import load_each, load_signals

TO_NOBODY = "From: Shop <a@spam.example>\nTo: undisclosed-recipients:;\nSubject: =?utf-8?q?50_=25_f=C3=BCr_Sie?=\n"
DATE = "Date: Thu, 18 Jun 2026 12:45:19 +0000\n"
CAME = datetime(2026, 6, 18, 12, 45, 19)


def put(folder: Path, text: str | bytes, name: str = "a.eml", *, written: str = "2026-07-01T00:00:00+00:00") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    at = datetime.fromisoformat(written).timestamp()
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize(
    "header",
    [
        *(f"{name}: {MAIL}" for name in (
            "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "x-rcpt-to", "X-RcptTo", "X-Delivered-To",
            "Apparently-To", "Resent-To", "X-Original-Recipient",
        )),
        f"X-MS-Exchange-Organization-OriginalEnvelopeRecipients: SMTP:{MAIL}",
        f"X-Forwarded-For: {MAIL} desk@firm.example",
        f"Received: from x by mx.post.example (Postfix)\n\tfor <{MAIL.upper()}>; Thu, 18 Jun 2026 12:45:19 +0000 (UTC)",
        f"Received: from localhost by desk with IMAP (fetchmail) for <desk@localhost> (single-drop);\n"
        f" Thu, 18 Jun 2026 12:46:00 +0000\nReceived: from x by mx.post.example for {MAIL}; x",
        f"Received: from for <x@y.example> by mx for <{MAIL}>; x\nReceived: from a by b for <c@d.example>; x",
    ],
)  # fmt: skip
def test_a_blind_copy_reaches_its_canary(case: Case, tmp_path: Path, header: str) -> None:
    loaded = load_signals(case, put(tmp_path, f"{header}\n{TO_NOBODY}{DATE}\nhi\n"))
    assert (loaded.rows, loaded.rejected, loaded.signals) == (1, 0, 1)
    assert case.con.execute("SELECT subject, text, caller FROM signal").fetchall() == [
        ("50 % für Sie", "50 % für Sie\nhi", "a@spam.example")
    ]


def test_forged_addressees_do_not_hide_the_real_one(case: Case, tmp_path: Path) -> None:
    real = f"Received: from x by mx.post.example for <{MAIL}>; Thu, 18 Jun 2026 12:45:19 +0000\n"
    forged = "".join(f"Received: from x by mx.post.example for <n{n}@b.example>; x\n" for n in range(3_000))
    everybody = "To: " + ", ".join(f"m{n}@b.example" for n in range(9_000)) + "\n"
    assert load_signals(case, put(tmp_path, f"{real}{forged}{everybody}{DATE}\nhi\n")).signals == 1


RECEIVED = "Received: from x by mx.post.example; Thu, 18 Jun 2026 14:45:19 +0200 (CEST)\n"
FORGED = "Received: from y by z; Mon, 01 Jun 2026 00:00:00 +0000\n"


@pytest.mark.parametrize(
    ("headers", "envelope", "name", "expected"),
    [
        *((f"{RECEIVED}{FORGED}Date: {date}\n", "", "a.eml", (CAME, "server")) for date in (
            "Thu, 01 Jan 1970 00:00:00 +0000", "Tue, 19 Jan 2038 03:14:07 +0000", "Thu, 28 May 2026 12:45:19 +0000",
            "never",
        )),
        (DATE.replace("12:", "03:"), "From a@b.example Thu Jun 18 20:45:19 2026\n", "a.mbox", (CAME, "arrival")),
        (DATE.replace("12:", "03:"), "From 18@xxx Thu Jun 18 12:45:19 +0000 2026\n", "a.mbox", (CAME, "arrival")),
        (DATE.replace("12:", "03:"), "", "box/new/1781786719.M1P2.host", (CAME, "arrival")),
        # a server that writes no line of its own: the sender's tells of a day to come
        (f"{RECEIVED.replace('Jun', 'Aug')}{DATE}", "", "box/new/1781786719.M1P2.host", (CAME, "arrival")),
        (DATE, "", "a.eml", (CAME, "sender")),
        (DATE.replace("+0000", "-0000"), "", "a.eml", (CAME, "sender")),
        ("Date: Tue, 19 Jan 2038 03:14:07 +0000\n", "", "a.eml", (datetime(2026, 7, 1), "arrival")),
        ("Date: never\n", "", "a.eml", (datetime(2026, 7, 1), "arrival")),
        ("", "", "a.eml", (datetime(2026, 7, 1), "arrival")),
    ],
)  # fmt: skip
def test_the_receiving_server_says_when(
    case: Case, tmp_path: Path, headers: str, envelope: str, name: str, expected: tuple[datetime, str]
) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    path = put(tmp_path, f"{envelope}{headers}To: {MAIL}\n\nhi\n", name)
    assert load_signals(case, path).signals == 1
    assert case.con.execute('SELECT "at", timed FROM signal').fetchall() == [expected]


def winmail(*, plain: bytes = b"", rtf: bytes = b"", page: bytes = b"") -> bytes:
    """A TNEF by MS-OXTNEF: a code page, a plain body, and properties after two of other kinds."""

    def attribute(name: int, value: bytes) -> bytes:
        return b"\x01" + struct.pack("<II", name, len(value)) + value + struct.pack("<H", sum(value) % 0x10000)

    def long(value: bytes) -> bytes:
        return struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)

    named = (
        struct.pack("<HH", 0x1F, 0x8001) + bytes(16) + struct.pack("<II", 1, 6) + b"x\0y\0\0\0\0\0" + long(b"z\0\0\0")
    )
    properties = [struct.pack("<HHHH", 2, 0x0E23, 7, 0), named]
    properties += [struct.pack("<HH", 0x102, 0x1009) + long(rtf)] if rtf else []
    properties += [struct.pack("<HH", 0x102, 0x1013) + long(page)] if page else []
    made = b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x69007, struct.pack("<II", 936, 0))
    made += attribute(0x2800C, plain) if plain else b""
    return made + attribute(0x69003, struct.pack("<I", len(properties)) + b"".join(properties))


# The example of MS-OXRTFCP, 4.1.1: {\rtf1\ansi\ansicpg1252\pard hello world}
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
RTF = (
    rb"{\rtf1\ansi\ansicpg936\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf\par\htmlrtf0 "
    rb"\'c4\'e3\'ba\'c3 \u246?\{x\}}"
)


def part(kind: str, text: str | bytes, more: str = "") -> str:
    body = text if isinstance(text, str) else base64.encodebytes(text).decode()
    encoding = "" if isinstance(text, str) else "Content-Transfer-Encoding: base64\n"
    return f"Content-Type: {kind}\n{encoding}{more}\n{body}\n"


def parts(kind: str, *within: str) -> str:
    return f"Content-Type: {kind}; boundary=b\n\n" + "".join(f"--b\n{one}" for one in within) + "--b--\n"


TNEF = 'application/ms-tnef; name="winmail.dat"'
BOUNCED = part("message/rfc822", "Subject: x\n\nDear Anna Keller\n")
PLAIN, PAGE = part("text/plain", "Guten Tag\n"), part("text/html", "<p>Guten <b>Tag</b></p>")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (part("text/plain; charset=utf-8", "Grüße\n"), "Grüße"),
        (part("text/plain; charset=iso-8859-1", "Grüße\n".encode("latin-1")), "Grüße"),
        (part("text/plain; charset=gb2312", "您好镕\n".encode("gb18030")), "您好镕"),
        (part("text/plain; charset=shift_jis", "こんにちは\n".encode("shift_jis")), "こんにちは"),
        (part("text/plain; charset=utf-16", "您好\n".encode("utf-16")), "您好"),
        (PAGE, "Guten\nTag"),
        (parts("multipart/alternative", part("text/plain", " \n"), PAGE), "Guten\nTag"),
        (parts("multipart/alternative", PAGE, PLAIN), "Guten Tag"),
        (parts("multipart/mixed", part("text/plain; name=x.txt", "attached"), PLAIN), "Guten Tag"),
        (parts("multipart/mixed", part("text/plain", ""), part(TNEF, winmail(plain="您好\0".encode("gbk")))), "您好"),
        (part("application/octet-stream; name=WINMAIL.DAT", winmail(rtf=HELLO)), "hello world"),
        (part(TNEF, winmail(rtf=bytes(8) + b"MELA" + bytes(4) + RTF)), "你好 ö{x}"),
        (part(TNEF, winmail(page="<p>Grüße".encode())), "Grüße"),
        (part(TNEF, winmail(plain=b"cut", page=b"x" * 99)[:-120]), "cut"),
        (part(TNEF, b"\x78\x9f\x3e\x22\x01\x00" + b"\xff" * 50), ""),
        (parts("multipart/report", PLAIN, part("message/delivery-status", "Status: 5.1.1\n"), BOUNCED), "Guten Tag"),
        (parts("multipart/report", part("text/plain", "\n"), BOUNCED), ""),
    ],
)  # fmt: skip
def test_what_a_mail_says(case: Case, tmp_path: Path, content: str, said: str) -> None:
    assert load_signals(case, put(tmp_path, f"To: {MAIL}\nSubject: s\n{DATE}MIME-Version: 1.0\n{content}")).signals == 1
    assert signals(case)[0][7] == f"s\n{said}".strip()


def test_a_maildir_is_loaded_at_once_and_a_message_that_cannot_be_read_is_set_aside(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever reading one brings about."""
    faults = (UnicodeError, ValueError, RecursionError, MemoryError, OSError, OverflowError)
    for n in range(12):
        text = f"To: {MAIL}\nMessage-ID: <{n}@x>\nSubject: {n}\n{DATE}\nhi\n"
        put(tmp_path, text, f"box/cur/178178671{n:02}.M1.host:2,S")
    (tmp_path / "box" / "new").mkdir()
    read = mail._body

    def fails(data: bytes, *more: object) -> str:
        for n, fault in enumerate(faults):
            if f"Subject: {n}\n".encode() in data:
                raise fault
        return read(data, *more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(mail, "_body", fails)
    monkeypatch.setattr(load, "BATCH", 5)
    ((loaded,), left) = load_each(case, [tmp_path / "box"], None, zone=None, own=None)
    assert (loaded.rows, loaded.rejected, loaded.signals, left) == (12, 6, 6, [])
    assert [reason for _, reason, _ in rejects(case)] == [f"the mail cannot be read ({one.__name__})" for one in faults]
    ((again,), _) = load_each(case, [tmp_path / "box"], None, zone=None, own=None)
    assert (loaded.file, again.file, again.new) == (1, 3, False)


def test_mail_to_the_neighbours_of_a_canary_is_counted_and_nothing_of_it_kept(case: Case, tmp_path: Path) -> None:
    tagged = "desk+anna@firm.example"
    case.con.execute("UPDATE canary SET email_raw = $mail WHERE no = 1", {"mail": MAIL})
    case.con.execute(
        "INSERT INTO canary (no, email, email_raw, kind, imported_at) VALUES (3, $key, $tagged, 'home', now())",
        {"key": email_key(tagged), "tagged": tagged},
    )
    to = ["info@post.example", "anna.rau@post.example", "desk@firm.example", "desk+x@firm.example", "otto@firm.example",
          "otto+x@firm.example", "lin@else.example"]  # fmt: skip
    for number, address in enumerate(to):
        text = f"Delivered-To: {address}\n{TO_NOBODY}{DATE}\nsecret {number}\n"
        assert load_signals(case, put(tmp_path, text, f"{number}.eml")).signals == 0
    hit = f"X-Original-To: {MAIL}\nDelivered-To: box@post.example\n{TO_NOBODY}{DATE}\nhi\n"
    assert load_signals(case, put(tmp_path, hit)).signals == 1
    many = f"To: {MAIL}, a@post.example, b@post.example, c@post.example\nSubject: x\n{DATE}\nhi\n"
    load_signals(case, put(tmp_path, many, "many.eml"))
    kept = case.con.execute('SELECT "at", caller, called FROM stray_mail ORDER BY file, row, called').fetchall()
    several = sorted(email_key(f"{one}@post.example") or 0 for one in "abc")
    assert kept == [*((CAME, "a@spam.example", email_key(address)) for address in to[:4]),
                    *((CAME, None, key) for key in several)]  # fmt: skip
    assert case.con.execute("SELECT count(*) FROM signal").fetchall() == [(2,)]
    load_signals(case, put(tmp_path, f"Delivered-To: {to[0]}\n{TO_NOBODY}{DATE}\nsecret 0\n\n", "again.eml"))
    assert case.con.execute("SELECT count(*) FROM stray_mail").fetchall() == [(7,)]
