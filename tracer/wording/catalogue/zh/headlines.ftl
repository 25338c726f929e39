### 各类结论的标题：谁、什么、何时。把握程度和依据随后说明。

# 句子成分
list-of = { $client } 的名单
list-called = 名单“{ $dataset }”
span-days =
    { $n ->
        [1] 一天
        [2] 两天
        [3] 三天
        [4] 四天
        [5] 五天
        [6] 六天
        [7] 七天
        [8] 八天
        [9] 九天
        [10] 十天
        [11] 十一天
        [12] 十二天
       *[other] { $n } 天
    }
span-weeks =
    { $n ->
        [1] 一周
        [2] 两周
        [3] 三周
        [4] 四周
        [5] 五周
        [6] 六周
        [7] 七周
        [8] 八周
        [9] 九周
        [10] 十周
        [11] 十一周
        [12] 十二周
       *[other] { $n } 周
    }
span-months =
    { $n ->
        [1] 一个月
        [2] 两个月
        [3] 三个月
        [4] 四个月
        [5] 五个月
        [6] 六个月
        [7] 七个月
        [8] 八个月
        [9] 九个月
        [10] 十个月
        [11] 十一个月
        [12] 十二个月
       *[other] { $n } 个月
    }
rate-one-in = { $n } 分之一

# 把握程度，单独成句
sureness =
    { $word ->
        [certain] 几乎可以肯定。
        [very-likely] 极有可能。
        [likely] 很可能。
        [more-likely] 可能性较大。
       *[cannot-be-told] 无法判断。
    }
sureness-judged = { $judged }。
headline-sure = { SURE($probability) }
headline-sure-shared = { SURE($probability) }；共有 { $shared } 个联系人

# 委托方名单的副本，及其出现之处
headline-retained =
    { $day ->
        [none] {""}
       *[other] { $day }，
    }{ $vendor } { $sure ->
        [perhaps] 可能
       *[firm] {""}
    }仍持有 { LISTOF($client, $dataset) }，{ $span ->
        [none] 此时合同已经到期。
       *[other] 此时合同到期已有{ $span }。
    }
headline-passed-on =
    { $when ->
        [before-end] { $vendor } 的合同尚未到期，
       *[other] {""}
    }{ $day ->
        [none] {""}
       *[other] { $day }
    }{ $holder } 已持有 { $seen }，其内容{ $sure ->
        [perhaps] 可能
       *[firm] {""}
    }来自交给 { $vendor } 的 { LISTOF($client, $dataset) } 副本。
headline-passed-on-all =
    { $holders } 持有的名单{ $last ->
        [none] { $first ->
            [none] {""}
           *[other] （{ $first }）
        }
       *[other] （{ SPAN($first, $last) }）
    }{ $sure ->
        [perhaps] 可能
       *[firm] {""}
    }来自交给 { $vendor } 的 { LISTOF($client, $dataset) } 副本。
headline-held =
    { $day ->
        [none] {""}
       *[other] { $day }，
    }{ $holder } 持有 { $seen }，{ $sure ->
        [perhaps] 可能
       *[firm] {""}
    }来自交给 { $vendor } 的 { LISTOF($client, $dataset) } 副本。{ $when ->
        [before-end] 当时仍在期限内。
       *[other] 双方没有约定到期日。
    }
headline-given =
    { $vendor } 收到 { LISTOF($client, $dataset) } 的副本 { $release }，{ $ends ->
        [none] 未约定到期日。
       *[other] 使用期限至{ $ends }。
    }下列名单来自该副本：
headline-seen =
    { $seen }，由 { $holder } 持有{ $day ->
        [none] {""}
       *[other] （{ $day }）
    }：{ $reading }，{ SURE($probability) }
reading-retained = 到期后仍持有
reading-passed-on = 已转出
reading-passed-on-before-end = 到期前已转出
reading-held = 期限内持有
reading-held-no-end = 持有，未约定到期日

# 由埋设记录或随机抽取指认的副本
headline-named =
    { $dataset } 来自交给 { $recipient } 的副本 { $release }{ $holds ->
        [yes] ，且由其自己持有
       *[no] {""}
    }。
headline-marks =
    { $seen ->
        [none] 其 { $planted } 条埋设记录中出现了不足 { -least } 条。
        [0] 其 { $planted } 条埋设记录一条也没有出现。
       *[other] 其 { $planted } 条埋设记录中出现了 { $seen } 条。
    }
headline-compared = { $dataset } 是 { $client } 的名单，但不含埋设记录：来自其自己的数据库，或来自接收方相互比对过的副本。
headline-days = { $dataset } 中有埋设给 { $recipient } 的记录，但名单的日期早于该副本。两个日期必有一个不对。
headline-copy-unknown = { $dataset } 以散列形式含有 { $client } 的名单，但无法判断来自哪一份副本。

