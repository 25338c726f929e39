"""Packed lists: zip, gz, bz2, xz, zst, tar and 7z, within each other and within limits. The 7z files are by 7-Zip
25.01."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from backports import zstd
from py7zr import SevenZipFile

from tests.lists.read.reading import HEADER, ROWS, cells_of, read, written, xlsx, zipped
from tests.lists.read.test_refusals import refusal
from tests.lists.write.test_copies import opened as opened_to_copy
from tracer.errors import InputRefused
from tracer.lists.read import archives
from tracer.lists.read.archives import opened_archive, spooled_source
from tracer.lists.read.model import Limits, file_source

FIXTURES = Path(__file__).parent / "fixtures"
LIST = written([HEADER, *ROWS], "gb18030")
NDJSON = "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in ROWS).encode()
VALUES = ",".join(f"('{row[0]}','{row[1]}')" for row in ROWS)
DUMP = f"-- MySQL dump 10.13\nCREATE TABLE `u` (`name` text, `phone` text);\nINSERT INTO `u` VALUES {VALUES};".encode()
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}  # fmt: skip


def tar(members: dict[str, bytes], link: str | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in {**members, **({link: b""} if link else {})}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if name == link:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def parts(path: Path) -> list[tuple[str, str, int]]:
    con, found = read(path)
    for part in found.parts:
        if part.format == "csv":
            assert cells_of(con, part) == ROWS
    return [(part.place, part.format, part.rows) for part in found.parts]


@pytest.mark.parametrize("packing", PACKED)
def test_a_packed_list_is_read_as_the_list(tmp_path: Path, packing: str) -> None:
    for name, data, kind in (("a.csv", LIST, "csv"), ("a.ndjson", NDJSON, "ndjson"), ("a.sql", DUMP, "sql")):
        (tmp_path / f"{name}.{packing}").write_bytes(PACKED[packing](data))
        place = f"{name}:u" if kind == "sql" else name
        assert parts(tmp_path / f"{name}.{packing}") == [(place, kind, 30)]


@pytest.mark.parametrize("packing", ["", *PACKED])
def test_a_tar_is_read_member_by_member(tmp_path: Path, packing: str) -> None:
    data = tar({"名单.csv": LIST, "内/b.sql.gz": gzip.compress(DUMP), "z.zip": zipped({"c.csv": LIST}), "readme": b"x",
                "../out.csv": LIST, "empty.csv": b""}, "link.csv")  # fmt: skip
    (tmp_path / "a").write_bytes(PACKED[packing](data) if packing else data)
    _, found = read(tmp_path / "a")
    assert [(part.place, part.rows) for part in found.parts] == [
        ("名单.csv", 30), ("内/b.sql.gz/b.sql:u", 30), ("z.zip/c.csv", 30),
    ]  # fmt: skip
    assert found.format == ("xz" if packing == "lzma" else packing or "tar")
    for words in ("skipped readme", "'../out.csv' is left out", "'link.csv' is left out", "empty"):
        assert any(words in note for note in found.notes), words


class _Gbk(zipfile.ZipInfo):
    """A member whose name is written in GBK without the UTF-8 flag, as Chinese Windows does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's name
        return self.filename.encode("gbk"), self.flag_bits


def test_a_zip_and_a_7z_are_read_member_by_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_Gbk("名单/客户.csv"), written([HEADER, *ROWS], "gb18030"))
        archive.writestr("b.xlsx", xlsx([HEADER, *ROWS], [HEADER, *ROWS]))
        archive.writestr("inner.zip", zipped({"nums.txt": "\n".join(row[1] for row in ROWS)}))
        for name in ("__MACOSX/._a.csv", ".DS_Store", "Thumbs.db", "pic.jpg", "说明.txt"):
            archive.writestr(name, "x")
    con, found = read(tmp_path / "a.zip")
    assert [(part.member, part.sheet) for part in found.parts] == [
        ("名单/客户.csv", None), ("b.xlsx", "Sheet"), ("b.xlsx", "Sheet1"), ("inner.zip/nums.txt", None),
    ]  # fmt: skip
    assert (found.format, cells_of(con, found.parts[0])) == ("zip", ROWS)
    assert "Thumbs.db" in found.notes[0]
    assert "MiB in one document" in refusal(tmp_path / "a.zip", Limits(held_bytes=1_000)), "a workbook is held whole"
    assert parts(FIXTURES / "list.7z") == [
        ("l.ndjson", "ndjson", 30), ("sub/名单.csv", "csv", 30), ("名单.csv", "csv", 30), ("d.sql:users", "sql", 30),
        ("list.csv", "csv", 30),
    ]  # fmt: skip
    assert parts(FIXTURES / "ppmd.7z") == [("list.csv", "csv", 30)]


