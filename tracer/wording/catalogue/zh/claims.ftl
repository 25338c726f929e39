### 对说法的检验：为什么无法检验、还有什么解释，以及检验的前提。

claim-other = 这类说法无法用数据检验。
claim-no-list = 本案没有 { $dataset }。
claim-list-removed = { $dataset } 的内容已清除。
claim-list-small = { $dataset } 的联系人不足 { $least } 个。
claim-no-testable-list = 该说法没有指明名单，而该当事方也没有可检验的名单。
claim-no-number = 该说法没有给出数字。

# 随机号码
claim-few-mobiles = 名单中的电话号码不足 { $least } 个。
claim-no-blocks =
    名单中号段已知的号码不足 { $least } 个；号段未知，就无法把随机号码与真实号码相比。提供该国的号段表后即可检验。
claim-no-witness = 本案没有其他已知真实、且并非复制自该名单的名单。
claim-witness-elsewhere = 已知真实的名单里，没有与该名单同属一个编号方案的号码。
claim-not-random = 这些号码不像是随机生成的；取自谁的名单，这里看不出来。
claim-random-in = 号码也在 { $lists } 中，但不说明取自谁的名单。
claim-scrubbed-settled =
    经空号检测的随机号码与真实名单重合较多，因为双方都是在用号码；但它们不会带有正确的姓名，也不会打到无人使用的号码。
claim-scrubbed-open =
    该名单不像单纯随机生成的号码，但可能是经空号检测的随机号码：这类号码与真实名单重合较多，因为双方都是在用号码。
claim-partly-random = 名单中仍可能有一部分是随机号码。
claim-uneven = 其尾号或连号情况不像均匀抽取，但这不说明是复制来的。
claim-power = 若名单有 1% 取自本案的名单，该检验发现这一点的概率为 { $power }。
claim-unknown-source = 若复制自本案以外的来源，名单看起来也会一样。

# 企业联系人与公开来源
claim-owners-are-consumers = 企业主也是消费者：其中有些人可能是因为所办企业而列入名单的。
claim-live-numbers = 前提：每 { $block } 个号码的在用号段中，至少有 { $live } 个在用号码。
claim-consumers-elsewhere = 本案的消费者名单中没有与该名单属于同一号码规划的号码。
claim-consumers-untold = 有多少联系方式会碰巧出现在消费者名单里，只有电话号码才能判断。
claim-no-companies = 名单没有企业名称，本案也没有可供比对的消费者名单。
claim-staff-numbers = 列在企业名下的号码可能是员工本人的；员工本人的号码属于个人信息。
claim-published-elsewhere = 消费者也可能自己公开过号码，只是本案没有该来源。
claim-public-not-taken = 联系人是公开的，但不说明名单就取自公开来源。
claim-no-public-source = 本案没有公开来源，也没有可供比对的消费者名单。
claim-other-public-sources = 本案的公开来源未能解释的联系人，可能来自其他公开来源。

# 规模与增量；两项说法
claim-two-statements = 只是两项说法相互比较：至少有一项不实，但看不出是哪一项。
claim-two-lists-needed = 需要该持有者的两份名单，且彼此不是复制关系。
claim-uneven-entries = 若有些条目比其他条目更常被提供，估计值会偏低；分层随机抽取可以避免。
claim-own-samples = 前提：每份名单都是对平台全部数据的独立抽样。
claim-separate-lots = 若分批出售且不重复，无论平台多小，各批之间都没有共同条目。
claim-lists-too-small = 名单太小：即使平台只有所称规模的十分之一，多半也看不出来。
claim-two-snapshots-needed = 需要该持有者同一查询的两份快照，并注明日期。
claim-size-unknown = 没有所称规模；仅凭部分数据的快照，只能得出整体增量的下限。
claim-one-query = 前提：各快照来自同一查询，且其覆盖部分与其余部分增长相同。
claim-size-as-claimed = 前提：平台规模与所称一致；若规模较小，增量也较小。

# 来源
claim-copy-named = 已查明是哪份副本；名单由谁制作，这里看不出来。
claim-partly-own = 名单中仍可能有一部分是该当事方自有的。
claim-perhaps-copied = 更可能复制自 { $source }，但把握不够（{ $probability }）。
claim-origin-unknown = “{ $name }”既不是本案当事方，也不是本案名单。
claim-origin-no-list = 本案没有 { $party } 可供比对的名单。
claim-origin-before = { $dataset } 最迟在 { $there }已经存在，早于 { $day }。
claim-origin-reverse = 是 { $source } 复制自 { $dataset }，而不是相反。
claim-origin-open = 本案中 { $party } 的名单既未显示是其来源，也不能排除。
claim-origin-unseen = { $party } 可能转交了一份不在本案中的名单。
claim-no-other-list = 本案没有其他当事方的名单。
claim-source-unseen = 本案以外的来源不会留下痕迹。
claim-chain-longer = 已知的供应链条并非始于运营商，实际可能更长。
claim-relations = 依据的是本案所载的当事方之间的关系。
claim-stated-hand = 线路经过几手，以本案所载为准，并非测得。
claim-supplier-unknown = 该线路商的线路由谁提供，尚不清楚。

