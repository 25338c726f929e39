### 监视时报告的内容。

conclusion-copy =
    { $party } 的副本 { $release } 已泄露，或被再次使用：{ $seen }{ $days ->
        [0] {""}
        [1] （一天内）
       *[other] （{ $days } 天内）
    }。{ $probability ->
        [none] {""}
       *[other] 可信程度：{ SURE($probability) }。
    }
conclusion-client =
    泄露的是 { $party } 自己的数据库，而不是某个接收方的副本。只埋设在那里的记录{ $days ->
        [0] {""}
        [1] 在一天内
       *[other] 在 { $days } 天内
    }收到：{ $seen }。可信程度：{ SURE($probability) }。
conclusion-register =
    { $party } 的名单中，分属多份副本的埋设记录收到来电或消息：{ $seen }{ $days ->
        [0] {""}
        [1] （一天内）
       *[other] （{ $days } 天内）
    }。这指向其数据库或埋设记录登记册，而不是某个接收方。可信程度：{ SURE($probability) }。
conclusion-undecided =
    { $party } 的名单中的埋设记录正在被人使用：{ $seen }{ $days ->
        [0] {""}
        [1] （一天内）
       *[other] （{ $days } 天内）
    }。目前还无法判断来自哪一份副本。不能用背景来电解释的可信程度：{ SURE($probability) }。
conclusion-withdrawn =
    后来的情况与先前的报告不符：{ $release ->
        [none] 已无法判断 { $party } 自己的记录是否泄露。
       *[other] 已无法判断 { $party } 的副本 { $release } 是否泄露。
    }
conclusion-hits =
    { $channel ->
        [email] { $n } 封邮件
        [call] { $n } 次来电
       *[other] { $n } 条短信
    }
conclusion-list = { $holder } 持有的名单 { $dataset }（{ $grade }）
conclusion-day =
    { $day }：受控号码共收到 { $calls } 次来电或消息，其中对照号码 { $controls } 次。{ $reported ->
        [0] 没有一次属于已报告的泄露，均可用背景来电解释。
       *[other] 其中 { $reported } 次属于已报告的泄露，其余可用背景来电解释。
    }
