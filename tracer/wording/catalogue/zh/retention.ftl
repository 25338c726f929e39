### 他人持有的名单、或接收方仍持有的名单，来自谁的副本。

retention-canaries = { $vendor } 的副本中埋设的 { $n } 条记录出现在 { $dataset } 中。
retention-fits-best =
    { $marks ->
        [planted-withheld-dates] 埋设记录、未交付的记录与数据时间合起来
        [planted-withheld] 埋设记录与未交付的记录合起来
        [planted-dates] 埋设记录与数据时间合起来
        [withheld-dates] 未交付的记录与数据时间合起来
        [planted] 埋设记录
        [withheld] 未交付的记录
        [dates] 数据时间
       *[rows] 其中的记录
    }指向 { $vendor } 的副本。{ $times ->
        [none] 其他任何单一来源都不相符。
       *[other] 其他任何单一来源的相符程度至多为它的 { $times } 分之一。
    }
retention-exported-fits =
    { $dataset } 中委托方的记录{ $exported }导出（95% 区间），与 { $vendor } 的副本相符：该副本于{ $day }交付{ $made ->
        [none] 。
       *[other] ，内容为{ $made }的记录。
    }{ $others ->
        [none] {""}
       *[other] 交给 { $others } 的副本同样相符。
    }
retention-step = { $relation }（{ SURE($probability) }；{ $grade }）。
retention-only-source =
    { $dataset } 中有 { $n } 个联系人也在 { $parent } 中，却不在已载入的其他名单中。本案中没有别的来源能解释它们。
retention-every-path = 从 { $client } 到 { $dataset } 的每条路径都经过 { $vendor }。
retention-hashed = { $source } 的 { $whole } 个联系人中有 { $n } 个以哈希值形式出现在 { $dataset } 中。
retention-holds-itself = { $vendor } 自己持有 { $dataset }。
retention-after-end = { $vendor } 在副本到期（{ $ends }）{ $days } 天后仍持有 { $dataset }（{ $seen }）。
retention-left-before-end =
    { $how ->
        [made] { $dataset } 生成于{ $day }
       *[had] { $holder } 在{ $day }已持有 { $dataset }
    }，而副本的使用期限到{ $ends }为止。如果这些记录出自该副本，则在到期之前就已流出。

# 其他可能的来源：代替该副本，或与其并存
retention-instead =
    来源也可能{ $kind ->
        [client] 根本不是 { $vendor } 的副本，而是 { $other } 的自有数据库
        [unrecorded] 不是 { $vendor } 的副本，而是未登记的接收方
        [recipient] 不是 { $vendor } 的副本，而是交给 { $other } 的副本
       *[release] 是交给 { $vendor } 的另一份副本 { $other }
    }（{ $probability }）。
retention-instead-rest = 来源也可能不是该副本，而是另外 { $n } 个接收方或副本中的一个（合计 { $probability }）。
retention-instead-unrelated = 来源也可能与 { $client } 无关（{ $probability }）。
retention-as-well =
    除该副本外，可能还有第二个来源：{ $kind ->
        [client] { $other } 的自有数据库也可能泄露过
        [unrecorded] 这些记录也可能来自未登记的接收方
        [recipient] 这些记录也可能来自交给 { $other } 的副本
       *[release] 这些记录也可能来自交给 { $vendor } 的另一份副本 { $other }
    }（{ $probability }）。即便如此，也不能排除{ $kind ->
        [release] 该副本。
       *[other] {" "}{ $vendor } 的副本。
    }

# 其他相反的情况
retention-exported-otherwise =
    { $dataset } 中委托方的记录{ $exported }导出（95% 区间），而 { $vendor } 的副本日期为{ $day }。
retention-home = { $client } 自有数据库中埋设的记录也出现了：该数据库或埋设记录的登记册已经泄露。
retention-framing = { $vendor } 的副本中的埋设记录出现了，但其他记录没有按相应比例出现。埋设记录可能是有人放入的。
retention-no-canaries = { $vendor } 的副本中埋设的 { $n } 条记录，一条也没有出现在 { $dataset } 中。
retention-other-paths = 有的路径不经过 { $vendor } 也能到达 { $dataset }。
retention-no-end = 没有约定到期日。
retention-day-unknown = 不知道 { $dataset } 是哪一天发现的。
retention-later-proves-nothing = 第三方在更晚的日期持有，不能证明 { $vendor } 到期后仍持有该副本。
