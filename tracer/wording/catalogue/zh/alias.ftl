### 邮箱地址中写明的服务：`anna+shop@…`、`shop@anna.example`。

alias-names = { $dataset } 中有 { $addresses } 个邮箱地址写明了某项服务，其中 { $votes } 个写的是 { $origin }。
alias-usual = 来自别处的名单里，这类地址约有 { $share } 写的是 { $origin }。
alias-share =
    如果其他服务的客户也同样常用这类地址，则名单中有 { $low } 至 { $high } 由 { $origin } 收集（95% 区间）。
alias-block =
    写明 { $origin } 的地址大多集中在第 { $first } 至 { $last } 行（共 { $rows } 行）。
    可能是名单的这一部分来自该处，也可能是有人一并添加。
alias-planted =
    有人可能为了让名单看似来自 { $origin } 而添加了这 { $votes } 个地址。
    可询问其中几位当事人，是否曾把该地址留给 { $origin }。
alias-where =
    这些地址只说明当事人把它们留在了哪里，不说明由谁转出。{ $origin } 可能早已出售、共享或泄露了这些记录，此后的每一位持有者也是如此。
alias-silent = 如果名单中某一部分的人从不使用这类地址，则不会留下任何迹象。
alias-few =
    { $n ->
        [0] { $dataset } 中没有写明服务的邮箱地址。
       *[other] { $dataset } 中有 { $n } 个邮箱地址写明了服务。
    }少于 { $least } 个时不作结论。若有来源相同而更长的名单，可再作判断。
alias-none = { $dataset } 中有 { $n } 个邮箱地址写明了服务，但没有哪项服务比在别处的名单中更常见。
alias-hashed = { $dataset } 只含哈希值，看不出地址写明了什么。
alias-not-kept = { $dataset } 由较早的版本载入，当时没有保存地址所写明的内容。需要重新载入。
