### 案件概述：标题、附注，以及 `tracer show` 的树形图。

story-not-up-to-date = 结论不是最新的
story-warnings = 提示：互相不符之处
story-retention = 委托方名单的副本：到期后仍持有，或已转出
story-chains = 名单经过了谁的手
story-attributions = 由埋设记录指认的副本
story-unnamed = 含有委托方记录但无法确定副本的名单
story-campaigns = 打到埋设号码的电话和消息说明什么
story-derivations = 哪份名单复制自哪份
story-claims = 各方怎么说，数据怎么说
story-contradictions = 互相矛盾的说法
story-sales = 有文件的出售与名单内容
story-lines = 线路：投诉、规则与供应关系
story-refusals = 拒绝之后
story-lists = 名单
story-replies = 回应

# 附注
story-held = 另有 { $n } 个接收方持有其有权持有的副本。
story-no-campaign = 另有 { $n } 次来电或消息不属于任何活动。
story-untestable = 有 { $n } 项陈述用本案材料无法检验：`tracer query claims -p verdict=untestable`。
story-untested = 有 { $n } 项陈述尚未检验：请运行 `tracer trace`。
story-counted =
    { $lists } 份名单，{ $rows } 条记录{ $rejected ->
        [0] 。
       *[other] ；{ $rejected } 条没有可用的号码或地址{ $most ->
            [none] 。
           *[other] ，其中 { $most } 条在 { $where } 中。
        }
    }
story-purged = 另有 { $n } 份名单的内容已清除：{ $datasets }。
story-test-error = 检验的误差概率：{ $error }。
story-more = ……另有 { $n } 项：tracer query { $query }
story-more-reasons = （另有 { $n } 条：tracer why）
story-end = 先指出副本，再指出当事方。等级说明：`tracer help grades`。详情：`tracer why A B`。

# 开头几行
lead-nothing =
    { $copies ->
        [0] 本案没有登记过任何副本，是否有副本外流还无从核对。
       *[other] { $marked ->
            [0] 登记在案的副本都没有埋设记录，是否有副本外流只能凭其中的记录判断，往往无从核对。
           *[other] 没有发现委托方名单的副本超出接收方可以持有的范围。
        }
    }
lead-more-claims = 数据还与另外 { $n } 项说法矛盾。
lead-all = 全部结论及相反的情况：{ $command }
lead-show = 某一方的链条：{ $command }。ID：{ $names }。
lead-graph = 关系图：{ $path }（用浏览器打开，无需联网）。
lead-name = { $id }（{ $party }）

# 树形图
tree-account =
    ；{ $lines } 行 = { $rows } 条记录{ $other ->
        [none] {""}
       *[other] {" + "}{ $other }
    }{ $further ->
        [0] {""}
       *[other] {" − "}同一行的其余 { $further } 条
    }
account-header = 表头 { $n } 行
account-title = 标题 { $n } 行
account-blank = 空行 { $n } 行
account-continued = 单元格内 { $n } 行
account-left-out = 未读取 { $n } 行
tree-party = { $party }{ $role ->
        [none] {""}
       *[other] ，{ $role }
    }；回应：{ $state }
tree-list =
    { $dataset }，由 { $holder } 持有{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }，{ $contacts } 个联系人{ $purged ->
        [none] {""}
       *[other] ，内容已于{ $purged }清除
    }
tree-list-of-file = { $list }{ $account }
tree-not-loaded = { $dataset }（未载入）
tree-elsewhere = { $list }（见别处）
tree-copy =
    副本 { $release }，{ $day ->
        [none] {""}
       *[other] { $day }
    }交给 { $recipient }{ $ends ->
        [none] ，未约定到期日
       *[other] ，使用至{ $ends }
    }
tree-copy-behind =
    副本 { $release }，{ $day ->
        [none] {""}
       *[other] { $day }
    }交给 { $recipient }
tree-reading = { $reading }，{ SURE($probability) }
tree-marks = 由标记指认：{ $marks }
tree-via = { $list }，经由 { $via }
tree-found = { $what }：{ $how }
tree-relation =
    { $relation }{ $day ->
        [none] （{ $basis }）
       *[other] （{ $day }，{ $basis }）
    }
tree-came-from = 来自
tree-went-to = 去向
tree-nothing = 没有结论与其相连
tree-was-given = 收到
tree-holds = 持有
tree-hands = 经其手
tree-relations = 与他方的关系
tree-says = 所述
basis-documented = 有文件
basis-alleged = 据称
basis-inferred = 推断
