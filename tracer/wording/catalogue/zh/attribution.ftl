### 名单来自哪一份副本：埋设记录与未交付的记录说明什么，以及其他可能的解释。

attribution-of-one = { $dataset }：{ $reason }
attribution-canaries =
    交给 { $recipient } 的副本 { $release } 中埋设了 { $planted } 条记录，其中 { $seen } 条出现在 { $dataset } 中。
attribution-unique =
    只埋设在该副本中的记录有 { $planted } 条，出现了 { $seen } 条。来自别处的名单碰巧出现这么多的概率为 { $chance }。
attribution-unique-all = 这 { $planted } 条记录未埋设在其他任何副本中。来自别处的名单碰巧出现这么多的概率为 { $chance }。
attribution-pair =
    一条只埋设在该副本与 { HOWMANY($copies) ->
        [1] { $copies }
       *[other] { $copies } 之一
    }中的记录出现了。两份副本中至少有一份是来源。
attribution-draw =
    若某副本并非来源，与名单如此相符的概率为 { $chance }（界限为 { $bound }）。最相符的情形：{ ANY($moves) }。
attribution-move =
    { $copies ->
        [one] 一份副本
       *[other] { $copies } 份副本，{ $how ->
            [merge] 各取一部分后合并
            [merge-then-sample] 合并后取一部分
            [mix-rows] 逐条混合
            [keep-common-rows] 比对后只保留共有的记录
           *[keep-the-majority] 比对后保留多数副本都有的记录
        }
    }{ $rate ->
        [none] {""}
       *[other] ，取用记录的 { $rate }
    }
attribution-choices =
    该副本在两种同义写法中任选其一的单元格有 { $read } 个可以比较，其中 { $agreeing } 个的写法与该副本一致。
    若某副本并非来源，如此一致的概率为 { $chance }（界限为 { $bound }）。
attribution-rows =
    该副本的其他联系人中有 { $matched } 个在名单中{ $share ->
        [none] 。
       *[other] （{ $share }）。
    }
attribution-together =
    把含有同批埋设记录的所有名单放在一起看，都指向该副本。若某副本并非来源，如此相符的概率为 { $chance }（界限为 { $bound }）。
attribution-second = { $dataset } 由他人持有，也不是复制自本名单，同样指向该副本。
attribution-second-by-contacts =
    { $dataset } 由他人持有，同样指向该副本。两份名单共有的已知联系人不到较小一份的一半。
attribution-campaign =
    呼叫或短信活动 { $campaign } 指向同一副本（{ SURE($probability) }）。来电者知道其中 { $n } 条埋设记录的虚构身份信息。

# 只有散列值、无法认定副本的名单
attribution-copy-unknown =
    名单中是 { $client } 的记录，但看不出来自哪一份副本。{ $source } 的 { $whole } 个联系人中，有 { $matched } 个以散列值出现在{" "}
    { $dataset } 中。每一份副本都有这些联系人，{ $client } 自己也有。
attribution-compared =
    { $source } 的 { $whole } 个联系人中有 { $matched } 个在 { $dataset } 中，但其各份副本的埋设记录一条也没有。{ $client } 自己有这些联系人；
    接收方若相互比对副本、删去彼此没有的记录，也会得到这样的名单。
attribution-days =
    埋设在 { $recipient } 那份副本中的记录出现在 { $dataset } 中，来自别处的名单如此相符的概率为 { $error }。但名单的日期是{ $existed }，
    早于副本的交付日期{ $handed_over }。两个日期必有一个不对。
attribution-would-tell = 可据以认定副本的材料：{ ANY($ways) }。
attribution-way-canaries = 在今后的副本中埋设记录
attribution-way-shared = 在今后的副本中保留未交付记录和共用埋设记录
attribution-way-file = 各份副本交付时的文件
attribution-way-clear = 未经散列的名单，或散列值旁的姓名
attribution-names =
    { $datasets } 来自副本 { $copies }{ $error ->
        [none] 。
       *[other] ：其他名单带有这些标记的概率为 { $error }。
    }
