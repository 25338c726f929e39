### 名单中有多少是新内容。

novelty-new =
    { $dataset } 的 { $whole } 个联系人中，有{ $hidden ->
        [range] { $low } 至 { $high }
       *[exact] { " " }{ $n } 个
    }不在本案任何更早的名单中。
novelty-recycled =
    { $dataset } 的 { $whole } 个联系人中，有{ $hidden ->
        [range] { $low } 至 { $high }
       *[exact] { " " }{ $n } 个
    }最早出现在 { $first }（{ $day }{ $by ->
        [made] 形成
       *[obtained] 取得
    }）。
novelty-several =
    { $dataset } 的 { $whole } 个联系人中，有{ $hidden ->
        [range] { $low } 至 { $high }
       *[exact] { " " }{ $n } 个
    }最早出现在多份更早的名单中，每份不足 { -least } 个。
novelty-open =
    { $dataset } 的 { $whole } 个联系人中，有{ $hidden ->
        [range] { $low } 至 { $high }
       *[exact] { " " }{ $n } 个
    }也在其他名单中，但没有日期说明哪份名单在先。尚缺这些名单的生成或取得日期。
novelty-masked = 有 { $n } 行经过遮掩，无法比对。
novelty-hashed = 此处不比对哈希值与明文号码，因此可能有更多联系人已在更早的名单中。
novelty-estimated = 共有联系人的数量由其中一部分推算得出。
novelty-only-here = 这只是对本案而言的新内容：它们可能出现在未取得的名单中，写法不同的号码也可能未被认出。
novelty-obtained = 该名单的形成时间可能早于取得之日。
