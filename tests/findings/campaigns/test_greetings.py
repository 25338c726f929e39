"""Whoever greets the persona by its name has its row, in whatever language; a name from the address is none."""

from __future__ import annotations

import pytest

from tracer.findings.campaigns.content import greets


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Your order\nHallo Anna,\nvielen Dank", "Anna Müller"),
        ("Anna, your parcel is waiting", "Anna Berg"),
        ("Sehr geehrte Frau Müller", "Anna Müller"),
        ("Cher Monsieur Dupont", "Jean Dupont"),
        ("Estimada María José:", "María José García"),
        ("Sayın Ayşe Yılmaz", "Ayşe Yılmaz"),
        ("Здравствуйте, Иван", "Иванов Иван"),
        ("Уважаемый Сергей Иванович", "Сергей Петров"),
        ("مرحبا أحمد", "أحمد علي"),
        ("नमस्ते अंजलि", "अंजलि शर्मा"),
        ("สวัสดี สมชาย", "สมชาย ใจดี"),
        ("Xin chào Nguyễn", "Nguyễn Văn An"),
        ("田中様\nいつもありがとうございます", "田中 太郎"),
        ("김민수님 안녕하세요", "김민수"),
    ],
)  # fmt: skip
def test_a_greeting_by_a_part_of_the_name(text: str, name: str) -> None:
    assert greets(text, name)
    assert not greets(text, "Ludmilla Quist"), "somebody else's"


@pytest.mark.parametrize(
    ("text", "name", "address", "reason"),
    [
        ("Hallo Anna,", "Anna Müller", "anna.m@post.example", "the address says it"),
        ("Anna Karenina on sale", "Anna Berg", None, "no greeting, and no comma"),
        ("Hello,\nAnnas list", "Anna Berg", None, "another word"),
        ("50% off everything for Anna", "Anna Berg", None, "not addressed"),
        ("\n" * 10 + "Hallo Anna,", "Anna Berg", None, "far below"),
        ("Hallo A,", "A Berg", None, "an initial"),
        ("Hallo", None, None, "no name"),
    ],
)  # fmt: skip
def test_what_is_no_greeting(text: str, name: str | None, address: str | None, reason: str) -> None:
    assert not greets(text, name, address), reason


@pytest.mark.parametrize(("text", "name"), [
    ("Cześć Anno,", "Anna Kowalska"), ("Szanowny Panie Marku!", "Marek Zieliński"), ("Witaj Pawle", "Paweł Wójcik"),
    ("Cześć Piotrze", "Piotr Mazur"), ("Drogi Jakubie,", "Jakub Lis"), ("Vážený pane Nováku,", "Jan Novák"),
    ("Ahoj Petře,", "Petr Dvořák"), ("Dobrý den, paní Ireno", "Irena Černá"), ("Vážený pane Svobodo", "Jiří Svoboda"),
    ("Здравствуйте, Ивану Петрову", "Иван Петров"), ("Привет, Саш!", "Саша Орлов"), ("Вітаю, Олено", "Олена Коваль"),
    ("Уважаемый Сергею", "Сергей Котов"), ("Γεια σου Γιώργο,", "Γιώργος Παππάς"), ("Labas, Jonai", "Jonas Kazlauskas"),
])  # fmt: skip
def test_languages_that_inflect_names(text: str, name: str) -> None:
    assert greets(text, name)
    assert not greets(text, "Ludmilla Quist"), "somebody else's"


@pytest.mark.parametrize(("text", "name"), [
    ("Dear Jane,", "Jan Smit"), ("Hallo Anno,", "Anna Berg"), ("Cześć Marto,", "Marek Lis"), ("Ahoj Evo", "Ewald Kos"),
    ("Привет, Ирине", "Иван Петров"), ("Marku i Anno", "Marek Lis"),
])  # fmt: skip
def test_forms_that_are_other_names_or_languages(text: str, name: str) -> None:
    assert not greets(text, name)