attribution-named-copy = { $release }（交给 { $recipient }）
attribution-also-added =
    { $datasets } 中还有其他副本的埋设记录：{ $copies }。这些埋设记录可能是他人加入的，因此不认定{ HOWMANY($copies) ->
        [1] 该副本。
       *[other] 这些副本。
    }
attribution-also-either = { $copies }：其中至少有一份是来源。其余副本的埋设记录可能是他人加入的，无法判断是否都是来源。
attribution-also-withdrawn =
    { $datasets } 中有 { $n } 条埋设在 { $release } 中的记录。该副本原定交给 { $recipient }，后已撤回：或者它仍被交出，或者埋设记录的登记册已经泄露。
attribution-names-none = 未能认定副本：在所保证的差错率内，无法判断 { $datasets } 是否来自记录在案的某份副本。
attribution-note-copy-unknown = { $datasets }：是 { $client } 的记录，尚不知来自哪一份副本（G1）。
attribution-also-compared =
    { $datasets } 是 { $client } 的名单，但不含任何埋设记录：或者 { $client } 自己的数据库泄露，或者接收方相互比对副本并删去了彼此没有的记录。
    无法判断是哪一种。
attribution-also-pair =
    { $datasets } 中有只存在于其中两份副本的埋设记录：{ $copies }。其中至少有一份是来源：或者两个接收方相互比对了副本，或者其中一方删去了
    自己的其他埋设记录。无法判断是哪一种。
attribution-also-days =
    { $datasets } 中有埋设在 { $copies } 中的记录，但名单的日期早于副本的交付日期。两个日期必有一个不对，更正后方可认定副本。
attribution-note-hashes =
    { $datasets } { HOWMANY($datasets) ->
        [1] 只有散列值
       *[other] 都只有散列值
    }，已与埋设记录以及有交付记录的名单比对，均不相符。其他名单若有未登记的交付，则未能比对。

# 相反的情况
attribution-held-by-client = 该名单由委托方 { $holder } 自己持有，没有转出。
attribution-too-late = 该副本于{ $handed_over }交付，而名单在{ $existed }已经存在。如果两个日期都对，该副本不可能是其来源。
attribution-rows-missing = 该副本的其他记录不在本案中，因此不能排除埋设记录是有人故意放入的。
attribution-framing = 埋设记录出现了，但该副本的其他记录没有按相应比例出现。可能有人为嫁祸 { $recipient } 而放入埋设记录。
attribution-rare =
    只埋设在该副本中的 { $planted } 条记录仅有 { $seen } 条在名单中，{ $share ->
        [none] 与其他联系人的数量不相称。
       *[other] 其他联系人却有 { $share } 在名单中。
    }{ HOWMANY($copies) ->
        [0] 掌握这些联系人的人
       *[other] { $copies } 更能解释这些联系人，持有那份副本的人
    }可能为嫁祸 { $recipient } 而加入了这些埋设记录。
attribution-inside =
    只埋设在该副本中的 { $planted } 条记录有 { $seen } 条出现，但名单中的联系人已可全部由 { $copies } 解释。可能有人为嫁祸{" "}
    { $recipient } 而加入这些埋设记录。
attribution-inside-marks =
    该副本有而 { $copies } 没有的 { $marks } 条共用埋设记录中，有 { $shown } 条在名单中，不足以说明有联系人来自该副本。
attribution-inside-lacking =
    该副本有而 { $copies } 没有的 { $lacking } 个联系人中，有 { $shown } 个在名单中，不足以说明有联系人来自该副本。
attribution-inside-few = 该副本有而 { $copies } 没有的联系人只有 { $lacking } 个，太少，不足以说明有联系人来自该副本。
attribution-inside-alone-few =
    从未在该副本中的联系人也在名单中，所占比例与该副本自己的联系人相当，可见联系人来自别处。可能有人为嫁祸 { $recipient } 而
    加入埋设记录。
