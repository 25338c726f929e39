### 导出时未列出的内容。

left-out-sources = { $n } 个受保护信源以化名出现。
left-out-documents = 受保护信源的陈述和所提供的文件未列出。
left-out-file-names = 有 { $n } 个文件名含有名单中的人名，已改为“withheld”。
left-out-short-names = 受保护信源有 { $n } 个名称太短，无法在文中查找；转交之前请通读引文。
left-out-unasked = 标题点名但尚未询问：{ $parties }。理由：“{ $because }”。
left-out-unnamed = 为保护信源，此处略去部分内容：信源的身份、所提供的材料和陈述。
left-out-days = 由信源提供的名单不列持有方，日期只写到当月最后一天。
party-unnamed = 此处未列名的一方
left-out-masked = 电话号码、电子邮箱及其哈希值已脱敏；文件与结论的哈希值保持完整。
left-out-part = 仅为案件的一部分（{ $asked }），另有 { $nodes } 个节点、{ $edges } 条连线未纳入。
left-out-edition-parties = 本版本略去 { $n } 个当事方，包括其名单和相关的全部内容。
left-out-edition-lists = 本版本略去 { $n } 份名单，包括其副本和相关的全部内容。
left-out-edition-stories = 本版本有 { $n } 则报道未列出；其依据仍在结论之中。
edition-renamed = 有 { $n } 个当事方或名单在此使用另外的名称；引文中的名称以方括号标出。
edition-headlines = 有 { $n } 个标题由编辑撰写；工具原来的表述列于其下。
list-unnamed = 此处未列出的一份名单
left-out-pictures = 图片须逐一指名才能导出：{ $pictures }。

### 作为附件的文件。

exhibit-unchanged = 否
exhibit-changed = 已去除元数据，文本中的号码已脱敏

### 移交文件夹。

handover-title = { $name }：{ $day }移交
handover-journal = 何人于何时做了什么；每一行都含有上一行的哈希值
handover-hashes = 每个已载入文件的 SHA-256、长度和用途
handover-findings = 所得结论；号码已脱敏，受保护的当事方以化名出现
handover-graph = 同样的内容，以图的形式
handover-registers = 带标记的副本交付之前登记的承诺
handover-anchors = 日志各时点哈希值的时间戳（RFC 3161）及其所证明的内容
handover-originals = 文件本身，以各自的 SHA-256 命名
handover-no-originals = 未移交，只有哈希值
handover-check = 只用 Python 即可核验：{ $command }
handover-heads = 请将其输出的哈希值和 anchors/ 中的哈希值，与外部人员留存的记录比对（{ $command }）。

### FollowTheMoney，以及工作簿形式的结论。

findings-none = 没有结论
ftm-reply = 回应权：{ $state }
ftm-contacts =
    { $contacts } 个联系人{ $purged ->
        [none] {""}
       *[other] ，内容已于 { $purged } 清除
    }
ftm-signals = { $n } 次信号
ftm-shared = 共同联系人：{ $value }
ftm-against = 相反的可能：{ $text }

### 结论工作簿的首页。

workbook-about = 阅读说明
workbook-made = 本案结论，截至 { $day }。
workbook-left-out = 未列出的内容
workbook-sheets = 工作表
workbook-rows = 行数
workbook-answers = 回答的问题
workbook-sheet = 工作表
workbook-column = 列
workbook-kind = 值的类型
workbook-meaning = 含义
workbook-grades = 等级：依据的种类
workbook-reading = 单元格说明
workbook-note-text = 日期、数字和百分比均为真实数值；编号和电话号码为文本，没有任何单元格是公式。
workbook-note-few = <{ -least } 表示不足 { -least } 人，不给出确切数字。
workbook-note-codes = 以 _code 或 _codes 结尾的列供程序使用，内容与句子相同，默认隐藏。

exports-fonts-named = SVG 只写明了字体名称，没有嵌入字体：{ $why }
exports-fonts-large =
    SVG 只写明了字体名称：嵌入会增加 { $kilobytes } kB。用 `--fonts embed` 或 `--fonts outline` 可使其在任何机器上外观一致。
