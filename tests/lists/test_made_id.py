"""Ids made of files' names can be read in any script, are the same on every machine, and give no person's name away."""

from __future__ import annotations

from pathlib import PurePosixPath as File

from tracer.lists.made_id import id_among, id_from_name

MADE = {
    "江苏云呼科技.csv": "jiang-su-yun-hu-ke-ji", "клиенты.csv": "klienty", "kunden für märz.csv": "kunden-fur-marz",
    "成都业主名单 2026-05-01.xlsx": "cheng-du-ye-zhu-ming-dan-2026-05-01",  # 都 is read by the word that it is in
    "重庆客户_v2.csv": "chong-qing-ke-hu_v2", "d7（1）.csv": "d7-1", "mailing list.csv": "mailing-list",
    "苏州晨汐教育科技有限公司.xls": "su-zhou-chen-xi-jiao-yu-ke-ji-you-xian-gong-si",
    "customers (1).csv": "customers-1", "leads & prices_v2.csv": "leads-prices_v2", "名单.csv": "ming-dan",
    "hengtu-backend-2026-05.parquet": "hengtu-backend-2026-05", "lot7-2026-01-10.csv": "lot7-2026-01-10",
    # Numbers, and names of people.
    "142-1234-5678 leads.csv": "leads", "14212345678 王小明.csv": "list", "１４２１２３４５６７８.csv": "list",
    "lot 123456.csv": "lot", "list-20260501.csv": "list-2026-05-01", "John Smith contacts.csv": "contacts",
    "JaneMiller.csv": "list", "Mary-Miller.csv.zip": "list", "wang_xiaotong.csv": "list",
}  # fmt: skip


def test_it_can_be_read() -> None:
    assert {name: id_from_name(File(name)) for name in MADE} == MADE


def test_a_name_that_may_be_in_it_is_not_read() -> None:
    for name in "给老王的名单 客户张三 李雷保险客户 田中太郎 Иван-Петров Müller-Jörg 김철수 客户名单（王小明）".split():
        made = id_from_name(File(f"{name}.csv"))
        assert made.startswith(("list", "ke-hu-ming-dan")), made
        for part in ("wang", "zhang", "li-lei", "tian", "ivan", "uller", "rg", "cheol", "ming-x"):
            assert part not in made.replace("ming-dan", ""), made


TAKEN: list[tuple[str, dict[str, str], list[str], str]] = [
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
]  # fmt: skip


def test_names_that_read_alike_have_ids_of_their_own() -> None:
    for name, held, taken, made in TAKEN:
        found = id_among(File(name), held, taken)
        assert found == made or (made[-1] == "…" and found.startswith(made[:-1])), name
