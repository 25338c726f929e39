"""Whose dump a text is, by how it begins and ends; and how names are written in all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAME = r'(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|\[(?:[^\]]|\]\])+\]|[\w$#@]+)'
FULL = rf"{NAME}(?:\s*\.\s*{NAME}){{0,2}}"
LIST = r'(?:\(((?:[^()"`\[\]]|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[(?:[^\]]|\]\])*\])*)\)\s*)?'
_MYSQL = r"MySQL dump|MariaDB dump|phpMyAdmin|HeidiSQL|Navicat MySQL|SQLyog|/\*!\d|ENGINE\s*="


def dialect_of(head: str) -> tuple[bool | None, bool]:
    """Whether strings have escapes by backslash (MySQL), and whether statements end with their lines (SQL Server).

    None where the text does not say the former, and a backslash in front of a quote makes a difference.
    """
    if re.match(r"PRAGMA foreign_keys=OFF;|--\s+-- PostgreSQL database", head):
        return False, False
    server = re.search(r"(?m)^\s*GO\s*$|\[dbo\]|SET IDENTITY_INSERT", head) is not None
    mysql = re.search(rf"{_MYSQL}|(?:INTO|TABLE|EXISTS)\s+`", head) is not None
    if not server and not mysql and "\\'" in head:
        return None, server
    return mysql and not server, server


def end_is_missing(head: str, tail: str) -> bool:
    """Whether the program that wrote the dump ends it with a line that is not there."""
    ends = ((r"-- (?:MySQL|MariaDB) dump", "-- Dump completed"),
            (r"-- PostgreSQL database (?:cluster )?dump", " dump complete"),
            (r"PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;", "COMMIT;|ROLLBACK;"))  # fmt: skip
    return any(re.search(begin, head) and not re.search(end, tail) for begin, end in ends)


def is_dump(start: str) -> bool:
    """Whether a text is a dump: statements that fill tables, or the first line of a program that writes such."""
    if re.match(
        r"(?:/\*M?!999999.*\n)?-- (?:MySQL|MariaDB) dump |--\s+-- PostgreSQL database (?:cluster )?dump", start
    ):
        return True
    found: Sequence[str] = re.findall(
        rf"(?im)^[ \t]*(?:INSERT\s+(?:\w+\s+){{0,2}}?{FULL}\s*{LIST}(?:VALUES?\s*\(|SELECT\b)"
        rf"|COPY\s+{FULL}[^;\n]*FROM\s+stdin"
        rf"|CREATE\s+(?:\w+\s+){{0,2}}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{FULL}\s*\()",
        start,
    )
    return bool(found)
