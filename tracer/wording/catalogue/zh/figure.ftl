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
figure-sankey-more = 另有 { $n } 条较小的未画出。
figure-sankey-none = 未发现概率 50% 及以上的复制。
figure-timeline-note = 横条表示副本的使用期限。标记表示名单已知日期（生成、取得、首次发现）中最晚的一天，其前的线自最早一天起。
figure-timeline-period = 交付 { $party } 使用
figure-timeline-end = 到期 { $date }
figure-timeline-calls = 打到其埋设记录的来电与信息共 { $n } 次
figure-overlaps-note = 对角线下方为共同联系人数，少于 20 记为 <20；上方及颜色为其占较小名单的比例。
figure-overlaps-more = 另有 { $n } 份名单未画出。
figure-waterfall-note = 数字表示：若属复制，所见情况的可能性是否则的多少倍（×）或多少分之一（÷）。每增十倍，条长增加一段；带缺口的条为截短显示。概率还计入其他各种解释。
figure-waterfall-for = 支持
figure-waterfall-against = 反对
figure-waterfall-sum = 合计 { $n }；概率 { $p }，等级 { $grade }
