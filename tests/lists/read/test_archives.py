"""Packed lists: gz, bz2, xz, zst, tar and 7z, within each other and within limits. The 7z files are by 7-Zip 25.01."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from backports import zstd
from py7zr import SevenZipFile

from tests.lists.read.reading import HEADER, ROWS, cells_of, read, written, zipped
from tests.lists.read.test_refusals import refusal
from tests.lists.write.test_copies import opened as opened_to_copy
from tracer.errors import InputRefused
from tracer.lists.read.archives import spooled
from tracer.lists.read.model import Limits

FIXTURES = Path(__file__).parent / "fixtures"
LIST = written([HEADER, *ROWS], "gb18030")
NDJSON = "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in ROWS).encode()
DUMP = (
    "-- MySQL dump 10.13\nCREATE TABLE `u` (`name` text, `phone` text);\nINSERT INTO `u` VALUES "
    + ",".join(f"('{row[0]}','{row[1]}')" for row in ROWS)
    + ";\n-- Dump completed\n"
).encode()
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}  # fmt: skip


def tar(members: dict[str, bytes], link: str | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if link is not None:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()


def parts(path: Path, limits: Limits | None = None) -> list[tuple[str, str, int]]:
    con, found = read(path, limits)
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
    words = ("skipped readme", "'../out.csv' is left out", "'link.csv' is left out", "empty")
    assert all(word in "\n".join(found.notes) for word in words)


def test_a_7z_is_read_member_by_member() -> None:
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


def test_a_7z_that_cannot_be_unpacked(tmp_path: Path) -> None:
    for name in ("locked.7z", "locked_names.7z"):
        assert "protected by a password" in refusal(FIXTURES / name)
    seven_zip(tmp_path / "a", {"a.csv": LIST}, (b"\x21\x21\x01", b"\x21\x7f\x01"))
    assert "packed in a way that is not read" in refusal(tmp_path / "a")


def test_a_7z_keeps_to_the_limits_of_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a"
    seven_zip(path, {"readme": bytes(2_000_000), "1.csv": b"1" * 3_000_000})
    for limits in (Limits(ratio_from=1_000_000), Limits(member_bytes=1_000_000), Limits(total_bytes=1_000_000)):
        assert "bomb" in refusal(path, limits)
    assert "bomb" in refusal(path, Limits(ratio_from=4_000_000)), "what is passed over counts as well"
    seven_zip(path, {f"{i}.csv": b"x" for i in range(5)})
    assert "more than 3 members" in refusal(path, Limits(archive_members=3))
    seven_zip(path, {"a.zip": zipped({"b.zip": zipped({"c.csv": LIST})})})
    assert "nested more than one deep" in refusal(path)
    seven_zip(path, {"a.csv": LIST}, (b"\x21\x21\x01\x18", b"\x21\x21\x01\x28"))  # a dictionary of 4 GiB
    assert "memory" in refusal(path)
    up, down = ("xx/out.csv".encode("utf-16-le"), "../out.csv".encode("utf-16-le"))
    seven_zip(path, {"xx/out.csv": LIST, "in.csv": LIST}, (up, down))
    _, found = read(path)
    assert [(part.place, part.rows) for part in found.parts] == [("in.csv", 30)]
    assert any("'../out.csv' is left out" in note for note in found.notes)


def test_what_is_cut_off_or_damaged(tmp_path: Path) -> None:
    whole = {packing: pack(LIST) for packing, pack in PACKED.items()}
    whole |= {"tar": tar({"a.csv": LIST, "b.csv": LIST}), "7z": (FIXTURES / "list.7z").read_bytes()}
    whole["tgz"] = gzip.compress(whole["tar"])
    for packing, data in whole.items():
        for size in (700 if packing == "tar" else 300, len(data.rstrip(b"\0")) * 3 // 4):
            (tmp_path / f"a.{packing}").write_bytes(data[:size])
            assert "damaged or cut off" in refusal(tmp_path / f"a.{packing}"), (packing, size)
    (tmp_path / "a.tar").write_bytes(whole["tar"].rstrip(b"\0"))
    assert "damaged or cut off" in refusal(tmp_path / "a.tar"), "members may be missing"
    broken = bytearray(whole["tar"])
    broken[512 + -(-len(LIST) // 512) * 512 + 150] ^= 1  # the second header's checksum
    (tmp_path / "a.tar").write_bytes(bytes(broken))
    assert "damaged or cut off" in refusal(tmp_path / "a.tar")
    (tmp_path / "a.tar").write_bytes(whole["tar"] * 2)
    assert "something follows the end" in refusal(tmp_path / "a.tar")
    bits = bytearray(whole["7z"])
    bits[600] ^= 1
    (tmp_path / "a.7z").write_bytes(bytes(bits))
    assert "damaged" in refusal(tmp_path / "a.7z")


@pytest.mark.parametrize("packing", PACKED)
def test_bombs(tmp_path: Path, packing: str) -> None:
    pack = PACKED[packing]
    (tmp_path / "a").write_bytes(pack(b"1" * 3_000_000))
    for limits in (Limits(ratio_from=1_000_000), Limits(member_bytes=1_000_000), Limits(total_bytes=1_000_000)):
        assert "bomb" in refusal(tmp_path / "a", limits)
    (tmp_path / "a").write_bytes(pack(tar({"readme": bytes(3_000_000), "a.csv": LIST})))
    assert "bomb" in refusal(tmp_path / "a", Limits(ratio_from=1_000_000)), "what is passed over counts as well"
    (tmp_path / "b").write_bytes(pack(pack(pack(pack(pack(LIST))))))
    assert "nested more than one deep" in refusal(tmp_path / "b")
    (tmp_path / "c").write_bytes(pack(tar({f"{i}.csv": b"x" for i in range(5)})))
    assert "more than 3 members" in refusal(tmp_path / "c", Limits(archive_members=3))
    (tmp_path / "d").write_bytes(zipped({"a.zip": zipped({"b": pack(LIST)})}))
    assert "nested more than one deep" in refusal(tmp_path / "d")


def test_an_archive_that_asks_for_too_much_memory(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.csv")
        info.pax_headers = {"comment": "x" * 100}
        archive.addfile(info)
    head = bytearray(out.getvalue())
    head[124:136] = b"77777777777\0"  # a header of 8 GiB
    head[148:156] = b" " * 8
    head[148:155] = b"%06o\0" % sum(head[:512])
    (tmp_path / "a.tar").write_bytes(bytes(head))
    assert "damaged or cut off" in refusal(tmp_path / "a.tar") or "memory" in refusal(tmp_path / "a.tar")


def test_what_is_unpacked_lies_in_no_file_in_clear(tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 20
    kept: list[bytes] = []
    with (
        patch.object(tempfile, "TemporaryFile", lambda **_: (tmp_path / "spool").open("w+b", buffering=0)),
        spooled((data[at : at + 70_001] for at in range(0, len(data), 70_001)), "a", "a", None) as source,
    ):
        kept.append((tmp_path / "spool").read_bytes())
        with source.open() as stream:
            assert stream.read() == data
            assert (stream.seek(12_345_677), stream.read(999)) == (12_345_677, data[12_345_677:12_346_676])
        assert source.size == len(data)
    assert len(kept[0]) == len(data)
    assert data[:64] not in kept[0]


def test_a_copy_of_a_packed_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(LIST))
    with pytest.raises(InputRefused, match="unpack it, load the list"):
        opened_to_copy(tmp_path / "a.csv.gz")
