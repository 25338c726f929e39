"""Which list is written in which format: every format that vendors send, with the oddities of its origin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import opencc

from making.formats import (
    Table,
    delimited,
    write_bytes,
    write_cards,
    write_gbk_archive,
    write_html_workbook,
    write_json,
    write_ndjson,
    write_old_workbook,
    write_parquet,
    write_workbook,
)
from making.story import Story
from making.world import People, stream
from tracer.simulate.names import Texts, addresses, firms, person_names
from tracer.simulate.segments import BLOCK

LUYAN_TITLE = "宁波麓砚家装设计有限公司 客户名单 (内部资料, 不得外传)"
CURRENT_SHEET = 1_400
"""Luyan's first sheet holds so many rows, the second one ("历史客户") the rest."""


def _traditional(texts: Texts) -> Texts:
    """The same texts in traditional characters, by OpenCC `s2t`. Texts may not hold line feeds."""
    return np.array(str(opencc.OpenCC("s2t").convert("\n".join(texts.tolist()))).split("\n"))


def write_lists(story: Story, folder: Path) -> None:
    """Write all datasets to `folder/lists` and all copies to `folder/releases`."""
    _own_lists(story, folder / "lists")
    _copies(story, folder / "releases")
    _vendors_and_traders(story, folder / "lists")
    _platforms(story, folder / "lists")
    _contractors(story, folder / "lists")


