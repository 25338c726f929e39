"""Accounts in messengers and networks: `telegram:anna_x`. The service is the heading's, or that of a link in a cell."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from tracer.identify.cell import Reading, fold, unwrap
from tracer.identify.devices import says_nothing
from tracer.identify.keys import further_key
from tracer.identify.phone_rules import read_phone_cell

FORMS = {
    "wechat": r"wxid_[a-z0-9]{8,}|gh_[a-z0-9]{8,}|[a-z][-_a-z0-9]{5,19}", "qq": r"[1-9]\d{4,11}",
    "telegram": r"[a-z][a-z0-9_]{3,31}|\d{5,12}", "instagram": r"[a-z0-9_](?:[a-z0-9._]{0,28}[a-z0-9_])?",
    "facebook": r"[a-z0-9.]{5,50}|\d{5,17}", "twitter": r"[a-z0-9_]{1,15}|\d{5,20}", "tiktok": r"[a-z0-9._]{2,24}",
    "linkedin": r"[\w\-%]{3,100}", "skype": r"(?:live:)?[a-z.][a-z0-9.,_:-]{5,40}", "line": r"[a-z0-9._-]{3,20}",
    "vk": r"[a-z0-9_.]{3,32}", "weibo": r"\d{5,12}|[\w-]{2,30}", "kakao": r"[a-z0-9._-]{4,20}",
    "snapchat": r"[a-z][a-z0-9._-]{1,13}[a-z0-9]", "discord": r"[a-z0-9._]{2,32}|.{2,32}#\d{4}|\d{17,19}",
    "zalo": r"[a-z0-9._]{3,32}", "douyin": r"[a-z0-9._]{2,24}",
}  # fmt: skip
"""What the services allow, in small letters."""
_HOSTS = {
    "t.me": "telegram", "telegram.me": "telegram", "instagram.com": "instagram", "facebook.com": "facebook",
    "fb.com": "facebook", "twitter.com": "twitter", "x.com": "twitter", "tiktok.com": "tiktok",
    "linkedin.com": "linkedin", "vk.com": "vk", "weibo.com": "weibo", "snapchat.com": "snapchat", "zalo.me": "zalo",
    "douyin.com": "douyin",
}  # fmt: skip
_LINK = re.compile(
    r"(?:https?://)?(?:www\.|m\.|[a-z]{2}\.)?([a-z]+\.[a-z]+)/(?:in/|u/|add/|user/|@)?([^/?#\s]+)", re.IGNORECASE
)
_NUMBERS = ("wechat", "telegram")
"""Services in which people write their telephone number for their account."""


def handle_of(raw: str, service: str) -> str | None:
    """`service:account` in small letters; None where the account cannot be one of the service."""
    text = unwrap(unicodedata.normalize("NFKC", fold(raw))).strip()
    link = _LINK.fullmatch(text.rstrip("/"))
    if link and link.group(1).lower() in _HOSTS:
        service, text = _HOSTS[link.group(1).lower()], unquote(link.group(2))
    account = text.removeprefix("@").lower()
    if service == "qq":
        account = account.removesuffix("@qq.com")
    if service == "wechat" and re.fullmatch(FORMS["qq"], account) and len(account) < 11:
        service = "qq"  # an account made of a QQ number
    return f"{service}:{account}" if re.fullmatch(FORMS[service], account) else None


def read_handle(raw: str, service: str) -> tuple[Reading, ...]:
    """The readings of a cell with an account; a telephone number in its place is one."""
    nothing = says_nothing(raw)
    if nothing is not None and not (service == "qq" and nothing.status == "junk" and raw.strip("0 ")):
        return (nothing,)
    text = fold(raw)
    if service in _NUMBERS and (text.startswith("+") or re.fullmatch(r"1[3-9]\d{9}", text)):
        numbers = read_phone_cell(raw, "CN")
        if any(number.key is not None for number in numbers):
            return numbers
    account = handle_of(raw, service)
    if account is None:
        return (Reading(None, "invalid", "", "no valid account"),)
    return (Reading(further_key("handle", account), "ok", "handle", ""),)
