### 委托方的记录是何时导出的。

# 句中的一部分：……导出
vintage-exported-on = 于{ $day }
vintage-exported-on-either = 于{ $first }或{ $last }
vintage-exported =
    { $first ->
        [none] { $last ->
            [none] 在无从确定的某天
           *[other] 不晚于{ $last }
        }
       *[other] { $last ->
            [none] 不早于{ $first }
           *[other] 于{ $first }至{ $last }之间
        }
    }

vintage-window = { $dataset } 中 { $client } 的记录{ $exported }导出（95% 区间）。
vintage-newest = { $dataset } 含有 { $client } 在{ $day }之前不久新增的记录。
vintage-later =
    { $client } 在{ $day }之后新增了 { $all } 个联系人，{ $dataset } 含有其中 { $seen } 个。更晚导出的名单应含有其中的 { $rate }。
vintage-deleted = { $client } 在{ $day }之前已删除 { $all } 个联系人，{ $dataset } 含有其中 { $seen } 个。
vintage-copy-fits =
    副本 { $release } 与该时间相符：它于{ $day }交给 { $recipient }{ $made ->
        [none] 。
       *[other] ，内容为{ $made }的记录。
    }
vintage-copy-misfits =
    副本 { $release } 与该时间不符：它于{ $day }交给 { $recipient }{ $made ->
        [none] 。
       *[other] ，内容为{ $made }的记录。
    }
vintage-chosen-by-age =
    新旧记录被取用的比例不同，差异为偶然情形的 { $times } 倍：记录是按时间挑选的，因此缺少较新的记录并不能说明导出时间。
vintage-of-another-time =
    共有的记录中有 { $share ->
        [none] { $n } 条
       *[other] { $share }{" "}
    }属于其他时间。副本可能不止一份，或者一直在更新。所列日期是大多数记录的日期。
vintage-hashed = { $dataset } 只有散列值。其记录复制自 { $client } 的名单，这一点只按一半对一半假定，并未得到证明。
vintage-would-look-the-same = 如果有人删减或更新过名单，也会出现同样的情形。
