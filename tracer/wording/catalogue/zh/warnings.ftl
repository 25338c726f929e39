### 内容、日期与文件不一致之处。

impossible-dates =
    从内容看，{ $child } 像是复制自 { $parent }（{ SURE($probability) }）；但 { $child } 在{ $child_day }已经存在，而 { $parent }{" "}
    { $parent_day }才生成。复制件不可能早于来源。请核对两个日期，或查找 { $parent } 更早的导出版本。
reversed-dates =
    从内容看，{ $child } 像是复制自 { $parent }（{ SURE($probability) }）；但 { $child } 在{ $child_day }已经存在，而 { $parent }{" "}
    { $parent_day }才取得。取得日期只说明名单当时已经存在，不说明何时生成。请查明 { $parent } 的生成日期。
own-copied =
    { $child } 登记为委托方自有名单，但从内容看，它像是复制自外部取得的 { $parent }（{ SURE($probability) }）。
    可能是委托方并入了 { $parent }，也可能是方向判断有误，或者 { $child } 并非委托方自有名单。
same-bytes = { $datasets } 是同一个文件，字节完全相同。它们是一个来源，不是多个来源。
versions-reversed =
    { $parent } 和 { $child } 像是同一持有者名单的两个版本。从内容看 { $parent } 较早（{ SURE($probability) }），
    从日期看 { $child } 较早：{ $child_day }对{ $parent_day }。请核对两个日期。
undated-versions =
    { $datasets } 像是同一持有者名单的不同版本（{ SURE($probability) }），但日期无法说明哪个较早。
    尚缺 { $undated } 的生成日期。
direction-open =
    { $datasets } 之间存在复制关系（{ SURE($probability) }），但无法判断谁复制自谁。可据以判断的材料：{ ANY($ask) }。
ask-created = 各名单的生成日期
ask-obtained = 各名单的取得日期
ask-origin = 其中哪一份是委托方自有名单
ask-release = 其中一份名单的交付记录
ask-third = 同一来源的第三份名单

# 有文件证明的出售
sale-alleged =
    { $documents ->
        [none] 据称（无文件）
       *[other] 据称（{ $documents }）
    }
sale-agrees =
    { $documents }：{ $seller } 出售给 { $buyer }{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }。内容与此相符：{ $buyer } 持有的 { $child } 复制自 { $seller } 持有的 { $parent }（{ SURE($probability) }）。
sale-reversed =
    { $documents }：{ $seller } 出售给 { $buyer }{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }。内容与此不符：{ $seller } 持有的 { $child } 更像是复制自 { $buyer } 持有的 { $parent }（{ $probability }），
    而不是相反（{ $opposite }）。售出的可能是另一份名单，也可能日期有误。请核对该文件和两份名单的日期。
sale-open =
    { $documents }：{ $seller } 出售给 { $buyer }{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }。{ $parent } 与 { $child } 之间存在复制关系，但仅凭内容看不出谁复制自谁（{ $probability } 对 { $opposite }）。
sale-no-tie =
    { $documents }：{ $seller } 出售给 { $buyer }{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }。本案中 { $buyer } 的名单看不出复制自 { $seller } 的名单。
