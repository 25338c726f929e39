### “为什么”的回答：最可能的解释、其他可能，以及可据以判断的材料。

# 简短的回答
why-list =
    { $holder ->
        [none] { $dataset }
       *[other] { $holder } { $day ->
            [none] {""}
           *[other] 于{ $day }
        }持有的 { $dataset }{ $place ->
            [inside] {""}
           *[end] {""}
        }
    }
why-open = 无法判断是 { $best }，还是 { $next }。
why-hidden = { $datasets } 的背后有一份尚未取得的名单（{ $hidden }）。
why-stated =
    { $basis ->
        [documented] 有文件记载
        [inferred] 据推断
       *[alleged] 据称
    }{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }：{ $relation }。
why-other-copy =
    { $sure ->
        [perhaps] { $dataset } 可能来自副本 { $other }；来自副本 { $release } 的可能性较小。
       *[firm] { $dataset } 来自副本 { $other }，而不是副本 { $release }。
    }
why-ask-kept =
    { $vendor } 已删除名单的证明，或{ $ends ->
        [none] {""}
       *[other] 在{ $ends }之后
    }获准继续持有的文件
why-nothing = 没有结论或陈述将 { $a } 与 { $b } 联系起来。
why-how-sure = 把握程度：{ $sure }。
why-ruled-out = { $child } 复制自 { $parent } 这一点：{ $judged }。
why-all-steps = 链条各步（含登记在案的副本）同时成立：{ $by }。
why-any-way = 数据不论以何种途径从 { $first } 到达 { $last }：{ SURE($probability) }。
why-odds =
    { $odds ->
        [none] 两种可能大致相当
       *[other] 可能性之比仅为 { $odds } 比 1
    }
why-error = 其他名单带有这些标记的概率为 { $error }
why-rests-on = 依据
why-speaks-against = 相反的可能
why-would-settle = 可据以判断的材料
why-next = 其次的解释：{ $next }；前者的可能性是后者的 { $times } 倍。
why-against-none = 没有发现相反的情况，但这不证明没有。
why-against-more = （另有 { $n } 项）
why-ask-party =
    { $state ->
        [asked] { $party } 的回应（已询问，尚未答复）
       *[not-asked] { $party } 的回应（尚未询问）
    }
why-more = 加上 --details 可看全部数字、日期和文件。

what-if-only = { $best }。没有其他可能的解释。
what-if-told = { $best }。其次的解释：{ $next }；前者的可能性是后者的 { $times } 倍。
what-if-direction =
    无法判断 { $datasets } 中哪一份复制自另一份{ $odds ->
        [none] ：两种可能大致相当。
       *[other] （可能性之比为 { $odds } 比 1）。
    }
what-if-unnamed = 无法判断。能够说明的解释都不太可能；其中可能性最大的是：{ $next }。
what-if-open =
    无法判断。或者是 { $best }，或者是 { $next }{ $odds ->
        [none] ；两种可能大致相当。
       *[other] （可能性之比为 { $odds } 比 1）。
    }
what-if-too-few = { $a } 与 { $b } 的共有联系人不足 { -least } 个，无从判断。
what-if-chance =
    { $a } 与 { $b } 共有 { $shared } 个联系人；纯属偶然时约为 { $expected } 个。{ $than ->
        [more] 实际较多，但不足以说明成因。
       *[alike] 没有需要解释的重合。
    }

# 加上 --details 时
why-title-what-if = 最可能的解释与其他可能
why-title-explanations = 全部解释
why-title-derivations = 复制关系
why-title-alias-origins = 邮箱地址中写明的服务
why-title-vintages = 记录离开委托方的时间
why-title-pairs = 依据表中的一行
why-title-overlaps = 重合
why-title-attributions = 副本的确定
why-title-retention = 到期后仍持有与转出
why-title-relations = 其他关系
why-title-claims = 陈述
why-title-refusals = 拒绝者
why-title-said = 关于两份名单的陈述
why-title-releases = 交付的副本
why-title-chains = 转售链条
why-title-hidden = 推断的名单
why-title-hidden-rows = 推断的名单必定含有的内容
why-title-canaries = 埋设记录
why-title-dates = 日期
why-title-positions = 共有的行
why-title-other-copies = 同一名单的其他副本来源
why-title-other-sources = 同一名单的其他来源
why-title-judgements = 人工判断
why-title-evidence = 文件
why-title-replies = 回应
why-title-against = 相反的可能
why-no-tie = 没有结论或陈述将二者联系起来。
why-would-make-surer = 可进一步确认的材料
why-documents = 文件：{ $ids }
why-rows = { $list }：{ $n } 行：{ $runs }
why-hidden-rows = 其中 { $n } 个见于 { $list }，所在行：{ $runs }
why-more-runs = …… 另有 { $n } 段

# 可据以判断的材料
what-if-ask-register = 该登记册或公开来源本身：可查明两份名单是否共有其中没有的记录或错误
what-if-ask-third = 同一来源的另一份名单：看它与两份名单中的哪一份共有记录，即可知道经过了谁
what-if-ask-link = 当时完整的 { $link }：{ $datasets } 中有而它没有的记录，走的是其他途径
what-if-ask-made =
    { $dataset } 的生成日期{ $known ->
        [obtained] （目前只知道取得日期）
       *[nothing] {""}
    }
what-if-ask-living =
    { $dataset } 在最初日期之后是否继续增加记录（清单文件的 living 项）{ $asked ->
        [living-and-exported] ，以及该文件的导出日期（exported 项）
       *[living] {""}
    }
what-if-ask-texts =
    { $dataset } 中联系人的姓名和地址，因为复制件会保留来源的错误（{ $loaded ->
        [unknown-columns] 尚不知哪一列含有这些内容，请在导入时用 --map 指明
        [numbers] 目前只导入了号码
        [addresses] 目前只导入了邮箱
        [numbers-and-addresses] 目前只导入了号码和邮箱
       *[nothing] 目前没有导入
    }）
what-if-ask-handover = 名单交付的记录（合同、交付单或消息），可询问 { $holders }
what-if-ask-more = 任一名单的更多内容：常见联系人见于许多名单，而复制的部分不止于此

# 副本与名单
which-copy-came-from = { $dataset } 来自副本 { $release }（{ SURE($probability) }）
which-copy-both =
    { $dataset } 来自副本 { $release }（{ $probability }），同时也来自副本 { $also }。各为独立的来源，不能互相排除。
which-copy-none = 没有依据表明 { $dataset } 来自副本 { $release }，或来自该委托方的其他副本。
which-copy-ask-canaries = 埋设记录：副本 { $release } 中没有，今后的副本可以埋设
which-copy-ask-history = 带有记录新增和删除日期的委托方名单，或其先后多次的导出
which-copy-ask-day = 副本 { $release } 的交付日期
which-copy-ask-file = 副本 { $release } 交付时的文件：其中没有的记录可将它与其他副本区分开来

# 尚未取得的名单必定含有的内容
hidden-rows-held = { $hidden } 至少含有 { $contacts } 个联系人。其中{ $held }。
hidden-rows-held-by = { $contacts } 个见于由其生成的 { $lists } 份名单

# 一条关系的信号列表
waterfall-heading =
    { $column ->
        [signal] 信号
        [weight] 权重
        [total] 累计
        [for] 支持
       *[against] 反对
    }
