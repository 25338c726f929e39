"""A folder for handing a case over: journal, findings, hashes of the originals, registers, time stamps, and a verifier.

Its recipient can check it without tracer, without the key, and without trusting the sender further than the journal's
head. It leaves through the same gate as every export; lines of the journal that would name a protected party are
withheld, with their hashes, so that the chain still links.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tracer.case.case import Case
from tracer.case.journal import ACCEPTED
from tracer.case.protected import PURPOSE, keyed_pseudonym
from tracer.clock import now
from tracer.custody.anchor import anchors
from tracer.disclosure import Reason, Ref, Text
from tracer.documents import json_of
from tracer.errors import InputRefused, refuse_short
from tracer.export.gate import Protection, protection_of, redact_text
from tracer.export.scan import Scan, allowlist_text, names_any, refuse
from tracer.input_files import sha256_of
from tracer.marking.register.registers import page, registers
from tracer.publish import Wanted, prepare, without_own_words
from tracer.resources import sql_next_to
from tracer.stages import what_is_not_traced
from tracer.visible import label
from tracer.wording import say

_statement = sql_next_to(__file__)
_VERIFIER = Path(__file__).parent.parent / "export" / "verifier.py"


@dataclass(frozen=True)
class WrittenHandover:
    """What was written."""

    folder: Path
    lines: int
    withheld: int
    originals: int
    clear: int


def hand_over(
    case: Case, folder: Path, *, reason: str | None = None, lang: str = "en", words: str = "en"
) -> WrittenHandover:
    """Write the folder and journal it. `reason`: why the originals themselves go along, in clear; `lang`: of the
    README, `words`: of the sentences in what programs read.

    Raises `InputRefused` with nothing written: the folder is in use, the journal is not whole, something must not
    leave; `UsageError` where the reason is none.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputRefused("the folder is in use", where=str(folder), remedy="name a new or an empty folder")
    if reason is not None:
        refuse_short(reason, "say who asked for the originals, and why")
    chain = case.journal.file.check()
    if chain.problem is not None:
        raise InputRefused(f"the journal is damaged ({chain.problem})", remedy="run `tracer doctor`")
    protection = protection_of(case.con, keyed_pseudonym(case.secret(PURPOSE)))
    found = {
        f"{noun}.json": content
        for noun in ("findings", "graph")
        for content in prepare(case, Wanted("json", noun, words, with_sources=True)).files.values()
    }
    draft = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}.part")
    try:
        written = _fill(case, draft, found, protection, reason, lang)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise InputRefused(what, where=str(folder), remedy="check that the disk has room") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return WrittenHandover(folder, *written)


