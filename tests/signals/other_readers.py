"""What is read beside lists: records of calls and messages, canaries, segments, rules, complaints, files of others.

A small good file of each, and what reads it; `tests.bench.fuzz` mutates them.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.identify.test_phone_dat import phone_dat
from tests.lists.read.reading import xlsx
from tests.marking.register.authority import Authority
from tests.signals.register import CANARY, CONTROL, MAIL, case_with_numbers, database
from tests.signals.test_real_formats import APPLE, EPOCH, HUAWEI, IOS, LOCAL, TWILIO, freeswitch
from tracer.blind.parcel import KINDS, Parcel, read_parcel, sealed
from tracer.case.backup import restore, write_backup
from tracer.case.case import Case, create_case
from tracer.dossier import calling_rules
from tracer.dossier.calling_rules import read_rules
from tracer.identify.segments import load_segments
from tracer.marking.canary.intake import import_canaries
from tracer.marking.register.timestamp import read_answer, request_for
from tracer.signals.load import load_complaints, load_signals

_RULES = Path(calling_rules.__file__).with_suffix(".toml")
CALLER = "14100000001"


@dataclass(frozen=True)
class Other:
    data: bytes
    read: Callable[[Case, Path], object]


def others(folder: Path) -> dict[str, Other]:
    """File name -> the file and its reader; `folder` is an empty one to make them in.

    The name belongs to what is read: some tell the format, some whose telephone it was.
    """
    records = {**_switches(), **_clouds(), **_telephones()}
    return (
        {name: Other(data, load_signals) for name, data in records.items()}
        | {name: Other(data, lambda case, path: load_segments(case.con, path)) for name, data in _segments().items()}
        | {
            "canaries.csv": Other(
                f"phone,email,name,kind,state,since,consent\n{CANARY[:-1]}7,a@b.example,甲,canary,live,2026-01-01,yes\n"
                f"{CANARY[:-1]}8,,乙,home,new,2026-01-02,\n".encode(),
                lambda case, path: import_canaries(case.con, path),
            ),
            "rules.toml": Other(_RULES.read_bytes(), lambda _, path: read_rules(path)),
            "complaints.csv": Other(
                f"at,called,caller\n{LOCAL},{CANARY},{CALLER}\n{LOCAL},{CONTROL},{CALLER}\n".encode(), load_complaints
            ),
            "blind.offer": Other(
                sealed(Parcel("offer", "0123456789abcdef", [bytes([i]) * 32 for i in range(9)])),
                lambda _, path: read_parcel(path, *KINDS),
            ),
            "case.backup": _backup(folder / "backup"),
            **({"stamp.tsr": _stamp(folder / "authority")} if shutil.which("openssl") else {}),
        }
    )


def _segments() -> dict[str, bytes]:
    return {
        "segments.csv": "segment,province,city,carrier\n1400000,江苏,南京,示例\n14001,浙江,,示例\n".encode(),
        "phone.dat": phone_dat([(1420000, 0, 1), (1420001, 1, 4)]),
    }


def _backup(folder: Path) -> Other:
    folder.mkdir()
    key = folder / "key"
    with create_case(folder / "case", key_file=key):
        pass
    write_backup(folder / "case", key, folder / "backup")

    def read(_: Case, path: Path) -> object:
        shutil.rmtree(folder / "again", ignore_errors=True)
        return restore(path, folder / "again", key)

    return Other((folder / "backup").read_bytes(), read)


def _stamp(folder: Path) -> Other:
    authority, request = Authority(folder), folder / "request.tsq"
    request.write_bytes(request_for(b"statement", 7))
    data, ca = authority.answer(request).read_bytes(), authority.ca.read_bytes()
    return Other(data, lambda _, path: read_answer(path.read_bytes(), b"statement", nonce=7, ca=ca))


case_for_others = case_with_numbers
"""A case with a canary and a control, which the records reach."""


def _switches() -> dict[str, bytes]:
    asterisk = ['"Sales" <14100000001>', CALLER, CANARY, "ctx", "SIP/t-01", "", "Playback", "x", LOCAL, "", LOCAL, "9"]
    asterisk += ["7", "ANSWERED", "DOCUMENTATION", "", "1781757919.1", ""]
    free = f'"{CALLER}","{CALLER}","{CANARY}","public","{LOCAL}","","{LOCAL}","5","0","NO_ANSWER","a5c9","","","",""\n'
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([asterisk] * 3)
    return {
        "Master.csv": out.getvalue().encode(),
        "free_Master.csv": (free * 3).encode(),
        "a.cdr.json": "\n".join([json.dumps(freeswitch(CANARY, EPOCH))] * 3).encode(),
    }


def _clouds() -> dict[str, bytes]:
    bill = "序号,呼叫类型,对方号码,开始时间,通话时长,通话地点,费用(元)\n"
    bill += f"1,国内被叫,{CALLER},{LOCAL},1小时2分3秒,南京,0\n2,国内被叫,{CALLER},{LOCAL},5,南京,0\n"
    return {
        "twilio.json": json.dumps({"first_page_uri": "/x", "calls": [TWILIO, TWILIO]}).encode(),
        "20260618_call_0.csv": (HUAWEI * 3).encode(),
        f"{CANARY}-bill.csv": bill.encode("gb18030"),
        f"{CANARY}-bill.xlsx": xlsx([line.split(",") for line in bill.strip().split("\n")]),
        "plain.csv": f"at,caller,called\n{LOCAL},{CALLER},{CANARY}\n{LOCAL},{CALLER},{CONTROL}\n".encode(),
    }


def _telephones() -> dict[str, bytes]:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@ads.example", MAIL, "促销"
    message["Date"] = "Thu, 18 Jun 2026 12:45:19 +0800"
    message.set_content("林女士您好")
    message.add_attachment("x", filename="a.txt")
    letter = message.as_bytes()
    return {
        f"sms-{CANARY}-20260618124519.xml": (
            '<?xml version="1.0" encoding="UTF-8"?><smses count="2">'
            f'<sms address="{CALLER}" date="{EPOCH}000" type="1" body="您好 &#55357;&#56832;" />'
            f'<mms date="{EPOCH}000" msg_box="1" address="{CALLER}~{CANARY}" sub="null"><parts>'
            '<part ct="text/plain" text="您好" /></parts><addrs>'
            f'<addr address="{CALLER}" type="137" /><addr address="{CANARY}" type="151" /></addrs></mms></smses>'
        ).encode(),
        f"calls-{CANARY}-20260618124519.xml": (
            '<?xml version="1.0"?><calls count="1">'
            f'<call number="{CALLER}" duration="7" date="{EPOCH}000" type="1" presentation="1" /></calls>'
        ).encode(),
        f"{CANARY}.db": _call_history(),
        "a.eml": letter,
        "box.mbox": b"".join(b"From a@ads.example Thu Jun 18 12:45:19 2026\n" + letter + b"\n" for _ in range(2)),
    }


def _call_history() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        values = ",".join(f"({i}, {APPLE + i}, 12.5, '{CALLER}', 0, 1, 'com.apple.Telephony')" for i in range(8))
        path = database(Path(folder) / "calls.db", f"{IOS} INSERT INTO ZCALLRECORD VALUES {values}")
        return path.read_bytes()
