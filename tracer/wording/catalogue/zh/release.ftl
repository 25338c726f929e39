# 反向规划带标记的副本：从要查出什么，到需要什么
plan-option = 选项
plan-how = 泄露的内容或原理
plan-identities = 所需身份
plan-caught = 查出率
plan-leak-one = 单份副本，泄露其中 { $share }
plan-leak-merge = { $n } 份副本合并，各泄露 { $share }
plan-leak-mix = { $n } 份副本逐行混合，泄露 { $share } 的行
plan-leak-compare = { $n } 份副本相互比对，泄露共有行的 { $share }
plan-how-names = 姓名或公司一并泄露
plan-how-bare = 仅有号码
plan-how-pool = 按编码共用
plan-how-withheld = 按编码缺少若干行
plan-not-to-be-had = 不足
plan-meaning = 查出：至少指认一个来源，对全部 { $n } 个接收方合计的误判率不超过 1%。
plan-cheapest = 应对以上各种情形，所需身份最少的是 { $option }，共需 { $n } 个身份。
plan-none-for-all = 只用一种埋设记录不足以应对以上所有情形；请把各部分的选项合并使用。
plan-missing = 为此还缺 { $n } 个身份：请用 `tracer canary import` 导入。
plan-at-hand = 现有 { $n } 个未用身份：每份副本可分 { $own } 个。
plan-own-at-hand = 使用 --unique { $own } 时，若姓名一并泄露，这种单份泄露有 { $caught } 能够查出。
plan-own-from = 单份副本泄露达到 { $leak } 时，查出率可达 { $catch }。
plan-withheld-short = 缺行法：每份副本最多缺 5% 的行，泄露 { $rows } 行时看不出缺了哪些；需要埋设记录，或更多的泄露。
plan-not-fitting =
    可用身份共 { $all } 个（`tracer canary list`），其中 { $n } 个不适合这份名单：{ $lack ->
        [number] 名单各行都有号码，只有邮箱的记录会显眼。
        [address] 名单没有号码，需要邮箱地址。
       *[other] 号码或邮箱已被使用，或有重复。
    }
