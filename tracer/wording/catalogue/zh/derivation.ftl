### 谁复制自谁：每条关系的依据（逐项信号）以及相反的情况。

derivation-shared =
    { $child } 的 { $whole } 个联系人中，有 { $shared } 个也在 { $parent } 中；若纯属偶然，预计约 { $expected } 个。
derivation-overlap = 两份名单的共有联系人是偶然情况下的 { $times } 倍。
derivation-rows-explained =
    { $child } 有{ $precision ->
        [about] 约 { $contacts }
       *[exact] {" "}{ $contacts }
    } 个联系人在 { $parent } 中，{ $others ->
        [none] 而且没有其他可能的来源。
       *[other] 而不在其他可能的来源（{ $others }）中。
    }
derivation-two-lists =
    { $precision ->
        [about] 约 { $contacts }
       *[exact] { $contacts }
    } 个联系人只见于 { $parent } 和 { $child }，不见于任何第三份名单。
derivation-covers = 其他名单说明了复制方向：若方向相反，这些名单不会共有现在这些联系人。
derivation-follows = { $parent } 的来源已知；{ $child } 含有 { $parent } 得自该来源的联系人，因此产生在后。

# 说明方向的信号
derivation-dates =
    { $one } 于{ $one_day }{ $one_event ->
        [made] 生成
       *[obtained] 取得
    }，{ $other } 于{ $other_day }{ $other_event ->
        [made] 生成
       *[obtained] 取得
    }。
derivation-entered-later =
    按 { $child } 内的日期，共有记录中有 { $rows } 条是在 { $parent } 已经存在之后才加入的。
derivation-own-list = { $own } 是委托方的自有名单。除非内容表明相反，否则视为来源。
derivation-other-client = { $child } 是另一委托方的自有名单。
derivation-release =
    据登记，{ $parent }（副本 { $release }）{ $day ->
        [none] 已
       *[other] 于{ $day }
    }交给 { $child } 的持有者。
derivation-versions = { $datasets } 是同一持有者名单的前后两个版本。
derivation-grown =
    { $newer } 含有 { $older } 的几乎全部联系人，另多出 { $more } 个；两份名单属于同一持有者。
derivation-errors =
    { $one } 与 { $other } 有 { $differ } 个单元格不同；其中 { $mine } 个，无关的名单与 { $one } 一致；
    另有 { $theirs } 个，与 { $other } 一致。
derivation-repeats = 有 { $mine } 个联系人只在 { $one } 中重复，{ $theirs } 个只在 { $other } 中重复。
derivation-newest =
    按{ $by ->
        [day] 日期
       *[id] 编号
    }，{ $newer } 有 { $rows } 条记录晚于 { $older } 的最后一条。
derivation-alike =
    共有记录的{ $what ->
        [names] 姓名写法
        [numbers] 号码写法
       *[cells] 填写情况
    }与 { $source } 的其余记录一致，与 { $copy } 的其余记录不同。

derivation-secrets =
    两份名单都带有密码的 { $compared } 人中，{ $equal } 人的密码在两份名单中相同。各自独立收集的名单至多有 { $usual } 的密码相同，出现这么多相同密码的概率为
    { $chance }。两份名单出自同一来源。

# 相反的情况
derivation-direction-open = 没有依据说明 { $datasets } 中哪一份较早。
derivation-one-register = 两份名单也可能各自独立采集自同一登记册或公开来源。
derivation-alternative =
    { $than ->
        [likelier] 另有更可能的解释，可能性为本关系的 { $times } 倍：{ $explanation }。
       *[unlikelier] 其次的解释：{ $explanation }。本关系的可能性是它的 { $times } 倍。
    }
derivation-explanation =
    { $kind ->
        [copied] { $taker } 复制自 { $giver }
        [through] { $taker } 经由 { $through } 得自 { $giver }
        [common] { $giver } 和 { $taker } 都来自 { $through }
        [register] { $giver } 和 { $taker } 都采集自同一登记册或公开来源
        [hidden] { $giver } 和 { $taker } 都来自一份尚未取得的名单{ $through ->
            [none] {""}
           *[other] （推定为 { $through }）
        }
        [chance] { $giver } 和 { $taker } 只是共有一些常见联系人，或有共同的公开来源
       *[other] { $giver } 和 { $taker } 之间的关联不是本案名单所能显示的，或者方法有误
    }

# 尚未取得的名单
derivation-hidden-contacts = 有 { $contacts } 个联系人见于 { $datasets } 中的两份或更多。
derivation-hidden-unexplained = 其中没有一份名单能解释其余名单的共有联系人。

# 信号的名称
signal-name =
    { $signal ->
        [overlap] 重合
        [rows-explained] 可解释的联系人
        [exactly-two-lists] 仅见于这两份名单
        [composition] 其他名单
        [dates] 日期
        [own-list] 委托方自有名单
        [release] 登记的副本
        [errors] 录入错误
        [repeats] 重复的联系人
        [days-of-rows] 最新日期
        [ids-run-on] 最新编号
        [ways-of-writing-numbers] 号码写法
        [ways-of-writing-names] 姓名写法
        [cells-filled] 有内容的单元格
        [grown] 增长
        [versions] 前后版本
        [places] 地区
        [rarity] 罕见联系人
       *[other] { $written }
    }
derivation-other-people = 共同联系人的姓名和地址不一致（比对了 { $cells } 个单元格）。双方可能各自独立收集了相同的号码。
derivation-alone = 没有第三份名单，也没有文件能够排除双方各自独立收集这些联系人。
