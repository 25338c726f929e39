### 图中用语（网页没有的）。

figure-sankey-title = 名单之间的联系人流向
figure-timeline-title = 副本 { $release } 的去向
figure-overlaps-title = 名单之间的重合
figure-waterfall-title = { $child } 是否复制自 { $parent }？
figure-source = 来源：案件“{ $title }”，{ $lists } 份名单；{ $masked }
figure-masked = 号码已脱敏
figure-in-clear = 号码未脱敏
figure-made = 由 tracer { $version } 生成，截至 { $date }
figure-sankey-note = 带宽表示共同联系人数，条高表示名单联系人数，比例相同。同一批人进入多份名单时，条上的带相互重叠。仅画出概率 50% 及以上的复制。
figure-sankey-unknown = 空心条为尚未取得的名单，高度取其最宽的带。
figure-sankey-more = 另有 { $n } 条未画出。
figure-sankey-none = 未发现概率 50% 及以上的复制。
figure-timeline-note = 横条表示副本的使用期限。标记表示名单取得或首次发现之日。
figure-timeline-period = 交付 { $party } 使用
figure-timeline-end = 到期 { $date }
figure-timeline-calls = 打到其埋设记录的来电与信息共 { $n } 次
figure-overlaps-note = 对角线下方为共同联系人数，少于 { -least } 记为 <{ -least }；上方及颜色为其占较小名单的比例。
figure-overlaps-more = 另有 { $n } 份名单未画出。
figure-waterfall-note = 数字表示：若属复制，所见情况的可能性是否则的多少倍（×）或多少分之一（÷）。每增十倍，条长增加一段；带缺口的条为截短显示。概率还计入其他各种解释。
figure-waterfall-for = 支持
figure-waterfall-against = 反对
figure-waterfall-sum = 合计 { $n }；概率 { $p }，等级 { $grade }
figure-flow-title = 名单从谁流向谁
figure-flow-note = 一条线代表两者之间流出的全部名单，线宽表示其中最大的一份：共有的联系人数，或所交付副本的记录数；仅画出概率 50% 及以上的结论。
figure-flow-grouped = 另有 { $n } 个结论较弱或没有结论的主体，按类别合并为“其他”。
figure-flow-others = 其他 { $n } 家
figure-flow-hidden = 尚未取得的名单
figure-flow-strong = 最主要的结论
figure-flow-other = 其他流向
figure-flow-records = { $n } 条
figure-flow-contacts = { $n } 个联系人
figure-flow-retained =
    到期后仍持有{ $n ->
        [0] {""}
       *[other] ：{ $n } 个联系人
    }
figure-flow-passed-on =
    转交{ $n ->
        [0] {""}
       *[other] ：{ $n } 个联系人
    }
figure-flow-from = 来自{ $giver }：{ $records }
figure-flow-more = 另有 { $n } 项
figure-flow-apart = 未发现名单流向或来自以下主体：
figure-flow-told =
    { $giver } → { $taker }：{ $records }{ $n ->
        [1] {""}
       *[other] ；代表 { $n } 项结论{ $sure ->
            [none] {""}
           *[other] ，其中最不确定的为 { $sure }
        }
    }
figure-lineage-title = 哪份名单出自哪份
figure-lineage-note = 百分数表示一份名单未经本案第三份名单、直接出自另一份的概率。无箭头的线：方向没有依据。
figure-lineage-alone = 另有 { $n } 份名单既未出自本案其他名单，也未流入其他名单，未画出。
figure-lineage-more = 因没有相关结论而未画出的名单：{ $n } 份。
figure-lineage-none = 未发现名单之间的复制。
figure-lineage-sure = ≥ 95%
figure-lineage-likely = ≥ 80%
figure-lineage-perhaps = 更低
figure-lineage-strong = 结论涉及的名单
figure-lineage-first = 最早已知
figure-lineage-step = 第 { $n } 步
figure-lineage-both = 此方向 { $forth }，反方向 { $back }
figure-lineage-open = { $p }，方向未定
figure-time-title = 时间顺序
figure-time-note = 圆点为名单取得之日，持有者自己的名单为生成之日；横条为副本的使用期限。虚线：被复制的名单取得较晚。
figure-time-more = 因相关结论较弱或没有结论而未画出的主体：{ $n } 个。
figure-time-undated = 日期不详而未画出的名单与副本：{ $n } 份。
figure-time-none = 名单与副本均没有日期。
figure-time-list = 名单（所在之日）
figure-time-copy = 副本（使用期限）
figure-time-copy-of = { $list }的副本
figure-time-copy-open = { $list }的副本，未约定期限
figure-time-copy-until = { $list }的副本，期限至 { $day }
figure-overlaps-colours = 颜色越深，两份名单的共同部分占较小名单的比例越高。同源的名单排在一起，以其中最早的一份标示，“+3”表示另有三份；行列次序相同。
