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
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from itertools import islice, pairwise
from pathlib import Path
from struct import error, unpack_from
from typing import NamedTuple

from tracer.errors import InputRefused
from tracer.input_files import HELD, whole_bytes
from tracer.lists.read.encoding import text_codec
from tracer.signals.formats import format_tables
from tracer.signals.records import RAW_LIMIT, YEARS, Cells, unread

SERVERS, _SENDERS = (tuple(format_tables()["mail"][kind]) for kind in ("servers", "senders"))
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
    headed = _LINE.match(head) is not None and len(_TELLING.findall(head[:8_192])) >= 2
    return headed or head.startswith(b"From ") or is_one_mail(path)


def is_one_mail(path: Path) -> bool:
    """Whether a file is a mail by its place or name: in a Maildir, or `.eml`."""
    return path.suffix.lower() == ".eml" or (path.parent.name in ("cur", "new") and is_maildir(path.parent.parent))


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

    Raises `InputRefused`: it is not mail."""
    whole = mail_in(path, 1)
    data = whole.data
    if not data.startswith(b"From "):
        if _LINE.match(data) is None and _TELLING.search(data, 0, 8_192) is None:
            raise InputRefused("not mail: it has no headers of one", where=str(path), remedy="name the right file")
        yield read_mail(whole)
        return
    starts = [0, *(match.start() for match in _SEPARATOR.finditer(data, 1)), len(data)]
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        line, _, message = data[start:end].partition(b"\n")
        # After the sender comes the time, by the program's own clock without its zone.
        arrived = _time(line.removeprefix(b"From ").strip().partition(b" ")[2])
        yield read_mail(RawMail(number, arrived, message, whole.written))


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
    # The name of a file in a Maildir says when the message came.
    said = _SECONDS.match(path.name) if path.parent.name in ("cur", "new") else None
    arrived = None if said is None else _moment(int(said[1]))
    return RawMail(number, arrived, whole_bytes(path, HELD), _moment(path.stat().st_mtime))


def _moment(seconds: float) -> datetime | None:
    with suppress(ValueError, OverflowError, OSError):
        at = datetime.fromtimestamp(int(seconds), UTC)
        if at.year in YEARS:
            return at
    return None


def read_mail(mail: RawMail) -> Cells:
    """What a message says. The one place where whatever a mail brings about is caught: it is kept with the reason, and
    those behind it are read."""
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
    at, timed = _arrival_time(mail, received[0].rpartition(b";")[2] if received else b"", by_name.get("date", [b""])[0])
    subject = decoded_header(by_name.get("subject", [b""])[0])
    raw = ""  # the beginning of the headers, as people read them
    for name, value in headers:
        raw += f"{name}: {decoded_header(value[:RAW_LIMIT])}\n"
        if len(raw) >= RAW_LIMIT:
            break
    return {
        "at": None if at is None else at.isoformat(timespec="seconds"),
        "timed": timed,
        "caller": next(_of(by_name.get("from", [b""])[0]), None),
        "called": ", ".join(everybody) or None,
        "channel": "email",
        "subject": subject or None,
        "text": "\n".join(part for part in (subject, _body(mail.data, headers, begin)) if part),
        "raw": raw.removesuffix("\n")[:RAW_LIMIT],
        # By all its bytes: a sender writes its Message-ID, and could hide a later mail under the one of an earlier.
        "identity": hashlib.sha256(mail.data.replace(b"\r\n", b"\n")).hexdigest(),
    }


def _arrival_time(mail: RawMail, received: bytes, date: bytes) -> tuple[datetime | None, str | None]:
    """When a mail came, and by whose clock: the first that is not so much later than what cannot be earlier that it
    cannot be true."""

    def utc(at: datetime) -> datetime:
        return at.replace(tzinfo=at.tzinfo or UTC)

    for at, timed, limit in (
        (_time(received), "server", mail.arrived),
        (mail.arrived, "arrival", None),
        (_time(date), "sender", mail.written),
        (mail.written, "arrival", None),
    ):
        if at is not None and (limit is None or utc(at) <= utc(limit) + _SKEW):
            return at, timed
    return None, None


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

    Python's own reader recurses at every bracket, and gives none at all where one does not close."""
    text = _as_text(value)
    if "@" not in text:  # some encode the address with the name
        text = decoded_header(value)
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
        elif other is None and part.kind in ("text/html", _TNEF):
            other = part
    if other is not None and other.kind == _TNEF:
        other = _Part(*_body_of_tnef(_bytes_of(other)))
    words = "" if other is None else _text_of(other)
    if other is not None and other.kind == "text/html":
        words = html.unescape(_ABSURD.sub("", _MARKUP.sub("\n", words)))
    return "\n".join(line for line in map(str.strip, words.splitlines()) if line)[:_BODY]


