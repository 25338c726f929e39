### 谁复制自谁：每条关系的依据（逐项信号）以及相反的情况。

derivation-shared =
    { $child } 的 { $whole } 个联系人中，有 { $shared } 个也在 { $parent } 中；若纯属偶然，预计约 { $expected } 个。
# 说明方向的信号
derivation-dates =
    { $one } 于{ $one_day }{ $one_event ->
        [made] 生成
        [exported] 导出
       *[obtained] 取得
    }，{ $other } 于{ $other_day }{ $other_event ->
        [made] 生成
        [exported] 导出
       *[obtained] 取得
    }。
derivation-entered-later =
    按 { $child } 内的日期，共有记录中有 { $rows } 条是在 { $parent } 已经存在之后才加入的。
derivation-later-day =
    共有记录中有 { $rows } 条在 { $child } 内的日期{ $column ->
        [none] {""}
       *[other] （“{ $column }”列）
    }晚于 { $parent } 最早存在的日期，但不能确定是否就是加入名单的日期。
derivation-own-list = { $own } 是委托方的自有名单。除非内容表明相反，否则视为来源。
derivation-other-client = { $child } 是另一委托方的自有名单。
derivation-release =
    据登记，{ $parent }（副本 { $release }）{ $day ->
        [none] 已
       *[other] 于{ $day }
    }交给 { $child } 的持有者。
derivation-versions = { $datasets } 是同一持有者名单的前后两个版本。
derivation-repeats = 有 { $mine } 个联系人只在 { $one } 中重复，{ $theirs } 个只在 { $other } 中重复。
derivation-alike =
    共有记录的{ $what ->
        [names] 姓名写法
        [numbers] 号码写法
       *[cells] 填写情况
    }与 { $source } 的其余记录一致，与 { $copy } 的其余记录不同。

derivation-secrets =
    两份名单都带有密码的 { $compared } 人中，{ $equal } 人的密码在两份名单中相同。各自独立收集的名单至多有 { $usual } 的密码相同，
    出现这么多相同密码的概率为 { $chance }。两份名单出自同一来源。

# 相反的情况
derivation-direction-open = 没有依据说明 { $datasets } 中哪一份较早。
derivation-alternative =
    { $than ->
        [likelier] 另有更可能的解释，可能性为本关系的 { $times } 倍：{ $explanation }。
       *[unlikelier] 其次的解释：{ $explanation }。本关系的可能性是它的 { $times } 倍。
    }

# 尚未取得的名单
derivation-hidden-contacts = 有 { $contacts } 个联系人见于 { $datasets } 中的两份或更多。
derivation-hidden-unexplained = 其中没有一份名单能解释其余名单的共有联系人。

# 信号的名称
signal-name =
    { $signal ->
        [before] 起始概率
        [overlap] 共有联系人
        [cover] 可解释的联系人
        [rests] 其余联系人
        [cells] 单元格
        [repeats] 重复的联系人
        [ways] 写法
        [row-days] 记录的日期
        [dates] 名单的日期
        [own-list] 自有名单或公开来源
        [release] 登记的副本
        [length] 长度
        [versions] 前后版本
        [case] 整个案件
        [judgement] 人工判断
        [exchange] 互相交换
       *[other] { $written }
    }
derivation-other-people = 共同联系人的姓名和地址不一致（比对了 { $cells } 个单元格）。双方可能各自独立收集了相同的号码。
# 各类依据
derivation-before = 未看任何依据之前：有共有联系人的两份名单中，一份直接复制自另一份的常见程度。
derivation-only-two = { $parent } 与 { $child } 共有的 { $shared } 个联系人中，有 { $contacts } 个不见于任何第三份名单。
derivation-cover = 与含有这些联系人的所有其他名单相比，{ $child } 中约有 { $contacts } 个联系人最可能来自 { $parent }。
derivation-rests =
    { $child } 有 { $child_rest } 个联系人是 { $parent } 没有的，其中 { $of_child } 个见于第三份名单；
    { $parent } 有 { $parent_rest } 个是 { $child } 没有的，其中 { $of_parent } 个见于第三份名单。
derivation-cells =
    各名单填写不一的 { $varied } 个单元格中，{ $parent } 与 { $child } 有 { $alike } 个相同，其中 { $alone } 个与其他名单都不同。
    { $child } 与 { $parent } 及第三份名单都不同的有 { $of_child } 个；
    { $parent } 与 { $child } 及第三份名单都不同的有 { $of_parent } 个。
derivation-came =
    按两份名单内的日期，共有记录中有 { $later } 条进入 { $child } 晚于进入 { $parent }，{ $same } 条在同一天，{ $earlier } 条较早。
derivation-batch = 按 { $copy } 内的日期，{ $dated } 条共有记录中有 { $rows } 条是在同一天加入的。
derivation-later-days =
    共有记录中有 { $later } 条在 { $child } 内的日期晚于 { $parent } 内的日期，{ $same } 条相同，{ $earlier } 条较早，但不能确定是否就是加入名单的日期。
derivation-one-day = { $copy } 中有日期的 { $dated } 条共有记录里，{ $rows } 条是同一天，但不能确定是否就是加入名单的日期。
derivation-public = { $list } 是公开来源，不复制其他名单。
derivation-length = { $one } 有 { $mine } 个联系人，{ $other } 有 { $theirs } 个。
derivation-case =
    { $side ->
        [for] 从整个案件看，{ $child } 来自 { $parent } 较为合理。
       *[against] 从整个案件看，{ $child } 来自 { $parent } 不太合理。
    }
derivation-quiet =
    { $kind ->
        [row-days] 共有记录没有可以区分 { $one } 与 { $other } 的日期。
        [dates] { $one } 与 { $other } 的日期不详。
        [cells] { $one } 与 { $other } 没有可比对的单元格。
        [ways] 没有迹象表明 { $one } 与 { $other } 的记录是在别处写成的。
        [own-list] { $one } 与 { $other } 都不是委托方的自有名单，也不是公开来源。
        [release] { $one } 与 { $other } 都没有向对方持有者交付副本的登记。
       *[other] { $one } 与 { $other } 没有这类依据。
    }
derivation-judged =
    { $verdict ->
        [confirmed] 已由人工确认。
       *[rejected] 已由人工否定。
    }
derivation-exchange = { $datasets } 可能互相取用了对方的联系人，那样就不单是其中一份复制另一份。
derivation-ratio =
    若 { $child } 复制自 { $parent }，出现这些迹象的可能性，是两者（例如）都来自一份尚未取得的名单时的{ $capped ->
        [capped] {" "}{ $ratio } 倍以上
       *[whole] {" "}{ $ratio } 倍
    }{ $strength ->
        [weak] （支持程度：弱）
        [moderate] （支持程度：中等）
        [moderately-strong] （支持程度：较强）
        [strong] （支持程度：强）
       *[none] {""}
    }。未看任何依据之前，概率取 { $prior }。判断方法是从 { $makers } 组来历已知的名单中学得的；在未用于学习的名单上，
    { $stated } 个同样有把握的判断中有 { $right } 是对的。
