"""The words of the report in English and Chinese, beside those of findings and of the page."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.export.page.words import LANGUAGES, WORDS, say
from tracer.export.wording_words import FINDING_WORDS

REPORT_WORDS: Mapping[str, tuple[str, str]] = {
    "kind": ("Report on the provenance of contact lists", "联系人名单来源报告"),
    "as_of": ("As of {date}. Made with tracer {version}.", "截至 {date}。由 tracer {version} 生成。"),
    "summary": ("Summary", "摘要"),
    "summary.scope": (
        "{lists} lists with {rows} rows from {holders} holders were compared; {copies} copies were on record. "
        "{n} findings follow, in order of grade.",
        "比较了来自 {holders} 个持有者的 {lists} 份名单，共 {rows} 行；登记在案的副本 {copies} 份。"
        "以下按等级列出 {n} 项结论。",
    ),
    "summary.purged": (
        "Lists whose contents were purged: {n}. They are not counted above; findings about them are as they stood "
        "before.",
        "内容已清除的名单：{n} 份，未计入上述数目；有关它们的结论保持清除前的原样。",
    ),
    "purged": ("contents purged {date}", "内容已于 {date} 清除"),
    "summary.none": ("No finding is to be told.", "没有可报告的结论。"),
    "summary.more": ("{n} more findings follow below.", "另有 {n} 项见后文。"),
    "summary.held": (
        "{n} further lists are with the recipients of their copies in time, which is no reproach.",
        "另有 {n} 份名单在期限内由其副本的接收方持有，不构成过失。",
    ),
    "summary.weak": ("{n} readings below 50 % are not told.", "概率低于 50 % 的 {n} 项未列出。"),
    "summary.reading": ("How to read this", "如何阅读"),
    "summary.grades": (
        "G1 overlap above chance, G2 direction or date supported, G3 copy named by canaries at an error of 1 % "
        "or less, "
        "G4 independently confirmed, G5 document or admission, G0 somebody's word.",
        "G1 重合超出偶然，G2 方向或日期有支持，G3 由金丝雀指认副本且错误率不超过 1 %，G4 有独立佐证，G5 "
        "文件或自认，G0 仅为陈述。",
    ),
    "findings": ("Findings", "结论"),
    "finding": ("Finding", "结论"),
    "grade": ("Grade", "等级"),
    "replies": ("Right of reply", "申辩"),
    "method": ("Method", "方法"),
    "numbers": ("Numbers", "数据"),
    "for": ("What speaks for it", "依据"),
    "against": ("What speaks against it, and who else it could have been", "反对的情况与其他可能"),
    "against.none": (
        "Nothing was found; that is no proof that there is nothing.",
        "没有发现；但这并不证明不存在。",
    ),
    "evidence": ("Evidence", "证据"),
    "evidence.none": ("No document is named; the finding rests on the lists.", "未注明文件；结论依据名单本身。"),
    "evidence.list": ("list {id}", "名单 {id}"),
    "evidence.document": ("document {id}", "文件 {id}"),
    "sheltered": ("{n} documents of protected sources are left out.", "受保护信源的 {n} 份文件未列出。"),
    "repeat": ("To look at it again", "如何复核"),
    "judgement": ("A person's decision", "人工判断"),
    "method.copy": (
        "The tool compares the list with every copy that was handed out. A copy's canaries are records under our "
        "control "
        "that stand in this copy and in no other; how many would meet by chance is computed from the numbers in "
        "use in the "
        "same blocks. Withheld rows, row order and dates are weighed as well. The client itself and every other "
        "recipient "
        "are always among the alternatives.",
        "将名单与每一份交付副本比较。金丝雀是由我方控制、只存在于该副本中的记录；"
        "偶然相遇的数量由同一号段的在用号码计算。"
        "同时衡量扣留行、行序与日期。委托方自身与其他每个接收方始终列为可能来源。",
    ),
    "method.derivation": (
        "Contacts in common are compared with what two lists of that kind, collected independently, would share. "
        "Direction "
        "comes from what a copier leaves behind: rows, errors, ways of writing, ids, order and dates. The "
        "probability is "
        "an average over many possible graphs of all lists.",
        "将共同联系人与两份独立采集的同类名单应有的重合比较。方向来自复制留下的痕迹：行、错误、写法、编号、顺序与日期。"
        "概率是对全部名单的多种可能关系图取平均。",
    ),
    "method.vintage": (
        "Lists change with time: rows come and go. Which of the client's rows are in the list, and which are missing, "
        "bounds the day on which they left the client (95 %), from the days beside the rows or from the client's "
        "successive lists. Copies dated in that window fit, others do not. It dates the copy's departure alone, and "
        "does not show who kept it.",
        "名单随时间变化，行有增有减。名单中有哪些委托方的行、缺哪些行，可界定其离开委托方的日期（95 %），"
        "依据行旁的日期或委托方前后各版名单。日期落在该区间内的副本相符，其他则不符。"
        "这只说明副本何时离开委托方，并不说明由谁留存。",
    ),
    "method.claim": (
        "The statement is put to the lists: what would be seen if it were true is computed, and compared with "
        "what is seen.",
        "以名单检验陈述：先计算若陈述为真应当看到什么，再与实际比较。",
    ),
    "method.chain": (
        "The chain joins the copyings and copies that are told above; its grade is that of its weakest step.",
        "链条由上述复制与副本连接而成；其等级取最弱一环。",
    ),
    "method.contradiction": (
        "Both statements are on record with speaker and channel; no data are needed to see that they differ.",
        "两项陈述均记录了陈述者与渠道；无需数据即可看出不一致。",
    ),
    "method.sale": (
        "A document on record shows the sale. Of each list of the seller and each of the buyer it is asked which of "
        "the two was likelier copied from the other.",
        "销售有在案文件为证；对卖方与买方的每对名单，比较谁更可能复制自谁。",
    ),
    "method.refusal": (
        "Lists of refusals are held against the copies that were handed over, and against calls, after the day of each "
        "refusal; a call on that day does not count.",
        "以拒绝名单比对每次拒绝之后交付的副本与呼叫；拒绝当日的呼叫不计。",
    ),
    "method.line": (
        "Calls and complaints are put to the line whose number was shown; intervals are exact, at 95 %. A shown number "
        "can be forged.",
        "按所显示的号码将呼叫与投诉归于线路；区间为精确的 95 % 区间。所显示的号码可以伪造。",
    ),
    "fact.people": ("People", "人数"),
    "fact.events": ("Calls", "呼叫次数"),
    "fact.reading": ("Reading", "结论"),
    "fact.probability": ("Probability", "概率"),
    "fact.seen": ("First seen", "首次发现"),
    "fact.ends": ("End of the copy", "副本到期"),
    "fact.canaries": ("Canaries seen / planted", "发现/埋设金丝雀"),
    "fact.test.canaries": ("Error, by the canaries that only this copy has", "误指概率（依只在该副本中的金丝雀）"),
    "fact.test.draw": ("Error, by the random draw of the marks", "误指概率（依标记的随机抽取）"),
    "fact.rows": ("Ordinary rows of the copy in it", "其中该副本的普通行"),
    "fact.shared": ("Contacts in common", "共同联系人"),
    "fact.share": ("Share of the child", "占派生名单"),
    "fact.via": ("Through a proposed list", "经由推断的名单"),
    "fact.p_value": ("p-value", "p 值"),
    "fact.best": ("Likeliest day", "最可能的日期"),
    "fact.rate": ("Share of the client's rows that were taken", "被取走的委托方行占比"),
    "fact.matched": ("Client's contacts in it", "其中委托方的联系人"),
    "fact.later": ("Rows added after the window: in it / all", "区间之后新增的行：在内/全部"),
    "fact.gone": ("Rows deleted before the window: in it / all", "区间之前已删除的行：在内/全部"),
    "fact.releases": ("Copies dated in the window", "日期在区间内的副本"),
    "fact.said": ("Said", "陈述日期"),
    "fact.channel": ("Channel", "渠道"),
    "fact.value": ("Value claimed", "所称数值"),
    "fact.lists": ("Lists", "名单"),
    "picture": ("The picture", "关系图"),
    "held": ("Held in time", "期限内持有"),
    "held.note": (
        "Copies that their recipients held while they were allowed to. This is no reproach.",
        "接收方在许可期限内持有的副本，不构成过失。",
    ),
    "parties": ("Parties and their right of reply", "主体与申辩"),
    "party": ("Party", "主体"),
    "role": ("Role", "角色"),
    "reply": ("Right of reply", "申辩"),
    "reply.on.asked": ("asked {date}", "询问 {date}"),
    "reply.on.deadline": ("deadline {date}", "期限 {date}"),
    "reply.on.answered": ("answered {date}", "答复 {date}"),
    "channel.phone": ("phone", "电话"),
    "channel.chat": ("chat", "聊天"),
    "channel.website": ("website", "网站"),
    "channel.contract": ("contract", "合同"),
    "channel.interview": ("interview", "访谈"),
    "channel.notice": ("notice", "告知"),
    "channel.other": ("other", "其他"),
    "reply.said": ("“{text}”", "“{text}”"),
    "lists": ("Lists", "名单"),
    "list": ("List", "名单"),
    "holder": ("Holder", "持有者"),
    "obtained": ("Obtained", "取得"),
    "rows": ("Rows", "行数"),
    "rejected": ("Without a number", "无可用号码"),
    "hash": ("SHA-256 of the file", "文件 SHA-256"),
    "copies": ("Copies handed out", "交付副本"),
    "copy": ("Copy", "副本"),
    "recipient": ("Recipient", "接收方"),
    "for_use": ("{date} to {until}", "{date} 至 {until}"),
    "period": ("For use", "使用期限"),
    "commitment": ("Root of the register, committed before", "事先登记的根哈希"),
    "documents": ("Documents", "文件"),
    "document": ("Document", "文件"),
    "kind_of": ("Kind", "种类"),
    "acquired": ("Acquired", "取得"),
    "by": ("By", "取得人"),
    "left_out": ("Left out of this report", "本报告未包含"),
    "limits": ("What this does not say", "本报告没有说明的"),
    "versions": ("Versions, seeds, and how to repeat it", "版本、种子与复核方法"),
    "versions.tool": ("Tool", "工具"),
    "versions.packages": ("Packages", "依赖"),
    "versions.run": ("Last run of the trace", "最近一次分析"),
    "versions.result": ("SHA-256 over all findings", "全部结论的 SHA-256"),
    "versions.seeds": ("Seeds", "随机种子"),
    "versions.seeds.text": (
        "search over graphs {search}; codes of rows {codes}; canaries and withheld rows are drawn with secrets "
        "of the case, "
        "to which the registers' roots commit",
        "关系图搜索 {search}；行编码 {codes}；金丝雀与扣留行由案件密钥抽取，登记根哈希为其承诺",
    ),
    "versions.how": (
        "The case's key and the originals with the hashes above give the same findings again, byte for byte:",
        "使用案件密钥与上述哈希对应的原件，可逐字节得到相同结论：",
    ),
    "none": ("–", "–"),
}


def tell(key: str, lang: str, **filled: object) -> str:
    """The words of `key` in `lang`, filled in: the report's, a finding's, or the page's."""
    texts = REPORT_WORDS.get(key) or FINDING_WORDS.get(key)
    if texts is None:
        return say(key, lang, **filled) if key in WORDS else key.rpartition(".")[2].replace("_", " ")
    text = texts[LANGUAGES.index(lang)]
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
