"""Writers of SQL dumps as the programs write them: invented people, whose notes are what dumps escape."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Cell = int | str | None
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


def _mysql(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "NULL" if cell is None else str(cell)
    for char, escape in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        cell = cell.replace(char, escape)
    return f"'{cell}'"


def _ansi(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "NULL" if cell is None else str(cell)
    return "'" + cell.replace("'", "''") + "'"


def _server(cell: Cell) -> str:
    return f"N{_ansi(cell)}" if isinstance(cell, str) else _ansi(cell)


def _oracle(cell: Cell) -> str:
    return "null" if cell is None else _ansi(cell)


def _copied(cell: Cell) -> str:
    text = "\\N" if cell is None else str(cell)
    for char, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text if cell is None else text.replace(char, escape)
    return text


@dataclass(frozen=True)
class Dialect:
    """How one program writes rows; `row` holds `{}` where their values stand."""

    literal: Callable[[Cell], str]
    begin: str
    head: str = ""
    row: str = "({})"
    separator: str = ", "
    between: str = ",\n"
    end: str = ";\n"
    tail: str = ""
    together: int = 1
    """Rows in a statement."""

    def __call__(self, rows: Sequence[Row]) -> str:
        written = [self.row.replace("{}", self.separator.join(map(self.literal, row))) for row in rows]
        starts = range(0, len(rows), self.together)
        statements = (self.begin + self.between.join(written[at : at + self.together]) + self.end for at in starts)
        return "".join([self.head, *statements, self.tail])


def _sqlite(rows: Sequence[Row]) -> str:
    con = sqlite3.connect(":memory:")
    con.execute(f"CREATE TABLE users ({DDL.replace('decimal(9,2)', 'text')})")
    con.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return "PRAGMA foreign_keys=OFF;\n" + "\n".join(con.iterdump()) + "\n"


_PLAIN, _TICKS, _BRACKETS = ", ".join(COLUMNS), f"`{'`, `'.join(COLUMNS)}`", f"[{'], ['.join(COLUMNS)}]"
_POSTGRESQL = "--\n-- PostgreSQL database dump\n--\n\n"
_COMPLETE = "\n--\n-- PostgreSQL database dump complete\n--\n"
WRITERS: dict[str, Callable[[Sequence[Row]], str]] = {
    "mysql": Dialect(
        _mysql, "INSERT INTO `users` VALUES ", separator=",", between=",", together=2_000,
        head=f"-- MySQL dump 10.13  Distrib 8.0.36\n\nCREATE TABLE `users` ({DDL}) ENGINE=InnoDB;\n",
        tail="-- Dump completed on 2026-01-01\n",
    ),
    "ansi": Dialect(
        _ansi, "INSERT INTO public.users VALUES ", tail=_COMPLETE,
        head=f"{_POSTGRESQL}CREATE TABLE IF NOT EXISTS public.users ({DDL});\n",
    ),
    "copy": Dialect(
        _copied, f"COPY public.users ({_PLAIN}) FROM stdin;\n", row="{}\n", separator="\t", between="", end="\\.\n",
        head=f"{_POSTGRESQL}CREATE TABLE public.users ({DDL});\n", tail=_COMPLETE, together=1 << 30,
    ),
    "phpMyAdmin": Dialect(
        _mysql, f"INSERT INTO `users` ({_TICKS}) VALUES\n", together=500,
        head='-- phpMyAdmin SQL Dump\n-- version 5.2.1\n\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\n'
        f"START TRANSACTION;\n\nCREATE TABLE `users` ({DDL}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n"
        "--\n-- Dumping data for table `users`\n--\n\n",
        tail="\n--\n-- Indexes for dumped tables\n--\nALTER TABLE `users` ADD PRIMARY KEY (`id`);\nCOMMIT;\n",
    ),
    "Navicat": Dialect(
        _mysql, f"INSERT INTO `users` ({_TICKS}) VALUES ", tail="COMMIT;\n\nSET FOREIGN_KEY_CHECKS = 1;\n",
        head="/*\n Navicat Premium Data Transfer\n\n Source Server Type    : MySQL\n*/\n\nSET NAMES utf8mb4;\n"
        f"DROP TABLE IF EXISTS `users`;\nCREATE TABLE `users`  ({DDL}) ENGINE = InnoDB;\n\n"
        "-- ----------------------------\n-- Records of users\n-- ----------------------------\nBEGIN;\n",
    ),
    "HeidiSQL": Dialect(
        _mysql, f"REPLACE INTO `users` ({_TICKS}) VALUES\n\t", between=",\n\t", together=1 << 30,
        head="-- ---------------------------------------------\n-- HeidiSQL Version:             12.6.0.6765\n\n"
        "/*!40101 SET NAMES utf8 */;\n/*!50503 SET NAMES utf8mb4 */;\n\n-- Dumping structure for table crm.users\n"
        f"CREATE TABLE IF NOT EXISTS `users` ({DDL}) ENGINE=InnoDB;\n\n-- Dumping data for table crm.users: ~3 rows\n"
        "/*!40000 ALTER TABLE `users` DISABLE KEYS */;\n",
    ),
    "DBeaver": Dialect(
        _ansi, f"INSERT INTO public.users ({','.join(COLUMNS)}) VALUES\n\t ", separator=",", between=",\n\t ",
        together=10,
    ),
    "SQL Server": Dialect(
        _server, "", row=f"INSERT [dbo].[users] ({_BRACKETS}) VALUES ({{}})\n", between="", end="GO\n", together=100,
        head=f"USE [crm]\nGO\nSET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[users](\n\t{DDL}\n) ON [PRIMARY]\nGO\n"
        "SET IDENTITY_INSERT [dbo].[users] ON \nGO\n",
        tail="SET IDENTITY_INSERT [dbo].[users] OFF\nGO\n",
    ),
    "SQL Server, UNION": Dialect(
        _server, f"INSERT INTO [dbo].[users] ({_BRACKETS})\n", row="SELECT {}", between=" UNION ALL\n", end="\nGO\n",
        head=f"CREATE TABLE [dbo].[users]({DDL})\nGO\n", together=50,
    ),
    "Oracle": Dialect(
        _oracle, f"Insert into CRM.USERS ({','.join(COLUMNS).upper()}) values ", separator=",",
        head="REM INSERTING into CRM.USERS\nSET DEFINE OFF;\n",
    ),
    "Oracle, INSERT ALL": Dialect(
        _ansi, "INSERT ALL\n", row=f"  INTO users ({_PLAIN}) VALUES ({{}})\n", between="", together=20,
        end="SELECT * FROM dual;\n",
    ),
    "Oracle, UNION": Dialect(
        _ansi, f"INSERT INTO users ({_PLAIN})\n", row="SELECT {} FROM DUAL", between="\nUNION ALL ", together=20,
    ),
    "SQLite": _sqlite,
}  # fmt: skip
"""By program."""
