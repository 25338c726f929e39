"""What is said against verdicts on claims, in English as the tests write it and in Chinese: see `sentences`."""

CLAIM_PAIRS = (
    ("the case does not hold the dataset", "本案没有该名单"),
    ("the dataset's contents were removed", "该名单的内容已被清除"),
    ("the dataset has fewer than 20 contacts", "该名单的联系人少于 20 个"),
    ("it has fewer than 20 Chinese mobile numbers", "其中中国手机号少于 20 个"),
    (
        "the case has no list that is known to be real and not copied from this one",
        "本案没有已知真实且并非复制自该名单的名单",
    ),
    (
        "this is inconsistent with random generation; it does not say whose list it is",
        "这与随机生成不符；但并不说明是谁的名单",
    ),
    ("a part of the list may be random numbers all the same", "名单中仍可能有一部分是随机号码"),
    (
        "random numbers that were scrubbed by number status: they meet real lists more often, because both hold live "
        "numbers; they do not bear the right names, nor ring numbers nobody uses",
        "经空号检测筛选的随机号码：因双方都是活跃号码，更常与真实名单相遇；但不会带有正确的姓名，也不会打到无人使用的号码",
    ),
    (
        "inconsistent with plain random generation, but not with random numbers that were scrubbed by number status: "
        "they meet real lists more often, because both hold live numbers",
        "与单纯随机生成不符，但与经空号检测筛选的随机号码相容：因双方都是活跃号码，更常与真实名单相遇",
    ),
    (
        "a list that took 1 % of its numbers from known lists would be found with probability {p}",
        "若名单有 1 % 的号码取自已知名单，被发现的概率为 {p}",
    ),
    (
        "a list copied from sources that the case does not hold would look the same",
        "复制自本案所没有的来源的名单，看起来也会一样",
    ),
    (
        "its last digits or runs are not those of numbers drawn evenly; that is no copying",
        "其尾号或连号情况与均匀抽取的号码不符；但这不等于复制",
    ),
    ("it names no dataset, and none of the party's can be tested", "陈述未指明名单，该主体也没有可检验的名单"),
    ("no data can test a statement of this kind", "此类陈述无法用数据检验"),
    # ------------------------------------------------------------------ contents
    (
        "owners of firms are consumers as well: some of these people may stand in the list for their business",
        "企业主同时也是消费者：其中有些人可能是因其企业而列入名单",
    ),
    (
        "taken for granted: a block of 10,000 numbers in use holds at least 1,000 live ones",
        "前提：每个在用的万号段至少有 1,000 个活跃号码",
    ),
    (
        "the list names no firms, and the case has no list of consumers to hold it against",
        "名单没有企业名称，本案也没有可供比对的消费者名单",
    ),
    (
        "that a number stands under a firm does not show whose it is: staff's own numbers are personal data",
        "号码列在企业名下并不说明属于谁：员工本人的号码属于个人信息",
    ),
    (
        "a consumer may have published the number as well, where the case does not hold that source",
        "消费者也可能自行公开过号码，而本案没有该来源",
    ),
    (
        "that the contacts are public does not show that they were taken from there",
        "联系人已公开，并不说明取自公开来源",
    ),
    (
        "the case holds no public source, and no list of consumers to hold it against",
        "本案没有公开来源，也没有可供比对的消费者名单",
    ),
    (
        "what the loaded public sources do not explain may come from others",
        "已载入的公开来源未能解释的部分，可能来自其他来源",
    ),
    # ------------------------------------------------------------------ size and growth, two statements
    (
        "this rests on two statements alone: at least one of them is false, which one is not shown",
        "仅凭两项陈述：至少有一项不实，但不能说明是哪一项",
    ),
    ("the claim gives no number", "陈述没有给出数字"),
    (
        "it takes two lists of this holder that are not copies of one another",
        "需要该持有者两份互非复制的名单",
    ),
    (
        "entries that are likelier to be delivered than others make the estimate too low; strata drawn at random help",
        "若某些条目比其他条目更常被提供，估计会偏低；随机分层抽取有助于避免",
    ),
    (
        "taken for granted: each list is a sample of its own of what the platform holds",
        "前提：每份名单都是对平台所有数据的独立抽样",
    ),
    (
        "lots that are sold without repetition share nothing, however small the platform is",
        "若按批次不重复出售，无论平台多小，各批之间都没有共同条目",
    ),
    (
        "the lists are too small: a platform of a tenth of the claimed size would mostly not show",
        "名单太小：即使平台只有所称规模的十分之一，多半也看不出来",
    ),
    (
        "it takes two snapshots of one query of this holder, with their days",
        "需要该持有者同一查询在两个日期的快照",
    ),
    (
        "without a claimed size, snapshots of a part only bound the growth from below",
        "没有所称规模时，部分数据的快照只能给出增量的下限",
    ),
    (
        "taken for granted: the snapshots are of one query, and what it covers grows like the rest",
        "前提：快照来自同一查询，且其覆盖部分与其余部分增长相同",
    ),
    (
        "the claimed size is taken for granted; if the platform is smaller, it grows by less",
        "以所称规模为前提；若平台较小，增量也较少",
    ),
    # ------------------------------------------------------------------ origin
    ("the copy is named; who made the list is not shown", "指认的是副本；名单由谁制作并未说明"),
    ("a part of the list may be the party's own all the same", "名单中仍可能有一部分是该主体自有的"),
    (
        "it is likelier than not a copy of another party's list, but not beyond doubt",
        "更可能是另一主体名单的复制，但并非确定无疑",
    ),
    ("the case holds no other party's list", "本案没有其他主体的名单"),
    ("a source that the case does not hold would leave no trace", "本案没有的来源不会留下痕迹"),
    ("the chain does not begin with a carrier: it may be longer", "链条并非始于运营商：可能更长"),
    ("this rests on the relations between parties that the case states", "依据本案所述的主体之间的关系"),
    ("the hand is what the case states of the line, and not measured", "线路手数为本案所述，并非测得"),
    ("who supplies this vendor with lines is not known", "不知该线路商的线路由谁提供"),
    # ------------------------------------------------------------------ retention and consent
    (
        "the client itself and other recipients are told with the retention: tracer why",
        "委托方自身与其他接收方的可能性见截留结论：tracer why",
    ),
    (
        "it passed a copy on, which does not show that it kept one after the end",
        "它转出了副本，但这并不说明到期后仍保留",
    ),
    ("the case knows no copy that this party was given", "本案没有交给该主体的副本"),
    (
        "no copy of this party has an end: there is nothing it must have deleted",
        "该主体的副本均无期限：没有必须删除的内容",
    ),
    (
        "the case has no list that this party held after the end of a copy",
        "本案没有该主体在副本到期后持有的名单",
    ),
    ("what it keeps elsewhere, and has shown to nobody, leaves no trace", "它在别处留存而未示人的内容不会留下痕迹"),
    (
        "somebody who refused calls may have agreed again afterwards; dates of consent are not in the case",
        "拒绝过来电的人此后可能又同意过；本案没有同意的日期",
    ),
    ("this rests on the basis that the case states, and on no count", "依据本案所述的合法性基础，并非计数"),
    (
        "copies were handed out without a basis of use; that says nothing of how the list was collected",
        "副本交付时没有使用依据；这并不说明名单如何收集",
    ),
    (
        "the consent was bundled into terms: a state of its own, no consent to calls or to passing on",
        "同意捆绑于条款之中：自成一类，不等于同意来电或转交",
    ),
    ("no basis is stated, and the case has no list of refusals", "没有说明合法性基础，本案也没有拒绝名单"),
    (
        "that nobody is known to have refused does not show that anybody agreed",
        "没有已知的拒绝者，并不说明有人同意过",
    ),
    # ------------------------------------------------------------------ calls
    ("the case knows no line of this party", "本案没有该主体的线路"),
    (
        "the claim gives no rate between 0 and 1, such as 0.0001",
        "陈述没有给出 0 与 1 之间的比率（如 0.0001）",
    ),
    (
        "the case has no records of the line's own calls, which a rate would be of",
        "本案没有该线路自身的呼叫记录，无从计算比率",
    ),
    ("not everybody complains, and not every complaint is in the case", "并非人人都会投诉，也并非每起投诉都在本案中"),
    (
        "a caller's number can be forged: what was shown is not proof of the line",
        "主叫号码可以伪造：所显示的号码不能证明线路",
    ),
    ("the claim gives no number of cards", "陈述没有给出卡的数量"),
    ("fewer than two calls show a number of these lines", "显示这些线路号码的呼叫不足两次"),
    (
        "cards that are used more than others make a pool look smaller than it is",
        "若有些卡用得更多，卡池看起来会比实际小",
    ),
    ("no caller came twice: nothing bounds the pool from above", "没有主叫重复出现：无法给出卡池的上限"),
    ("the claim names no day, and it is not known when it was said", "陈述没有指明日期，也不知何时所说"),
    ("no record or complaint is of a later day", "没有此后日期的记录或投诉"),
    (
        "no record is of an earlier day: how many forged calls there were before is not known",
        "没有此前日期的记录：不知此前有多少伪造的呼叫",
    ),
    (
        "only calls whose text speaks of a robot are counted; robots that nobody noted are missed",
        "只计内容提及机器人的呼叫；未被记下的机器人呼叫会遗漏",
    ),
    ("other numbers may have taken the place of these", "可能已换用其他号码"),
    ("no call showed these lines' numbers before that day either", "该日之前也没有呼叫显示这些线路的号码"),
    ("so few days may pass without a call by chance", "天数太少，没有呼叫可能出于偶然"),
    # ------------------------------------------------------------------ messages
    ("sender and text can be forged by whoever wants to blame the party", "发送者与内容可能被意图嫁祸该主体的人伪造"),
    (
        "a canary may have been entered as a member by somebody who held the copy",
        "金丝雀可能被持有副本的人登记为会员",
    ),
    (
        "the messages reached controls as well: they go to any number, or were forged",
        "短信也发到了对照号码：是向任意号码发送，或系伪造",
    ),
    (
        "the party's ordinary messages reached canaries, flash SMS that records tell apart did not",
        "该主体的普通短信发到了金丝雀；记录可辨的闪信则没有",
    ),
    (
        "messages reached canaries, but neither sender nor text says that they are this party's",
        "短信发到了金丝雀，但发送者与内容都不表明来自该主体",
    ),
    (
        "no such message reached a canary: records of telephones often do not tell flash SMS apart",
        "没有此类短信发到金丝雀：手机记录常不能区分闪信",
    ),
)
