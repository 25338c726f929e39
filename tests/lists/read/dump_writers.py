"""Writers of SQL dumps as the programs write them: invented people, whose notes are what dumps escape."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

Row = tuple[int, int | None, str, str, str | None, str | None, str]
COLUMNS = ("id", "tenant", "name", "phone", "email", "note", "amount")
_PIECES = (
    "O'Brien", "back\\slash", "tab\there", "line\nbreak", "semi;colon", "paren),(1,'x'", "-- no comment", "/* not */",
    "张三", "Ægir “q”", 'dq"dq', "percent%", "\\N", "NULL", "a,b", "`tick`", "[br]", "emoji 😀", "trail\\", "''", "');",
    "VALUES (", "UNION ALL SELECT", "\\'", "it''s", " lead", "trail ", "~", "|",
    "a;\nINSERT INTO users VALUES (9,'x');",
    "\\.", "\n\\.\n", "$1", "q'[x]'", "E'\\n'", "0x41", "12", "#", "{}", '{"a": "b\\n\'c"}', "-- Dump completed",
)  # fmt: skip
DDL = "id int, tenant int, name varchar(90), phone varchar(20), email varchar(60), note text, amount decimal(9,2)"


def people(count: int) -> list[Row]:
    """So many rows, the same ones each time; a third of them plain."""
    rows: list[Row] = []
    for i in range(1, count + 1):
        piece = _PIECES[i * 7 % len(_PIECES)]
        rows.append((
            i, i % 7 or None, f"{_PIECES[i % len(_PIECES)]} {i}" if i % 3 == 1 else f"Person {i}",
            f"+1202555{i % 10_000:04d}", f"u{i}@mail.example.com" if i % 11 else None,
            None if i % 4 == 0 else piece if i % 3 == 2 else f"Note {i}", f"{i % 1000}.{i % 90 + 10}",
        ))  # fmt: skip
    return rows


def _mysql(cell: int | str | None) -> str:
    if cell is None or isinstance(cell, int):
        return "NULL" if cell is None else str(cell)
    for char, escape in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        cell = cell.replace(char, escape)
    return f"'{cell}'"


def _ansi(cell: int | str | None) -> str:
    if cell is None or isinstance(cell, int):
        return "NULL" if cell is None else str(cell)
    return "'" + cell.replace("'", "''") + "'"


def _listed(row: Row, literal: Callable[[int | str | None], str], separator: str = ",") -> str:
    return separator.join(map(literal, row))


def mysql(rows: Sequence[Row]) -> str:
    """mysqldump's extended inserts."""
    pieces = [f"-- MySQL dump 10.13  Distrib 8.0.36\n\nCREATE TABLE `users` ({DDL}) ENGINE=InnoDB;\n"]
    for first in range(0, len(rows), 2_000):
        values = ",".join(f"({_listed(row, _mysql)})" for row in rows[first : first + 2_000])
        pieces.append(f"INSERT INTO `users` VALUES {values};\n")
    return "".join([*pieces, "-- Dump completed on 2026-01-01\n"])


def ansi(rows: Sequence[Row]) -> str:
    """One statement a row, as pg_dump --inserts."""
    lines = [f"INSERT INTO public.users VALUES ({_listed(row, _ansi, ', ')});\n" for row in rows]
    head = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE IF NOT EXISTS public.users (" + DDL + ");\n"
    return "".join([head, *lines, "\n--\n-- PostgreSQL database dump complete\n--\n"])


def copy(rows: Sequence[Row]) -> str:
    """pg_dump's COPY."""

    def cell(one: int | str | None) -> str:
        if one is None:
            return "\\N"
        text = str(one)
        for char, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            text = text.replace(char, escape)
        return text

    lines = ["\t".join(map(cell, row)) + "\n" for row in rows]
    return "".join([
        f"--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.users ({DDL});\n",
        f"COPY public.users ({', '.join(COLUMNS)}) FROM stdin;\n", *lines,
        "\\.\n\n--\n-- PostgreSQL database dump complete\n--\n",
    ])  # fmt: skip


def _phpmyadmin(rows: Sequence[Row]) -> str:
    names = ", ".join(f"`{column}`" for column in COLUMNS)
    pieces = [
        '-- phpMyAdmin SQL Dump\n-- version 5.2.1\n\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\nSTART TRANSACTION;\n\n'
        f"CREATE TABLE `users` ({DDL}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n"
        "--\n-- Dumping data for table `users`\n--\n\n"
    ]
    for first in range(0, len(rows), 500):
        values = ",\n".join(f"({_listed(row, _mysql, ', ')})" for row in rows[first : first + 500])
        pieces.append(f"INSERT INTO `users` ({names}) VALUES\n{values};\n")
    return "".join(
        [*pieces, "\n--\n-- Indexes for dumped tables\n--\nALTER TABLE `users` ADD PRIMARY KEY (`id`);\nCOMMIT;\n"]
    )


def _navicat(rows: Sequence[Row]) -> str:
    head = (
        "/*\n Navicat Premium Data Transfer\n\n Source Server Type    : MySQL\n*/\n\nSET NAMES utf8mb4;\n"
        f"DROP TABLE IF EXISTS `users`;\nCREATE TABLE `users`  ({DDL}) ENGINE = InnoDB;\n\n"
        "-- ----------------------------\n-- Records of users\n-- ----------------------------\nBEGIN;\n"
    )
    lines = [
        f"INSERT INTO `users` ({', '.join(f'`{c}`' for c in COLUMNS)}) VALUES ({_listed(row, _mysql, ', ')});\n"
        for row in rows
    ]
    return "".join([head, *lines, "COMMIT;\n\nSET FOREIGN_KEY_CHECKS = 1;\n"])


