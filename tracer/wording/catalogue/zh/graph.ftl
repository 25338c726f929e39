### 关系图中各条边的依据，以及相反的情况。

graph-hidden = 中间的名单是根据数字推断的，尚未取得。
error-canaries = 来自别处的名单含有这么多只埋设在该副本中的记录，概率为 { $error }。
error-draw = 来自别处的名单与标记的随机抽取如此相符，概率为 { $error }。
graph-canary-seen = 其号码或地址在该名单中。
graph-signals =
    { $n } { $channel ->
        [call] 次来电
        [sms] 条短信
        [email] 封邮件
       *[other] 次 { $channel }
    }。
graph-caller-forged = 来电号码可以伪造；从未给过任何人的号码也会接到来电。
graph-planted =
    { $scheme ->
        [unique] 只埋设在该副本中。
        [pool] 按编码埋设在该副本和其他副本中。
        [pair] 按编码以一对记录之一埋设在该副本中。
       *[other] 埋设在该副本中（{ $scheme }）。
    }
graph-own-list = 是持有者的自有名单。
graph-register = 是公开的登记名单。
graph-origin-undocumented = 本案没有文件说明该名单从何处取得。
graph-release-undocumented = 本案没有文件说明该副本已经交付。
graph-registered = 该副本在交付之前已经登记。
graph-copy-kept = 交付的副本已留存，并记录了 SHA-256。
graph-purpose = 用途：{ $purpose }。
graph-canaries-inside = 该副本中有 { $n } 条埋设记录。
graph-no-evidence = 没有注明证据。
graph-line =
    线路 { $line }{ $province ->
        [none] {""}
       *[other] ，{ $province }
    }{ $hand ->
        [none] 。
       *[other] ，自称第 { $hand } 手。
    }
