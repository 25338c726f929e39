"""The part for experts of a large page, packed after it was looked through, so that it opens at once and can be mailed.

What is first read stays as it is: story and map. Tables and cards, which say much again, are compressed to about a
fifteenth; the page opens them by itself when it is loaded.
"""

from __future__ import annotations

import base64
import gzip

from tracer.wording import Voice

_LARGE = 900_000
"""Bytes from which a page is packed: below, each word of it is also found by who reads the file itself."""
_BEGIN, _END = b'<div id="within">\n', b"\n</div>\n</details>\n</main>"


def packed(page: bytes, lang: str) -> bytes:
    """The page, its part for experts packed where it is large; `lang` is the one it opens in.

    The same input gives the same bytes.
    """
    head, begin, rest = page.partition(_BEGIN)
    sections, end, tail = rest.rpartition(_END)
    if len(page) < _LARGE or not begin or not end:
        return page
    held = base64.b64encode(gzip.compress(sections, 9, mtime=0))
    unread = f"<noscript><p>{Voice(lang).word('page-packed')}</p></noscript>".encode()
    script = b'<script type="application/octet-stream" id="packed">' + held + b"</script>"
    return b"".join((head, begin, script, unread, end, tail))
