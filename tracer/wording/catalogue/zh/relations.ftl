### 两方之间的关系：每种关系一条，各处均按其自身方向表述。

relation-oem-of = { $a } 以自有品牌销售 { $b } 的平台
relation-refers-to = { $a } 向客户介绍 { $b }
relation-provides-system-to = { $a } 向 { $b } 提供系统
relation-supplies-line-to = { $a } 向 { $b } 提供线路
relation-calls-for = { $a } 代 { $b } 外呼
relation-scrapes = { $a } 抓取 { $b } 的数据
relation-sold-to = { $a } 向 { $b } 出售数据
relation-owns = { $a } 拥有 { $b }
relation-sanctions = { $a } 处罚 { $b }
relation-commits-to = { $a } 向 { $b } 作出承诺
relation-blocks-line = { $a } 封停 { $b } 的线路
relation-reviews-script = { $a } 审核 { $b } 的话术

### 两份名单之间：把握不足时用 `-perhaps`，方向不明时用 `-open`。
lists-copied = { $taker } 复制自 { $giver }
lists-copied-perhaps = { $taker } 可能复制自 { $giver }
lists-copied-open = { $giver } 与 { $taker } 之间存在复制关系，无法判断谁复制自谁
lists-copied-open-perhaps = { $giver } 与 { $taker } 之间可能存在复制关系，无法判断谁复制自谁
lists-version = { $taker } 是 { $giver } 的后续版本
lists-version-perhaps = { $taker } 可能是 { $giver } 的后续版本
lists-version-open = { $giver } 与 { $taker } 是同一名单的两个版本，无法判断哪个较早
lists-exchange = { $giver } 与 { $taker } 互相取用了对方的联系人
lists-exchange-perhaps = { $giver } 与 { $taker } 可能互相取用了对方的联系人
lists-through = { $taker } 经由 { $through } 来自 { $giver }
lists-through-perhaps = { $taker } 可能经由 { $through } 来自 { $giver }
lists-common = { $giver } 与 { $taker } 都来自 { $through }
lists-common-perhaps = { $giver } 与 { $taker } 可能都来自 { $through }
lists-states = { $giver } 来自 { $through } 较早的版本，{ $taker } 来自 { $through } 本身
lists-register = { $giver } 与 { $taker } 都采集自同一登记册或公开来源，或同一批人
lists-hidden = { $giver } 与 { $taker } 都来自一份尚未取得的名单
lists-hidden-proposed = { $giver } 与 { $taker } 都来自一份尚未取得的名单（推断为 { $through }）
lists-chance = { $giver } 与 { $taker } 共有的只是常见联系人，或来自同一公开来源
lists-other = { $giver } 与 { $taker } 之间有关联，但本案的名单都不能说明其成因
