"""Checks a folder that `tracer export handover` wrote. Needs Python 3.9 or newer and nothing else: python3 -I verify.py

It checks that every file is as it was written, that the journal's lines follow each other, that the originals,
registers and findings are those that the journal names, and that time stamps are over heads of this journal. It
cannot check an authority's signature (openssl can; the command is printed), nor that the journal was not rewritten as a
whole: for that, compare the heads that it prints with one that a third party has kept. Exit code 0: all holds; 5:
something does not.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]
SUMS = "SHA256SUMS"
ACCEPTED = "doctor accept-journal"
"""The command whose line takes a journal that was changed as it was found; the chain begins again with it."""


def main() -> int:
    """Check the folder that this script lies in, or the one that is named."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    failed = 0
    for passed, what, detail in checks(folder):
        sys.stdout.write(f"{'ok' if passed else 'FAILED'}\t{visible(what)}\t{visible(detail)}\n")
        failed += not passed
    sys.stdout.write(f"{failed} failed\n")
    return 5 if failed else 0


def checks(folder: Path) -> Iterator[tuple[bool, str, str]]:
    """(passed, what, detail) of every check."""
    yield from check_files(folder)
    lines, problem = read_journal(folder / "journal.jsonl")
    if problem:
        yield False, "journal", problem
        return
    for line in lines:
        if line.get("command") == ACCEPTED:
            said = line.get("detail") or {"found": "the words are withheld", "reason": "withheld"}
            why = f"{said['found']}; the reason given: {said['reason']}"
            yield False, "journal", f"was changed before line {line['no']}, which accepted it as it was: {why}"
    withheld = sum("withheld" in line for line in lines)
    told = f", {withheld} of them withheld: their hashes link, their words are not here" if withheld else ""
    yield True, "journal", f"{len(lines)} lines, head {lines[-1]['hash'] if lines else '-'}{told}"
    named = {digest: line["no"] for line in lines for digest in hashes_in(line)}
    yield from check_originals(folder, named)
    yield from check_registers(folder, lines)
    yield from check_findings(folder, lines)
    yield from check_anchors(folder, {line["no"]: line.get("hash", "") for line in lines})


