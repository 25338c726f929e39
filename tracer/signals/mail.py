"""Mail: mbox files and single messages (.eml, the files of a Maildir). Headers that say gb2312 are really GB18030.

Anybody can send a mail, so nothing in one is trusted: not its labels, not that its brackets close, not that its parts
end. What is read of a mail costs time that grows with its length and no faster, which Python's own parser of messages
does not promise; and whatever a mail brings about, the mails behind it are read.

Whom it reached: all whom a `Received:` line was written `for`, whom a header for the envelope names (`SERVERS`), or
whom the sender names. Forged headers can add a name, which shows that the sender knew it. They cannot hide the real
one: servers write above what they were sent, and the lines are read from the top, `for` first, the sender's own names
last. So a blind copy reaches its canary.

When: by the topmost `Received:` line, which only the last server can have written, unless its time is later than the
mail's arrival in the mailbox; else when it came there (IMAP's INTERNALDATE, the line `From ` of an mbox, the seconds
in a Maildir's file name); else as the sender's `Date:` claims, unless its file is older; else when its file was
written. `timed` says which: `server`, `arrival`, `sender`. A mail is never rejected for want of a date.
"""

from __future__ import annotations

import binascii
import hashlib
import html
import os
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from tracer.errors import InputRefused
from tracer.input_files import HELD, opened, whole
from tracer.lists.read.encoding import text_codec
from tracer.signals import tnef
from tracer.signals.formats import described
from tracer.signals.records import RAW_LIMIT, YEARS, Cells, unread

