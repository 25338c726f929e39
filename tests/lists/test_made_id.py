"""Ids made of files' names can be read in any script, are the same on every machine, and give no person's name away."""

from __future__ import annotations

from pathlib import PurePosixPath as File

import pytest

from tracer.lists.made_id import id_among, id_from_name


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("江苏云呼科技.csv", "jiang-su-yun-hu-ke-ji"),
        ("成都业主名单 2026-05-01.xlsx", "cheng-du-ye-zhu-ming-dan-2026-05-01"),  # 都 is read by the word that it is in
        ("重庆客户_v2.csv", "chong-qing-ke-hu_v2"),
        ("苏州晨汐教育科技有限公司.xls", "su-zhou-chen-xi-jiao-yu-ke-ji-you-xian-gong-si"),
        ("клиенты.csv", "klienty"),
        ("kunden für märz.csv", "kunden-fur-marz"),
        ("d7（1）.csv", "d7-1"),
        ("d7.csv", "d7"),
        ("mailing list.csv", "mailing-list"),
        ("customers (1).csv", "customers-1"),
        ("leads & prices_v2.csv", "leads-prices_v2"),
    ],
)
def test_it_can_be_read(name: str, made: str) -> None:
    assert id_from_name(File(name)) == made


@pytest.mark.parametrize(
    "name",
    ["给老王的名单.csv", "客户张三.csv", "李雷保险客户.csv", "田中太郎.csv", "Иван Петров.csv", "Müller Jörg.csv",
     "김철수.csv", "客户名单（王小明）.csv"],
)  # fmt: skip
def test_a_name_that_may_be_in_it_is_not_read(name: str) -> None:
    made = id_from_name(File(name))
    assert made.startswith(("list", "ke-hu-ming-dan")), made
    for part in ("wang", "zhang", "li-lei", "tian", "ivan", "uller", "rg", "cheol", "ming-x"):
        assert part not in made.replace("ming-dan", "")


@pytest.mark.parametrize(
    ("name", "held", "taken", "made"),
    [
        ("/x/mailing list.csv", {}, [], "mailing-list"),
        ("/x/mailing list.csv", {"mailing-list": "/x/mailing list.csv"}, [], "mailing-list"),
        # As earlier versions named them.
        ("/x/mailing list.csv", {"mailing-list-fdf75f": "/x/mailing list.csv"}, [], "mailing-list-fdf75f"),
        ("/z/客户.csv", {"list-af488f": "/z/客户.csv"}, [], "list-af488f"),
        # Another file that reads alike.
        ("/x/mailing (list).csv", {"mailing-list": "/x/mailing list.csv"}, [], "mailing-list-…"),
        ("/x/客戶.csv", {"ke-hu": "/x/客户.csv"}, [], "ke-hu-…"),
        # These are refused later: they exist.
        ("/x/mailing-list.csv", {}, ["mailing-list"], "mailing-list"),
        ("/y/客户.csv", {"ke-hu": "/x/客户.csv"}, [], "ke-hu"),
    ],
)
def test_names_that_read_alike_have_ids_of_their_own(
    name: str, held: dict[str, str], taken: list[str], made: str
) -> None:
    found = id_among(File(name), held, taken)
    assert found == made or (made[-1] == "…" and found.startswith(made[:-1]))
