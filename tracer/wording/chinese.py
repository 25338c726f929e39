"""What is said in Chinese: written for each code, not translated. `{name:way}` is filled in (`speaker.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

JOINT, LAST_JOINT, ANY_JOINT = "、", "、", "；"

SENTENCES: Mapping[str, str] = {
    # ------------------------------------------------------------------ warnings
    "impossible_dates": (
        "从内容看，{child} 复制自 {parent}（{probability:sure}）；但 {child} 在{child_day:day}已经存在，而 {parent} "
        "{parent_day:day}才生成。复制件不可能早于来源。请核对两个日期，或查找 {parent} 更早的导出版本。"
    ),
    "reversed_dates": (
        "从内容看，{child} 复制自 {parent}（{probability:sure}）；但 {child} 在{child_day:day}已经存在，而 {parent} "
        "{parent_day:day}才取得。取得日期只说明名单当时已经存在，不说明何时生成。请查明 {parent} 的生成日期。"
    ),
    "own_copied": (
        "{child} 登记为委托方自有名单，但从内容看，它复制自外部取得的 {parent}（{probability:sure}）。"
        "可能是委托方并入了 {parent}，也可能是方向判断有误，或者 {child} 并非委托方自有名单。"
    ),
    "same_bytes": "{datasets:ids} 是同一个文件，字节完全相同。它们是一个来源，不是多个来源。",
    "versions_reversed": (
        "{parent} 和 {child} 像是同一持有者名单的两个版本。从内容看 {parent} 较早（{probability:sure}），"
        "从日期看 {child} 较早：{child_day:day}对{parent_day:day}。请核对两个日期。"
    ),
    "undated_versions": (
        "{datasets:ids} 像是同一持有者名单的不同版本（{probability:sure}），但日期无法说明哪个较早。尚缺生成日期"
        "（`created`）：{undated:ids}。"
    ),
    "direction_open": (
        "{datasets:ids} 之间存在复制关系（{probability:sure}），但无法判断谁复制自谁。可据以判断的材料：{ask:any}。"
    ),
    # ------------------------------------------------------------------ documented sales
    "sale.agrees": (
        "{documents:ids}：{seller} 出售给 {buyer}{day:on}。内容与此相符：{buyer} 持有的 {child} 复制自 {seller} 持有的 "
        "{parent}（{probability:sure}）。"
    ),
    "sale_reversed": (
        "{documents:ids}：{seller} 出售给 {buyer}{day:on}。内容与此不符：{seller} 持有的 {child} 更像是复制自 {buyer} "
        "持有的 {parent}（{probability:percent}），而不是相反（{opposite:percent}）。售出的可能是另一份名单，"
        "也可能日期有误。请核对该文件和两份名单的日期。"
    ),
    "sale.open": (
        "{documents:ids}：{seller} 出售给 {buyer}{day:on}。{parent} 与 {child} 之间存在复制关系，但仅凭内容看不出"
        "谁复制自谁（{probability:percent} 对 {opposite:percent}）。"
    ),
    "sale.no_tie": (
        "{documents:ids}：{seller} 出售给 {buyer}{day:on}。本案中 {buyer} 的名单看不出复制自 {seller} 的名单。"
    ),
    # ------------------------------------------------------------------ findings that are not up to date
    "untraced.never": (
        "本案尚未分析（或分析没有完成）：还没有查找过任何内容，未列出的情况并未排除。请先运行 tracer trace。"
    ),
    "untraced.changed": (
        "上次分析（第 {run} 次，{at} UTC）之后，案件（或 tracer 本身）有变化：所列结论属于该次分析，新增内容尚未检查。"
        "请重新运行 tracer trace。"
    ),
    # ------------------------------------------------------------------ what a trace moved
    "moved": (
        "{parent} → {child}：原为 {before:percent}，现为 {after:percent}（{grade_before:word} → {grade_after:word}）。"
    ),
    "because.judgement": "除{judgements:judged}外，没有其他变化。",
    "because.both": "新增{judgements:judged}；其他事实也有变化：{facts:words}。",
    "because.other": "没有新的人工判断。其他事实有变化：{facts:words}。",
    "because.unrecorded": "没有记录哪些事实发生了变化：上一次运行使用的是较早版本的 tracer。",
}

WORDS: Mapping[str, str] = {
    "sure": "{word}，{percent}",
    "sure.certain": "几乎可以肯定",
    "sure.very_likely": "极有可能",
    "sure.likely": "很可能",
    "sure.more_likely": "可能性较大",
    "sure.cannot_be_told": "无法判断",
    "absent": "低于 5%",
    "on_day": "（{day}）",
    "ask.created": "各名单的生成日期（`created`）",
    "ask.obtained": "各名单的取得日期（`obtained`）",
    "ask.origin": "其中哪一份是委托方自有名单（`origin`）",
    "ask.release": "其中一份名单的交付记录",
    "ask.third": "同一来源的第三份名单",
    "judged": "人工判断 {judgement}（{a} → {b}：{verdict}）",
    "verdict.confirm": "确认",
    "verdict.reject": "否定",
    "verdict.unsure": "不确定",
    "none": "无",
    **{f"G{grade}": f"G{grade}" for grade in range(6)},
    "fact.datasets": "名单",
    "fact.parties": "当事方",
    "fact.releases": "交付的副本",
    "fact.canaries": "埋设记录",
    "fact.judgements": "已有的人工判断",
    "fact.version": "tracer 的版本",
}


def day(value: date) -> str:
    """2026年1月12日."""
    return f"{value.year}年{value.month}月{value.day}日"