def _heidisql(rows: Sequence[Row]) -> str:
    values = ",\n\t".join(f"({_listed(row, _mysql, ', ')})" for row in rows)
    return (
        "-- --------------------------------------------------------\n-- HeidiSQL Version:             12.6.0.6765\n\n"
        "/*!40101 SET NAMES utf8 */;\n/*!50503 SET NAMES utf8mb4 */;\n\n-- Dumping structure for table crm.users\n"
        f"CREATE TABLE IF NOT EXISTS `users` ({DDL}) ENGINE=InnoDB;\n\n-- Dumping data for table crm.users: ~3 rows\n"
        "/*!40000 ALTER TABLE `users` DISABLE KEYS */;\n"
        f"REPLACE INTO `users` ({', '.join(f'`{c}`' for c in COLUMNS)}) VALUES\n\t{values};\n"
    )


def _dbeaver(rows: Sequence[Row]) -> str:
    pieces = []
    for first in range(0, len(rows), 10):
        values = ",\n\t ".join(f"({_listed(row, _ansi)})" for row in rows[first : first + 10])
        pieces.append(f"INSERT INTO public.users ({','.join(COLUMNS)}) VALUES\n\t {values};\n")
    return "".join(pieces)


def _sql_server(rows: Sequence[Row]) -> str:
    def cell(one: int | str | None) -> str:
        return f"N{_ansi(one)}" if isinstance(one, str) else _ansi(one)

    names = ", ".join(f"[{column}]" for column in COLUMNS)
    lines = [f"INSERT [dbo].[users] ({names}) VALUES ({_listed(row, cell, ', ')})\n" for row in rows]
    lines = [line + ("GO\n" if i % 100 == 99 else "") for i, line in enumerate(lines)]
    head = f"USE [crm]\nGO\nSET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[users](\n\t{DDL}\n) ON [PRIMARY]\nGO\n"
    return "".join(
        [head, "SET IDENTITY_INSERT [dbo].[users] ON \nGO\n", *lines, "GO\nSET IDENTITY_INSERT [dbo].[users] OFF\nGO\n"]
    )


def _sql_server_union(rows: Sequence[Row]) -> str:
    def cell(one: int | str | None) -> str:
        return f"N{_ansi(one)}" if isinstance(one, str) else _ansi(one)

    pieces = [f"CREATE TABLE [dbo].[users]({DDL})\nGO\n"]
    for first in range(0, len(rows), 50):
        selects = " UNION ALL\n".join(f"SELECT {_listed(row, cell, ', ')}" for row in rows[first : first + 50])
        pieces.append(f"INSERT INTO [dbo].[users] ({', '.join(f'[{c}]' for c in COLUMNS)})\n{selects}\nGO\n")
    return "".join(pieces)


def _oracle(rows: Sequence[Row]) -> str:
    def cell(one: int | str | None) -> str:
        return _ansi(one).lower() if one is None else _ansi(one)

    lines = [f"Insert into CRM.USERS ({','.join(COLUMNS).upper()}) values ({_listed(row, cell)});\n" for row in rows]
    return "".join(["REM INSERTING into CRM.USERS\nSET DEFINE OFF;\n", *lines])


def _oracle_all(rows: Sequence[Row]) -> str:
    pieces = []
    for first in range(0, len(rows), 20):
        lines = "".join(
            f"  INTO users ({', '.join(COLUMNS)}) VALUES ({_listed(row, _ansi, ', ')})\n"
            for row in rows[first : first + 20]
        )
        pieces.append(f"INSERT ALL\n{lines}SELECT * FROM dual;\n")
    return "".join(pieces)


def _oracle_union(rows: Sequence[Row]) -> str:
    pieces = []
    for first in range(0, len(rows), 20):
        selects = "\nUNION ALL ".join(
            f"SELECT {_listed(row, _ansi, ', ')} FROM DUAL" for row in rows[first : first + 20]
        )
        pieces.append(f"INSERT INTO users ({', '.join(COLUMNS)})\n{selects};\n")
    return "".join(pieces)


def _sqlite(rows: Sequence[Row]) -> str:
    con = sqlite3.connect(":memory:")
    con.execute(f"CREATE TABLE users ({DDL.replace('decimal(9,2)', 'text')})")
    con.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return "PRAGMA foreign_keys=OFF;\n" + "\n".join(con.iterdump()) + "\n"


WRITERS: dict[str, Callable[[Sequence[Row]], str]] = {
    "mysql": mysql, "ansi": ansi, "copy": copy, "phpMyAdmin": _phpmyadmin, "Navicat": _navicat, "HeidiSQL": _heidisql,
    "DBeaver": _dbeaver, "SQL Server": _sql_server, "SQL Server, UNION": _sql_server_union, "Oracle": _oracle,
    "Oracle, INSERT ALL": _oracle_all, "Oracle, UNION": _oracle_union, "SQLite": _sqlite,
}  # fmt: skip
"""By program."""
