### 案件概览：`tracer status`。

status-no-lists = 还没有名单。载入名单：tracer load FILE --holder PARTY
status-lists = 名单    { $lists } 份，共 { $rows } 行；最新：{ $newest }
status-parties = 各方    { $n } 个：{ $roles }
status-copies = 副本    { $copies } 份；受控身份 { $canaries } 个，信号 { $signals } 条
status-never-traced = 追溯    尚未进行：tracer trace
status-traced = 追溯    第 { $run } 次，{ $at }（UTC）：{ $findings } 项结论
status-changed = 此后    { $what }有变动：tracer trace
status-unchanged = 此后    没有变动
status-waiting-head = 待您处理
status-nothing-waits = 没有待处理的事项。

# 待处理事项：各方或名单的名称，以及其余的数量
status-waiting-same-party =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 对
    }：可能是同一方，tracer party merge A B
status-waiting-not-asked =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 个
    }：尚未征询意见，tracer reply add PARTY --asked DAY --deadline DAY
status-waiting-no-answer =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 个
    }：到期未回应，tracer reply list
status-waiting-rejected =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 份
    }：五分之一以上的行无法使用，tracer query rejects
status-waiting-without-day =
    { $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 份
    }：缺少日期，无从判断先后，tracer dataset edit
status-waiting-leak =
    监视已报告：{ $names }{ $more ->
        [0] {""}
       *[other] 等另外 { $more } 项
    }
status-waiting-unreached = 监视最近一次未能连接邮箱：{ $names }
status-waiting-untold =
    有警报未能送出，tracer watch 会再次尝试：{ $names }{ $more ->
        [0] {""}
       *[other] {" "}及另外 { $more } 个
    }
status-waiting-aside = { $names } 件收到的内容无法读取，tracer aside list
status-waiting-unplanted = { $names } 条自有埋设记录不在任何已载入的自有名单中：请录入后重新载入，tracer load FILE --origin own --replace

# 结论所依据的内容
status-fact-datasets = 名单
status-fact-parties = 各方
status-fact-releases = 副本
status-fact-canaries = 埋设记录
status-fact-judgements = 人工判断
status-fact-claims = 陈述
status-fact-segments = 号段
status-fact-lines = 线路
status-fact-relations = 关系
status-fact-rules = 外呼规则
status-fact-signals = 通话和邮件记录
status-fact-aliases = 各方的名称
status-fact-region = 国家
status-fact-version = tracer 本身