def _fill(
    case: Case, draft: Path, found: dict[str, bytes], protection: Protection, reason: str | None, lang: str
) -> tuple[int, int, int, int]:
    """Write what leaves into an unfinished folder and journal it; how much it is, as `WrittenHandover` counts."""
    scan = Scan(case.con, own=partial(allowlist_text, case.con), secrets=protection.protected.finder())
    for name in ("registers", "anchors", *(("originals",) if reason is not None else ())):
        (draft / name).mkdir(parents=True, mode=0o700)

    # The originals in clear that do not name a protected party.
    originals, secret, clear = _originals(case, protection), protection.protected.finder(), 0
    for sha256 in (row["original"] for row in originals if reason is not None and not row["protected"]):
        target = draft / "originals" / sha256
        case.vault.files.extract(sha256, target)
        if secret is not None and names_any(sha256, target.read_bytes(), secret):
            target.unlink()
        else:
            clear += 1
    readme = _readme(case, label(redact_text(case.name, protection)), lang, clear=bool(clear))
    detail: dict[str, Any] = {"files": {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}}
    if reason is not None:
        detail["revealed"] = {"reason": reason, "originals": clear}
    case.journal.append(command="export handover", detail=detail)
    lines, withheld = _journal_lines(case, scan)

    # Pages of the registers that may leave, and time stamps with what they stamp.
    files = {f"registers/{one.draw}.txt": page(case, one).encode() for one in registers(case.con)}
    for leak in scan.leaks(files):
        files.pop(leak.file, None)
    for number, one in enumerate(anchors(case), 1):
        files[f"anchors/{number:03}.tsr"] = one.stamp.response
        files[f"anchors/{number:03}.txt"] = one.head.statement()
    # The originals as they leave, and whether a line that leaves names them.
    named = {value for line in lines for value in dict(json_of(line).get("inputs") or {}).values()}
    for row in originals:
        row["journaled"] = "yes" if row["sha256"] in named else "no"
    text, columns = io.StringIO(), ["sha256", "bytes", "of", "journaled"]
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(originals, key=lambda row: str(row["sha256"])))  # by what is shown, like all that leaves
    files |= {"originals.csv": text.getvalue().encode(), "README.txt": readme.encode()}
    for name, content in (found | files | {"journal.jsonl": b"".join(lines)}).items():
        (draft / name).write_bytes(content)
    shutil.copyfile(_VERIFIER, draft / "verify.py")
    paths = {path.relative_to(draft).as_posix(): path for path in sorted(draft.rglob("*")) if path.is_file()}
    sums = [f"{sha256_of(path)}  {name}\n" for name, path in paths.items()]
    (draft / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")

    # The finished folder is looked through once more: whatever went wrong before, nothing leaves that must not.
    # Originals in clear leave for a reason, and were looked through for protected parties. A time stamp is an
    # authority's answer about a hash.
    paths["SHA256SUMS"] = draft / "SHA256SUMS"
    del paths["journal.jsonl"]
    shown = [name for name in sorted(paths) if not name.startswith("originals/") and not name.endswith(".tsr")]
    leaks = without_own_words(scan.leaks({name: paths[name].read_bytes() for name in shown}))
    leaks += scan.leaks({f"journal.jsonl, line {number}": line for number, line in enumerate(lines, 1)})
    if leaks:
        raise refuse(leaks)
    return len(lines), withheld, len(originals), clear


def _readme(case: Case, title: str, lang: str, *, clear: bool) -> str:
    """What the recipient reads first: what is in the folder, and how to check it."""
    parts = (
        ("journal.jsonl", Reason.of("handover-journal")),
        ("originals.csv", Reason.of("handover-hashes")),
        ("findings.json", Reason.of("handover-findings")),
        ("graph.json", Reason.of("handover-graph")),
        ("registers/", Reason.of("handover-registers")),
        ("anchors/", Reason.of("handover-anchors")),
        ("originals/", Reason.of("handover-originals" if clear else "handover-no-originals")),
    )
    lines = [say(Reason.of("handover-title", name=Text(title), day=now().date()), lang), ""]
    lines += [f"{name:<17}{say(what, lang)}" for name, what in parts]
    if stale := what_is_not_traced(case.con, lang=lang):
        lines += ["", stale]
    checks = Reason.of("handover-check", command=Ref("python3 -I verify.py"))
    heads = Reason.of("handover-heads", command=Ref("tracer anchor print"))
    return "\n".join([*lines, "", say(checks, lang), say(heads, lang), ""])


def _originals(case: Case, protection: Protection) -> list[dict[str, Any]]:
    """One row an original: hash, length, of what. A protected party's has no length and no name, and a pseudonym in the
    place of the hash, as in the journal: documents could be tried out with it."""
    shown = dict(case.con.execute("SELECT clear, shown FROM journal_name").fetchall())
    originals: list[dict[str, Any]] = []
    for sha256, size, datasets, evidence in case.con.execute(_statement("originals")).fetchall():
        row = {"original": sha256, "protected": bool(protection.evidence & set(evidence))}
        if row["protected"]:
            row |= {"sha256": shown.get(sha256) or redact_text(sha256, protection), "bytes": "", "of": "(protected)"}
        else:
            of = redact_text(" ".join([*datasets, *evidence]), protection) or "records"
            row |= {"sha256": sha256, "bytes": size, "of": of}
        originals.append(row)
    return originals


def _journal_lines(case: Case, scan: Scan) -> tuple[list[bytes], int]:
    """(the journal's lines as they may leave, how many of them without their words)."""
    lines = dict(enumerate(case.journal.file.lines(), 1))
    leaking = {int(leak.file) for leak in scan.leaks({str(number): raw for number, (raw, _) in lines.items()})}
    whole = {number: own and number not in leaking for number, (_, own) in lines.items()}
    kept = [raw if whole[number] else _withheld(number, raw, own=own) for number, (raw, own) in lines.items()]
    return kept, sum(not kept_whole for kept_whole in whole.values())


def _withheld(number: int, line: bytes, *, own: bool) -> bytes:
    """What stays of a line: its hashes link; that somebody accepted the lines before it must not get lost."""
    short: dict[str, Any] = {"no": number, "withheld": "was not written by tracer"}
    if own:
        entry = json_of(line)
        short = {name: entry[name] for name in ("no", "previous", "hash")} | {"withheld": "names what must not leave"}
        if entry["command"] == ACCEPTED:
            short["command"] = ACCEPTED
    return json.dumps(short, sort_keys=True, separators=(",", ":")).encode() + b"\n"
