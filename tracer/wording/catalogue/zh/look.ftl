# 颜色、线型与箭头的含义：所有图共用一张表。

look-paint-beyond = 超出许可范围保留或转出
look-paint-copied = 复制；是否获得许可不明
look-paint-handed = 交付，或在许可范围内持有
look-paint-known = 双方之间的其他已知关系
look-rests-documented = 有文件或登记为据
look-rests-inferred = 由名单本身推断
look-rests-alleged = 仅有一方说法
look-mark-bar = 副本可以持有的期间
look-mark-no-day = 日期不明
look-mark-no-head = 无箭头：方向不明