def seven_zip(path: Path, members: dict[str, bytes], change: tuple[bytes, bytes] | None = None) -> None:
    """A 7z whose directory is not packed; `change`: what is put in place of something in it."""
    with SevenZipFile(path, "w") as archive:
        archive.set_encoded_header_mode(False)
        for name, data in members.items():
            archive.writestr(data, name)
    if change is not None:
        whole = bytearray(path.read_bytes())
        at = 32 + int.from_bytes(whole[12:20], "little")
        assert change[0] in whole[at:]
        whole[at:] = whole[at:].replace(*change)
        whole[28:32] = zlib.crc32(whole[at:]).to_bytes(4, "little")
        whole[8:12] = zlib.crc32(whole[12:32]).to_bytes(4, "little")
        path.write_bytes(whole)


def test_what_cannot_be_unpacked(tmp_path: Path) -> None:
    one = zipped({"a.csv": b"14000000001\n" * 1000})
    locked = bytearray(one)
    locked[6] |= 1  # the local header's flag, and the directory's
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(locked))
    for name in (FIXTURES / "locked.7z", FIXTURES / "locked_names.7z", tmp_path / "a.zip"):
        assert "protected by a password" in refusal(name)
    (tmp_path / "a.zip").write_bytes(one.replace((12_000).to_bytes(4, "little"), (120).to_bytes(4, "little")))
    assert re.search("damaged|bomb", refusal(tmp_path / "a.zip")), "it unpacks to more than it says"
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(LIST))
    with pytest.raises(InputRefused, match="unpack it, load the list"):
        opened_to_copy(tmp_path / "a.csv.gz")
    path, known = tmp_path / "a", b"\x21\x21\x01\x18"
    seven_zip(path, {"a.csv": LIST}, (known, b"\x21\x7f\x01\x18"))
    assert "packed in a way that is not read" in refusal(path)
    seven_zip(path, {"a.csv": LIST}, (known, b"\x21\x21\x01\x28"))  # a dictionary of 4 GiB
    assert "memory" in refusal(path)


