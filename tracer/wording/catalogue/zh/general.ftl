### 多处使用的说法。

as-written = { $text }
former-reason = 这是早期版本给出的依据；重新追踪后可看到现在的结果。
how-sure = { $word }，{ $percent }
how-sure-against = 数据不支持这一点，{ $odds } 比 1
as-judged =
    由 { $who ->
        [none] 人工
       *[other] { $who }
    }{ $day ->
        [none] {""}
       *[other] {" "}于 { $day } {""}
    }{ $verdict ->
        [confirm] 确认
        [independent] 判定互不相关
        [reverse] 排除（已确认相反方向）
       *[reject] 否定
    }{ $note ->
        [none] {""}
       *[other] （“{ $note }”）
    }；若不计此判断：{ SURE($without) }
decided-by-judgement = 此结论以人工判断为前提：{ $judged }。
otherwise =
    { $state ->
        [contradicted] 数据与之矛盾
        [supported] 数据支持
        [consistent] 数据与之不矛盾，但不足以定论
        [untestable] 无法检验
        [agrees] 名单与之相符
        [disagrees] 名单指向相反方向
        [open] 方向无法判断
        [no-tie] 名单之间没有关联
       *[another-way] 名单显示的路径不同
    }
counting-judged = { SURE($likely) }，已计入一项人工判断（{ $judged }）
sure-certain = 几乎可以肯定
sure-very-likely = 极有可能
sure-likely = 很可能
sure-more-likely = 可能性较大
sure-cannot-be-told = 无法判断

purged = { $dataset } 的内容已于{ $day }清除，因此无法重新计算。

# 结论不是最新的
untraced-never = 本案尚未分析（或分析没有完成）：还没有查找过任何内容，未列出的情况并未排除。请先运行 tracer trace。
untraced-changed =
    上次分析（第 { $run } 次，tracer { $version }，{ $at } UTC）之后，案件（或 tracer 本身）有变化：所列结论属于该次分析，新增内容尚未检查。
    请重新运行 tracer trace。

# 没有共同标识的两份名单中的人
persons-estimated = 根据姓名及相邻列估算：没有共同的联系人，没有重合，也没有来源关系。
persons-not-copied = 两份名单中有同样的人，并不说明一份复制自另一份
persons-missed-unknown = 所比对的列看不出漏掉了多少人：实际可能多得多
persons-two-fields = 只按两列比对：亲属和同名的人难以区分

# 一次分析改变了什么
moved =
    { $parent } → { $child }：原为 { $before ->
        [none] 低于 5%
       *[other] { $before }
    }，现为 { $after ->
        [none] 低于 5%
       *[other] { $after }
    }（{ $grade_before } → { $grade_after }）。
moved-nothing = 新的人工判断没有改变任何来源关系。
moved-so-many = 与上次运行相比有变化的来源关系：{ $n } 项；其中未经人工判断的：{ $elsewhere } 项。
moved-more = ……另有 { $n } 项：{ $query }
noticed = 注意：{ $warning }
noticed-count = 注意事项：{ $n } 项（{ $query }）
noticed-more = ……另有 { $n } 项注意事项：{ $query }
because-judgement = 除{ $judgements }外，没有其他变化。
because-both = 新增{ $judgements }；其他事实也有变化：{ $facts }。
because-other = 没有新的人工判断。其他事实有变化：{ $facts }。
because-unrecorded = 没有记录哪些事实发生了变化：上一次运行使用的是较早版本的 tracer。
because-first = 该日之前没有做过分析。
judged =
    人工判断 { $judgement }（{ $a } → { $b }：{ $verdict ->
        [confirm] 确认
        [reject] 否定
        [independent] 互不相关
        [withdraw] 已撤回
       *[unsure] 不确定
    }）
fact-datasets = 名单
fact-parties = 当事方
fact-releases = 交付的副本
fact-canaries = 埋设记录
fact-judgements = 已有的人工判断
fact-claims = 陈述
fact-segments = 号段
fact-lines = 线路
fact-relations = 关系
fact-rules = 外呼规则
fact-signals = 通话和邮件记录
fact-aliases = 各方的名称
fact-region = 国家
fact-version = tracer 的版本

# 表格之下
table-no-rows = （没有记录）
table-empty = （各行均无内容的列：{ $columns }）
table-details = （使用 -f json 或 -f csv 可看：{ $columns }）
table-items = …… 另有 { $n } 项
table-more = …… 另有 { $n } 行，使用 -f csv 或 -f json 可看全部