# 名单的复制
stated = { $relation }。
chain-steps = 链条的把握是其中各步同时成立的把握。对某一步不利的情况，见关于相应名单的结论。
headline-chain =
    { $giver } 的数据{ $sure ->
        [perhaps] 可能
       *[firm] {""}
    }{ $through ->
        [none] {""}
       *[other] 经由 { $through }{" "}
    }流入 { $taker }{ $first ->
        [none] 。
       *[other] { $last ->
            [none] （名单日期为{ $first }）。
           *[other] （名单日期为{ SPAN($first, $last) }）。
        }
    }
headline-chain-by =
    { $probability ->
        [none] {""}
       *[other] { SURE($probability) }，
    }经由 { $datasets }
headline-dated =
    { $first ->
        [none] { $last ->
            [none] 无法判断 { $dataset } 中 { $client } 的记录何时导出。
           *[other] { $dataset } 中 { $client } 的记录不晚于{ $last }导出。
        }
       *[other] { $last ->
            [none] { $dataset } 中 { $client } 的记录于{ $first }或之后导出。
            [same] { $dataset } 中 { $client } 的记录于{ $first }导出。
           *[other] { $dataset } 中 { $client } 的记录于{ SPAN($first, $last) }之间导出。
        }
    }

# 各方的说法
headline-claim =
    { $says }{ $quote ->
        [none] 。
       *[other] ：“{ $quote }”。
    }{ $verdict ->
        [supported] 数据支持这一说法。
        [contradicted] 数据与此矛盾{ $lists ->
            [none] 。
           *[other] ：有太多号码也在 { $lists } { $more ->
                [0] 中。
               *[other] 等名单中（另有 { $more } 份）。
            }
        }
        [contradicted-by-statement] 另一陈述与此矛盾。
        [doubted] 数据对此不利，但不足以否定。
        [consistent] 数据与此不矛盾，但不足以证明。
        [untestable] 本案的材料无法检验。
       *[untested] 尚未检验。
    }
claim-says-random =
    { $party } 称{ $dataset ->
        [none] 号码
       *[other] {" "}{ $dataset } 中的号码
    }是随机生成的
claim-says-business-only =
    { $party } 称{ $dataset ->
        [none] { $about ->
            [none] {""}
           *[other] {" "}{ $about }{" "}
        }只提供
       *[other] {" "}{ $dataset } 只含
    }企业联系方式
claim-says-public-sources =
    { $party } 称{ $dataset ->
        [none] { $about ->
            [none] {""}
           *[other] {" "}{ $about }{" "}
        }只使用公开来源
       *[other] {" "}{ $dataset } 全部来自公开来源
    }
claim-says-size =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }拥有 { $value } 个联系人
claim-says-daily-growth =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }每日新增 { $value } 个联系人
claim-says-first-hand =
    { $party } 称{ $dataset ->
        [none] { $about ->
            [none] 自己
           *[other] {" "}{ $about }{" "}
        }的线路是一手线路
       *[other] {" "}{ $dataset } 是一手数据
    }
claim-says-own-collection =
    { $party } 称{ $dataset ->
        [none] 数据
       *[other] {" "}{ $dataset }{" "}
    }由{ $about ->
        [none] 自己
       *[other] {" "}{ $about }{" "}
    }采集
claim-says-consented =
    { $party } 称{ $dataset ->
        [none] 名单
       *[other] {" "}{ $dataset }{" "}
    }中的人已经同意
claim-says-pool-size =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }有 { $value } 张卡
claim-says-complaint-rate =
    { $party } 称{ $about ->
        [none] 自己
       *[other] {" "}{ $about }{" "}
    }的呼叫中引起投诉的不超过 { $value }
claim-says-not-retained =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }不留存委托方的数据
claim-says-stopped =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }{ $value ->
        [none] 已经停止外呼
       *[other] 自{ $value }起停止外呼
    }
claim-says-stated-origin =
    { $party } 称{ $dataset ->
        [none] 其数据
       *[other] {" "}{ $dataset }{" "}
    }{ $day ->
        [none] {""}
       *[other] 于 { $day }
    }来自 { $value ->
        [none] 所称的来源
       *[other] { $value }
    }
claim-says-members-only =
    { $party } 称{ $about ->
        [none] {""}
       *[other] {" "}{ $about }{" "}
    }只向会员发送消息
claim-says-on =
    { $party } 就{ $about ->
        [none] 自己
       *[other] {" "}{ $about }{" "}
    }的{ $kind }作过陈述
