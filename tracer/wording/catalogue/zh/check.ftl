### 使用或购买之前，对一份报价名单的检查。

check-title = 报价名单检查
check-of =
    { $rows } 行，{ $n } 个不同的联系人，由{ $seller }提供，与本案截至{ $day }的名单比对。名单内容不予保留。
check-same-file = 该文件与{ $datasets }逐字节相同。
check-loaded = 该文件已作为报价名单载入：{ $datasets }，不与其自身比对。

# 结论
check-do-not-use = 请勿使用：{ ANY($reasons) }。
check-because-refused = 其中 { $n } 人已拒绝被联系
check-because-copy = 其中含有交给{ $recipients }的副本里的记录
check-because-planted =
    { $n ->
        [1] 其中有 1 条您的埋设记录，可能出于偶然
       *[other] 其中有 { $n } 条您的埋设记录：它来自您，或来自持有您埋设记录清单的人
    }
check-because-claims = 数据与卖方的说法不符（{ ANY($kinds) }）
check-look-first = 请先查明：{ ANY($reasons) }。
check-first-own = 其中有 { $n } 个您自己的客户，请查明他们的数据如何外流
check-first-same = 该文件与{ $datasets }逐字节相同
check-first-columns = 并非所有列都已读取（见“读取情况”）
check-first-unread = 其中 { $n } 行或联系人无法与全部名单比对
check-not-new =
    请勿全部按新名单付费：其中 { $hidden ->
        [range] 至少 { $low }
       *[exact] { $low }
    } 已在本案持有的名单中。
check-nothing-else = 除此之外未见不利之处，但这不是证明。
check-no-lists = 本案没有可供比对的名单。
check-nothing = 未见不利之处。但这不是证明。
check-small = 名单不足 { $least } 个联系人，因此不与任何名单比对。

# 新内容
check-known = 哪些是新内容
check-recycled =
    其 { $whole } 个联系人中{ $hidden ->
        [range] 至少
       *[exact] {""}
    }有 { $n } 个（{ $low }）已在本案持有的名单中。
check-recycled-none = 本案没有名单与其共有 { -least } 个以上联系人。
check-unseen = 另有 { $n } 个为哈希值或经过遮掩，无法与全部名单比对，是否为新内容无从得知。
check-new = 有 { $n } 个对本案而言是新内容。
check-in-register = 其中 { $n } 个在公开登记中。
check-more-lists = 另有 { $n } 份名单含有其中较少的人。
check-col-list = 名单
check-col-holder = 持有者
check-col-since = 最早日期
check-col-people = 其中的联系人
check-col-claim = 卖方的说法
check-col-verdict = 结果
check-col-why = 原因

# 人
check-people = 已拒绝的人与您的客户
check-refused-none = 其中在拒绝名单里的不足 { -least } 人，或没有。
check-refused = 按全部拒绝名单合计，其中 { $n } 人已拒绝被联系。
check-own-none = 您自己的名单均未与其共有 { -least } 人以上。
check-own = 其中 { $n } 个联系人是您自己的客户。

# 来源与说法
check-origin = 来自哪里
check-planted = 其中有 { $n } 条您的埋设记录。
check-claims = 卖方怎么说
check-claim-fresh = 新近收集
check-claim-first-hand = 第一手数据
check-claim-value = { $kind }：{ $value }
check-claim-counted = 共 { $rows } 行，{ $n } 个不同的联系人。
check-claim-shared = 其中 { $n } 个号码在不可能由它提供数据的名单中；偶然情况下只会有 { $expected } 个。
check-claim-release = 其中的埋设记录属于副本{ $release }。
check-claim-source = 它复制自{ $source }。
check-claim-held = 其中 { $n } 个联系人也在他人的名单中，但这些名单不能用作检验的依据。
check-claim-resold = 那些名单可能由本名单制成。
check-claim-older = 其中 { $n } 个联系人在该日之前已在某份名单中，最早为{ $day }。
check-claim-not-older = 该日之前的名单均未与其共有 { -least } 个以上联系人。其他名单仍可能有。
check-claim-no-lists = 本案没有该日之前的名单可供比对。
check-claim-refused = 其中 { $n } 人已拒绝被联系。
check-claim-given-to-you = 其中含有您自己客户的记录。他们把数据交给了您，而不是卖方。

# 局限
check-cannot = 由此无法得知的内容
check-cannot-rejected = { $n } 行没有可读的号码或地址，未作比对。
check-cannot-masked = { $n } 行经过遮掩，可能属于任何人。
check-cannot-hashed = { $n } 个联系人是哈希值：只与相同的哈希值、您自己的名单、拒绝名单和副本比对，不与他人的名单比对。
check-cannot-refused = 本案没有拒绝名单，因此未查找已拒绝的人。
check-cannot-own = 本案没有您自己的客户名单。
check-cannot-seller = 本案没有名为{ $seller }的当事方，因此未用到本案关于卖方的任何资料。{ $near ->
        [none] {""}
       *[other] 您是否指 { $near }？
    }
check-cannot-copies = 未发现您的埋设记录或副本。没有登记副本时，也无法发现。
check-cannot-days = 本案部分名单没有日期，因此无法说明从何时起已知。
check-cannot-small = 与某份名单共有不足 { $least } 人的，按没有计算。
check-cannot-elsewhere = 本案未持有的名单可能含有相同的人。此处没有任何内容能证明同意。

# 购买之前
check-before = 如果您必须在购买前检查
check-before-1 = 合同中的保证并不足够。使用数据的一方必须在首次致电或发信之前，能够证明每个人都已同意。
check-before-2 = 请索取并保存：每个联系人在何处、何时收集，当事人同意的原文，以及名单此前交给过谁。
check-before-3 = 请将本页与您的决定一并保存：检查了什么、在哪一天、与什么比对。
check-before-4 = 仅供参考，不构成法律意见。

# 记录
check-read = 读取情况
check-record = 检查对象
check-record-file = 文件 { $file }，{ $bytes } 字节。
check-record-hash = SHA-256：{ $hash }
check-record-entry = 检查时间 { $at }；本案日志第 { $entry } 条。
check-record-again = 本案此前检查过该文件：{ $days }。
check-record-once = 本案此前未检查过该文件。
