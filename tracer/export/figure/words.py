"""The words of figures in English and Chinese, beside those of the page."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.export.page.words import LANGUAGES, WORDS, say

FIGURE_WORDS: Mapping[str, tuple[str, str]] = {
    "graph.title": ("The way of the data", "数据流向"),
    "sankey.title": ("Rows from list to list", "名单之间的行流向"),
    "timeline.title": ("What became of copy {release}", "副本 {release} 的去向"),
    "overlaps.title": ("What lists have in common", "名单之间的重合"),
    "waterfall.title": ("Was {child} copied from {parent}?", "{child} 是否复制自 {parent}？"),
    "source": ('Source: case "{title}", {lists} lists; {masked}', "来源：案件“{title}”，{lists} 份名单；{masked}"),
    "masked": ("numbers masked", "号码已脱敏"),
    "in_clear": ("numbers in clear", "号码未脱敏"),
    "made": ("Made with tracer {version}, as of {date}", "由 tracer {version} 生成，截至 {date}"),
    "sankey.note": (
        "Width of a band: contacts in common. Height of a bar: contacts of the list, on the same scale. Bands overlap "
        "at a bar where they are more than its contacts: the same people went to several lists. Only copying of "
        "probability 50 % or more.",
        "带宽：共同联系人数；条高：名单联系人数，比例相同。同一条上的带合计超过其联系人数时相互重叠："
        "同一批人进入了多份名单。仅含概率 50 % 以上的复制。",
    ),
    "sankey.unknown": (
        "An outlined bar: a list that nobody has obtained, as high as its widest band.",
        "空心条：尚未取得的名单，高度取其最宽的带。",
    ),
    "sankey.more": ("{n} smaller ones are not drawn.", "另有 {n} 条较小的未画出。"),
    "sankey.none": ("No copying of probability 50 % or more was found.", "未发现概率 50 % 以上的复制。"),
    "timeline.note": (
        "A bar: the time for which the copy was handed out. A mark: the last of the days known of a list (made, "
        "obtained, first seen); the line to it begins on the first of them.",
        "横条：副本的使用期限；标记：名单已知日期（生成、取得、首次发现）中最晚的一天，其前的线自最早一天起。",
    ),
    "timeline.period": ("handed to {party} for use", "交付 {party} 使用"),
    "timeline.end": ("end {date}", "到期 {date}"),
    "timeline.seen": ("{list}, held by {party}", "{list}，由 {party} 持有"),
    "timeline.calls": ("{n} signals reached its canaries", "到达其金丝雀的来电等共 {n} 次"),
    "timeline.lists": ("The list is with", "名单所在"),
    "overlaps.note": (
        "Below the diagonal: contacts in common; <20 where fewer. Above, and as colour: their share of the "
        "smaller list.",
        "对角线下方：共同联系人数，少于 20 记为 <20；上方：占较小名单的比例。颜色：该比例。",
    ),
    "overlaps.more": ("{n} further lists are not drawn.", "另有 {n} 份名单未画出。"),
    "overlaps.contacts": ("{n} contacts", "{n} 个联系人"),
    "waterfall.note": (
        "Nats: natural logarithm of how much likelier this is if the one was copied from the other. "
        "A bar with a gap is cut short.",
        "nat：若为复制，该情况可能性之比的自然对数。带缺口的条为截短显示。",
    ),
    "waterfall.for": ("speaks for it", "支持"),
    "waterfall.against": ("speaks against it", "反对"),
    "waterfall.sum": ("sum {n} nats, probability {p}, grade {grade}", "合计 {n} nat，概率 {p}，等级 {grade}"),
    "legend.width": ("Width: contacts in common; thin where none are counted", "粗细：共同联系人数；未计数的为细线"),
}


def tell(key: str, lang: str, **filled: object) -> str:
    """The words of `key` in `lang`, filled in; a key of the page where figures have none."""
    texts = FIGURE_WORDS.get(key)
    if texts is None:
        return say(key, lang, **filled) if key in WORDS else key.rpartition(".")[2].replace("_", " ")
    text = texts[LANGUAGES.index(lang)]
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
