"""Exports of well-known programs: known by their headings, as they write them, and read to the last number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lists.read.reading import read_bytes
from tracer.lists.loaded import known_exports
from tracer.lists.read.model import PartRead
from tracer.lists.read.words import program_of

_GIVEN = ("Ana", "Luca", "Petra", "Iris", "Jonas", "Marta")
_FAMILY = ("Vellmar", "Ostrik", "Dunkova", "Harrand", "Belotti")


def export(path: Path, headings: str, cells: dict[str, str], *, above: str = "") -> PartRead:
    """A file with these headings and thirty rows; `cells`: heading to the shape of its cells, # for a digit."""
    rows = [
        ",".join(
            cells.get(heading, "").format(given=_GIVEN[at % 6], family=_FAMILY[at % 5]).replace("##", f"{at:02d}")
            for heading in headings.split(",")
        )
        for at in range(30)
    ]
    data = "\n".join((headings, *rows))
    part, _ = read_bytes(path, "contacts.csv", (above + data + "\n").encode(), find_region=True)
    return part


def holding(part: PartRead) -> dict[str, str]:
    """Heading to what its column holds, without those that hold nothing of ours."""
    return {column.header: column.holds for column in part.columns if column.holds != "other"}


@pytest.mark.parametrize(
    ("program", "headings", "cells", "held"),
    [
        ("Salesforce",
         "Id,IsDeleted,LastName,FirstName,Name,MailingCity,Phone,AssistantPhone,Email,OwnerId,CreatedDate,SystemModstamp",
         {"Id": "0035g00000Xq##A", "Phone": "(212) 555-01##", "AssistantPhone": "(212) 555-0199",
          "LastName": "{family}", "FirstName": "{given}", "MailingCity": "Springfield", "CreatedDate": "2024-03-##"},
         "Id:id LastName:family_name FirstName:given_name Name:name MailingCity:city Phone:phone Email:email"
         " CreatedDate:created SystemModstamp:date"),
        ("HubSpot", "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date",
         {"Record ID": "2516014455##", "Phone Number": "(212) 555-01##"},
         "Record ID:id First Name:given_name Last Name:family_name Email:email Phone Number:phone Create Date:created"),
        ("Mailchimp", "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CC,REGION,LEID,EUID,NOTES",
         {"Email Address": "a##@mail.example", "OPTIN_IP": "198.51.100.##", "LEID": "9049##63"},
         "Email Address:email First Name:given_name OPTIN_TIME:created LEID:id"),
        ("Google Contacts",
         "First Name,Last Name,Phonetic First Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
         "Phone 1 - Value",
         {"First Name": "{given}", "E-mail 1 - Label": "* Work", "Phone 1 - Label": "Mobile",
          "Phone 1 - Value": "(212) 555-01## ::: (415) 555-01##"},
         "First Name:given_name Last Name:family_name Organization Name:organisation E-mail 1 - Value:email"
         " Phone 1 - Value:phone"),
        ("Outlook", "Nome,Cognome,Via (uff.),Ufficio,Telefono auto,Cellulare,Telefono assistente,"
         "Indirizzo posta elettronica,Nome visualizzato posta elettronica",
         {"Nome": "{given}", "Ufficio": "06 698 12##", "Cellulare": "333 12345##",
          "Telefono assistente": "333 1234567"},
         "Nome:given_name Cognome:family_name Via (uff.):address Ufficio:phone Telefono auto:phone Cellulare:phone"
         " Indirizzo posta elettronica:email"),
        ("WeChat", "微信号,昵称,备注名,备注手机号,签名,添加时间", {"备注名": "赵安文", "备注手机号": "140000012##"},
         "昵称:name 备注名:name 备注手机号:phone 添加时间:created"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_an_export_is_known_and_read(
    tmp_path: Path, program: str, headings: str, cells: dict[str, str], held: str
) -> None:
    part = export(tmp_path, headings, cells)
    assert program_of(part.header) == program
    found = {heading: holds for heading, holds in holding(part).items() if heading != "微信号"}
    assert " ".join(f"{heading}:{holds}" for heading, holds in found.items()) == held


def test_numbers_of_others_are_left_aside_with_a_word(tmp_path: Path) -> None:
    part = export(tmp_path, "Id,LastName,Phone,AssistantPhone,SystemModstamp", {"Phone": "(212) 555-01##"})
    assert known_exports([part]) == (
        "an export of Salesforce, by its headings; not the contact's own, and left aside: AssistantPhone",
    )


def test_notes_above_the_headings(tmp_path: Path) -> None:
    above = 'Notes:\n"You will only see addresses of connections who, for their part, allow it."\n\n'
    headings = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    part = export(tmp_path, headings, {"First Name": "{given}", "Email Address": "a##@mail.example"}, above=above)
    assert (part.rows, program_of(part.header)) == (30, "LinkedIn")
    assert holding(part)["Email Address"] == "email"


def test_a_list_of_nobody_we_know() -> None:
    assert program_of(["First Name", "Last Name", "Phone"]) is None