attribution-inside-tell =
    名单中是有联系人来自该副本，还是只加入了它的埋设记录，无法判断：各份副本的联系人相同。副本中若有未交付的记录或按编码共用的
    埋设记录，即可判断。
attribution-inside-alone =
    从未在该副本中的 { $never } 个联系人里，有 { $shown } 个在名单中，所占比例与该副本自己的联系人相当，可见联系人来自别处。
    可能有人为嫁祸 { $recipient } 而加入埋设记录。
attribution-either =
    没有该副本，或没有 { $copies }，名单看上去都一样。其中至少有一份是来源，其余副本的埋设记录可能是他人加入的。
    副本中若有未交付的记录和按编码共用的埋设记录，即可判断。
attribution-home =
    委托方自有数据库中埋设的 { $n } 条记录出现在名单中。泄露的是该数据库或埋设记录的登记册，而不是该副本。
attribution-at-home =
    只埋设在{ $client ->
        [none] {"您"}
       *[other] {" "}{ $client }{" "}
    }自有数据库中的记录出现在 { $dataset } 中：{ $planted } 条中的 { $seen } 条。泄露的是该数据库、某份备份、持有全部数据的某一方，或您的埋设记录清单{ $copies ->
        [0] 。案卷中没有登记任何副本，因此无法判断是其中哪一个；请给每个受托处理方一份带标记的副本。
       *[other] ，而不是某个接收方的副本。
    }
attribution-unreleased = 有 { $n } 条从未放入任何副本的埋设记录出现在名单中。埋设记录的登记册可能已经泄露。
attribution-withdrawn =
    名单中有 { $n } 条埋设记录属于已撤回的 { $copies }。或者该副本仍被交出，或者埋设记录的登记册已经泄露。
attribution-siblings = 委托方其他副本中的 { $n } 条埋设记录也出现了，而已认定的其他副本都无法解释。
attribution-by-design = 所见埋设记录中，有 { $n } 条按编码设计也在其他副本中。
attribution-elsewhere =
    所见埋设记录中，有 { $n } 条也在其他副本中：{ $copies }{ $more ->
        [0] 。
       *[other] ，另有 { $more } 份。
    }
attribution-never-held = 名单中有 { $n } 条记录是该副本未交付的记录，因此该副本不可能是唯一来源。
attribution-choices-unread =
    { $asked } 处写法标记中有 { $unread } 处无法读取：名单的写法已被统一，或缺少相应的列。
attribution-none-seen =
    该副本的 { $planted } 条埋设记录一条也没有出现。在 95% 的置信水平上，可以排除随机取用了该副本 { $least } 或以上的记录。
attribution-removed =
    该副本的 { $planted } 条埋设记录一条也没有出现，而其他联系人有 { $share } 在名单中。要么埋设记录已被剔除，
    要么这些联系人并非只来自该副本。
attribution-limit =
    由于比较了 { $compared } 份副本，认定副本的界限为 { $bound }。在号码密集的号段中，少数埋设号码达不到该界限。

# 打码号码：代码以 `masked-` 开头
masked-fit =
    副本 { $release } 的 { $planted } 条埋设记录中，有 { $fit } 条与名单中的打码号码相符{ $agreeing ->
        [none] {""}
       *[other] { $fit ->
            [0] {""}
           *[other] ，其中 { $agreeing } 条旁边就是相应的姓名或单位
        }
    }；碰巧相符的约为 { $expected } 条（概率为 { $chance }，未按副本数量校正）。单凭打码号码不能指认任何人，也不能认定任何副本。
masked-named =
    只埋设在该副本中的 { $planted } 条记录里，有 { $fit } 条与名单中的打码号码及其旁边的姓名同时相符。来自别处的名单碰巧如此的概率为{" "}
    { $chance }（界限为 { $bound }）。
masked-planted = 所交付名单的联系人没有按比例出现，或已可由另一份认定的副本解释。埋设记录可能是他人加入的。
