"""A folder for handing a case over: journal, findings, hashes of the originals, registers, time stamps, and a verifier.

Whoever gets it can check it without tracer, without the key, and without trusting who handed it over further than the
journal's head. It leaves through the same gate as every export; lines of the journal that would name a protected party
are withheld, with their hashes, so that the chain still links.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracer.anchor import anchors
from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused, UsageError
from tracer.export.gate import Protection, protection_of
from tracer.export.own_words import own_words
from tracer.export.pseudonym import PURPOSE, keyed_pseudonym
from tracer.export.scan import Scan
from tracer.marking.register.page import page
from tracer.marking.register.registers import registers
from tracer.publish import Wanted, prepare
from tracer.regular import HELD, whole

_VERIFIER = Path(__file__).parent.parent / "export" / "handover" / "verifier.py"
_README = """\
{name}: handed over on {day}

journal.jsonl    who did what when; each line holds the hash of the one before it
originals.csv    SHA-256 and length of every file that was taken in, and of what it is
findings.json    what was found; numbers are masked, protected parties have pseudonyms
graph.json       the same as a graph
registers/       what was committed about marked copies before they left
anchors/         time stamps (RFC 3161) over heads of the journal, and what they stamp
originals/       {originals}

Check it with Python alone: python3 -I verify.py
Compare the head that it prints, and those in anchors/, with what somebody outside has kept (tracer anchor print).
"""


@dataclass(frozen=True)
class HandedOver:
    """What was written."""

    folder: Path
    lines: int
    """Lines of the journal."""
    withheld: int
    """Of these, those whose words were left out."""
    originals: int
    """Originals whose hashes are listed."""
    clear: int
    """Originals that were written in clear."""


def hand_over(case: Case, folder: Path, *, reason: str | None = None) -> HandedOver:
    """Write the folder and journal it. `reason`: why the originals themselves go along, in clear.

    Raises `InputRefused` with nothing written: the folder is in use, the journal is not whole, something must not
    leave; `UsageError` where the reason is none.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputRefused("the folder is in use", where=str(folder), remedy="name a new or an empty folder")
    if reason is not None and len(reason.split()) < 2:
        raise UsageError("a reason is a sentence", where="--reason", remedy="say who asked for the originals, and why")
    chain = case.journal.file.check()
    if chain.problem is not None:
        raise InputRefused(f"the journal is not whole ({chain.problem})", remedy="see what `tracer doctor` says")
    protection = protection_of(case.con, keyed_pseudonym(case.secret(PURPOSE)))
    found = {
        f"{noun}.json": content
        for noun in ("findings", "graph")
        for content in prepare(case, Wanted("json", noun)).files.values()
    }
    originals = _originals(case, protection)
    draft = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}.part")
    try:
        for name in ("registers", "anchors", *(("originals",) if reason is not None else ())):
            (draft / name).mkdir(parents=True, mode=0o700)
        clear = _write_originals(case, draft, originals) if reason is not None else []
        for name, content in (found | _stamped(case, protection)).items():
            (draft / name).write_bytes(content)
        _journal(case, found, clear, reason)
        lines, withheld = _copy_journal(case, draft, protection)
        (draft / "originals.csv").write_text(_table(originals), encoding="utf-8")
        told = "the files themselves, named by their SHA-256" if clear else "not handed over; only their hashes"
        readme = _README.format(name=case.name, day=now().date(), originals=told)
        (draft / "README.txt").write_text(readme, encoding="utf-8")
        shutil.copyfile(_VERIFIER, draft / "verify.py")
        _sum_up(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise InputRefused(
            f"cannot be written ({error.strerror})", where=str(folder), remedy="check that the disk has room"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return HandedOver(folder, lines, withheld, len(originals), len(clear))


def _originals(case: Case, protection: Protection) -> list[dict[str, Any]]:
    """One row an original: hash, length, of what, whether the journal names it; protected parties' are unnamed."""
    named = {value for entry in case.journal.file.entries() for value in dict(entry.get("inputs") or {}).values()}
    return [
        {
            "sha256": sha256, "bytes": size, "journaled": "yes" if sha256 in named else "no",
            "of": "(protected)" if hidden else " ".join([*datasets, *evidence]) or "records", "protected": hidden,
        }
        for sha256, size, datasets, evidence in case.con.execute(
            "SELECT o.sha256, o.bytes,"
            " coalesce((SELECT list(DISTINCT d.id ORDER BY d.id) FROM dataset AS d WHERE d.sha256 = o.sha256), []),"
            " coalesce((SELECT list(e.id ORDER BY e.id) FROM evidence AS e WHERE e.sha256 = o.sha256), [])"
            " FROM original AS o ORDER BY o.sha256"
        ).fetchall()
        for hidden in [bool(protection.evidence & set(evidence))]
    ]  # fmt: skip


def _table(originals: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["sha256", "bytes", "of", "journaled"], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(originals)
    return text.getvalue()


def _write_originals(case: Case, draft: Path, originals: list[dict[str, Any]]) -> list[str]:
    clear = [row["sha256"] for row in originals if not row["protected"]]
    for sha256 in clear:
        case.vault.extract(sha256, draft / "originals" / sha256)
    return clear


def _stamped(case: Case, protection: Protection) -> dict[str, bytes]:
    """Pages of the registers, and time stamps with what they stamp."""
    files = {f"registers/{one.draw}.txt": page(case, one).encode() for one in registers(case.con)}
    leaks = Scan(case.con, own=own_words(case.con), secrets=protection.named()).leaks(files)
    for leak in leaks:
        files.pop(leak.where.split(",")[0].split(" ")[0], None)
    for number, one in enumerate(anchors(case), 1):
        files[f"anchors/{number:03}.tsr"] = one.stamp.response
        files[f"anchors/{number:03}.txt"] = one.head.statement()
    return files


def _journal(case: Case, found: Mapping[str, bytes], clear: list[str], reason: str | None) -> None:
    detail: dict[str, Any] = {"files": {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}}
    if reason is not None:
        detail["revealed"] = {"reason": reason, "originals": len(clear)}
    case.journal.append(command="export handover", detail=detail)


def _copy_journal(case: Case, draft: Path, protection: Protection) -> tuple[int, int]:
    """(lines, lines whose words were left out)."""
    lines = {
        f"{number:09}.json": line
        for number, line in enumerate(whole(case.layout.journal, HELD, links=False).splitlines(keepends=True), 1)
    }
    scan = Scan(case.con, own=own_words(case.con), secrets=protection.named())
    leaking = {leak.where[:14] for leak in scan.leaks(lines)}
    with (draft / "journal.jsonl").open("wb") as file:
        for name, line in lines.items():
            file.write(_withheld(line) if name in leaking else line)
    return len(lines), len(leaking)


def _withheld(line: bytes) -> bytes:
    entry = json.loads(line)
    short = {name: entry[name] for name in ("no", "previous", "hash")} | {"withheld": "names what must not leave"}
    return json.dumps(short, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _sum_up(draft: Path) -> None:
    lines = []
    for path in sorted(draft.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                lines.append(
                    f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(draft).as_posix()}\n"
                )
    (draft / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