def test_what_is_cut_off_or_damaged(tmp_path: Path) -> None:
    whole = {packing: pack(LIST) for packing, pack in PACKED.items()}
    whole |= {"tar": tar({"a.csv": LIST, "b.csv": LIST}), "7z": (FIXTURES / "list.7z").read_bytes()}
    whole["tgz"] = gzip.compress(whole["tar"])
    for packing, data in whole.items():
        for size in (700 if packing == "tar" else 300, len(data.rstrip(b"\0")) * 3 // 4):
            (tmp_path / f"a.{packing}").write_bytes(data[:size])
            assert "damaged or cut off" in refusal(tmp_path / f"a.{packing}"), (packing, size)
    header, body = bytearray(whole["tar"]), bytearray(whole["7z"])
    header[512 + -(-len(LIST) // 512) * 512 + 150] ^= 1  # the second header's checksum
    body[600] ^= 1
    for name, spoilt, says in (
        ("a.tar", whole["tar"].rstrip(b"\0"), "damaged or cut off"),  # members may be missing
        ("a.tar", header, "damaged or cut off"), ("a.tar", whole["tar"] * 2, "something follows the end"),
        ("a.7z", body, "damaged"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(bytes(spoilt))
        assert says in refusal(tmp_path / name)


def packed(path: Path, packing: str, members: dict[str, bytes]) -> Path:
    """An archive of these members: a zip, a 7z, or a tar that is packed."""
    if packing == "7z":
        seven_zip(path, members)
    else:
        path.write_bytes(zipped(members) if packing == "zip" else PACKED[packing](tar(members)))
    return path


@pytest.mark.parametrize("packing", [*PACKED, "zip", "7z"])
def test_limits_of_archives(tmp_path: Path, packing: str) -> None:
    path = packed(tmp_path / "a", packing, {"readme": bytes(2_000_000), "1.csv": b"1" * 3_000_000})
    for limits in (Limits(ratio_from=1_000_000), Limits(member_bytes=1_000_000), Limits(total_bytes=1_000_000)):
        assert "bomb" in refusal(path, limits)
    if packing != "zip":  # of which nothing is unpacked in passing
        assert "bomb" in refusal(path, Limits(ratio_from=4_000_000)), "what is passed over counts as well"
    packed(path, packing, {f"{i}.csv": b"x" for i in range(5)})
    assert "more than 3" in refusal(path, Limits(archive_members=3))
    packed(path, packing, {"a.zip": zipped({"b.zip": zipped({"c.csv": LIST})})})
    assert "nested more than one deep" in refusal(path)
    if packing in PACKED:
        path.write_bytes(PACKED[packing](b"1" * 3_000_000))
        assert "bomb" in refusal(path, Limits(ratio_from=1_000_000))
        path.write_bytes(zipped({"a.zip": zipped({"b": PACKED[packing](LIST)})}))
        assert "nested more than one deep" in refusal(path)


def test_what_is_unpacked_lies_in_no_file_in_clear(tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 20
    with (
        patch.object(tempfile, "TemporaryFile", lambda **_: (tmp_path / "spool").open("w+b", buffering=0)),
        spooled_source((data[at : at + 70_001] for at in range(0, len(data), 70_001)), "a", "a", None) as source,
    ):
        kept = (tmp_path / "spool").read_bytes()
        with source.open() as stream:
            assert stream.read() == data
            assert (stream.seek(12_345_677), stream.read(999)) == (12_345_677, data[12_345_677:12_346_676])
        assert source.size == len(data)
    assert len(kept) == len(data)
    assert data[:64] not in kept


def test_an_archive_is_unpacked_in_a_process_of_its_own(tmp_path: Path) -> None:
    """What happens to that process, happens to it alone."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.csv": "phone\n" + "14000000001\n" * 400_000}))
    with opened_archive(file_source(path), "zip", Limits()) as archive:
        (member,) = [found for found in archive if next(archive.pieces("a.zip:a.csv"))]
        assert member.size == 6 + 12 * 400_000
        archive.child.kill()  # as the kernel does where it takes more than it may
        with pytest.raises(InputRefused, match="more than 3,600 s or too much memory to unpack, or is damaged"):
            next(iter(archive))
    assert archive.child.wait() == -9
    with pytest.raises(InputRefused, match="damaged"), patch.object(archives, "_MEMORY", 1 << 20):
        read(path)


@pytest.mark.parametrize("name", ["../../list.csv", "a/../../list.csv", "/list.csv", "C:\\list.csv", "..\\list.csv"])
def test_a_member_that_leads_out_of_its_archive_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "alone.zip").write_bytes(zipped({name: LIST}))
    assert "leads out of the archive" in refusal(tmp_path / "alone.zip")
    (tmp_path / "both.zip").write_bytes(zipped({name: LIST, "good..csv": LIST}))
    up, down = ("xx/out.csv".encode("utf-16-le"), "../out.csv".encode("utf-16-le"))
    seven_zip(tmp_path / "both.7z", {"xx/out.csv": LIST, "in.csv": LIST}, (up, down))
    for both in ("both.zip", "both.7z"):
        _, found = read(tmp_path / both)
        assert [part.rows for part in found.parts] == [30]
        assert [note for note in found.notes if "leads out of the archive" in note]
