"""Documents for an annex: each without its metadata, and a table that joins each file to its original's hash."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence

import duckdb

from tracer.disclosure import Reason, Ref
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.exhibit import Exhibit
from tracer.export.gate import Protection, redact_document, redact_text
from tracer.export.metadata import is_picture, without_metadata
from tracer.export.outgoing import Outgoing
from tracer.export.tables import BOM, defused
from tracer.resources import statements_beside
from tracer.wording import say

_statement = statements_beside(__file__)
_HEAD = ("document", "kind", "acquired", "file", "sha256_of_original", "sha256_of_file", "changed")


def exhibits_of(
    con: duckdb.DuckDBPyConnection, read: Callable[[str], bytes], named: Sequence[str], protection: Protection
) -> tuple[tuple[Exhibit, ...], list[Reason]]:
    """The documents that are named, else all but pictures, which only a person can look through; and what is left out.

    `read` gives the clear bytes of an original by its hash. Documents of protected parties never leave.

    Raises:
        UsageError: a document that the case does not have, or that is a protected party's.
    """
    rows = con.execute(_statement("exhibits")).fetchall()
    known = [row[0] for row in rows if row[0] not in protection.evidence]
    for name in named:
        if name not in known:
            remedy = did_you_mean(name, known)
            raise UsageError(f"there is no document {name!r} that may leave", where="export evidence", remedy=remedy)
    found, pictures = [], []
    for ref, kind, acquired, path, sha256, text in rows:
        if ref not in known or (named and ref not in named):
            continue
        content = text.encode() if text is not None else read(sha256)
        if is_picture(content) and not named:
            pictures.append(ref)
            continue
        shown = content if content.startswith(b"%PDF") or is_picture(content) else _masked(content, protection)
        found.append(Exhibit(ref, redact_text(kind or "", protection), acquired or "", path or "", sha256, shown))
    left = [Reason.of("left-out-pictures", pictures=tuple(Ref(name) for name in pictures))] if pictures else []
    return tuple(found), left


def _masked(content: bytes, protection: Protection) -> bytes:
    """A text as it may leave; other bytes stay, and are refused later."""
    try:
        return redact_document(content.decode("utf-8"), protection).encode()
    except UnicodeDecodeError:
        return content


def evidence_zip(leaving: Outgoing) -> dict[str, bytes]:
    """All of `leaving.exhibits` and `contents.csv` as one archive, the same bytes for the same documents.

    Its words of ours, what is left out and whether a file was changed, are in the language of the export.

    Raises:
        InputRefused: a document whose metadata cannot be removed.
    """
    files, rows = {}, []
    for exhibit in leaving.exhibits:
        clean = without_metadata(f"document {exhibit.id}", exhibit.content)
        files[exhibit.file] = clean
        digest = hashlib.sha256(clean).hexdigest()
        same = digest == exhibit.sha256
        changed = say(Reason.of("exhibit-unchanged" if same else "exhibit-changed"), leaving.lang)
        rows.append([exhibit.id, exhibit.kind, exhibit.acquired, exhibit.file, exhibit.sha256, digest, changed])
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    files["contents.csv"] = BOM + text.getvalue().encode("utf-8", "replace")
    files["left-out.txt"] = "".join(f"{line}\n" for line in leaving.graph["left_out"]).encode("utf-8", "replace")
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return {"": sink.getvalue()}
