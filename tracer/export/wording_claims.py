"""How the numbers behind a verdict on a claim are called, in Chinese: in English their own names do, blanks for lines.

A name that has no word here is shown as it is; a test holds the table to the names that the tests of claims use.
"""

from __future__ import annotations

from collections.abc import Mapping

CLAIM_NUMBERS: Mapping[str, str] = {
    "against": "比对对象",
    "basis": "依据",
    "calls": "呼叫",
    "calls_after": "之后的呼叫",
    "calls_before": "之前的呼叫",
    "calls_days_after": "之后有呼叫记录的天数",
    "calls_days_before": "之前有呼叫记录的天数",
    "calls_needed": "判断所需呼叫",
    "calls_to_support": "得到支持所需呼叫",
    "callers": "主叫号码",
    "canaries": "收到消息的金丝雀",
    "canaries_seen": "其中的金丝雀",
    "chance_of_silence": "偶然无呼叫的概率",
    "channels": "渠道",
    "claimed_size": "所称规模",
    "client": "委托方",
    "collected_under": "收集依据",
    "common": "两份名单共有",
    "complaints": "投诉",
    "complaints_after": "之后的投诉",
    "complaints_before": "之前的投诉",
    "complaints_days_after": "之后有投诉记录的天数",
    "complaints_days_before": "之前有投诉记录的天数",
    "consumer_lists": "消费者名单",
    "contacts": "联系人",
    "copies": "副本",
    "copies_ended": "已到期的副本",
    "copies_kept": "被留存的副本",
    "copies_passed_on": "被转出的副本",
    "copies_without_basis": "无依据的副本",
    "counted": "计入的投诉",
    "dataset": "名单",
    "day": "日期",
    "days": "天数",
    "density": "在用号码的密度",
    "ends": "副本到期",
    "estimate": "估计",
    "expected": "偶然应有",
    "expected_common": "若属实应共有",
    "expected_new": "若属实应新增",
    "explained": "公开来源可解释",
    "factor": "倍数",
    "failed": "未通过的检验",
    "firms": "企业",
    "firms_agree": "企业名称一致",
    "firms_compared": "比对的企业名称",
    "first": "最早",
    "first_seen": "首次发现",
    "growth_high": "日增量上限",
    "growth_low": "日增量下限",
    "hand": "手数",
    "high": "上限",
    "holder": "持有者",
    "in_allotted_segments": "位于已分配号段",
    "in_allotted_segments_by_chance": "随机时位于已分配号段",
    "in_sequence": "连号占比",
    "known": "已知真实的号码",
    "last": "最近",
    "line": "线路",
    "lines": "线路",
    "lists": "名单",
    "lists_compared": "比较的名单",
    "lists_held_later": "到期后仍持有的名单",
    "lists_of_refusals": "拒绝名单",
    "low": "下限",
    "messages": "消息",
    "messages_to_controls": "到达对照号码的消息",
    "mobiles": "手机号",
    "mobiles_under_three_firms": "列于三家以上企业的手机号",
    "mobiles_with_a_firm": "列有企业的手机号占比",
    "names_agree": "姓名一致",
    "names_compared": "比对的姓名",
    "new": "新增",
    "new_a_day_high": "名单日增上限",
    "new_a_day_low": "名单日增下限",
    "only": "仅限",
    "other_claim": "另一陈述",
    "other_party": "另一陈述者",
    "other_value": "另一数值",
    "others_messages": "他方的消息",
    "p_block": "p（号段内随机）",
    "p_canaries": "p（金丝雀）",
    "p_consumers": "p（消费者名单）",
    "p_firms": "p（企业名称）",
    "p_last_two": "p（尾号）",
    "p_names": "p（姓名）",
    "p_prefixes": "p（号段分布）",
    "p_scrubbed": "p（空号检测后的随机号码）",
    "p_sequence": "p（连号）",
    "p_together": "p（合并）",
    "p_uniform": "p（全号段均匀随机）",
    "path": "供应路径",
    "power_at_1_percent": "检出 1 % 的概率",
    "power_at_a_tenth": "规模仅十分之一时检出的概率",
    "probability": "概率",
    "public_lists": "公开来源名单",
    "published_agree": "与公开信息一致",
    "published_compared": "与公开信息比对",
    "rate": "投诉率",
    "refused": "拒绝者",
    "refused_before": "此前已拒绝者",
    "release": "副本",
    "residue": "公开来源不能解释",
    "samples": "样本名单",
    "seen_in": "出现于",
    "share_explained": "可解释占比",
    "share_of_mobiles": "手机号占比",
    "shared": "共同联系人",
    "shared_with_consumers": "与消费者名单共有",
    "sizes": "各名单规模",
    "sms_of_the_same_sender": "同一发送者的短信",
    "snapshots": "快照",
    "source": "来源名单",
    "sources": "来源数",
    "stated_hand": "所述手数",
    "tested": "检验的名单",
    "tests": "检验数",
    "used_under": "使用依据",
    "witnesses": "作比对的名单",
}
"""Name of a number -> what it is called in Chinese."""

_VALUES: Mapping[str, str] = {
    "alleged": "据称",
    "block": "号段",
    "bundled_in_terms": "捆绑于条款",
    "canaries": "金丝雀",
    "customer": "客户关系",
    "documented": "有文件",
    "explicit": "明示同意",
    "firms": "企业名称",
    "flash_sms": "闪信",
    "last_two": "尾号",
    "names": "姓名",
    "none": "无",
    "public_only": "仅公开信息",
    "refused": "已拒绝",
    "robots": "语音机器人",
    "sequence": "连号",
    "sms": "短信",
    "statement": "另一陈述",
    "unknown": "不明",
}
"""Values that are words of the tool, not ids or dates."""
_WORDED = frozenset({"against", "basis", "channels", "collected_under", "failed", "only", "used_under"})
"""Numbers whose values are such words."""


_ENGLISH: Mapping[str, str] = {
    "failed": "tests not passed",
    "p_block": "p, random within number blocks",
    "p_canaries": "p, canaries",
    "p_consumers": "p, consumer lists",
    "p_firms": "p, company names",
    "p_last_two": "p, last two digits",
    "p_names": "p, names",
    "p_prefixes": "p, number prefixes",
    "p_scrubbed": "p, random numbers without those that nobody uses",
    "p_sequence": "p, consecutive numbers",
    "p_together": "p, all tests together",
    "p_uniform": "p, random over all numbers",
}
"""Name of a number -> what it is called in English, where its own name is none that people use."""
_ENGLISH_VALUES: Mapping[str, str] = {
    "block": "number blocks", "firms": "company names", "flash_sms": "flash SMS", "last_two": "last two digits",
    "sequence": "consecutive numbers", "sms": "SMS", "statement": "another statement",
}  # fmt: skip


def number_label(name: str, lang: str) -> str:
    """What the number `name` is called in `lang` (`en`, `zh`)."""
    plain = name.replace("_", " ")
    return _ENGLISH.get(name, plain) if lang == "en" else CLAIM_NUMBERS.get(name, plain)


def number_value(name: str, text: str, lang: str) -> str:
    """A value of the number `name` in `lang`, where it is a word of the tool's; ids, dates and figures stay."""
    if name not in _WORDED:
        return text
    return _ENGLISH_VALUES.get(text, text.replace("_", " ")) if lang == "en" else _VALUES.get(text, text)
