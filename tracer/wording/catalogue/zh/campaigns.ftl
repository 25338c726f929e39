### 受控号码上的来电和短信说明什么：逐次说明，以及整个呼叫活动。背景来电指任何号码都会接到的来电和短信。

# 一次来电或一条消息
hit-background-control = 该号码从未给过任何人：属于背景来电。
hit-not-read = 尚未分析：请运行 tracer trace。
hit-new-number = 该号码启用不足 { $days } 天，对方找的可能是原机主：属于背景来电。
hit-before-copy = 当时含有该号码的副本都还没有交付：属于背景来电。
hit-planned = 属于委托方事先告知的呼叫活动，不表明泄露。
hit-storm = 有人用该号码伪造主叫，接到电话的人回拨过来；不指向任何副本。
hit-asked = 此前曾向查询服务问过这条记录，来电或消息可能由提问引起；不指向任何副本。
hit-alone-home =
    只埋设在委托方自有名单中的记录收到一次来电或一条消息。可能是委托方的数据库泄露，也可能是背景来电。
hit-no-release = 收到来电或消息的埋设记录不在任何副本中，因此不指向任何副本。
hit-alone = 仅凭一次来电或一条消息，无法与背景来电区分。
hit-no-controls = { $reading }没有对照号码，背景来电的多少不明。

# 呼叫活动说明什么
campaign-agreed-use = 属于 { $release } 约定范围内的使用，本身不表明泄露。
campaign-background = 属于背景来电，或是有人按号码顺序拨打；不指向任何副本。
campaign-no-evidence = 说明不了问题：号码是新启用的、副本当时尚未交付，或者活动已事先告知。
campaign-undecided = 无法判断号码从何而来。
campaign-client =
    只埋设在{ $client ->
        [none] {"您"}
       *[other] {" "}{ $client }{" "}
    }自有数据库中的记录正被使用：{ $days ->
        [0] {""}
        [1] 一天内
       *[other] { $days } 天内
    }收到{ $seen }，涉及 { $planted } 条中的 { $numbers } 条。泄露的是该数据库、某份备份、持有全部数据的某一方，或您的埋设记录清单{ $copies ->
        [0] 。案卷中没有登记任何副本，因此无法判断是其中哪一个；请给每个受托处理方一份带标记的副本。
       *[other] ，而不是某个接收方的副本。
    }
campaign-register =
    接到来电或消息的，是只埋设在{ $client ->
        [none] {"您"}
       *[other] {" "}{ $client }{" "}
    }自有名单中的记录，或分属多份副本的记录。这指向该数据库或埋设记录登记册，而不是某个接收方。
campaign-copy =
    { $releases } { $sure ->
        [yes] 已泄露，或被再次使用。
       *[no] 可能已泄露，或被再次使用。
    }
campaign-merge =
    { $sure ->
        [yes] 号码同时来自 { $releases }。
       *[no] 号码可能同时来自 { $releases }。
    }原因可能是几次泄露被合并、接收方汇集了各自的副本，或它们使用同一家服务商。
campaign-intersection =
    { $sure ->
        [yes] 接到来电或消息的只有 { $releases } 共有的号码：有人比对过这些副本。
       *[no] 接到来电或消息的可能只是 { $releases } 共有的号码：也许有人比对过这些副本。
    }

# 依据
campaign-hits =
    { $last ->
        [none] { $first }
       *[other] { $first }至{ $last }
    }，{ $numbers } 个受控号码收到 { $hits } 次来电或消息。{ $joined ->
        [script] 话术相同。
        [callers] 它们来自同一号段，或要求回拨同一号码。
       *[nothing] {""}
    }
campaign-reached = 收到来电或消息的有：{ $kinds }。
campaign-kind =
    { $kind ->
        [canary] { $n } 条埋设记录
        [home] { $n } 条只埋设在委托方自有名单中的记录
        [control] { $n } 个对照号码
       *[reserve] { $n } 条备用记录
    }
campaign-knew =
    其中 { $n } 次，对方{ $what ->
        [name] 说出了埋设记录中的姓名。
        [firm] 说出了埋设记录中的单位。
       *[client] 说出了该记录所在名单的委托方。
    }
campaign-background-rate =
    背景来电：{ $controls } 个对照号码合计观察 { $months } 个月，收到 { $hits } 次来电或消息，即每个号码每月 { $rate } 次
    （95% 区间：{ $low } 至 { $high }）。
campaign-source =
    { $probability }：{ $kind ->
        [background] 背景来电，或随机拨号
        [release] 副本 { $releases }
        [merge] 合并后的副本 { $releases }
        [intersection] 副本 { $releases } 的共有部分
        [client] { $client ->
            [none] {"您"}
           *[other] { $client }{" "}
        }自己的数据库
       *[register] { $client ->
            [none] {"您"}
           *[other] { $client }{" "}
        }的埋设记录登记册
    }。
campaign-complaints =
    有 { $called } 个号码的机主投诉过这些主叫，其中 { $held } 个在 { $release } 中；若纯属偶然，应占 { $chance }。

# 相反的情况
campaign-no-controls = 没有对照号码；按每个号码每月两次来电或消息估计背景来电。
campaign-callers-forged =
    主叫号码可以伪造，只用于给来电归类，不能据此认定是谁。{ $hidden ->
        [0] {""}
       *[other] 其中 { $hidden } 次没有显示号码。
    }
campaign-one-number = 只有一个受控号码收到来电或消息。
campaign-home-reached = 只埋设在委托方自有名单中的记录也收到来电或消息；这些记录不在任何副本中。
campaign-people-unknown = 副本中的其他人是否接到来电，尚不清楚。也可能有人故意只拨打其中的埋设记录。
campaign-people-not-in-copy = 投诉的人不在 { $release } 中。也可能有人故意只拨打其中的埋设记录。
campaign-nobody-knew = 没有来电者说出埋设记录中的姓名或单位。
