"""The stages' own sentences in Chinese. They are stored in English; a report in Chinese says them in Chinese.

Each pair is the sentence as a stage writes it, with `{…}` where it fills something in, and the same in Chinese. A
sentence that is none of these (a person's note, a quotation) stays as it is. A test holds the table to the stages.
"""

from __future__ import annotations

import re
from functools import cache

from tracer.export.report.sentences_claims import CLAIM_PAIRS
from tracer.export.report.stated_sentences import STATED_PAIRS
from tracer.export.report.vintage_sentences import VINTAGE_PAIRS

PAIRS = (
    ("Not recomputable: the contents of {d} were purged on {a}.", "无法重新计算：{d} 的内容已于 {a} 清除。"),
    # ------------------------------------------------------------------ retention
    ("{n} canaries of release {r} stand in {d}.", "副本 {r} 的 {n} 个金丝雀出现在 {d} 中。"),
    ("Canaries of release {r} stand in {d}.", "副本 {r} 的金丝雀出现在 {d} 中。"),
    (
        "Canaries, withheld rows and vintages fit this copy better than every other: they are {n} likelier with it.",
        "金丝雀、扣留行与版本时间最符合该副本：其可能性是其他任何副本的 {n}。",
    ),
    ("{d} was copied from {p} with probability {n} ({g}).", "{d} 复制自 {p}，概率 {n}（{g}）。"),
    (
        "{n} contacts of {x} stand in {d} and in no other loaded list: nothing else in the case explains them.",
        "{x} 的 {n} 个联系人只在 {d} 中出现，其他已载入的名单都没有：案件中没有别的来源能解释它们。",
    ),
    ("Every path from {c} to {d} leads through {v}.", "从 {c} 到 {d} 的每条路径都经过 {v}。"),
    ("{v} itself holds {d}.", "{d} 由 {v} 自己持有。"),
    ("It was seen on {a}, after the release had ended ({b}).", "发现于 {a}，在副本到期（{b}）之后。"),
    (
        "The third party had it by {a}, so it left before the release ended.",
        "第三方在 {a} 之前已持有，因此是在副本到期前流出的。",
    ),
    ("Instead of this copy, the client {c} itself: {p}.", "来源不是该副本，而是委托方 {c} 自身：{p}。"),
    ("Instead of this copy, recipient {c}: {p}.", "来源不是该副本，而是接收方 {c}：{p}。"),
    (
        "Instead of this copy, copy {r} to the same recipient: {p}.",
        "来源不是该副本，而是交给同一接收方的副本 {r}：{p}。",
    ),
    (
        "Instead of this copy, {n} further recipients or copies together: {p}.",
        "来源不是该副本，而是另外 {n} 个接收方或副本，合计：{p}。",
    ),
    (
        "Instead of this copy, a source that has nothing to do with {c}: {p}.",
        "来源不是该副本，而是与 {c} 无关的来源：{p}。",
    ),
    (
        "In addition to this copy, the client {c} itself may be a second source ({p}): that would not clear this copy.",
        "除该副本外，委托方 {c} 自身也可能是另一来源（{p}）；即便如此，也不能排除该副本。",
    ),
    (
        "In addition to this copy, recipient {c} may be a second source ({p}): that would not clear this copy.",
        "除该副本外，接收方 {c} 也可能是另一来源（{p}）；即便如此，也不能排除该副本。",
    ),
    (
        "In addition to this copy, copy {r} to the same recipient may be a second source ({p}): that would not clear "
        "this copy.",
        "除该副本外，交给同一接收方的副本 {r} 也可能是另一来源（{p}）；即便如此，也不能排除该副本。",
    ),
    (
        "a list from elsewhere holds so many canaries that only this copy has with probability {p}",
        "来自别处的名单含有这么多只在该副本中的金丝雀的概率为 {p}",
    ),
    (
        "a list from elsewhere fits the random draw of the marks so well with probability {p}",
        "来自别处的名单与标记的随机抽取如此相符的概率为 {p}",
    ),
    (
        "Home canaries of the client stand there: its own database or the register leaked.",
        "委托方的自留金丝雀也在其中：泄露的是其自有数据库或登记册。",
    ),
    (
        "The release's canaries stand there without its ordinary rows in proportion: they may have been planted.",
        "副本的金丝雀在其中，但普通行不成比例：可能是被人植入的。",
    ),
    ("None of the release's {n} canaries is there.", "该副本的 {n} 个金丝雀一个也不在其中。"),
    ("There are paths to {d} that avoid {v}.", "存在绕过 {v} 到达 {d} 的路径。"),
    ("No end date was agreed.", "未约定期限。"),
    ("When the dataset was seen is not known.", "该名单何时被发现不详。"),
    (
        "A later date with a third party does not prove that the recipient kept the copy after the end.",
        "第三方在更晚日期持有，并不证明接收方在到期后仍保留副本。",
    ),
    (
        "{d} holds hashes: that its rows were copied from the list of {c} is supposed at even odds and not shown.",
        "{d} 只有散列：其中的行复制自 {c} 的名单这一点只按一半对一半假定，并未证明。",
    ),
    # ------------------------------------------------------------------ attribution
    (
        "The client's list, copy unknown: {k} of the {n} contacts of {s} stand hashed in {d}. Every copy of it holds "
        "them, and {c} itself.",
        "是委托方的名单，来自哪一份副本尚不清楚：{s} 的 {n} 个联系人中有 {k} 个以散列形式出现在 {d} 中。"
        "每一份副本都含有这些联系人，{c} 自己也有。",
    ),
    (
        "What would tell the copy: canaries in the next copies; the file of each copy as it was handed over; the list "
        "in clear, or its names beside the hashes.",
        "有助于判明副本的：在今后的副本中埋设金丝雀；各副本交付时的文件；明文名单，或散列旁的姓名。",
    ),
    (
        "What would tell the copy: canaries in the next copies; the list in clear, or its names beside the hashes.",
        "有助于判明副本的：在今后的副本中埋设金丝雀；明文名单，或散列旁的姓名。",
    ),
    (
        "What would tell the copy: the file of each copy as it was handed over; the list in clear, or its names beside "
        "the hashes.",
        "有助于判明副本的：各副本交付时的文件；明文名单，或散列旁的姓名。",
    ),
    (
        "What would tell the copy: the list in clear, or its names beside the hashes.",
        "有助于判明副本的：明文名单，或散列旁的姓名。",
    ),
    (
        "Fewer than 20 of the {n} canaries of release {r} stand in the dataset.",
        "副本 {r} 的 {n} 个金丝雀中有不足 20 个出现在名单中。",
    ),
    (
        "{k} of the {n} canaries of release {r} stand in the dataset.",
        "副本 {r} 的 {n} 个金丝雀中有 {k} 个出现在名单中。",
    ),
    (
        "Fewer than 20 of its {n} canaries that no other release has stand there; by chance so many would with "
        "probability {p}.",
        "其独有的 {n} 个金丝雀中有不足 20 个在其中；偶然出现这么多的概率为 {p}。",
    ),
    (
        "{k} of its {n} canaries that no other release has stand there; by chance so many would with probability {p}.",
        "其独有的 {n} 个金丝雀中有 {k} 个在其中；偶然出现这么多的概率为 {p}。",
    ),
    (
        "Over the random draw of the marks p = {p} (bound {b}); they fit best to {m}.",
        "就标记的随机抽取而言 p = {p}（界限 {b}）；最符合的情形：{m}。",
    ),
    (
        "{n} of the canaries seen are shared with other releases by the code.",
        "所见金丝雀中有 {n} 个按编码与其他副本共用。",
    ),
    (
        "Scored together with all datasets that hold canaries of its draw, p = {p} (bound {b}): see `{t}`.",
        "与含有同批金丝雀的所有名单合并计算，p = {p}（界限 {b}）：见 `{t}`。",
    ),
    (
        "Masked numbers: {k} of the {n} canaries of release {r} fit a mask of the list, {a} beside their persona's "
        "name or firm; by chance {e} would fit (p = {p}, not corrected for the number of releases). A mask names "
        "nobody: this accuses no copy.",
        "打码号码：副本 {r} 的 {n} 个金丝雀中有 {k} 个符合名单中的打码，"
        "其中 {a} 个旁边是其虚构身份的姓名或单位；偶然会有 {e} 个符合（p = {p}，未按副本数校正）。"
        "打码不指认任何人：不据此指认任何副本。",
    ),
    (
        "Masked numbers: {k} of the {n} canaries of release {r} fit a mask of the list; by chance {e} would fit "
        "(p = {p}, not corrected for the number of releases). A mask names nobody: this accuses no copy.",
        "打码号码：副本 {r} 的 {n} 个金丝雀中有 {k} 个符合名单中的打码；偶然会有 {e} 个符合"
        "（p = {p}，未按副本数校正）。打码不指认任何人：不据此指认任何副本。",
    ),
    (
        "Campaign {c} of calls or messages names the same release (probability {p}), and its callers knew the persona "
        "of {n} of its canaries.",
        "呼叫或短信活动 {c} 指向同一副本（概率 {p}），其来电者知道 {n} 个金丝雀的虚构身份。",
    ),
    ("{n} of the copy's ordinary contacts are there ({p}).", "该副本的 {n} 个普通联系人在其中（{p}）。"),
    (
        "Dataset {d}, of another holder and not derived from this one, names the same release.",
        "另一持有者的名单 {d} 并非由此派生，也指向同一副本。",
    ),
    (
        "Dataset {d}, of another holder with less than half of the smaller one's known contacts in common, names the "
        "same release.",
        "另一持有者的名单 {d} 与此共有的已知联系人不足较小者的一半，也指向同一副本。",
    ),
    ("The client holds this dataset itself: nothing was passed on.", "该名单由委托方自己持有：没有转出。"),
    (
        "The release is of {a}, after the dataset had come into being ({b}): it cannot be its source.",
        "副本交付于 {a}，晚于名单生成（{b}）：不可能是其来源。",
    ),
    (
        "The release's ordinary rows are not in the case, so planted canaries cannot be ruled out.",
        "副本的普通行不在本案中，因此不能排除金丝雀被植入。",
    ),
    (
        "Canaries stand there without the release's ordinary rows in proportion: they may have been planted to frame "
        "the recipient.",
        "金丝雀在其中，但副本的普通行不成比例：可能是为陷害接收方而植入的。",
    ),
    (
        "{n} home canaries of the client stand there: its own database or the register leaked, not this copy.",
        "委托方的 {n} 个自留金丝雀在其中：泄露的是其自有数据库或登记册，而非该副本。",
    ),
    (
        "{n} canaries of no release stand there: the list of canaries may have leaked.",
        "{n} 个不属于任何副本的金丝雀在其中：金丝雀清单可能已泄露。",
    ),
    (
        "{n} canaries of the client's other releases stand there, and no other release that is named explains them.",
        "委托方其他副本的 {n} 个金丝雀在其中，且没有其他被指认的副本可以解释。",
    ),
    ("{n} of the canaries seen stand in other releases too ({r}).", "所见金丝雀中有 {n} 个也在其他副本中（{r}）。"),
    (
        "{n} rows of the dataset were never in this copy: it cannot be the only source.",
        "名单中有 {n} 行从未在该副本中：该副本不可能是唯一来源。",
    ),
    (
        "None of the copy's {n} canaries is there: at 95 % this rules out that {p} or more of the copy, taken at "
        "random, went into the dataset.",
        "该副本的 {n} 个金丝雀一个也不在其中：在 95 % 水平上排除了副本的 {p} 以上被随机取入名单。",
    ),
    (
        "None of the copy's {n} canaries is there, although {p} of its ordinary contacts are: they were taken out, or "
        "these rows did not come from this copy alone.",
        "该副本的 {n} 个金丝雀一个也不在其中，而其普通联系人有 {p} 在其中：金丝雀已被剔除，或这些行并非只来自该副本。",
    ),
    (
        "The bound for naming a release is {b} ({n} releases compared): on bare numbers in dense blocks a single hit "
        "does not reach it.",
        "指认副本的界限为 {b}（比较了 {n} 个副本）：在密集号段的裸号码上，单个命中达不到该界限。",
    ),
    # ------------------------------------------------------------------ derivation
    (
        "{k} of {n} contacts are also in {d}; {e} expected by chance",
        "{n} 个联系人中有 {k} 个也在 {d} 中；偶然预期 {e} 个",
    ),
    ("the overlap is {n} times what chance gives", "重合为偶然情形的 {n} 倍"),
    (
        "{n} rows of the child are in no other likely source besides {d}",
        "派生名单中有 {n} 行除 {d} 外不在其他可能来源中",
    ),
    ("{n} rows of the child are in no other likely source", "派生名单中有 {n} 行不在其他可能来源中"),
    (
        "about {n} rows of the child are in no other likely source besides {d}",
        "派生名单中约有 {n} 行除 {d} 外不在其他可能来源中",
    ),
    ("about {n} rows of the child are in no other likely source", "派生名单中约有 {n} 行不在其他可能来源中"),
    ("dates: made {a} and {b}", "日期：分别生成于 {a} 与 {b}"),
    ("dates: made {a}, obtained {b}", "日期：生成于 {a}，取得于 {b}"),
    ("dates: obtained {a}, made {b}", "日期：取得于 {a}，生成于 {b}"),
    ("dates: obtained {a} and {b}", "日期：分别取得于 {a} 与 {b}"),
    (
        "one of the two is the client's own list: a source unless the contents say otherwise",
        "其中一份是委托方自有名单：除非内容另有表明，它就是来源",
    ),
    ("the two are successive versions of one holder's list", "两者是同一持有者名单的前后两个版本"),
    (
        "{a} has {n} contacts that {b} of the same holder lacks, and nearly all of its contacts",
        "{a} 比同一持有者的 {b} 多 {n} 个联系人，并包含其几乎全部联系人",
    ),
    (
        "other lists show the direction: in the opposite one they would not share what they share",
        "方向由其他名单表明：若方向相反，它们不会有现在这些共同联系人",
    ),
    (
        "the source of {a} is known: a list that shares its contacts came later",
        "{a} 的来源已知：与其有共同联系人的名单产生在后",
    ),
    ("nothing shows which of {a} and {b} is the older one", "没有依据表明 {a} 与 {b} 中哪一份更早"),
    (
        "both may have been collected independently from one register or public source",
        "两者也可能各自独立取自同一登记册或公开来源",
    ),
    ("the child is another client's own list", "派生名单是另一委托方的自有名单"),
    (
        "documented: release {r} gave the parent to the child's holder on {a}",
        "有文件：副本 {r} 于 {a} 将来源名单交给派生名单的持有者",
    ),
    (
        "documented: release {r} gave the parent to the child's holder",
        "有文件：副本 {r} 将来源名单交给派生名单的持有者",
    ),
    (
        "{m} cells that {a} fills are empty in {b}, {n} the other way round",
        "{a} 有值而 {b} 为空的单元格 {m} 个，反之 {n} 个",
    ),
    (
        "of {k} cells that differ, unrelated lists write {m} as {a} does and {n} as {b} does",
        "在 {k} 个不同的单元格中，无关名单与 {a} 写法相同的 {m} 个，与 {b} 相同的 {n} 个",
    ),
    ("{m} contacts are repeated in {a} alone, {n} in {b} alone", "仅在 {a} 中重复的联系人 {m} 个，仅在 {b} 中 {n} 个"),
    ("{n} rows of {a} come after the last of {b} by their days", "按日期，{a} 有 {n} 行晚于 {b} 的最后一行"),
    ("{n} rows of {a} come after the last of {b} by their ids", "按编号，{a} 有 {n} 行排在 {b} 的最后一行之后"),
    (
        "ways of writing names: the common rows are like the rest of {a} and unlike the rest of {b}",
        "姓名写法：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    (
        "cells filled: the common rows are like the rest of {a} and unlike the rest of {b}",
        "有值的单元格：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    (
        "ways of writing numbers: the common rows are like the rest of {a} and unlike the rest of {b}",
        "号码写法：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    ("the best alternative: {a} copied from {b} through {d} ({o})", "最可能的其他解释：{a} 经由 {d} 复制自 {b}（{o}）"),
    ("the best alternative: both copied from {d} ({o})", "最可能的其他解释：两者都复制自 {d}（{o}）"),
    (
        "the best alternative: popular contacts or a common public source ({o})",
        "最可能的其他解释：常见联系人或共同的公开来源（{o}）",
    ),
    ("the best alternative: another way that no list shows ({o})", "最可能的其他解释：没有名单可见的其他途径（{o}）"),
    (
        "the best alternative: both copied from a source that nobody has obtained ({o})",
        "最可能的其他解释：两者都复制自尚无人取得的来源（{o}）",
    ),
    (
        "the best alternative: both collected from one register or public source ({o})",
        "最可能的其他解释：两者都收集自同一名册或公开来源（{o}）",
    ),
    ("the best alternative: {a} copied from {b} ({o})", "最可能的其他解释：{a} 复制自 {b}（{o}）"),
    ("{n} contacts are in two or more of {d}", "{n} 个联系人同时在 {d} 中的两份以上"),
    ("none of them explains what the others have in common", "其中没有一份能解释其余名单的共同部分"),
    *VINTAGE_PAIRS,
    *CLAIM_PAIRS,
    *STATED_PAIRS,
)

_WORDS = (
    ("under 0.1 %", "不足 0.1 %"), ("fewer than 20", "不足 20"),
    ("more than a million times", "一百万倍以上"), (" times", " 倍"), ("one copy", "一份副本"),
    (" copies, ", " 份副本，"), ("sampled and merged", "抽样后合并"), ("merged and sampled", "合并后抽样"),
    ("mixed row by row", "逐行混合"), ("compared, common rows kept", "比对后保留共同行"),
    ("compared, rows of the majority kept", "比对后保留多数副本的行"), (" of the rows", " 的行"), (" and ", "；"),
)  # fmt: skip
_COLUMNS = {
    "name": "姓名", "organisation": "单位", "address": "地址", "email": "邮箱",
    "phone": "电话", "date": "日期", "id": "编号",
    "key": "键", "created": "创建日期", "deleted": "删除日期",
}  # fmt: skip


def in_language(sentence: str, lang: str) -> str:
    """`sentence` in `lang`: as it is in English, in Chinese where it is one of `PAIRS`."""
    found = None if lang == "en" else _found(sentence)
    if found is None:
        return sentence
    match, told = found
    for name, value in match.groupdict().items():
        told = told.replace(f"{{{name}}}", _filling(name, value))
    return told


def known(sentence: str) -> bool:
    """Whether `sentence` is one of `PAIRS`."""
    return _found(sentence) is not None


_ONE = (
    ("1 canary ", "1 canaries "), ("1 home canary ", "1 home canaries "), (" stands ", " stand "),
    (" seen is shared ", " seen are shared "), (" explains it.", " explains them."),
)  # fmt: skip
"""How a sentence speaks of one canary, and how `PAIRS` write it: Chinese has no plural."""


def _found(sentence: str) -> tuple[re.Match[str], str] | None:
    several = sentence
    for one, many in _ONE:
        several = several.replace(one, many)
    for text in dict.fromkeys((sentence, several)):
        for pattern, chinese in _patterns():
            match = pattern.fullmatch(text)
            if match is not None:
                return match, chinese
    return None


def _filling(name: str, value: str) -> str:
    for english, chinese in _WORDS:
        value = value.replace(english, chinese)
    if name == "c" and all(word in _COLUMNS for word in value.split(", ")):
        return "、".join(_COLUMNS[word] for word in value.split(", "))
    return value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # The sentence with the most words of its own comes first: what a shorter one fills in could be the rest of it.
    ordered = sorted(PAIRS, key=lambda pair: (-len(re.sub(r"{\w}", "", pair[0])), pair[0]))
    return tuple(
        (re.compile(re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(english))), chinese)
        for english, chinese in ordered
    )