def _parts(
    data: bytes, headers: list[tuple[str, bytes]], begin: int, end: int, depth: int, default: str = "text/plain"
) -> Iterator[_Part]:
    """The parts between two places, in order, without attached files; as much of each as is read.

    `default`: the kind of one that names none."""
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
    elif kind == _TNEF or _WINMAIL.search(f"{typed};{disposed}"):
        yield _Part(_TNEF, "", said.get("content-transfer-encoding", "").strip().lower(), data[begin:end][:_PART])
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


def decoded_header(value: bytes) -> str:
    """The beginning of a header as text, on one line. Its bytes are UTF-8 or GB18030 where it does not say; what cannot
    be decoded stays as it is."""
    return _WORDS.sub(_decoded_words, _as_text(value[:_VALUE])).replace("\r", "").replace("\n", "")


def _decoded_words(run: re.Match[str]) -> str:
    try:
        words = decode_header(run[0])
    except (ValueError, TypeError, HeaderParseError):
        return run[0]
    return "".join(
        word if isinstance(word, str) else _as_text(word, (charset or "").partition("*")[0]) for word, charset in words
    )


# The message in a winmail.dat (TNEF), which Outlook may send in the place of a text: its plain, HTML or RTF body. By
# MS-OXTNEF (attributes and properties) and MS-OXRTFCP (compressed RTF). What is cut off is read as far as it goes.

