"""Files that somebody hostile or careless might hand over: small seeds of every format, and what becomes of them."""

from __future__ import annotations

import csv
import io
import json
import random
import struct
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

from tests.lists.read.reading import xls, xlsx, xml_sheet, zipped

HEADER = ("姓名", "手机号", "邮箱", "公司", "日期")
ROWS = [
    (f"甲{i}", f"1400{i * 7919 % 10_000_000:07d}", f"a{i}@example.com", f"示例{i}有限公司", f"2026-01-{i % 28 + 1:02d}")
    for i in range(24)
]
_POISON = (
    b"\x00", b'"', b"'", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff", b"\n", b"\r", b"\t", b",", b";", b"\\",
    b"=cmd|' /C calc'!A0", b"'; DROP TABLE dataset; --", b"<script>alert(1)</script>", b"../../../../etc/passwd",
    b"99999999999999999999999999", b"-1", b"NaN",
    b"1e999", b"[" * 3000, b"{" * 3000, b"%n%s", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"]]>", b"-->",
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', b'<!ENTITY a "aaaaaaaaaa">&a;&a;', b"a" * 70_000,
    b"\x80\x04\x95", b"BEGIN:VCARD", b"END:VCARD", b"PAR1", b"PK\x05\x06", struct.pack("<Q", 1 << 62),
)  # fmt: skip


def seeds() -> dict[str, bytes]:
    """File name -> bytes: one of every format that is read."""
    table = [HEADER, *ROWS]
    text = io.StringIO()
    csv.writer(text).writerows(table)
    plain = text.getvalue()
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), parquet)
    made = {
        "plain.csv": plain.encode(),
        "quoted.csv": "\n".join(",".join(f'"{cell}"' for cell in row) for row in table).encode(),
        "gbk.csv": plain.encode("gb18030"),
        "wide.txt": plain.replace(",", "\t").encode("utf-16"),
        "tabs.tsv": plain.replace(",", "\t").encode(),
        "free.txt": "\n".join(f"{row[0]} 电话 {row[1]} {row[2]}" for row in ROWS).encode(),
        "list.json": json.dumps(records, ensure_ascii=False).encode(),
        "list.ndjson": "\n".join(json.dumps(record) for record in records).encode(),
        "cards.vcf": "".join(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{row[0]}\r\nTEL:{row[1]}\r\nEMAIL:{row[2]}\r\nEND:VCARD\r\n"
            for row in ROWS
        ).encode(),
        "page.html": f"<html><body><table>{rows}</table></body></html>".encode(),
        "sheet.xml": xml_sheet(table).encode(),
        "book.xlsx": xlsx(table),
        "book.xls": xls(table),
        "list.parquet": parquet.getvalue(),
    }
    made["lists.zip"] = zipped({"名单/a.csv": made["gbk.csv"], "b.json": made["list.json"], "c.vcf": made["cards.vcf"]})
    made["nested.zip"] = zipped({"inner.zip": made["lists.zip"], "d.tsv": made["tabs.tsv"]})
    return made


def mutated(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """One to six changes; inside an archive or a workbook, mostly to what is packed in it."""
    if data[:2] == b"PK" and rng.random() < 0.7:
        try:
            return _repacked(data, rng, others)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, zlib.error, EOFError):
            return data[: len(data) // 2]
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(data) + 1)
        end = start + rng.randrange(1, 300)
        found, other = data[start:end], rng.choice(others)
        flipped = bytes(byte ^ (1 << rng.randrange(8)) * (rng.random() < 0.05) for byte in found)
        put, end = rng.choice((
            (flipped, end), (flipped, end), (b"", end), (b"", len(data)), (found * rng.choice((2, 5, 300)), end),
            (rng.choice(_POISON), start + rng.choice((0, 0, 1, 8))), (rng.choice(_POISON), start + rng.choice((0, 8))),
            (other[rng.randrange(len(other) + 1) :][:5000], len(data)),
        ))  # fmt: skip
        data = data[:start] + put + data[end:]
    return data


def _repacked(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.randrange(max(1, len(old.infolist())))
        for place, info in enumerate(old.infolist()):
            body, name = old.read(info), info.filename
            if place == chosen and rng.random() < 0.85:
                body = mutated(body, rng, others)
            elif place == chosen:
                name = rng.choice(
                    ("../../evil.csv", "/etc/evil.csv", "a\x00b.csv", "C:\\evil.csv", "x" * 5000, "", name)
                )
            entry = zipfile.ZipInfo(name or "x")
            entry.compress_type = zipfile.ZIP_DEFLATED
            if rng.random() < 0.05:
                entry.external_attr = 0o120777 << 16  # a symbolic link
            new.writestr(entry, body)
    return out.getvalue()
