### 探询：问卷、使用说明，以及回答说明了什么。

probe-head-line = 行号
probe-head-ask = 查询内容
probe-head-international = 国际格式
probe-head-question = 提问
probe-head-found = 是否查到（是/否）
probe-head-name = 显示的姓名
probe-head-note = 备注
probe-question-phone = { $asked } 是谁的号码？
probe-question-email = { $asked } 是谁的邮箱？
probe-question-name = 能查到 { $asked } 的哪些信息？

probe-planned =
    { $plan } 向 { $service } 提出 { $questions } 个问题，涉及 { $copies } 份副本。后续问卷还可以再问 { $left } 个。
probe-power =
    如果该服务持有某份副本的一半，且答错的比例不超过所设上限，全部问卷合计约有 { $cases }% 的把握认出这份副本。
probe-needed = 要有 95% 的把握，需要 { $questions } 个问题：`--most { $questions }`。
probe-design =
    仅增加问题数量没有用：有的副本独有的埋设记录只有 { $own } 条，按编码共用的有 { $pool } 条。
    副本较多时，请用 `--unique 14 --pool 128 --bias 0.5` 制作副本。
probe-yes-no =
    不显示姓名时，每个回答的信息量很小。要从 { $copies } 份副本中认出一份，无论怎样选择问题，平均至少需要 { $least } 个关于埋设记录的回答；
    要有 95% 的把握，大约需要两倍，关于个人的问题另计。
probe-no-controls =
    案件中没有可以询问的对照号码或未使用的受控身份。没有对照，就难以及时发现对任何人都答“有”的服务。
    可用 `tracer canary import --kind control` 导入。
probe-people =
    其中 { $people } 行是名单中的真实个人。提问本身会让 { $service } 知道有人在关注他们。
probe-logged =
    { $service } 可能记录每一次提问。载入回答后，问过的埋设记录会标为“已暴露”：此后打来的电话和邮件可能正是提问引起的。

probe-named =
    { $service } 持有 { $copies } 中的记录。仅凭答错，或窃取了副本中的埋设记录又从别处得到同一批人，出现这种结果的概率不超过 { $chance }。
probe-named-open =
    { $service } 有埋设在 { $copies } 中的记录，也有名单中的人，但未必持有这份副本：窃取了其中的埋设记录、又从别处（例如另一份副本）得到同一批人的服务，
    出现这种结果的概率为 { $chance }。请再问一些副本中没有的人：`--withheld`。
probe-none =
    { $service } 目前的回答还不能认出这 { $copies } 份副本中的任何一份。
probe-blank = 还有 { $blank } 个问题没有回答。
probe-next = 最多还可以再问 { $left } 个问题：{ $command }

probe-own =
    在问到的 { $asked } 条只埋设在 { $release } （交给 { $recipient } 的副本）中的记录里，{ $service } 显示了 { $found } 条。
    仅凭答错显示这么多条的概率为 { $chance }。
probe-pool =
    按编码共用的埋设记录：这份副本有的 { $held } 条中显示了 { $found } 条，没有的 { $lacking } 条中显示了 { $others } 条。
    无关副本碰巧如此吻合的概率为 { $chance }。
probe-ordinary = 问到的 { $asked } 条副本中的普通记录里，显示了 { $found } 条。
probe-withheld = 问到的 { $asked } 条这份副本从未包含的记录里，显示了 { $found } 条。
probe-rows-missing =
    显示了埋设记录，却没有显示本应一同出现的普通记录（问了 { $asked } 条）。埋设记录可能是被人窃取或故意放入的，意在嫁祸 { $recipient }。
probe-withheld-held =
    这份副本从未包含的 { $asked } 条记录中也显示了 { $found } 条。该服务另有这些人的信息来源，埋设记录可能是后来加入的。
probe-planted =
    窃取了副本中的埋设记录、又从别处得到同一批人的服务，出现这种结果的概率为 { $chance }。
probe-home =
    显示了 { $n } 条只在您自己数据库中的埋设记录。泄露可能出自您自己。
probe-siblings =
    只埋设在其他副本中的 { $asked } 条记录里显示了 { $found } 条，而其他副本均未被认出。可能是多起泄露合并，也可能是埋设记录的登记册泄露。
probe-controls =
    从未交付过的 { $asked } 个身份中显示了 { $found } 个。该服务答错的比例高于所设上限。
probe-no-names =
    该服务没有显示姓名，因此每个“有”都可能是误答（按所设上限，最多 { $wrong }）。{ $bluff ->
        [yes] 它对其他身份答“有”的比例也差不多。
       *[other] {""}
    }