def _day(days: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> Texts:
    return np.where(np.isnat(days), "", days.astype("datetime64[D]").astype(str))


def _chenxi(people: People) -> Table:
    return {
        "姓名": people.name, "手机号码": people.raw, "电子邮箱": people.email,
        "联系地址": people.address, "登记日期": _day(people.since),
    }  # fmt: skip


def _luyan(people: People) -> Table:
    return {"业主姓名": people.name, "联系电话": people.raw, "小区地址": people.address}


def _luyan_workbook(path: Path, people: People) -> None:
    first, second = people.take(np.arange(CURRENT_SHEET)), people.take(np.arange(CURRENT_SHEET, len(people)))
    write_workbook(
        path, [("在施客户", LUYAN_TITLE, _luyan(first), False), ("历史客户", LUYAN_TITLE, _luyan(second), False)]
    )


def _own_lists(story: Story, folder: Path) -> None:
    january, april = story.lists["chenxi-2026-01"], story.lists["chenxi-2026-04"]
    write_bytes(folder / "chenxi-2026-01.csv", b"\xef\xbb\xbf" + delimited(_chenxi(january)).encode())
    history = _chenxi(april) | {"注销日期": _day(april.until)}
    write_bytes(folder / "chenxi-2026-04.csv", b"\xef\xbb\xbf" + delimited(history).encode())
    _luyan_workbook(folder / "luyan-2026-02.xlsx", story.lists["luyan-2026-02"])
    refusals = story.lists["chenxi-refusals"]
    table = {"电话": refusals.raw, "拒绝日期": _day(refusals.since), "渠道": np.full(len(refusals), "短信回复T")}
    write_bytes(folder / "chenxi-refusals.tsv", delimited(table, "\t").encode("utf-16"))


def _copies(story: Story, folder: Path) -> None:
    for release, people in story.copies.items():
        if release.startswith("luyan"):
            _luyan_workbook(folder / f"{release}.xlsx", people)
            continue
        table = _chenxi(people)
        if release == "chenxi-hesong":  # the April list has one column more
            table |= {"注销日期": _day(people.until)}
        write_bytes(folder / f"{release}.csv", b"\xef\xbb\xbf" + delimited(table).encode())


def _vendors_and_traders(story: Story, folder: Path) -> None:
    backend = story.lists["hengtu-backend-2026-05"]
    sizes = [len(story.copies["chenxi-hengtu"]), len(story.copies["luyan-hengtu"])]
    tasks = np.repeat(["CX-0112", "LY-0210", "QT-2025"], [*sizes, len(backend) - sum(sizes)])
    columns = {"task": tasks, "cust_name": backend.name, "phone_no": backend.raw, "addr": backend.address}
    write_parquet(folder / "hengtu-backend-2026-05.parquet", columns)
    audit = story.lists["lanheng-audit-2026-05"]
    write_old_workbook(folder / "lanheng-audit-2026-05.xls", "外呼号码", {"号码": audit.raw, "客户": audit.name})
    _shuoyu(story.lists["shuoyu-hosted-2026-06"], folder / "shuoyu-hosted-2026-06.csv")
    lot = story.lists["huaixu-lot7"]
    table = {"序号": np.arange(1, len(lot) + 1).astype(str), "联系人": lot.name, "电话1": lot.raw, "地区": lot.city}
    write_html_workbook(folder / "huaixu-lot7.xls", "资源批次7", table)
    _teaser(story.lists["huaixu-teaser"], folder / "huaixu-teaser.txt")
    lianqiu = story.lists["lianqiu-lot2"]
    write_bytes(
        folder / "lianqiu-lot2.tsv", delimited({"号": lianqiu.raw, "称呼": lianqiu.name}, "\t", ending="\n").encode()
    )
    heyu = story.lists["heyu-decor-2026-06"]
    table = {"姓名": _traditional(heyu.name), "電話": heyu.raw, "地址": _traditional(heyu.address)}
    write_bytes(folder / "heyu-decor-2026-06.csv", delimited(table).encode("big5", "replace"))  # as Windows does
    numbers = story.lists["lingque-random-2026-05"].raw
    write_bytes(folder / "lingque-random-2026-05.txt", ("\r\n".join(numbers.tolist()) + "\r\n").encode("ascii"))


def _shuoyu(people: People, path: Path) -> None:
    """A report with line breaks inside quoted cells and two ragged rows at its end."""
    broken = np.char.replace(people.address, "号", "号\n")
    notes = np.where(stream("shuoyu/notes").random(len(people)) < 0.05, broken, people.address)
    text = delimited({"客户": people.name, "被叫号码": people.raw, "地址": notes}, ";", ending="\n")
    write_bytes(path, (text + f"合计;{len(people)}\n导出完毕\n").encode())


def _teaser(people: People, path: Path) -> None:
    """A chat: free text with numbers in it, some of them masked."""
    hours = stream("teaser/hours").integers(0, 60, len(people))
    lines = [
        f"槐序资源 22:{minute:02d}\n{name[0]}先生/女士 {number} {city},意向高"
        for minute, name, number, city in zip(np.sort(hours), people.name, people.raw, people.city, strict=True)
    ]
    text = "老板先看样品,随机抽的,满意再谈整批\n" + "\n".join(lines) + "\n整批三千条,今天下单优惠\n"
    write_bytes(path, text.encode())


def _platforms(story: Story, folder: Path) -> None:
    write_gbk_archive(folder / "registry-2026-03.zip", _register(story))
    tender = story.lists["tender-2026-04"]
    table = {
        "招标单位": tender.organisation,
        "项目联系人": tender.name,
        "联系方式": tender.raw,
        "公告日期": _day(tender.since),
    }
    write_bytes(folder / "tender-2026-04.tsv", delimited(table, "\t", ending="\n").encode("gb18030"))
    users = story.lists["miaopu-users-2026-01"]
    table = {"nickname": users.name, "mobile": users.raw, "email": users.email, "city": users.city}
    write_ndjson(folder / "miaopu-users-2026-01.ndjson", table)
    yigu = story.lists["yigu-leads-2026-04"]
    table = {"company": yigu.organisation, "contact": yigu.name, "mobile": yigu.raw, "province": yigu.province}
    write_json(folder / "yigu-leads-2026-04.json", table)
    quandu = story.lists["quandu-2026-05"]
    table = {"公司": quandu.organisation, "决策人": quandu.name, "手机": quandu.raw}
    write_bytes(folder / "quandu-2026-05.csv", delimited(table).encode("gb18030"))


def _register(story: Story) -> list[tuple[str, bytes]]:
    """One file a province. Two in a hundred cells hold a second number; the last rows are no contacts at all."""
    register = story.lists["registry-2026-03"]
    rng = stream("register/cells")
    second = np.char.add(" / 0300-", rng.integers(2_000_000, 9_000_000, len(register)).astype(str))  # no such area code
    second = np.char.add(np.char.add(second, "转"), rng.integers(100, 1_000, len(register)).astype(str))
    phone = np.where(rng.random(len(register)) < 0.02, np.char.add(register.raw, second), register.raw)
    columns = [register.organisation, register.name, phone, register.address]
    names = ("企业名称", "联系人", "公示电话", "注册地址")
    known = ("江苏", "浙江")
    members = []
    for file, province in (
        ("江苏省企业公示.csv", "江苏"),
        ("浙江省企业公示.csv", "浙江"),
        ("其他省份企业公示.csv", ""),
    ):
        chosen = register.province == province if province else ~np.isin(register.province, known)
        table = {name: column[chosen] for name, column in zip(names, columns, strict=True)}
        if not province:
            table = {
                name: np.append(table[name], extra) for name, extra in zip(names, _no_contacts(story), strict=True)
            }
        members.append((file, delimited(table).encode("gb18030")))
    return members


def _no_contacts(story: Story) -> tuple[Texts, Texts, Texts, Texts]:
    """30 firms that gave their book-keeper's number, and eight that gave none: neither may link two lists."""
    rng = stream("register/agents")
    agent = str(story.segments.prefix[7] * BLOCK + 8_888)
    provinces = np.full(38, "河南")
    blank = np.array(["N/A", "无", "0", "00000000000", "-", "", "暂无", "11111111111"])
    return (
        firms(rng, 38, provinces),
        person_names(rng, 38),
        np.concatenate([np.full(30, agent), blank]),
        addresses(rng, provinces, np.full(38, "郑州")),
    )


def _contractors(story: Story, folder: Path) -> None:
    tongyao = story.lists["tongyao-2026-03"]
    text = delimited({"": tongyao.raw, " ": tongyao.name}, header=False)
    write_bytes(folder / "tongyao-2026-03.csv", text.encode("gb18030"))
    hesong = story.lists["hesong-2026-06"]
    write_cards(folder / "hesong-2026-06.vcf", hesong.name, hesong.raw, hesong.organisation)
    beiling = story.lists["beiling-2026-07"]
    second = np.where(stream("beiling/second").random(len(beiling)) < 0.1, beiling.raw, "")
    listing = {"客户名称": beiling.name, "电话一": beiling.raw, "电话二": second, "坐席": np.full(len(beiling), "B组")}
    seats = {"坐席": np.array(["A组", "B组"]), "人数": np.array(["24", "31"])}
    write_workbook(folder / "beiling-2026-07.xlsx", [("外呼", "", listing, False), ("班组", "", seats, True)])
