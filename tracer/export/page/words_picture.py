"""The words of the picture's tools and of what lies behind a line, in English and Chinese: see `words`."""

from __future__ import annotations

from collections.abc import Mapping

PICTURE_WORDS: Mapping[str, tuple[str, str]] = {
    "view": ("Show", "显示"),
    "view.parties": ("Parties", "主体"),
    "view.lists": ("With lists", "含名单"),
    "view.time": ("Along time", "按时间"),
    "view.time.note": (
        "A dot stands on the day on which a copy was handed over or a list was made or obtained; the words beside it "
        "have no length in time. An arrow that runs back leads to a list whose day is before that of its source.",
        "圆点位于副本交付、名单生成或取得的日期；旁边的文字不表示时间长短。向左的箭头表示该名单的日期早于其来源。",
    ),
    "view.too_many": (
        "More than 300 boxes: open single parties instead.",
        "方框超过 300 个：请逐个展开主体。",
    ),
    "view.out": (
        "{n} parties without a list, a copy or a relation, or with the weakest findings, are not in this view.",
        "另有 {n} 个主体因无名单、副本或关系，或结论最弱，未列入本视图。",
    ),
    "more_rows": ("{n} more rows: tracer query {name}", "另有 {n} 行：tracer query {name}"),
    "inside.copy": ("copy {name}", "副本 {name}"),
    "inside.list": ("list {name}", "名单 {name}"),
    "inside.copies": ("{n} copies", "{n} 份副本"),
    "inside.lists": ("{n} lists", "{n} 份名单"),
    "inside.both": ("copies: {copies}, lists: {lists}", "副本 {copies} 份，名单 {lists} 份"),
    "open_card": ("Copies and lists of {name}", "{name} 的副本与名单"),
    "from_day": ("From", "自"),
    "to_day": ("to", "至"),
    "chain": ("Follow a chain", "沿链条查看"),
    "chain.all": ("the whole picture", "全图"),
    "walk": ("Walk along a chain", "逐步查看链条"),
    "walk.step": ("Step {n} of {m}: {from} → {to}", "第 {n} 步，共 {m} 步：{from} → {to}"),
    "walk.within": ("Step {n} of {m}: {from}", "第 {n} 步，共 {m} 步：{from}"),
    "walk.whole": ("All {m} steps of the chain. Press Next for the first.", "链条共 {m} 步。按“下一步”开始。"),
    "walk.back": ("Back", "上一步"),
    "walk.on": ("Next", "下一步"),
    "walk.end": ("End", "结束"),
    "compared": ("What was compared", "比较内容"),
    "contacts_of_parent": ("Contacts of the source", "来源名单联系人"),
    "contacts_of_child": ("Contacts of the list", "名单联系人"),
    "expected": ("Expected by chance", "偶然应有"),
    "canaries_of_planted": ("Canaries seen / planted", "发现/埋设金丝雀"),
    "waterfall": ("Signal by signal", "逐项信号"),
    "waterfall.help": (
        "Each bar adds to the line's evidence or takes from it; the figures are nats and their running total.",
        "每条表示一项信号对该连线的增减；数字为 nat 及累计。",
    ),
    "lines_within": ("{n} lines", "{n} 条连线"),
    "canaries": ("Canaries", "金丝雀"),
    "node.group": ("Group", "分组"),
}