_TNEF = "application/ms-tnef"
_TNEF_SIGNATURE = b"\x78\x9f\x3e\x22"
_TNEF_TEXT, _TNEF_PROPERTIES, _TNEF_CODEPAGE = 0x2800C, 0x69003, 0x69007
_TNEF_PLAIN, _TNEF_RTF, _TNEF_HTML, _TNEF_HTML_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_STRING, _UNICODE = 0x1E, 0x1F
_VARIABLE = (_STRING, _UNICODE, 0x0D, 0x102)
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value of each fixed kind, with what fills them up to four."""
_RTF_MOST = 1 << 20
"""Bytes of RTF that are unpacked: 17 times the compressed ones at most, and the text comes first."""
_WINDOW = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_RTF_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_UNSEEN = frozenset(("fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "*"))


def _body_of_tnef(data: bytes) -> tuple[str, str, str, bytes]:
    """(kind, charset, transfer encoding, bytes) of the text, as of a part of a mail; empty bytes where it has none."""
    found: dict[int, tuple[int, bytes]] = {}
    codepage, at = 1252, 6
    try:
        while data.startswith(_TNEF_SIGNATURE):
            name, length = unpack_from("<II", data, at + 1)
            value = data[at + 9 : at + 9 + length]
            at += 11 + length
            if name == _TNEF_TEXT:
                found.setdefault(_TNEF_PLAIN, (_STRING, value))
            elif name == _TNEF_CODEPAGE:
                codepage = int(unpack_from("<I", value)[0])
            elif name == _TNEF_PROPERTIES:
                for prop, kind, text in _properties(value):
                    found.setdefault(prop, (kind, text))
    except error:
        pass  # the end
    kind, plain = found.get(_TNEF_PLAIN, (0, b""))
    if plain.strip(b"\0 \r\n"):
        plain = plain.removesuffix(b"\0\0" if kind == _UNICODE else b"\0")
        return "text/plain", "utf-16-le" if kind == _UNICODE else f"cp{codepage}", "", plain
    if _TNEF_HTML in found:
        said = int.from_bytes(found.get(_TNEF_HTML_CODEPAGE, (0, b""))[1][:4], "little")
        return "text/html", "utf-8" if said in (0, 65001) else f"cp{said}", "", found[_TNEF_HTML][1]
    _, packed = found.get(_TNEF_RTF, (0, b""))
    return "text/plain", "utf-8", "", _text_of_rtf(_rtf_unpacked(packed).rstrip(b"\0")).encode()


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(name, kind, value) of each property, in order."""
    at = 4
    for _ in range(unpack_from("<I", data)[0]):
        kind, name = unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:  # one that has a name in words
            in_words, length = unpack_from("<II", data, at + 16)
            at += 24 + (-(-length // 4) * 4 if in_words else 0)
        several, kind = kind & 0x1000, kind & 0x0FFF
        count = 1
        if several or kind in _VARIABLE:
            count = unpack_from("<I", data, at)[0]
            at += 4
        if kind not in _VARIABLE:
            size = _SIZES.get(kind, len(data))
            yield name, kind, data[at : at + size]
            at += size * count
            continue
        for _ in range(count):
            length = unpack_from("<I", data, at)[0]
            yield name, kind, data[at + 4 : at + 4 + length]
            at += 4 + -(-length // 4) * 4


def _rtf_unpacked(data: bytes) -> bytes:
    """A letter, or a reference to what came before, by each bit of a control byte; an offset counts from the beginning,
    modulo the window, and one to the place that is written next ends it."""
    if data[8:12] == b"MELA":
        return data[16:]
    out, at = bytearray(_START), 16
    while at < len(data) and len(out) < _RTF_MOST:
        control, at = data[at], at + 1
        for bit in range(8):
            refers = control >> bit & 1
            if at + refers >= len(data):
                break
            if not refers:
                out.append(data[at])
                at += 1
                continue
            back = (len(out) - ((data[at] << 4) | (data[at + 1] >> 4))) % _WINDOW
            if not back:
                return bytes(out[len(_START) :])
            for _ in range((data[at + 1] & 15) + 2):
                out.append(out[-back] if back <= len(out) else 0)
            at += 2
    return bytes(out[len(_START) :])


def _text_of_rtf(data: bytes) -> str:
    """What a reader sees of it; of HTML that is wrapped in it (`htmlrtf`), the words."""
    codec, out, hidden, stack = "cp1252", list[str](), False, list[bool]()
    waiting, skip = bytearray(), 0

    def settle() -> None:
        try:
            out.append(waiting.decode(codec, "replace"))
        except LookupError:
            out.append(waiting.decode("latin-1"))
        waiting.clear()

    wrapped = False
    for token in _RTF_TOKEN.finditer(data.decode("latin-1")):
        word, number, code, sign, brace, text = token.groups()
        if brace:
            if brace == "{":
                stack.append(hidden)
            else:
                hidden = stack.pop() if stack else False
        elif word == "ansicpg" and number:
            codec = f"cp{number}"
        elif word == "htmlrtf":
            wrapped = number != "0"
        elif word == "htmltag":
            settle()
            out.append("\n")
        elif (word or sign) in _UNSEEN:
            hidden = True
        elif hidden or wrapped:
            continue
        elif code or text:
            seen = bytes([int(code, 16)]) if code else text.encode("latin-1")
            waiting += seen[skip:]
            skip = max(0, skip - len(seen))
        elif word == "u" and number:
            settle()
            out.append(chr(int(number) % 0x10000))
            skip = 1
        elif word in _SIGNS or sign in ("\\", "{", "}", "~"):
            settle()
            out.append(_SIGNS[word] if word in _SIGNS else sign.replace("~", " "))
    settle()
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
