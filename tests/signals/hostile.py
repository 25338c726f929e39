"""Mails that anybody may send, and that end a reader which trusts them. Each is to `MAIL`, which is to be seen."""

from __future__ import annotations

from tests.signals.register import MAIL

DATE = "Date: Thu, 18 Jun 2026 12:45:19 +0000\n"
HEAD = f"From: a@spam.example\nTo: {MAIL}\n{DATE}"
_MANY = 20_000


def good(n: int) -> bytes:
    """A mail as they usually are; each has a minute of its own."""
    date = f"Date: Thu, 18 Jun 2026 13:{n:02}:00 +0000"
    return f"From: shop@spam.example\nTo: {MAIL}\nSubject: good {n}\n{date}\n\nhi\n".encode()


def _nested(depth: int) -> str:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"{HEAD}{opened}Content-Type: text/plain\n\nhi\n"


def _typed(kind: str, body: str = "hi\n") -> str:
    return f"{HEAD}Content-Type: {kind}\n\n{body}"


def _subject(words: str) -> str:
    return f"{HEAD}Subject: {words}\n\nhi\n"


MAILS: dict[str, str] = {
    "charset-undefined": _typed("text/plain; charset=undefined"),
    "charset-idna": _typed("text/plain; charset=idna", "xn--\n"),
    "charset-punycode": _typed("text/plain; charset=punycode", "a-" + "zzzz" * _MANY),
    "charset-nul": _typed('text/plain; charset="utf\0-8"'),
    "charset-surrogates": _typed("text/plain; charset=utf-7", "+2AA-\n"),
    "charset-escape": _typed("text/plain; charset=unicode_escape", "\\ud800 \\N{nothing}\n"),
    "charset-rot13": _typed("text/plain; charset=rot13"),
    "subject-hex": _subject("=?hex?q?41?="),
    "charset-long": _typed(f"text/plain; charset={'x' * _MANY}"),
    "subject-undefined": _subject("=?undefined?B?aGk=?="),
    "subject-idna": _subject("=?idna?Q?=FF?="),
    "subject-nul": _subject("=?a\0b?B?aGEK?="),
    "subject-words": _subject("=?utf-8?q?" * _MANY),
    "deep": _nested(3_000),
    "deep-and-long": "Subject: long\n" + _nested(900) + "x\n" * 200_000,
    "messages-in-messages": HEAD + "Content-Type: message/rfc822\n\n" * 3_000 + "\nhi\n",
    "many-parts": _typed("multipart/mixed; boundary=b", "--b\n" * (10 * _MANY)),
    "to-comments": f"From: a@spam.example\nTo: {'(' * _MANY}, {MAIL}\n{DATE}\nhi\n",
    "to-groups": f"From: a@spam.example\nTo: {'g:' * _MANY} {MAIL}\n{DATE}\nhi\n",
    "to-quotes": f'From: a@spam.example\nTo: {MAIL}, "' + '\\"' * _MANY + f"\n{DATE}\nhi\n",
    "to-everybody": f"From: a@spam.example\nTo: {MAIL}, {'a@b.example,' * _MANY}\n{DATE}\nhi\n",
    "from-comments": f"From: {'(' * _MANY}\nTo: {MAIL}\n{DATE}\nhi\n",
    "filename-undefined": HEAD
    + "Content-Disposition: attachment; filename*=undefined''x\nContent-Type: text/plain\n\nhi\n",
    "filename-number": HEAD
    + f"Content-Disposition: attachment; filename*{'9' * 5_000}*=x\nContent-Type: text/plain\n\nhi\n",
    "parameters": _typed('text/plain; x="' + ";" * (10 * _MANY)),
    "uuencoded": HEAD + "Content-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n\x80\x80\x80\nend\n",
    "base64": HEAD + "Content-Transfer-Encoding: base64\n\nA\n",
    "page-deep": _typed("text/html", "<div>" * (10 * _MANY)),
    "message-id": HEAD + "Message-ID: =?undefined?B?aGk=?=\nMessage-ID:\udcff\n\nhi\n",
    "headers": HEAD + "X: y\n" * _MANY + "\nhi\n",
}
"""By what is wrong with them."""

UNDATED: dict[str, str] = {
    "year-9999": f"From: a@spam.example\nTo: {MAIL}\nDate: Fri, 31 Dec 9999 23:59:59 -2359\n\nhi\n",
    "year-100": f"From: a@spam.example\nTo: {MAIL}\nDate: Fri, 01 Jan 0100 00:00:00 +2359\n\nhi\n",
    "date-digits": f"From: a@spam.example\nTo: {MAIL}\nDate: Fri, 01 Jan {'9' * 5_000} 00:00:00 +0000\n\nhi\n",
    "date-words": f"From: a@spam.example\nTo: {MAIL}\nDate: {' ' * _MANY}:\n\nhi\n",
    "date-zone": f"From: a@spam.example\nTo: {MAIL}\nDate: Fri, 01 Jan 2026 00:00:00 +{'9' * 30}\n\nhi\n",
}
"""Mails whose sender's time cannot be one."""


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