def visible(text: str) -> str:
    """What a folder says cannot steer the terminal on which it is read."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def check_files(folder: Path) -> Iterator[tuple[bool, str, str]]:
    """Every file is as it was written; none is missing and none has been added."""
    try:
        lines = [line.split("  ", 1) for line in (folder / SUMS).read_text("utf-8").splitlines()]
        stated = {name: digest for digest, name in lines}
    except (OSError, ValueError):
        yield False, "files", f"{SUMS} is missing or damaged"
        return
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {SUMS}
    wrong = [f"{name} is missing" for name in sorted(stated.keys() - there)]
    wrong += [f"{name} was added" for name in sorted(there - stated.keys())]
    wrong += [
        f"{name} was changed" for name in sorted(stated.keys() & there) if sha256_of(folder / name) != stated[name]
    ]
    for told in wrong:
        yield False, "files", told
    if not wrong:
        yield True, "files", f"{len(stated)} as they were written"


def read_journal(path: Path) -> tuple[list[Line], str]:
    """(the lines, what is wrong with them or nothing)."""
    lines: list[Line] = []
    number, head = 0, "0" * 64
    try:
        raw = path.read_bytes().split(b"\n")
    except OSError:
        return [], "journal.jsonl is missing"
    if raw.pop() != b"":
        return [], "its last line is cut off"
    found = [parsed_line(content) for content in raw]
    last = max((at for at, line in enumerate(found) if line.get("command") == ACCEPTED), default=-1)
    for at, line in enumerate(found):
        problem = fault(line, raw[at], at < last)
        if at == last:
            number, head = line.get("no", 0) - 1, str(line.get("previous"))
        if at >= last and not problem and (line["no"] != number + 1 or line["previous"] != head):
            problem = "does not follow the line before it"
        if problem:
            return lines, f"line {at + 1} {problem}"
        lines.append(line)
        number, head = line["no"], str(line.get("hash"))
    return lines, ""


def parsed_line(content: bytes) -> Line:
    """The line; empty where it is none."""
    try:
        line = json.loads(content)
    except ValueError:
        return {}
    return line if isinstance(line, dict) and isinstance(line.get("no"), int) else {}


def fault(line: Line, content: bytes, taken: bool) -> str:
    """What is wrong with a line by itself, or nothing; `taken`: a later line took it as it was."""
    if not line or not (taken or {"hash", "previous"} <= line.keys()):
        return "is damaged"
    if "withheld" in line:
        return ""
    bare = {name: value for name, value in line.items() if name != "hash"}
    same = hashlib.sha256(canonical(bare)).hexdigest() == line.get("hash") and canonical(line) == content
    return "" if same else "was changed"


def check_originals(folder: Path, named: dict[str, int]) -> Iterator[tuple[bool, str, str]]:
    """Each original's hash is in the journal; where the file itself was handed over, it has that hash."""
    with (folder / "originals.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            what, digest = f"original {row['of']}", row["sha256"]
            handed = folder / "originals" / digest
            if handed.exists() and sha256_of(handed) != digest:
                yield False, what, f"originals/{digest} is another file"
            elif digest not in named:
                yield row["journaled"] == "no", what, f"sha256 {digest}, in no line of the journal"
            else:
                there = ", the file is here" if handed.exists() else ""
                yield True, what, f"sha256 {digest}, loaded at line {named[digest]}{there}"


def check_registers(folder: Path, lines: list[Line]) -> Iterator[tuple[bool, str, str]]:
    """Each register's root is one that a line of the journal committed."""
    roots = {line.get("result"): line["no"] for line in lines if line.get("command") == "release"}
    for path in sorted((folder / "registers").glob("*.txt")):
        words = "".join(path.read_text("utf-8").split())
        found = [no for root, no in roots.items() if root and root in words]
        yield bool(found), f"register {path.stem}", f"committed at line {found[0]}" if found else "in no line"


def check_findings(folder: Path, lines: list[Line]) -> Iterator[tuple[bool, str, str]]:
    """Findings and graph are the files that the journal says were handed over."""
    handed = [line for line in lines if line.get("command") == "export handover"]
    if not handed:
        yield False, "findings", "no line of the journal says that anything was handed over"
        return
    for name, digest in sorted(handed[-1]["detail"]["files"].items()):
        same = (folder / name).exists() and sha256_of(folder / name) == digest
        yield same, name, f"handed over at line {handed[-1]['no']}" if same else "not the file that was handed over"
    traced = [line for line in lines if line.get("command") == "trace"]
    if traced:
        yield (
            True,
            "trace",
            f"run {traced[-1]['detail']['run']} at line {traced[-1]['no']}, digest {traced[-1]['result']}",
        )


def check_anchors(folder: Path, hashes: dict[int, str]) -> Iterator[tuple[bool, str, str]]:
    """Each time stamp is over a head that this journal had."""
    stamps = sorted((folder / "anchors").glob("*.txt"))
    for path in stamps:
        statement = path.read_bytes()
        said = dict(line.split(" ", 1) for line in statement.decode("ascii").splitlines())
        number, answer = int(said["entries"]), path.with_suffix(".tsr").read_bytes()
        if hashes.get(number) != said["head"]:
            yield False, f"anchor {path.stem}", f"line {number} is not the one that was stamped"
        elif hashlib.sha256(statement).digest() not in answer:
            yield False, f"anchor {path.stem}", "the authority's answer is for something else"
        else:
            command = f"openssl ts -verify -data {path.name} -in {path.stem}.tsr -CAfile AUTHORITY.pem"
            yield True, f"anchor {path.stem}", f"line {number} is the one that was stamped; its signature: {command}"
    if not stamps:
        yield True, "anchor", "no time stamp: compare the head above with one that somebody outside has kept"


def hashes_in(line: Line) -> set[str]:
    """The hashes that went in, as a line of the journal names them."""
    return {str(value) for value in (line.get("inputs") or {}).values()}


def canonical(line: Line) -> bytes:
    """The bytes that a line's hash is over."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
