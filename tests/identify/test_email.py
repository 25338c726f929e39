"""E-mail addresses: what links, what is folded beside it, what is none."""

from __future__ import annotations

import time

import duckdb
import pyarrow as pa
import pytest

from tracer.identify.email import email_key, mailbox, mailbox_key, normalise, read_email_cell, rules
from tracer.identify.keys import EMAIL_BASE, is_email, text_key
from tracer.identify.normalise import normalise_emails


@pytest.mark.parametrize(
    "text",
    ["anna@example.com", "Anna@Example.COM", " anna@example.com ", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
     "mailto:anna@example.com",
     "Anna <anna@example.com>", "anna\u200b@example.com", "邮箱：anna@example.com", "anna@example.com.",
     "邮箱anna@example.com", "anna@example.com张三", "李雷anna@example.com，备用"],
)  # fmt: skip
def test_forms_of_one_address(text: str) -> None:
    (reading,) = read_email_cell(text, "CN")
    assert (reading.key, reading.kind) == (text_key(EMAIL_BASE, "anna@example.com"), "email")


def test_a_tag_is_kept_and_the_mailbox_stands_beside() -> None:
    tagged, folded = read_email_cell("Anna.B+Shop@GoogleMail.com", "CN")
    assert (tagged.key, tagged.kind) == (email_key("anna.b+shop@googlemail.com"), "email_tagged")
    assert (folded.key, folded.kind) == (email_key("annab@gmail.com"), "email_folded")
    assert mailbox_key("annab@gmail.com") == folded.key
    assert mailbox("+shop@gmail.com") == "+shop@gmail.com"  # nothing would be left


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("a.b@gmail.com", "ab@gmail.com"), ("a.b@googlemail.com", "ab@gmail.com"),
        ("a.b+x@outlook.com", "a.b@outlook.com"), ("a+x@fastmail.fm", "a@fastmail.fm"),
        ("a.b+x@proton.me", "a.b@proton.me"), ("a@me.com", "a@icloud.com"), ("a@mac.com", "a@icloud.com"),
        ("a@ya.ru", "a@yandex.ru"), ("a@yandex.kz", "a@yandex.ru"),
    ],
)  # fmt: skip
def test_what_a_provider_documents_is_folded(address: str, box: str) -> None:
    assert mailbox(address) == box
    assert {reading.key for reading in read_email_cell(address, "")} == {email_key(address), email_key(box)}


@pytest.mark.parametrize(
    "address",
    ["anna+shop@example.com", "a.b@outlook.com", "a.b@example.com", "a@hotmail.com", "a+x@icloud.com", "a.b@proton.me",
     "a@pm.me", "a-b@yandex.ru", "a.b@gmail.com.example", "a@mygmail.com", "a-x@yahoo.com", "a.b@qq.com"],
)  # fmt: skip
def test_where_no_provider_says_so_two_addresses_are_two_people(address: str) -> None:
    assert mailbox(address) == address
    assert [reading.kind for reading in read_email_cell(address, "")] == ["email"]


def test_every_domain_of_the_table_folds_into_one_that_stays() -> None:
    assert len(rules()) > 15
    for domain, rule in rules().items():
        box = mailbox(f"a.b-c+x@{domain}")
        assert box.endswith(f"@{rule.domain}")
        assert mailbox(box) == box


def test_long_cells_are_read_once() -> None:
    start = time.perf_counter()
    for cell in ("=/" * 50_000, "a." * 50_000, "a@" * 50_000, "x" * 90_000, "a@" + "b." * 50_000, "a.=." * 25_000):
        assert [reading.status for reading in read_email_cell(cell, "CN")] == ["invalid"]
    assert time.perf_counter() - start < 5  # a pattern that starts anew at each letter takes minutes


def test_several_addresses_in_a_cell() -> None:
    both = [reading.key for reading in read_email_cell("a@例子.中国，b@example.com", "CN")]
    assert both == [email_key("a@例子.中国"), email_key("b@example.com")]
    keys = [reading.key for reading in read_email_cell("a.b@example.com; c@example.org, a.b@example.com", "CN")]
    assert keys == [email_key("a.b@example.com"), email_key("c@example.org")]


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("", "empty", "empty"),
        ("无", "junk", "placeholder"),
        ("noreply@example.com", "junk", "not a person's address"),
        ("test@example.com", "junk", "not a person's address"),
        ("a***@example.com", "masked", "masked"),
        ("an•••@example.com", "masked", "masked"),
        ("anna@", "invalid", "no e-mail address"),
        ("anna.example.com", "invalid", "no e-mail address"),
        ("14200138000", "invalid", "no e-mail address"),
    ],
)
def test_why_there_is_no_address(text: str, status: str, reason: str) -> None:
    (reading,) = read_email_cell(text, "CN")
    assert (reading.key, reading.status, reading.reason) == (None, status, reason)


def test_hashes_and_foreign_domains() -> None:
    assert read_email_cell("0123456789abcdef" * 2, "CN")[0].status == "hash"
    assert normalise("anna@例子.测试") == "anna@xn--fsqu00a.xn--0zwm56d"
    assert normalise("anna@exa mple.com") is None


def test_sql_reads_what_the_rules_for_one_cell_read() -> None:
    texts = ["anna@example.com", "Anna+x@Example.com", "noreply@example.com", "a***@b.com", "", "x", "a@b.com;c@d.org",
             "test@a.cn", "xxx@a.cn", "A.B@Gmail.com", "ab@gmail.com", "a.b@googlemail.com", "a@me.com",
             "a_b@outlook.com", "a+x@icloud.com", "a@yandex.ru", "a@ya.ru", "a.b+c@fastmail.fm", "a+b@example.com",
             "a.b-c_d@sub.example.co.uk", ".a@b.com", "a@-b.com", "a@b", "ｆ@b.com",
             "无"]  # fmt: skip
    with duckdb.connect() as con:
        con.register("given", pa.table({"row": range(len(texts)), "position": [1] * len(texts), "cell": texts}))
        normalise_emails(con, "given", "cell", "got")
        for row, text in enumerate(texts):
            got = con.execute("SELECT key, status, kind, reason FROM got WHERE row = ?", [row]).fetchall()
            expected = [(each.key, each.status, each.kind, each.reason) for each in read_email_cell(text, "")]
            assert sorted(got, key=str) == sorted(expected, key=str), text
        assert all(is_email(key) for (key,) in con.execute("SELECT key FROM got WHERE status = 'ok'").fetchall())
