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
