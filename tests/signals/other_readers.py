"""What is read beside lists: records of calls and messages, canaries, segments, rules, complaints, files of others.

A small good file of each, and what reads it; `tests.bench.fuzz` mutates them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.identify.test_segments import phone_dat
from tests.lists.read.reading import xlsx
from tests.marking.register.authority import Authority
from tests.signals.register import APPLE, CANARY, CONTROL, IOS, LOCAL, MAIL, case_with_numbers, database
from tests.signals.test_formats import CALLER, WRITTEN
from tracer.blind.exchange import KINDS, Parcel, parcel_bytes, read_parcel
from tracer.case.backup import restore, write_backup
from tracer.case.case import Case, create_case
from tracer.dossier import calling_rules
from tracer.dossier.calling_rules import read_rules
from tracer.identify.segments import load_segments
from tracer.marking.canary.intake import import_canaries
from tracer.marking.register.timestamp import read_answer, request_for
from tracer.signals.load import load_complaints, load_signals

_RULES = Path(calling_rules.__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Other:
    data: bytes
    read: Callable[[Case, Path], object]


def others(folder: Path) -> dict[str, Other]:
    """File name -> the file and its reader; `folder` is an empty one to make them in.

    The name belongs to what is read: some tell the format, some whose telephone it was.
    """
    return (
        {name: Other(data, load_signals) for name, data in _records().items()}
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
                parcel_bytes(Parcel("offer", "0123456789abcdef", [bytes([i]) * 32 for i in range(9)])),
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


def _records() -> dict[str, bytes]:
    """A file of each format as `test_formats` has it, and those that are no text."""
    first = {one.format: one for one in reversed(WRITTEN)}
    written = {
        one.name if form == "asterisk-cdr" or one.name != "Master.csv" else f"{form}-Master.csv": one.text.encode()
        for form, one in first.items()
    }
    bill = first["china-telecom"].text
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@ads.example", MAIL, "促销"
    message["Date"] = "Thu, 18 Jun 2026 12:45:19 +0800"
    message.set_content("林女士您好")
    message.add_attachment("x", filename="a.txt")
    letter = message.as_bytes()
    return written | {
        f"{CANARY}-bill.csv": bill.encode("gb18030"),
        f"{CANARY}-bill.xlsx": xlsx([line.split(",") for line in bill.strip().split("\n")]),
        f"{CANARY}.db": _call_history(),
        "a.eml": letter,
        "box.mbox": b"".join(b"From a@ads.example Thu Jun 18 12:45:19 2026\n" + letter + b"\n" for _ in range(2)),
    }


def _call_history() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        values = ",".join(f"({i}, {APPLE + i}, 12.5, '{CALLER}', 0, 1, 'com.apple.Telephony')" for i in range(8))
        path = database(Path(folder) / "calls.db", f"{IOS} INSERT INTO ZCALLRECORD VALUES {values}")
        return path.read_bytes()