# 到期后的副本
claim-other-holders = 来源也可能是委托方自己或其他接收方。各种可能的比较，见关于 { $dataset } 与 { $release } 的结论。
claim-kept-perhaps = 它在{ $seen }持有 { $dataset }，而 { $release } 的使用期限已于{ $ends }届满。该名单出自该副本：{ SURE($probability) }。
claim-kept-hashed =
    它在{ $seen }持有 { $dataset }，而 { $release } 的使用期限已于{ $ends }届满。其中有 { $client } 的 { $matched } 个联系人（哈希形式），
    无法判断出自哪一份副本。
claim-passed-on = 它转出了 { $release }，但这不说明到期后它仍持有该副本。
claim-no-copy = 本案没有交付给该当事方的副本。
claim-no-end = 交付给该当事方的副本都没有期限，因此没有必须删除的内容。
claim-no-later-list = 本案没有该当事方在副本到期后持有的名单。
claim-perhaps-kept = { $vendor } 更可能在副本到期后仍在 { $dataset } 中持有其记录，但把握不够（{ $probability }）。
claim-kept-elsewhere = 留存在别处、从未示人的内容不会留下痕迹。

# 同意
claim-agreed-again = 拒绝过来电的人此后可能又同意过；本案没有同意的日期。
claim-stated-basis = 依据的是本案所载的合法性基础，并非计数。
claim-no-basis = 没有注明合法性基础，本案也没有拒绝名单。
claim-nobody-refused = 已知此前拒绝的人不足 { -least } 名，但这不说明有人同意过。
claim-refused-others = 名单中有人通过其他方的名单或登记处拒绝过；他们仍可能同意过该方，本案没有同意的日期。
claim-copies-without-basis = 有副本交付时没有使用的合法性基础；这不说明名单是如何收集的。
claim-bundled-consent = 同意捆绑在一般条款中：单独计为一类，既不包括同意来电，也不包括同意转交。

# 线路与来电
claim-no-line = 本案没有该当事方的线路。
claim-caller-forged = 主叫号码可以伪造，不能证明用的是哪条线路。
claim-no-rate = 该说法没有给出 0 与 1 之间的比率（如 0.0001）。
claim-no-call-records = 本案没有该线路自身的呼叫记录，无法计算投诉率。
claim-few-complain = 并非人人都会投诉，也并非每起投诉都在本案中。
claim-no-cards = 该说法没有给出 SIM 卡的数量。
claim-few-calls = 显示这些线路号码的来电不足两次。
claim-uneven-cards = 若有些 SIM 卡用得更多，卡池看起来会比实际小。
claim-no-repeat = 没有主叫号码重复出现，因此无法给出卡池的上限。
claim-no-day = 该说法没有指明日期，何时所说也不清楚。
claim-no-later-day = 没有该日之后的记录或投诉。
claim-no-earlier-day = 没有该日之前的记录，因此此前有多少伪造的来电尚不清楚。
claim-robots-noted = 只计内容提到机器人的来电，其他机器人来电可能遗漏。
claim-replaced-numbers = 可能已换用其他号码。
claim-never-called = 该日之前也没有来电显示这些线路的号码。
claim-few-days = 天数太少，没有来电可能只是偶然。

# 发给会员的消息
claim-message-forged = 想归咎于该当事方的人可以伪造发送者和内容。
claim-entered-as-member = 持有副本的人可能把埋设记录登记成了会员。
claim-controls-reached = 消息也发到了从未给过任何人的对照号码：要么是向任意号码发送，要么是伪造的。
claim-only-plain-messages = 该当事方的普通短信发到了埋设记录的号码，记录中标明的闪信则没有。
claim-sender-unknown = 有消息发到了埋设记录的号码，但发送者和内容都不表明出自该当事方。
claim-no-message = 没有这类消息发到埋设记录的号码；手机记录往往不标明闪信。

# 由插件检验的说法
claim-kind-added = “{ $kind }”类说法
claim-no-plugin = 未安装检验“{ $kind }”类说法的插件。
claim-plugin-failed = 插件 { $package } 出错：{ $what }
claim-plugin =
    { $zh }（由 { $package } 检验。）{ $en ->
       *[other] { "" }
    }