claim-says-other = { $party } 作过陈述
headline-contradiction =
    关于 { $about } 的说法不一致（{ $kind }）：{ $a } 称 { $value_a }，{ $b } 称 { $value_b }{ $times ->
        [none] 。
       *[other] ，相差 { $times } 倍。
    }
headline-times-apart = 相差 { $times } 倍

# 线路与拒绝
headline-line =
    线路 { $line }{ $vendor ->
        [none] {""}
       *[other] （{ $vendor }）
    }：{ ANY($facts) }。
line-rate = { $calls } 次呼叫中有 { $counted } 起投诉，每万次 { $rate } 起（95% 区间：{ $low } 至 { $high }）
line-rate-unknown = { $complaints } 起投诉，呼叫总数不明；若要不超过万分之一，至少需有 { $needed } 次呼叫
line-rule = { $examined } 次呼叫中有 { $violations } 次违反规则 { $rule }（{ $bound }）
line-hand = 自称第 { $hand } 手
line-hand-inferred = 按供应关系为第 { $hand } 手
line-hand-at-least = 按供应关系至少为第 { $hand } 手
refused-by-list = （名单：{ $list }）
refused-any = （各拒绝名单合计，另增不足 { -least } 人的不计）
headline-refused-listed =
    { $people } 名{ $first ->
        [none] {""}
       *[other] { $last ->
            [same] 最迟于 { $first }
           *[other] 于 { SPAN($first, $last) }
        }
    }拒绝 { $by } 的人{ $known ->
        [created] 出现在 { $day }制成的 { $dataset } 中
        [exported] 在 { $day }导出的 { $dataset } 中仍然存在
       *[other] 在 { $day }仍见于 { $dataset }
    }（持有者：{ $party }）。
headline-refused-inside = { $people } 名拒绝 { $by } 的人出现在 { $dataset } 中（持有者：{ $party }）；他们是否在此之前已拒绝，不得而知。
headline-refused-later =
    { $people } 名{ $last ->
        [same] 于 { $first }
       *[other] 于 { SPAN($first, $last) }
    }拒绝 { $by } 的人出现在 { $day }的 { $dataset } 中（持有者：{ $party }）；其中此前已拒绝的不足 { -least } 人。
refusal-bases =
    { $collected ->
        [none] { $used ->
            [none] 该名单未说明任何法律依据。
           *[other] 自称使用依据：{ $used }；未说明收集依据。
        }
       *[other] { $used ->
            [none] 自称收集依据：{ $collected }；未说明使用依据。
           *[other] 自称依据：收集为“{ $collected }”，使用为“{ $used }”。
        }
    }
headline-refusal =
    { $people } 名已拒绝 { $by } 的人{ $what ->
        [released] 仍在{ $first ->
            [none] {""}
           *[other] { $first }
        }交给 { $party } 的副本（{ $of }）中
       *[other] { $last ->
            [none] {""}
            [same] 于 { $first }
           *[other] 于 { SPAN($first, $last) }
        }{ $what ->
            [called] 又被呼叫 { $events } 次
           *[complained] 投诉了此后的 { $events } 次呼叫
        }
    }{ $what ->
        [released] {""}
       *[other] { $of ->
            [none] { $party ->
                [none] （线路不明）
               *[other] （呼叫方：{ $party }）
            }
           *[other] （{ $party ->
                [none] {""}
               *[other] { $party } 的
            }线路 { $of }）
        }
    }。

# 打到埋设号码的电话和消息
headline-campaign =
    { $last ->
        [none] { $first }，
       *[other] { SPAN($first, $last) }，
    }{ $numbers } 个受控号码收到 { $hits } { $channel ->
        [call] 次来电
        [sms] 条短信
        [email] 封邮件
       *[other] 次来电或消息
    }。{ $reading ->
        [none] {""}
       *[other] { $reading }
    }

# 回应
headline-reply = { $party }：{ $state }
reply-answered = 已答复
reply-no-reply = 逾期未答复
reply-asked = 已询问，未到期
reply-not-asked = 未询问
reply-said-answered =
    { $answered ->
        [none] {""}
       *[other] { $answered }
    }已回复{ $text ->
        [none] {""}
       *[other] ：“{ $text }”
    }{ $translation ->
        [none] {""}
       *[other] （译文：“{ $translation }”）
    }{ $untranslated ->
        [none] {""}
       *[other] （原文为外语，未翻译）
    }
reply-said-no-reply =
    { $deadline ->
        [none] 期限内
       *[other] 截至{ $deadline }
    }没有回复
reply-said-asked =
    { $asked ->
        [none] {""}
       *[other] { $asked }
    }已询问，尚未回复{ $deadline ->
        [none] {""}
       *[other] （期限：{ $deadline }）
    }
reply-said-not-asked =
    尚未询问{ $because ->
        [none] {""}
       *[other] （“{ $because }”）
    }
