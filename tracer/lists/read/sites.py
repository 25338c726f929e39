"""The registrable host that an address of a site or an app belongs to: `https://login.shop.co.uk/a?b=c` → `shop.co.uk`.

Nothing else of an address is kept: paths and queries hold names and tokens. Where a country has a second level of its
own (`co.uk`, `com.br`), the third counts; which have one is known by the usual names of such levels alone, so a host
under a rarer one is cut too short.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

_SECOND = frozenset((
    "ac", "co", "com", "edu", "gob", "gouv", "gov", "govt", "gv", "go", "mil", "muni", "ne", "net", "nom", "nsw", "ltd",
    "nhs", "or", "org", "plc", "police", "sch", "school", "asn", "qld", "vic", "gen", "ind", "res", "gub", "lg",
))  # fmt: skip
"""Second levels of many countries."""
_PAIRS = frozenset((
    "me.uk", "id.au", "web.za", "web.id", "my.id", "biz.id", "in.th", "pro.br", "med.br", "art.br", "info.tr", "web.tr",
    "gr.jp", "ed.jp", "ad.jp", "lg.jp", "re.kr", "pe.kr", "web.ve", "info.ve", "biz.tr", "waw.pl", "info.pl", "biz.pl",
))  # fmt: skip
"""Others, with their country: elsewhere these are names that somebody registered."""
_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]{0,20})://)?(.*)", re.DOTALL)
_HOST = re.compile(r"(?:[\w\-]{1,63}\.)+[^\W\d_][\w\-]{1,62}\.?")
_APP = re.compile(r"[A-Za-z][\w\-]*(?:\.[\w\-]+)+")
_LONGEST = 253


@lru_cache(maxsize=65_536)
def site_of(address: str) -> str | None:
    """The registrable host, in lower case; of an app's address that of who made it; None where there is none."""
    found = _URL.match(address.strip().strip("\"'<>"))
    if found is None:
        return None
    scheme, rest = (found[1] or "").lower(), found[2]
    if scheme in ("android", "androidapp", "ios"):
        package = _APP.match(rest.rsplit("@", 1)[-1])
        return None if package is None else registrable(".".join(reversed(package[0].split("."))))
    host = re.split(r"[/?#\\\s]", rest, maxsplit=1)[0].rsplit("@", 1)[-1]
    if host.startswith("["):
        return _numeric(host[1:].split("]", 1)[0])
    return registrable(host.split(":", 1)[0])


def registrable(host: str) -> str | None:
    """The part of a host that somebody registered; a numeric address as it is; None for anything else."""
    text = host.strip(".").lower()
    numeric = _numeric(text)
    if numeric is not None:
        return numeric
    if len(text) > _LONGEST or _HOST.fullmatch(text) is None:
        return None
    labels = text.split(".")
    second = len(labels[-1]) == 2 and (labels[-2] in _SECOND or ".".join(labels[-2:]) in _PAIRS)
    most = 3 if len(labels) > 2 and second else 2
    return ".".join(labels[-most:])


def _numeric(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
