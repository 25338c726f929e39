### 监视时报告的内容。

alarm-copy =
    { $party } 的副本 { $release } 已泄露，或被再次使用：{ $seen }{ $days }{ $probability ->
        [none] 。
       *[other] ，涉及其 { $planted } 条埋设记录中的 { $reached } 条。可信程度：{ SURE($probability) }。
    }
alarm-own =
    只埋设在{ $party ->
        [none] 你们自己的数据库
       *[other] { $party } 自己的数据库
    }里的记录正在被人使用：{ $seen }{ $days }，涉及 { $planted } 条中的 { $reached } 条。泄露的是数据库、备份、持有全部数据的人，或埋设记录登记册。由于没有登记任何副本，无法判断是哪一个；请给每个处理方一份带标记的副本。可信程度：{ SURE($probability) }。
alarm-own-list = 只埋设在{ $party ->
        [none] 你们自己的数据库
       *[other] { $party } 自己的数据库
    }里的记录出现在他人的名单中：{ $seen }。泄露的是数据库、备份、持有全部数据的人，或埋设记录登记册，而不是某份副本。
alarm-client =
    泄露的是{ $party ->
        [none] 你们自己的数据库
       *[other] { $party } 自己的数据库
    }，而不是某个接收方的副本：{ $seen }{ $days }，涉及只埋设在那里的 { $planted } 条记录中的 { $reached } 条。备份或持有全部数据的人也包括在内。可信程度：{ SURE($probability) }。
alarm-register =
    { $party ->
        [none] 你们的名单
       *[other] { $party } 的名单
    }中，分属多份副本的埋设记录收到来电或消息：{ $seen }{ $days }，涉及 { $planted } 条中的 { $reached } 条。这指向其数据库或埋设记录登记册，而不是某个接收方。可信程度：{ SURE($probability) }。
alarm-undecided =
    { $party ->
        [none] 你们的名单
       *[other] { $party } 的名单
    }中的埋设记录正在被人使用：{ $seen }{ $days }，涉及 { $planted } 条中的 { $reached } 条。目前还无法判断来自哪一份副本。不能用偶然来解释的可信程度：{ SURE($probability) }。
alarm-withdrawn =
    后来的情况与先前的报告不符：{ $release ->
        [none] 已无法判断{ $party ->
            [none] 你们自己的记录
           *[other] { $party } 自己的记录
        }是否泄露。
       *[other] 已无法判断 { $party } 的副本 { $release } 是否泄露。
    }
alarm-in-days =
    { $n ->
        [none] {""}
        [0] {""}
        [1] （一天内）
       *[other] （{ $n } 天内）
    }
alarm-hits =
    { $channel ->
        [email] { $n } 封邮件
        [call] { $n } 次来电
       *[other] { $n } 条短信
    }
alarm-list = { $holder } 持有的名单 { $dataset }（{ $grade }）

# 首句之下的说明
alarm-handed =
    { $dataset } 的副本 { $release } { $day ->
        [none] 交付日期未登记
       *[other] 于 { $day } 交付
    }给 { $party }{ $ends ->
        [none] ，使用期限未登记。
       *[other] ，使用期限至 { $ends }。
    }
alarm-rests-on =
    { $n ->
        [one] 依据如下：
       *[other] 依据如下，最新的在最后{ $more ->
            [none] {""}
           *[other] （更早的 { $more } 条见案件）
        }：
    }
alarm-sender-date = 发件人自称的时间
alarm-said-nothing =
    { $channel ->
        [email] 无主题的邮件
        [call] 来电
       *[other] 短信
    }
alarm-false = 误报有多常见：仅凭陌生人的邮件和来电，监视 { $years } 年或更久才会误报一次。知道埋设记录的人可以故意引发警报。
alarm-next =
    { $kind ->
        [release] 下一步：邮件请留在原处。查看全部：tracer query signals。查看不利于此结论的情况：tracer query campaigns。请书面询问接收方并登记：tracer reply add。
       *[other] 下一步：邮件请留在原处。查看全部：tracer query signals。是否为你们自己的群发？请登记（help signals，约定使用）。否则请查明谁能读取数据库及其导出件和备份，以及埋设记录登记册。
    }

alarm-next-list = 查看该名单所示：tracer attribute { $first }、tracer why { $first }。名单：{ $lists }。
alarm-duty = 如果个人信息已经外泄，上报时限可能已开始计算（欧盟为 72 小时）。
alarm-update = 更新：{ $what }

# 不是结论的消息
alarm-test = 测试：案件 { $case } 的警报就是这样送达的。没有任何记录被触及，也没有任何泄露。
alarm-alive =
    监视正在运行。自上次报平安以来：读取邮件 { $mails } 封、来电和短信 { $records } 条、名单 { $lists } 份；其中 { $hits } 次触及埋设记录或对照，搁置 { $aside } 件{ $fetched ->
        [none] 。
       *[other] ；最近一次收取：{ $fetched } UTC。
    }{ $fault ->
        [none] {""}
       *[other] {" "}无法连接：{ $fault }
    }
