# 流向图：有谁，什么从谁到了谁。

map-title = 名单去了哪里
map-hidden = 尚未取得的名单
map-no-holder = 持有人不明的名单
map-copy = { $list }的副本
map-dated = { $month } · { $what }
map-purged = { $what }，内容已于{ $day }清除
map-gone = 以下名单按内容清除前的结果显示：{ $lists }
map-more = 另有{ $n }份
map-from = 来自{ $giver }：{ $what }
map-several = { $what }；{ $n } 项结论，其中最不确定的：{ $least }
map-handovers = 交付 { $n } 份副本
map-lists = { $what }（{ $lists }）
map-kind-retained = 到期后仍持有
map-kind-passed-on = 流出
map-kind-attributed = 由埋设记录认出
map-kind-held = 按约定持有
map-kind-derived = 复制
map-kind-derived-open = 一方复制另一方，方向不明
map-kind-version = 后来的版本
map-kind-exchange = 互相取用
map-kind-hidden = 经由尚未取得的名单
map-kind-released = 交付副本
map-against-later = 被复制的名单比复制出的名单取得得晚
map-against-back = 双方互有往来，此线往回
map-against-known = 时间不明
map-note =
    从左往右读：每个箭头从给出的一方指向得到的一方。
map-note-down =
    从上往下读：每个箭头从给出的一方指向得到的一方。
map-note-against = 不按时间先后：{ $giver } → { $taker }，{ $why }。
map-note-grades = G5 至 G0 表示依据强弱：从有文件证明到仅有说法。
map-note-several = 一条线代表几项结论时，显示其中最低的等级。
map-note-known = 细线：其他已知情况。
map-not-drawn = 另有 { $n } 个只与较弱的结论有关，未画出。
map-unlikely = 有 { $n } 条可能的流向可能性不到一半，未画出。
map-alone = 未发现名单流入或流出：{ $names }
map-empty = 未发现名单在各方之间流动。
map-told = { $giver } → { $taker }：{ $what }
map-kept = { $party }：{ $what }
