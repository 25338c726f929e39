"""Mail: mbox files and single messages (.eml, the files of a Maildir). Headers that say gb2312 are really GB18030."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from tracer.errors import InputRefused
from tracer.regular import HELD, whole
from tracer.signals.texts import RAW_LIMIT, Cells

_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_BODY = 2_000
"""Characters of a message's text that are kept with its subject: where the persona is named."""
_LINE = re.compile(rb"^[A-Za-z][A-Za-z0-9-]*:[ \t]?")
_TELLING = re.compile(rb"(?im)^(From|To|Received|Return-Path|Date|Message-ID|Delivered-To):")
_SEPARATOR = re.compile(rb"(?m)^From (?=\S+ .*\d{4}\s*$)")


def is_mail(head: bytes, name: str) -> bool:
    """Whether a file that begins with `head` is mail."""
    if head.startswith(b"From ") or name.lower().endswith(".eml"):
        return True
    return _LINE.match(head) is not None and len(_TELLING.findall(head[:8_192])) >= 2


def is_maildir(folder: Path) -> bool:
    """Whether the folder is a Maildir."""
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def maildir_files(folder: Path) -> list[Path]:
    """The messages of a Maildir, in the order of their names."""
    found = [path for part in ("cur", "new") for path in (folder / part).iterdir() if path.is_file()]
    return sorted(found, key=lambda path: (path.name, path.parent.name))


def mail_records(path: Path) -> Iterator[Cells]:
    """A row for each message and each address that it was sent to.

    Raises:
        InputRefused: it does not begin like mail.
    """
    data = whole(path, HELD)
    if data.startswith(b"From "):
        texts = [message.partition(b"\n")[2] for message in _SEPARATOR.split(data)[1:]]
    elif _LINE.match(data):
        texts = [data]
    else:
        raise InputRefused("not mail: it does not begin like mail", where=str(path), remedy="name the right file")
    parser = BytesParser(policy=email.policy.compat32)
    for text in texts:
        yield from _mail(parser.parsebytes(text))


def _mail(message: Message) -> Iterator[Cells]:
    headers = [(name, decoded(value)) for name, value in message.raw_items()]
    first = {name.casefold(): value for name, value in reversed(headers)}
    to = getaddresses([value for name in _RECIPIENTS for had, value in headers if had.casefold() == name.casefold()])
    sender = next((address for _, address in getaddresses([first.get("from", "")]) if address), None)
    try:
        at: str | None = parsedate_to_datetime(first.get("date", "")).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        at = None
    text = "\n".join(part for part in (first.get("subject", ""), _body(message)) if part)
    # The same message may come by two headers; its addressee counts once.
    for address in dict.fromkeys(one.strip().casefold() for _, one in to if one) or [None]:
        yield {
            "at": at, "caller": sender, "called": address, "channel": "email", "text": text,
            "raw": "\n".join(f"{name}: {value}" for name, value in headers)[:RAW_LIMIT],
        }  # fmt: skip


def _body(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _as_text(payload, part.get_content_charset() or "utf-8").strip()[:_BODY]
    page = next((p for p in message.walk() if p.get_content_type() == "text/html" and not p.get_filename()), None)
    payload = None if page is None else page.get_payload(decode=True)
    if page is None or not isinstance(payload, bytes):
        return ""
    return _text_of_page(_as_text(payload, page.get_content_charset() or "utf-8"))[:_BODY]


def _text_of_page(page: str) -> str:
    """The words of a mail that is HTML alone, a line for each piece."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style", "head"])
    lines = (line.strip() for line in tree.text(separator="\n").splitlines())
    return "\n".join(line for line in lines if line)


def _as_text(data: bytes, charset: str) -> str:
    """Bytes as text: GB18030 where the label says an older GB set, and where UTF-8 or ASCII is claimed and not kept."""
    codec = charset.lower()
    codec = "gb18030" if codec in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "hz-gb-2312", "cp936") else codec
    if codec in ("utf-8", "us-ascii", "ascii", "unknown-8bit"):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            codec = "gb18030"
    try:
        return data.decode(codec, errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


def decoded(value: object) -> str:
    """A header as text. Bytes in it without encoding are UTF-8 or GB18030; bad ones are replaced."""
    raw = str(value)
    if any("\udc80" <= char <= "\udcff" for char in raw):
        return _as_text(raw.encode("utf-8", errors="surrogateescape"), "utf-8")
    try:
        pieces = decode_header(raw)
    except (ValueError, TypeError, HeaderParseError):
        return raw  # an encoded word that is damaged stays as it is
    return (
        "".join(text if isinstance(text, str) else _as_text(text, charset or "utf-8") for text, charset in pieces)
        .replace("\r", "")
        .replace("\n", "")
    )
