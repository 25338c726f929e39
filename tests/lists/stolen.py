"""Lists as thieves of passwords trade them, and tables with passwords, in many forms: each secret has a sign."""

from __future__ import annotations

from collections.abc import Callable

SIGN = "cAnArY"
"""In every secret, and in nothing else."""


def secret(at: int) -> str:
    return f"{SIGN}{at}x!"


def mail(at: int) -> str:
    return f"user{at}@mail.example"


def site(at: int) -> str:
    """The address of an entry's site, with a name that is nobody's business."""
    return f"https://www.shop{at % 7}.example:8443/login?user={mail(at)}"


def _blocks(block: str, ending: str = "\n") -> Callable[[int], str]:
    """Entries by a template: `{s}`, `{m}` and `{p}` stand for site, mail address and secret."""
    return lambda rows: "".join(block.format(s=site(at), m=mail(at), p=secret(at)) + ending for at in range(rows))


FORMS: dict[str, Callable[[int], str]] = {
    "redline.txt": _blocks("URL: {s}\nUsername: {m}\nPassword: {p}\nApplication: Chrome_Default\n==============="),
    "raccoon.txt": _blocks("SOFT: Chrome (1.2)\nURL: {s}\nUSER: {m}\nPASS: {p}\n"),
    "vidar.txt": _blocks("Soft: Chrome [Default]\nHost: {s}\nLogin: {m}\nPassword: {p}\n"),
    "stealc.txt": _blocks("browser: Chrome\nprofile: Default\nurl: {s}\nlogin: {m}\npassword: {p}\n"),
    "leet.txt": _blocks("UR1: {s}\nU53RN4M3: {m}\nP455W0RD: {p}\n"),
    "brackets.txt": _blocks('["Chrome" = "Default"]\nHostname: {s}\nUSER LOGIN: {m}\nUSER PASSWORD: {p}\n'),
    "russian.txt": _blocks("Ссылка: {s}\nЛогин: {m}\nПароль: {p}\n----------"),
    "chinese.txt": _blocks("网址：{s}\n用户名：{m}\n密码：{p}\n"),
    "unparted.txt": _blocks("URL: {s}\nUSER: {m}\nPASS: {p}"),
    "several_lines.txt": _blocks("URL: {s}\nUsername: {m}\nPassword: {p}\nsecond {p}\n\n"),
    "one_line.txt": _blocks("URL: {s} | Username: {m} | Password: {p}"),
    "colon.txt": _blocks("{m}:{p}"),
    "colon_in_secret.txt": _blocks("{m}:{p}:{p}"),
    "semicolon.txt": _blocks("{m};{p}"),
    "bar.csv": _blocks("{m}|{p}"),
    "dashes.txt": _blocks("{m}----{p}"),
    "url_first.txt": _blocks("{s}:{m}:{p}"),
    "url_bars.txt": _blocks("{s}|{m}|{p}"),
    "url_blanks.txt": _blocks("{s} {m}:{p}"),
    "url_last.txt": _blocks("{m}:{p}:{s}"),
    "app.txt": _blocks("android://8x_Yz==@com.shop.android/:{m}:{p}"),
    "table.csv": lambda rows: "email,Kennwort,name\n" + _blocks("{m},{p},Anna")(rows),
    "hashes.csv": lambda rows: "id;email;hash;salt\n" + _blocks("7;{m};{p};{p}")(rows),
    "ragged.csv": lambda rows: (
        "email,Password,name\n" + _blocks("{m},{p},Anna")(rows) + f"{mail(rows)},a,{secret(rows)},Anna\n"
    ),
    "dump.sql": lambda rows: (
        "-- MySQL dump 10.13\nCREATE TABLE `u` (`mail` text, `user_pass` text, `pass_changed` date);\n"
        + _blocks("INSERT INTO `u` VALUES ('{m}','{p}','2026-01-01');")(rows)
    ),
    "records.ndjson": lambda rows: (
        _blocks('{{"email": "{m}", "密码": "{p}"}}')(rows) + f'{{"email": "{mail(rows)}", "密码": "{secret(rows)}\n'
    ),
}
"""Name of a file to its text of so many entries; `ragged` and `records` have one more."""
