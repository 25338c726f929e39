"""A case in which every word that somebody else may choose tries to steer what it is read with."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Tracer, phone

SIGNS = (
    "\x1b]52;c;ZXZpbA==\x07", "\x1b[38;5;199mred\x1b[0m", "\x9b2J", "\x85next", "\x90q\x9c", "\r over",
    "\x7f\x08\x0b\x0c", "\u202eesrever\u202c", "\u2066iso\u2069", "\u200e\u200f", "zero\u200bwidth\u200d\ufeff",
    "\u2028line\u2029",
    "\U000e0041", "\u00ad\u2060\u180e",
)  # fmt: skip
"""One of each family: OSC, CSI, C1, line ends, erasing, bidirectional, without width, tags."""
MARK = "Qz7"
"""Stands in every hostile text, so that a test sees that it was printed at all."""
TEXT = MARK + "".join(SIGNS)
IN_A_PATH = TEXT.replace("/", "")
LISTS = ("client", "copy", "resold")


def number(of: int) -> str:
    """An unallocated number of this case."""
    return phone(40_000 + of)


def toml(text: str) -> str:
    """A basic string of TOML."""
    return json.dumps(text).replace("\x7f", "\\u007f").replace("\\udb40\\udc41", "\\U000E0041")


def csv_of(people: range) -> bytes:
    """A list whose headings are hostile."""
    rows = "".join(f'"甲{one}","{number(one)}","{MARK}"\n' for one in people)
    heading = TEXT.replace("\r", "")
    return f'"姓名","手机号","{heading}"\n{rows}'.encode()


def write_files(folder: Path) -> Path:
    """The lists, mails and papers, and a manifest over them; returns its path."""
    folder.mkdir()
    (folder / f"{IN_A_PATH}.csv").write_bytes(csv_of(range(300)))
    (folder / f"copy {IN_A_PATH}.csv").write_bytes(csv_of(range(250)))
    with zipfile.ZipFile(folder / f"resold {IN_A_PATH}.zip", "w") as archive:
        archive.writestr(f"{IN_A_PATH}.csv", csv_of(range(20, 220)))
    (folder / "paper.txt").write_text(f"{TEXT}\nsecond line\n", encoding="utf-8")
    (folder / "canaries.csv").write_text("phone,email,name\n14000000001,lin@post.example,林晓\n", encoding="utf-8")
    mail = (
        f"From: =?utf-8?q?{MARK}=1B]52;c;eA=3D=3D=07?= <a@b.example>\nTo: lin@post.example\n"
        f"Subject: =?utf-8?q?{MARK}=E2=80=AE=1B[2J?=\nDate: Thu, 18 Jun 2026 12:45:19 +0800\n"
        f"Message-ID: <{MARK}\x1b[2J@b.example>\n\n{TEXT}\n"
    )
    (folder / f"{IN_A_PATH}.eml").write_bytes(mail.encode("utf-8", "surrogateescape"))
    manifest = io.StringIO()
    manifest.write(f'[case]\nname = {toml(TEXT)}\nregion = "CN"\n')
    for party, role in (("client-x", "client"), ("vendor-x", "system_vendor"), ("trader-x", "data_trader")):
        manifest.write(
            f'[[party]]\nid = "{party}"\nname = {toml(party + TEXT)}\nrole = "{role}"\n'
            f"aliases = [{toml('alias ' + party + TEXT)}]\nprovince = {toml(TEXT)}\nindustry = {toml(TEXT)}\n"
        )
    for name, path, holder, origin, day in (
        ("client", f"{IN_A_PATH}.csv", "client-x", "own", "2026-01-10"),
        ("copy", f"copy {IN_A_PATH}.csv", "vendor-x", "obtained", "2026-03-01"),
        ("resold", f"resold {IN_A_PATH}.zip", "trader-x", "obtained", "2026-05-01"),
    ):
        manifest.write(
            f'[[dataset]]\nid = "{name}"\npath = {toml(path)}\nholder = "{holder}"\norigin = "{origin}"\n'
            f'obtained = {day}\nevidence = ["paper"]\n'
        )
    manifest.write(
        f'[[evidence]]\nid = "paper"\npath = "paper.txt"\nkind = {toml(TEXT)}\nacquired = 2026-04-28\n'
        f"by = {toml(TEXT)}\n"
        f'[[claim]]\nid = "said"\nparty = "trader-x"\nspeaker = {toml(TEXT)}\nchannel = "chat"\nkind = "random"\n'
        f'dataset = "resold"\nsaid = 2026-03-20\nquote = {toml(TEXT)}\nevidence = ["paper"]\n'
        '[[relation]]\nkind = "sold_to"\nfrom = "vendor-x"\nto = "trader-x"\nbasis = "alleged"\n'
        f'[[reply]]\nparty = "trader-x"\nasked = 2026-07-03\ndeadline = 2026-07-10\nanswered = 2026-07-09\n'
        f"text = {toml(TEXT)}\n"
        f'[[line]]\nid = "pool"\nnumbers = ["1635550*"]\nvendor = "vendor-x"\nprovince = {toml(TEXT)}\n'
        f'[[canaries]]\npath = "canaries.csv"\n[[signals]]\npath = {toml(IN_A_PATH + ".eml")}\n'
    )
    written = folder / f"{IN_A_PATH}.toml"
    written.write_text(manifest.getvalue(), encoding="utf-8")
    return written


def hostile_case(folder: Path, tracer: Tracer) -> Path:
    """The case, loaded and traced, with a judgement whose note is hostile."""
    manifest = write_files(folder / "files")
    case = folder / "case"
    said = tracer("run", manifest, "--case", case)
    assert said.code == 0, said.err
    said = tracer("judge", "client", "copy", "confirm", "--note", TEXT, "--case", case)
    assert said.code == 0, said.err
    assert tracer("trace", "--case", case).code == 0
    return case
