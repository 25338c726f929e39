"""Mail: mbox files and single messages (.eml, the files of a Maildir). Headers that say gb2312 are really GB18030.

Anybody can send a mail, so nothing in one is trusted: not its labels, not that its brackets close, not that its parts
end. What is read of a mail costs time that grows with its length and no faster, which Python's own parser of messages
does not promise; and whatever a mail brings about, the mails behind it are read.
"""

from __future__ import annotations

import binascii
import html
import quopri
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from tracer.errors import InputRefused
from tracer.lists.read.encoding import text_codec
from tracer.regular import HELD, whole
from tracer.signals.texts import RAW_LIMIT, YEARS, Cells, unread

ADDRESSEES = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_BODY = 2_000
"""Characters of a message's text that are kept with its subject: where the persona is named."""
_HEAD, _PART, _VALUE, _DATE, _ADDRESS = 1 << 20, 128 << 10, 8_000, 200, 320
"""How much is read: bytes of all headers, and of a part with text; characters of a header, a date and an address."""
_MOST, _PARTS, _DEPTH = 10_000, 1_000, 20
"""Addressees of a mail, its parts that are looked at, and how deep they lie in one another."""
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


def maildir_files(folder: Path) -> list[Path]:
    """The messages of a Maildir, in the order of their names."""
    found = [path for part in ("cur", "new") for path in (folder / part).iterdir() if path.is_file()]
    return sorted(found, key=lambda path: (path.name, path.parent.name))


def mail_records(path: Path, data: bytes | None = None) -> Iterator[Cells]:
    """A row for each message and each address that it was sent to; of one that cannot be read, why. `data`: the bytes
    of `path` where they are not in a file.

    Raises:
        InputRefused: it is not mail.
    """
    data = whole(path, HELD) if data is None else data
    is_mbox = data.startswith(b"From ")
    if not is_mbox and _LINE.match(data) is None and _TELLING.search(data, 0, 8_192) is None:
        raise InputRefused("not mail: it has no headers of one", where=str(path), remedy="name the right file")
    starts = [match.start() for match in _SEPARATOR.finditer(data, 1)] if is_mbox else []
    for start, end in pairwise([0, *starts, len(data)]):
        message = data[start:end].partition(b"\n")[2] if is_mbox else data
        try:
            yield from list(_mail(message))
        except Exception as problem:  # noqa: BLE001 - whatever one mail brings about, those behind it are read
            yield unread(f"the mail cannot be read ({type(problem).__name__})", message)


def headers_of(data: bytes, start: int = 0, end: int | None = None) -> tuple[list[tuple[str, bytes]], int]:
    """Names and values of the headers that begin at `start`, and where what they head begins."""
    end = len(data) if end is None else end
    if data.startswith((b"\n", b"\r\n"), start):
        return [], data.index(b"\n", start) + 1
    limit = min(end, start + _HEAD)
    blank = _BLANK.search(data, start, limit)
    stop, begin = (limit, end) if blank is None else blank.span()
    found = _HEADER.finditer(data, start, stop)
    return [(match[1].decode("ascii"), match[2]) for match in found], begin


def _mail(data: bytes) -> Iterator[Cells]:
    headers, begin = headers_of(data)
    first = {name.casefold(): value for name, value in reversed(headers)}
    sent_to = [value for name in ADDRESSEES for had, value in headers if had.casefold() == name.casefold()]
    # The same message may come by two headers; its addressee counts once.
    everybody = list(dict.fromkeys(address.casefold() for value in sent_to for address in _of(value)))
    text = "\n".join(part for part in (decoded(first.get("subject", b"")), _body(data, headers, begin)) if part)
    record = {
        # A server says when it received a mail whose own date is none.
        "at": _time(first.get("date", b""), first.get("received", b"").rpartition(b";")[2].strip()),
        "caller": next(_of(first.get("from", b"")), None), "channel": "email",
        "text": text, "raw": _shown(headers),
    }  # fmt: skip
    if not everybody:
        yield record
    for address in everybody[:_MOST]:
        yield {**record, "called": address}
    if len(everybody) > _MOST:
        yield unread(f"a mail to more than {_MOST:,} addresses: the others were not read", data)


def _shown(headers: list[tuple[str, bytes]]) -> str:
    """The beginning of the headers, as people read them."""
    lines: list[str] = []
    left = RAW_LIMIT
    for name, value in headers:
        lines.append(f"{name}: {decoded(value[:RAW_LIMIT])}")
        left -= len(lines[-1]) + 1
        if left <= 0:
            break
    return "\n".join(lines)[:RAW_LIMIT]


def _time(*told: bytes) -> str | None:
    """The first of these times that can be one."""
    for value in told:
        try:
            at = parsedate_to_datetime(value[:_DATE].decode("ascii", "replace"))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if at.year in YEARS:
            return at.isoformat(timespec="seconds")
    return None


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
    page: _Part | None = None
    for part in islice(_parts(data, headers, begin, len(data), 0), _PARTS):
        if part.kind == "text/plain":
            return _text_of(part).strip()[:_BODY]
        if part.kind == "text/html":
            page = page or part
    if page is None:
        return ""
    words = html.unescape(_ABSURD.sub("", _MARKUP.sub("\n", _text_of(page))))
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
    elif not {"name", "filename"} & {match[1].lower() for match in _PARAMETER.finditer(f"{typed};{disposed}")}:
        kind = kind if kind.count("/") == 1 else "text/plain"
        encoding = said.get("content-transfer-encoding", "").strip().lower()
        yield _Part(kind, facts.get("charset", ""), encoding, data[begin:end][:_PART])


def _bare(parameter: re.Match[str]) -> str:
    """The value of a parameter, without the charset and language that may precede it (RFC 2231)."""
    value = parameter[2] or parameter[3] or ""
    return value.split("'", 2)[2] if "*" in parameter[0].partition("=")[0] and value.count("'") > 1 else value


def _text_of(part: _Part) -> str:
    data = part.data
    if part.encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.partition(b"=")[0])
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        data = binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    elif part.encoding == "quoted-printable":
        data = quopri.decodestring(data)
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
    return data.decode(codec, "replace")


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
