"""A case in which every word that somebody else may choose tries to steer what it is read with."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

from tests.cli.conftest import Tracer, phone
from tests.manifests import entry, quoted

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
    manifest = [f'[case]\nname = {quoted(TEXT)}\nregion = "CN"\n']
    for party, role in (("client-x", "client"), ("vendor-x", "system_vendor"), ("trader-x", "data_trader")):
        called = {"name": party + TEXT, "aliases": ["alias " + party + TEXT]}
        manifest.append(entry("party", id=party, role=role, **called, province=TEXT, industry=TEXT))
    for name, path, holder, origin, day in (
        ("client", f"{IN_A_PATH}.csv", "client-x", "own", date(2026, 1, 10)),
        ("copy", f"copy {IN_A_PATH}.csv", "vendor-x", "obtained", date(2026, 3, 1)),
        ("resold", f"resold {IN_A_PATH}.zip", "trader-x", "obtained", date(2026, 5, 1)),
    ):
        facts = {"path": path, "holder": holder, "origin": origin, "obtained": day, "evidence": ["paper"]}
        manifest.append(entry("dataset", id=name, **facts))
    said = {"said": date(2026, 3, 20), "quote": TEXT, "evidence": ["paper"]}
    asked = {"asked": date(2026, 7, 3), "deadline": date(2026, 7, 10), "answered": date(2026, 7, 9)}
    manifest += [
        entry("evidence", id="paper", path="paper.txt", kind=TEXT, acquired=date(2026, 4, 28), by=TEXT),
        entry(
            "claim", id="said", party="trader-x", speaker=TEXT, channel="chat", kind="random", dataset="resold", **said
        ),
        entry("relation", kind="sold_to", from_="vendor-x", to="trader-x", basis="alleged"),
        entry("reply", party="trader-x", **asked, text=TEXT),
        entry("line", id="pool", numbers=["1635550*"], vendor="vendor-x", province=TEXT),
        entry("canaries", path="canaries.csv") + entry("signals", path=f"{IN_A_PATH}.eml"),
    ]
    written = folder / f"{IN_A_PATH}.toml"
    written.write_text("".join(manifest), encoding="utf-8")
    return written


def hostile_case(folder: Path, tracer: Tracer) -> Path:
    """The case, loaded and traced, with a judgement whose note is hostile."""
    manifest = write_files(folder / "files")
    case = folder / "case"
    tracer("run", manifest, "--case", case).done()
    tracer("judge", "client", "copy", "confirm", "--note", TEXT, "--case", case).done()
    assert tracer("trace", "--case", case).code == 0
    return case
