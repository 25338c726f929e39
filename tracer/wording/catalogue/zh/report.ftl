### 报告用语（网页没有的）。

report-kind = 联系人名单来源报告
report-as-of = 截至 { $date }。由 tracer { $version } 生成。
report-summary = 摘要
report-summary-scope =
    比较了来自 { $holders } 个持有者的 { $lists } 份名单，共 { $rows } 条记录；
    登记在案的副本 { $copies } 份。以下列出 { $n } 项结论，分量重的在前。
report-summary-purged = 内容已清除的名单：{ $n } 份，未计入上述数目；有关它们的结论保持清除前的原样。
report-purged = 内容已于 { $date } 清除
report-summary-none = 没有可报告的结论。
report-summary-more = 另有 { $n } 项见后文。
report-summary-held = 另有 { $n } 份名单由其副本的接收方在许可期限内持有。
report-summary-weak = 概率低于 50% 的 { $n } 项未列出。
report-summary-reading = 如何阅读
report-summary-grades =
    G0 仅为陈述；G1 重合超出偶然；G2 方向或日期有依据；G3 由埋设记录确定副本且误指概率不超过 1%；G4 有独立佐证；
    G5 文件或自认。埋设记录（又称“金丝雀”）是由我方控制、为识别副本而放入的记录。
report-rests = 依据
report-against-it = 相反的情况
report-settle = 一项结论由文件或自认即可定论（G5）。
report-settle-warnings = 下列各项“注意”中写明了如何查清。
report-findings = 结论
report-findings-note =
    以下为摘要中的结论。“+”为支持的依据，“−”为相反的依据。各名单和文件的 SHA-256 以及回应全文见附件，认定方法见“方法”。
report-others = 附件：其他全部结论
report-others-note = 分量重的在前。“+”为支持的依据，“−”为相反的依据及其他可能；最后一行是重新查看全部内容的命令。
report-methods = 方法
report-finds-copy = 副本
report-finds-chain = 流转链
report-finds-derivation = 谁复制自谁
report-finds-vintage = 记录的导出时间
report-finds-claim = 用数据检验的说法
report-finds-contradiction = 互相矛盾的说法
report-finds-sale = 有文件的买卖
report-finds-refusal = 已拒绝来电的人
report-finds-line = 电话线路
report-finding = 结论
report-grade = 等级
report-replies = 回应
report-numbers = 数据
report-for = 依据
report-against = 相反的情况与其他可能
report-against-none = 没有发现，但并不证明不存在。
report-evidence = 证据
report-evidence-none = 未注明文件；结论依据名单本身。
report-evidence-list = 名单 { $id }
report-evidence-document = 文件 { $id }
report-repeat = 如何复核
report-judgement = 人工判断
report-picture = 关系图
report-held = 期限内持有
report-held-note = 接收方在许可期限内持有这些副本，属正常持有。
report-parties = 主体与回应
report-party = 主体
report-id = 编号
report-role = 角色
report-reply = 回应
report-lists = 名单
report-list = 名单
report-holder = 持有者
report-obtained = 取得
report-rows = 记录数
report-rejected = 无可用号码
report-hash = 文件 SHA-256
report-copies = 交付副本
report-copy = 副本
report-recipient = 接收方
report-period = 使用期限
report-planted = 埋设记录
report-commitment = 事先登记的根哈希
report-documents = 文件
report-document = 文件
report-kind-of = 种类
report-acquired = 取得
report-by = 取得人
report-left-out = 本报告未包含
report-limits = 本报告没有说明的
report-versions = 版本、种子与复核方法
report-versions-tool = 工具
report-versions-packages = 依赖
report-versions-run = 最近一次分析
report-versions-result = 全部结论的带密钥哈希（HMAC-SHA-256）
report-versions-seeds = 随机种子
report-versions-seeds-text =
    记录编码 { $codes }；埋设记录与未交付的记录由案件密钥抽取，登记根哈希为其承诺
report-versions-how = 使用案件密钥与上述哈希对应的原件，可逐字节得到相同结论：
report-none = –

# 方法
report-method-copy =
    将名单与每一份交付副本比较。埋设记录由我方控制，只存在于该副本中；偶然遇到的数量由同一号段的在用号码计算。
    未交付的记录、记录顺序与日期也计入。委托方自身与其他每个接收方始终列为可能来源。
report-method-derivation =
    统计两份名单共有哪些联系人，以及其中有多少也能由其他名单解释。复制留下的痕迹表明方向：记录、错误、写法与日期。
    概率是对这些依据的两种判读的平均；两种判读均从来历已知的名单中学得，只有两者一致时才给出 95% 或更高的概率。
report-method-vintage =
    名单随时间变化，记录有增有减。名单中有哪些委托方的记录、缺哪些记录，可界定这些记录的导出日期（95%）；依据是记录旁的日期，
    或委托方前后各版名单。日期落在该区间内的副本相符，其他则不符。这只说明记录何时导出，并不说明由谁留存。
report-method-claim = 先计算若陈述为真，名单中应当看到什么，再与实际比较。
report-method-chain = 链条由上述副本与复制连接而成；其等级取最弱一环。
report-method-contradiction = 两项陈述均记录了陈述者与渠道；无需数据即可看出不一致。
report-method-sale = 销售有在案文件为证；对卖方与买方的每对名单，比较哪一份更可能复制自另一份。
report-method-refusal = 以拒绝名单比对每次拒绝之后交付的副本、呼叫与仍持有的名单；拒绝当日的呼叫不计。
report-method-line = 按所显示的号码将呼叫与投诉归于线路；区间为精确的 95% 区间。所显示的号码可以伪造。

# 结论的数据
report-fact-people = 人数
report-fact-events = 呼叫次数
report-fact-reading = 结论
report-fact-without = 不计人工判断的可能性
report-fact-probability = 概率
report-fact-seen = 首次发现
report-fact-ends = 副本到期
report-fact-canaries = 发现/埋设的记录
report-fact-test-canaries = 误指概率（按只埋设在该副本中的记录）
report-fact-test-draw = 误指概率（按标记的随机抽取）
report-fact-rows = 其中该副本的普通记录
report-fact-shared = 共同联系人
report-fact-share = 占派生名单
report-fact-via = 经由推断的名单
report-fact-p-value = p 值
report-fact-best = 最可能的日期
report-fact-rate = 被取走的委托方记录占比
report-fact-matched = 其中委托方的联系人
report-fact-later = 区间之后新增的记录：在内/全部
report-fact-gone = 区间之前已删除的记录：在内/全部
report-fact-releases = 日期在区间内的副本
report-fact-said = 陈述日期
report-fact-channel = 渠道
report-fact-value = 所称数值
report-fact-lists = 名单

# 渠道
report-channel-phone = 电话
report-channel-chat = 聊天
report-channel-website = 网站
report-channel-contract = 合同
report-channel-interview = 访谈
report-channel-notice = 告知
report-channel-other = 其他
