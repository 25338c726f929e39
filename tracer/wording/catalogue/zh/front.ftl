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

front-the-others =
    { $n ->
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
front-and-more = 等 { $n } 项

# 把握程度与依据
front-kept-sure =
    { $word ->
        [cannot-be-told] { $vendor } 到期后是否仍持有，无法判断。
       *[other] { $vendor } 在到期后仍持有名单，这一点{ $sure }。
    }
front-that-kept = { $vendor } 到期后仍持有：
front-others-sure =
    记录流入 { $who }，{ $alike ->
        [yes] 这一点{ $most }（{ $percent }）。
       *[no] 把握从“{ $least }”（{ $percent }）到“{ $most }”不等。
    }
front-planted =
    为辨认 { $vendor } 的副本而只埋设于其中的 { $planted } 条记录，有{ $seen ->
        [none] 不到 { -least } 条
       *[other] {" "}{ $seen } 条
    }出现在 { LISTED($dataset) } 中。
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
    { $planted } 条埋设记录中有{ $seen ->
        [none] 不到 { -least } 条
       *[other] {" "}{ $seen } 条
    }在此：{ $sure }
front-copied-sure = 含有该副本中的记录：{ $sure }
front-through = 来自 { $dataset }：{ $sure }
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
front-more-parties =
    { $of ->
        [none] 另有 { $n } 方未画出：{ $who }。
       *[other] 另外 { $of } 家公司中，有 { $n } 家未画出：{ $who }。
    }
front-more-lists = 图中各方还有 { $n } 份名单未画出：{ $datasets }。

# 没有发现时
front-empty = 本案件还没有名单
front-empty-next = 请先加载第一份名单：tracer load FILE --holder PARTY，再运行 tracer trace。
front-untraced = 本案件的名单尚未比对
front-untraced-next = 请运行 tracer trace，然后重新导出本页。
front-untold = 本版本不讲述任何报道
front-untold-next = 所发现的内容见关系图、表格和报告。
front-nothing = 未发现有无权持有者持有名单
front-nothing-next = 各方和名单见下方。取得更多他方名单，或在交付的副本中埋设记录（tracer release），可以查明更多情况。