SERVERS, _SENDERS = (tuple(described()["mail"][kind]) for kind in ("servers", "senders"))
"""Headers in which servers name the addressee of the envelope, and those in which senders name addressees."""
_BODY = 2_000
"""Characters of a message's text that are kept with its subject: where the persona is named."""
_HEAD, _PART, _VALUE, _DATE, _ADDRESS = 1 << 20, 128 << 10, 8_000, 200, 320
"""How much is read: bytes of all headers, and of a part with text; characters of a header, a date and an address."""
_HEADERS, _MOST, _PARTS, _DEPTH = 5_000, 300, 1_000, 20
"""Headers of a mail, addressees by a kind of header, parts that are looked at, and how deep they lie in one another:
many times what any program writes; what the receiving server wrote comes first."""
_SKEW = timedelta(days=1)
"""Clocks differ, and so do zones that a time does not name."""
_FOR = re.compile(rb"\sfor\s+(<[^<>;]{1,400}>|[^\s<>;()]{1,400}@[^\s<>;()]{1,400})")
_SECONDS = re.compile(r"(\d{9,10})\.")
_LINE = re.compile(rb"^[A-Za-z][A-Za-z0-9-]*:[ \t]?")
_TELLING = re.compile(rb"(?im)^(From|To|Received|Return-Path|Date|Message-ID|Delivered-To):")
_SEPARATOR = re.compile(rb"(?m)^From (?=\S+ .*\d{4}\s*$)")
_BLANK = re.compile(rb"\n\r?\n")
_HEADER = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)")
_PARAMETER = re.compile(
    r';\s*(charset|boundary|filename|name)(?:\*\d*)*\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;]*))', re.IGNORECASE
)
_WORDS = re.compile(r"=\?[^?\s]{1,80}\?[bq]\?.*?\?=(?:\s*=\?[^?\s]{1,80}\?[bq]\?.*?\?=)*", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*("?)', re.DOTALL)
_TOKEN = re.compile(r"\((?:[^()]*\))?|<([^<>]*)>?|([,;])|[^\s(<,;]+")
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|head)\b.*?(?:</\1\s*>|(?=<body\b)|\Z)|<[!/?a-z][^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_WINMAIL = re.compile(r"""name\s*=\s*"?winmail\.dat""", re.IGNORECASE)
_ABSURD = re.compile(r"&#x?[0-9a-f]{8,}", re.IGNORECASE)
"""A reference to no character, by a number that Python may refuse to read."""


def is_mail(head: bytes, path: Path) -> bool:
    """Whether a file that begins with `head` is mail."""
    in_box = path.parent.name in ("cur", "new") and is_maildir(path.parent.parent)
    if in_box or head.startswith(b"From ") or path.suffix.lower() == ".eml":
        return True
    return _LINE.match(head) is not None and len(_TELLING.findall(head[:8_192])) >= 2


def is_maildir(folder: Path) -> bool:
    """Whether the folder is a Maildir."""
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


class RawMail(NamedTuple):
    """A message as it came."""

    uid: int
    """Its number in the mailbox or file."""
    arrived: datetime | None
    """When it came there; without a zone where none is known."""
    data: bytes
    written: datetime | None = None
    """When its file was written, which may be later."""


def mail_records(path: Path) -> Iterator[Cells]:
    """A row for each message of a file.

    Raises `InputRefused`: it is not mail.
    """
    with opened(path) as file:
        written = _moment(os.fstat(file.fileno()).st_mtime)
    data = whole(path, HELD)
    if not data.startswith(b"From "):
        if _LINE.match(data) is None and _TELLING.search(data, 0, 8_192) is None:
            raise InputRefused("not mail: it has no headers of one", where=str(path), remedy="name the right file")
        yield read_mail(RawMail(1, _in_name(path), data, written))
        return
    starts = [0, *(match.start() for match in _SEPARATOR.finditer(data, 1)), len(data)]
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        line, _, message = data[start:end].partition(b"\n")
        # After the sender comes the time, by the program's own clock without its zone.
        arrived = _time(line.removeprefix(b"From ").strip().partition(b" ")[2])
        yield read_mail(RawMail(number, arrived, message, written))


def maildir_mails(folder: Path, left: list[InputRefused]) -> Iterator[RawMail]:
    """The messages of a Maildir in the order of their names; what kept one from being read goes to `left`."""
    found = [path for part in ("cur", "new") for path in (folder / part).iterdir() if path.is_file()]
    for number, path in enumerate(sorted(found, key=lambda path: (path.name, path.parent.name)), start=1):
        try:
            yield mail_in(path, number)
        except InputRefused as problem:
            left.append(problem)
        except OSError as problem:
            why = f"it cannot be read ({problem.strerror})"
            left.append(InputRefused(why, where=str(path), remedy="check who may read it"))


def mail_in(path: Path, number: int) -> RawMail:
    """The message that a file holds. Raises `InputRefused` and `OSError` where it cannot be read."""
    return RawMail(number, _in_name(path), whole(path, HELD), _moment(path.stat().st_mtime))


def _in_name(path: Path) -> datetime | None:
    """When a message came into a Maildir, as its file's name says."""
    said = _SECONDS.match(path.name) if path.parent.name in ("cur", "new") else None
    return None if said is None else _moment(int(said[1]))


def _moment(seconds: float) -> datetime | None:
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.year in YEARS else None


def read_mail(mail: RawMail) -> Cells:
    """What a message says. The one place where whatever a mail brings about is caught: it is kept with the reason, and
    those behind it are read.
    """
    try:
        return _read(mail)
    except Exception as problem:  # noqa: BLE001 - anybody may send it, with whatever in it
        return unread(f"the mail cannot be read ({type(problem).__name__})", mail.data)


def headers_of(data: bytes, start: int = 0, end: int | None = None) -> tuple[list[tuple[str, bytes]], int]:
    """Names and values of the headers that begin at `start`, and where what they head begins."""
    end = len(data) if end is None else end
    if data.startswith((b"\n", b"\r\n"), start):
        return [], data.index(b"\n", start) + 1
    limit = min(end, start + _HEAD)
    blank = _BLANK.search(data, start, limit)
    stop, begin = (limit, end) if blank is None else blank.span()
    found = islice(_HEADER.finditer(data, start, stop), _HEADERS)
    return [(match[1].decode("ascii"), match[2]) for match in found], begin


def _read(mail: RawMail) -> Cells:
    headers, begin = headers_of(mail.data)
    if not headers:
        return unread("not mail: it has no headers of one", mail.data)
    by_name: dict[str, list[bytes]] = {}
    for name, value in headers:
        by_name.setdefault(name.casefold(), []).append(value)

    def said(names: tuple[str, ...]) -> list[bytes]:
        return [value for name in names for value in by_name.get(name.casefold(), ())]

    received = by_name.get("received", [])
    named_for = [found for value in received for found in _FOR.findall(value[-_VALUE:])]
    # The same message may come by two headers; its addressee counts once.
    # Some of each kind: a sender who writes thousands of one cannot hide what a server has written of another.
    kinds = [*(by_name.get(name.casefold(), []) for name in SERVERS), named_for, said(_SENDERS)]
    sent_to = (one for values in kinds for one in islice((one for value in values for one in _of(value)), _MOST))
    everybody = list(dict.fromkeys(address.casefold() for address in sent_to))
    at, timed = _when(mail, received[0].rpartition(b";")[2] if received else b"", by_name.get("date", [b""])[0])
    subject = decoded(by_name.get("subject", [b""])[0])
    # The beginning of the headers, as people read them.
    lines: list[str] = []
    left = RAW_LIMIT
    for name, value in headers:
        lines.append(f"{name}: {decoded(value[:RAW_LIMIT])}")
        left -= len(lines[-1]) + 1
        if left <= 0:
            break
    return {
        "at": None if at is None else at.isoformat(timespec="seconds"),
        "timed": timed,
        "caller": next(_of(by_name.get("from", [b""])[0]), None),
        "called": ", ".join(everybody) or None,
        "channel": "email",
        "subject": subject or None,
        "text": "\n".join(part for part in (subject, _body(mail.data, headers, begin)) if part),
        "raw": "\n".join(lines)[:RAW_LIMIT],
        # By all its bytes: a sender writes its Message-ID, and could hide a later mail under the one of an earlier.
        "identity": hashlib.sha256(mail.data.replace(b"\r\n", b"\n")).hexdigest(),
    }


def _when(mail: RawMail, received: bytes, date: bytes) -> tuple[datetime | None, str | None]:
    """When a mail came, and by whose clock."""
    server, sender = _time(received), _time(date)
    if server is not None and not _after(server, mail.arrived):
        return server, "server"
    if mail.arrived is not None:
        return mail.arrived, "arrival"
    if sender is not None and not _after(sender, mail.written):
        return sender, "sender"
    return (mail.written, "arrival") if mail.written is not None else (None, None)


def _after(one: datetime, other: datetime | None) -> bool:
    """Whether a time is so much later than another that it cannot be true."""
    if other is None:
        return False
    return one.replace(tzinfo=one.tzinfo or UTC) > other.replace(tzinfo=other.tzinfo or UTC) + _SKEW


def _time(told: bytes) -> datetime | None:
    """A time as mails write it, where it can be one; without a zone where it names none."""
    text = told.strip()[:_DATE].decode("ascii", "replace")
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None and "-0000" in text:  # UTC, by a machine that does not tell its zone (RFC 5322)
        at = at.replace(tzinfo=UTC)
    return at if at.year in YEARS else None


def _of(value: bytes) -> Iterator[str]:
    """The addresses in a header: in each mailbox what its angles hold, or else its first word that is one.

    Python's own reader recurses at every bracket, and gives none at all where one does not close.
    """
    text = _as_text(value)
    if "@" not in text:  # some encode the address with the name
        text = decoded(value)
    text = _QUOTED.sub(lambda name: " " if name[1] else name[0].replace('"', " "), text)
    angle = word = ""
    for token in _TOKEN.finditer(text + ","):
        if token[2]:
            address = angle or word
            if 0 < len(address) <= _ADDRESS:
                yield address
            angle = word = ""
        elif token[0][0] == "<":
            angle = angle or _address(token[1])
        elif token[0][0] != "(":
            word = word or _address(token[0])


def _address(text: str) -> str:
    """What is an address in a text; a route or the name of a group may precede it."""
    for word in text.replace(":", " ").split():
        local, _, domain = word.strip(".'()[]>").rpartition("@")
        if local and domain:
            return f"{local}@{domain}"
    return ""


class _Part(NamedTuple):
    """A part of a message that is not made of parts."""

    kind: str
    charset: str
    encoding: str
    data: bytes


def _body(data: bytes, headers: list[tuple[str, bytes]], begin: int) -> str:
    """The beginning of the first plain text that is not empty; else that of the first page or winmail.dat."""
    other: _Part | None = None
    for part in islice(_parts(data, headers, begin, len(data), 0), _PARTS):
        if part.kind == "text/plain":
            text = _text_of(part).strip()
            if text:
                return text[:_BODY]
        elif other is None and part.kind in ("text/html", tnef.KIND):
            other = part
    if other is not None and other.kind == tnef.KIND:
        other = _Part(*tnef.body_of(_bytes_of(other)))
    words = "" if other is None else _text_of(other)
    if other is not None and other.kind == "text/html":
        words = html.unescape(_ABSURD.sub("", _MARKUP.sub("\n", words)))
    return "\n".join(line for line in map(str.strip, words.splitlines()) if line)[:_BODY]


def _parts(
    data: bytes, headers: list[tuple[str, bytes]], begin: int, end: int, depth: int, default: str = "text/plain"
) -> Iterator[_Part]:
    """The parts between two places, in order, without attached files; as much of each as is read.

    `default`: the kind of one that names none.
    """
    said = {name.casefold(): value[:_VALUE].decode("latin-1") for name, value in reversed(headers)}
    typed, disposed = said.get("content-type", ""), said.get("content-disposition", "")
    facts = {match[1].lower(): _bare(match) for match in _PARAMETER.finditer(typed)}
    kind = typed.partition(";")[0].strip().lower() or default
    if depth == _DEPTH:
        return
    if kind == "message/rfc822":
        inner, within = headers_of(data, begin, end)
        yield from _parts(data, inner, within, end, depth + 1)
    elif kind.startswith("multipart/"):
        boundary = re.escape(facts.get("boundary", "").encode("latin-1"))
        line = re.compile(rb"(?m)^--%b(--)?[ \t]*\r?$" % boundary)
        lines = list(islice(line.finditer(data, begin, end), _PARTS)) if boundary else []
        for here, stop in zip(lines, [*(after.start() for after in lines[1:]), end], strict=False):
            if here[1] is None:
                inner, within = headers_of(data, min(here.end() + 1, stop), stop)
                within_it = "message/rfc822" if kind == "multipart/digest" else "text/plain"
                yield from _parts(data, inner, within, stop, depth + 1, within_it)
                if kind == "multipart/report":  # what it reports of was said to somebody else
                    return
    elif kind == tnef.KIND or _WINMAIL.search(f"{typed};{disposed}"):
        yield _Part(tnef.KIND, "", said.get("content-transfer-encoding", "").strip().lower(), data[begin:end][:_PART])
    elif not {"name", "filename"} & {match[1].lower() for match in _PARAMETER.finditer(f"{typed};{disposed}")}:
        kind = kind if kind.count("/") == 1 else "text/plain"
        encoding = said.get("content-transfer-encoding", "").strip().lower()
        yield _Part(kind, facts.get("charset", ""), encoding, data[begin:end][:_PART])


def _bare(parameter: re.Match[str]) -> str:
    """The value of a parameter, without the charset and language that may precede it (RFC 2231)."""
    value = parameter[2] or parameter[3] or ""
    return value.split("'", 2)[2] if "*" in parameter[0].partition("=")[0] and value.count("'") > 1 else value


def _bytes_of(part: _Part) -> bytes:
    data = part.data
    if part.encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.partition(b"=")[0])
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return quopri.decodestring(data) if part.encoding == "quoted-printable" else data


def _text_of(part: _Part) -> str:
    data = _bytes_of(part)
    if len(part.data) == _PART:  # it may end within a character
        data = data[: data.rfind(b"\n")]
    return _as_text(data, part.charset)


def _as_text(data: bytes, charset: str = "") -> str:
    """Bytes as text: by their label where that is known, and GB18030 where UTF-8 or ASCII is claimed and not kept."""
    codec = text_codec(charset) or "utf-8"
    if codec in ("utf-8", "ascii"):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            codec = "gb18030"
    try:
        return data.decode(codec, "replace")
    except LookupError:  # Python knows it, and it is none of text: rot13, hex
        return data.decode("gb18030", "replace")


def decoded(value: bytes) -> str:
    """The beginning of a header as text, on one line. Its bytes are UTF-8 or GB18030 where it does not say; what cannot
    be decoded stays as it is.
    """
    return _WORDS.sub(_decoded_words, _as_text(value[:_VALUE])).replace("\r", "").replace("\n", "")


def _decoded_words(run: re.Match[str]) -> str:
    try:
        words = decode_header(run[0])
    except (ValueError, TypeError, HeaderParseError):
        return run[0]
    return "".join(
        word if isinstance(word, str) else _as_text(word, (charset or "").partition("*")[0]) for word, charset in words
    )
