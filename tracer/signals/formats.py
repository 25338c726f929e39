"""The formats of call, SMS and mail records, as data: how each is known, where its columns lie, how it tells time.

Owns the table; `read` reads by it. A new delimited format is a new entry, not new code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FIELDS = ("at", "caller", "called", "channel", "duration", "text", "direction")
"""What a record may say; `at` and `called` it must."""


@dataclass(frozen=True)
class Format:
    """One format."""

    name: str
    """As in `format = "…"` and `--as`."""
    title: str
    """What it is."""
    reader: str
    """`delimited`, `xml` or `mbox`."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """Field → column, from 0, in a format without a header."""
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field → header words, folded (lower case, without blanks, `_` and `-`), in order of preference."""
    widths: tuple[int, ...] = ()
    """Possible numbers of columns, where there is no header."""
    channel: str = "call"
    """The channel of records that do not tell."""
    times: tuple[str, ...] = ()
    """Time formats of DuckDB's strptime, tried in order."""


CHANNELS: Mapping[str, tuple[str, ...]] = {
    "call": ("call", "voice", "phone", "电话", "语音", "通话", "呼叫", "来电", "呼入"),
    "sms": ("sms", "text", "message", "mms", "短信", "彩信"),
    "flash_sms": ("flashsms", "flash", "class0", "闪信", "屏信", "霸屏短信"),
    "email": ("email", "mail", "邮件", "电子邮件"),
}
"""Channel → the words by which records name it."""

OUTGOING = ("out", "outgoing", "outbound", "mo", "呼出", "去电", "主叫", "发送", "发出")
"""Words for a record that the controlled number itself made: no signal."""

_TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%d/%m/%Y %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S",
)  # fmt: skip

FORMATS = (
    Format(
        "asterisk-cdr", "Asterisk Master.csv: 16 to 18 columns, no header, local time", "delimited",
        positions={"caller": 1, "called": 2, "at": 9, "duration": 13, "text": 17}, widths=(16, 17, 18),
        times=_TIMES[:1],
    ),
    Format(
        "csv", "A plain table with a header: time, caller, called, and channel, duration, text where there are any",
        "delimited", times=_TIMES,
        headings={
            "at": ("at", "time", "datetime", "timestamp", "starttime", "start", "calltime", "calldate", "date",
                   "receivedat", "时间", "来电时间", "呼叫时间", "通话时间", "开始时间", "起始时间", "通话开始时间",
                   "接收时间", "日期"),
            "caller": ("caller", "from", "src", "source", "callerid", "callingnumber", "ani", "sender",
                       "主叫", "主叫号码", "来电号码", "对方号码", "发送号码", "发件人"),
            "called": ("called", "to", "dst", "destination", "callee", "callednumber", "dnis", "number", "recipient",
                       "phone", "被叫", "被叫号码", "接收号码", "本机号码", "收件人"),
            "channel": ("channel", "type", "kind", "类型", "呼叫类型", "通信类型", "业务类型"),
            "direction": ("direction", "calltype", "方向", "呼叫方向"),
            "duration": ("duration", "durations", "billsec", "seconds", "通话时长", "时长", "时长(秒)"),
            "text": ("text", "body", "message", "content", "subject", "transcript", "内容", "短信内容", "转写", "备注"),
        },
    ),
    Format("sms-backup", 'Android "SMS Backup & Restore" XML, messages and calls; its number is in its name', "xml"),
    Format("mbox", "Mail in mbox files, or one .eml", "mbox", channel="email"),
)  # fmt: skip
"""All formats; of several that fit, the earlier is taken."""


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(form.name for form in FORMATS)


def format_named(name: str) -> Format:
    """The format of this name; the caller has checked it. Raises `KeyError`."""
    return {form.name: form for form in FORMATS}[name]
