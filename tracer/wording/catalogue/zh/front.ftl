### 首屏：一条结论的标题、一句依据，以及时间线上各步的说明。

# 标题
front-kept =
    { $span ->
        [none] 合同到期后
       *[other] 合同到期{ $span }后
    }，{ $vendor } { $sure ->
        [perhaps] 可能仍
        [probably] 很可能仍
       *[firm] 仍
    }持有 { LISTOF($client, $dataset) }
front-kept-and-reached =
    { $span ->
        [none] 合同到期后
       *[other] 合同到期{ $span }后
    }，{ $vendor } { $sure ->
        [perhaps] 可能仍
        [probably] 很可能仍
       *[firm] 仍
    }持有 { LISTOF($client, $dataset) }；其副本中的记录{ $reached ->
        [perhaps] 可能
        [probably] 很可能
       *[firm] {""}
    }流入 { $who }
front-reached =
    { $vendor } 所持 { LISTOF($client, $dataset) } 副本中的记录{ $reached ->
        [perhaps] 可能
        [probably] 很可能
       *[firm] {""}
    }流入 { $who }
front-chain =
    { LISTOF($client, $dataset) } 中的记录{ $reached ->
        [perhaps] 可能
        [probably] 很可能
       *[firm] {""}
    }{ $through ->
        [none] {""}
       *[other] 经 { $through }
    }流入 { $taker }
front-others =
    { $n ->
        [1] 另外一家公司
        [2] 另外两家公司
        [3] 另外三家公司
        [4] 另外四家公司
        [5] 另外五家公司
        [6] 另外六家公司
        [7] 另外七家公司
        [8] 另外八家公司
        [9] 另外九家公司
       *[other] 另外 { $n } 家公司
    }

# 依据
front-planted =
    埋设在 { $vendor } 副本中的 { $planted } 条记录，有{ $seen ->
        [none] 不到 { -least } 条
       *[other] {" "}{ $seen } 条
    }出现在 { $dataset } 中。
front-least = 其中把握最小的一步：{ $because }

# 各步
front-list = { $dataset }
front-copy =
    收到副本，{ $ends ->
        [none] 未约定期限
       *[other] 可使用至 { $ends }
    }
front-still = 到期后仍持有：{ $dataset }
front-planted-sure =
    仅埋设于该副本的 { $planted } 条记录中，有{ $seen ->
        [none] 不到 { -least } 条
       *[other] {" "}{ $seen } 条
    }在此：{ $sure }
front-between = 转出时间在{ SPAN($first, $last) }之间
front-later = 制作或取得日期晚于由此产生的名单
front-no-day = 日期不明

# 图及其文字
front-alt =
    { $headline }。{ $first ->
        [none] {""}
       *[other] 时间线自{ $first }至{ $last }；
    }各步见下方文字。
front-step = { $day }，{ $party }：{ $what }
front-from = 来自 { $party }
front-more = 这条结论还涉及 { $n } 份名单，未在图中画出。
front-note = 时间自左向右。横条是副本的约定使用期；圆点是名单制作、取得或首次见到的日期。虚线表示转出的具体日期不明，但不晚于名单被见到之日。结论本身以醒目颜色标出。
front-note-down = 时间自上而下。竖条是副本的约定使用期；带编号的圆点是名单制作、取得或首次见到的日期。虚线表示转出的具体日期不明，但不晚于名单被见到之日。结论本身以醒目颜色标出。

# 没有发现时
front-empty = 本案件还没有名单
front-empty-next = 请先加载第一份名单：tracer load FILE --holder PARTY，再运行 tracer trace。
front-untraced = 本案件的名单尚未比对
front-untraced-next = 请运行 tracer trace，然后重新导出本页。
front-nothing = 未发现有无权持有者持有名单
front-nothing-next = 各方和名单见下方。取得更多他方名单，或在交付的副本中埋设记录（tracer release），可以查明更多情况。
