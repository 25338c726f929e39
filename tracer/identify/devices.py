"""Telephones, advertising ids and cars: what belongs to a person's things, read from one cell.

A telephone is its IMEI's first fourteen digits, so that it is one with the check digit (15), without (14) and with its
software's version (16). An advertising id is its hexadecimal digits. The ninth sign of a car must check where its
market asks for it: North America (1 to 5 in front) and China (L).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

from tracer.documents import toml_of
from tracer.identify.cell import EMPTY, PLACEHOLDER, PLACEHOLDERS, Reading, fold, unwrap
from tracer.identify.keys import further_key, further_key_sql
from tracer.identify.national_ids import LOST, car, luhn, luhn_sql
from tracer.identify.phone import read_phone_cell

_SIGNS = re.compile(r"[\s.\-/_:{}]+")
_DEFAULTS = frozenset(
    "01234567890123 12345678901234 12345678912345 00499901064000 35686800004141 86123456789012".split()
)
"""The first fourteen digits of IMEIs that emulators, test boxes and forgers write."""
_DEFAULT_IDS = frozenset({"9774d56d682e549c", "0123456789abcdef"})
"""Ids that many devices had by a fault of their makers, and that emulators have."""
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{16}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
IMEI_FRONTS = frozenset("00 01 10 30 33 35 44 45 49 50 51 52 53 54 86 91 98 99".split())
"""The bodies that give out the numbers (GSMA TS.06): a column without a heading must have them."""


def plain(raw: str) -> str:
    """A cell without width, wraps, and the signs between."""
    return _SIGNS.sub("", unwrap(unicodedata.normalize("NFKC", fold(raw))))


def says_nothing(raw: str) -> Reading | None:
    """The reading of a cell that is empty or filled in with a placeholder or one sign again and again."""
    text = fold(raw).lower()
    if not text:
        return EMPTY
    bare = _SIGNS.sub("", text)
    same = len(bare) > 3 and len(set(bare)) == 1
    return PLACEHOLDER if text in PLACEHOLDERS or same or not bare.strip("0") else None


def imei_of(raw: str) -> str | None:
    """The first fourteen digits of an IMEI; None for anything else."""
    text = plain(raw).removesuffix(".0")
    if not text.isascii() or not text.isdigit() or len(text) not in (14, 15, 16):
        return None
    if len(text) == 15 and not luhn(text):
        return None
    return text[:14]


def imei_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of fifteen digits that check, and are not one digit again and again; otherwise NULL."""
    known = ", ".join(f"'{each}'" for each in sorted(_DEFAULTS))
    good = (
        f"regexp_full_match({text}, '[0-9]{{15}}') AND replace({text}, substr({text}, 1, 1), '') <> ''"
        f" AND substr({text}, 1, 14) NOT IN ({known}, '00000000000000')"
    )
    return f"CASE WHEN {good} AND {luhn_sql(text, 15)} THEN {further_key_sql('imei', f'substr({text}, 1, 14)')} END"


def read_imei(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """The readings of a cell with one or two IMEIs."""
    nothing = says_nothing(raw)
    if nothing is not None:
        return (nothing,)
    if LOST.fullmatch(raw.strip()):
        return (Reading(None, "lossy", "", "digits are lost"),)
    found = [imei_of(piece) for piece in re.split(r"[,;|/\n]+", raw) if piece.strip()]
    keys = dict.fromkeys(one for one in found if one is not None)
    if not keys:
        return (Reading(None, "invalid", "", "no valid IMEI"),)
    return tuple(
        PLACEHOLDER if one in _DEFAULTS or len(set(one)) == 1 else Reading(further_key("imei", one), "ok", "imei", "")
        for one in keys
    )


def ad_id_of(raw: str) -> str | None:
    """The hexadecimal digits of an advertising or device id; None for anything else."""
    text = plain(raw).lower()
    return text if _ID.fullmatch(text) else None


def ad_id_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of an id in groups that is not one digit again and again; otherwise NULL."""
    bare = f"replace(lower({text}), '-', '')"
    form = "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    good = f"regexp_full_match({text}, '{form}') AND replace({bare}, substr({bare}, 1, 1), '') <> ''"
    return f"CASE WHEN {good} THEN {further_key_sql('ad_id', bare)} END"


def vin_of(raw: str) -> str | None:
    """A vehicle identification number in capitals; None where its form or its check is wrong."""
    text = plain(raw).upper()
    if not _VIN.fullmatch(text) or text.isalpha():
        return None
    return None if text[0] in "12345L" and not car(text) else text


# Licence plates: Chinese ones by their form, new-energy ones too; those of other countries where a heading says so.

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHINESE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳使领]"
    r"|[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])"
)
_ELSEWHERE = re.compile(r"[^\W_]{3,10}")


def chinese_plate(raw: str) -> str | None:
    """A Chinese plate in capitals, without signs between; None for anything else."""
    text = plain(raw).upper().replace("•", "").replace("·", "")
    return text if _CHINESE.fullmatch(text) else None


def plate_of(raw: str) -> str | None:
    """A plate of any country where a heading promises plates."""
    text = plain(raw).upper().replace("•", "").replace("·", "")
    found = chinese_plate(raw)
    if found is not None or any(char in _PROVINCES for char in text[:1]):
        return found
    return text if _ELSEWHERE.fullmatch(text) and any(char.isdigit() for char in text) else None


def _reader(
    kind: str, form: Callable[[str], str | None], what: str, is_nobody_s: Callable[[str], bool] = lambda _: False
) -> Callable[[str, str], tuple[Reading, ...]]:
    """Reads a cell with one identifier of a kind. `form`: its text, None where that is wrong; `is_nobody_s`: whether a
    text of the right form was filled in for want of one."""

    def read(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
        text = form(raw)
        if text is not None and is_nobody_s(text):
            return (PLACEHOLDER,)
        nothing = says_nothing(raw)
        if nothing is not None:
            return (nothing,)
        if text is None:
            return (Reading(None, "invalid", "", f"no valid {what}"),)
        return (Reading(further_key(kind, text), "ok", kind, ""),)

    return read


# An advertising id of zeros means that its owner said no.
read_ad_id = _reader("ad_id", ad_id_of, "device id", lambda text: len(set(text)) == 1 or text in _DEFAULT_IDS)
read_vin = _reader("vin", vin_of, "VIN", lambda text: len(set(text)) <= 2)
read_plate = _reader("plate", plate_of, "plate")


# Accounts in messengers and networks: `telegram:anna_x`. The service is the heading's, or that of a link in a cell.

_TABLE = toml_of((Path(__file__).parent / "accounts.toml").read_text("utf-8"))
FORMS: Mapping[str, str] = _TABLE["forms"]
"""What the services allow, in small letters."""
_HOSTS = {host: service for service, hosts in _TABLE["hosts"].items() for host in hosts.split()}
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
