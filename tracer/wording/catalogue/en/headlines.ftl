### The headline of each kind of finding: who, what, when. How sure, and what it rests on, comes after it.

# Parts of sentences
list-of = { $client }’s list
list-called = the list ‘{ $dataset }’
span-days =
    { $n ->
        [one] one day
        [2] two days
        [3] three days
        [4] four days
        [5] five days
        [6] six days
        [7] seven days
        [8] eight days
        [9] nine days
        [10] ten days
        [11] eleven days
        [12] twelve days
       *[other] { $n } days
    }
span-weeks =
    { $n ->
        [one] one week
        [2] two weeks
        [3] three weeks
        [4] four weeks
        [5] five weeks
        [6] six weeks
        [7] seven weeks
        [8] eight weeks
        [9] nine weeks
        [10] ten weeks
        [11] eleven weeks
        [12] twelve weeks
       *[other] { $n } weeks
    }
span-months =
    { $n ->
        [one] one month
        [2] two months
        [3] three months
        [4] four months
        [5] five months
        [6] six months
        [7] seven months
        [8] eight months
        [9] nine months
        [10] ten months
        [11] eleven months
        [12] twelve months
       *[other] { $n } months
    }
rate-one-in = 1 in { $n }

# How sure, as a sentence of its own
sureness =
    { $word ->
        [certain] Practically certain.
        [very-likely] Very likely.
        [likely] Likely.
        [more-likely] More likely than not.
       *[cannot-be-told] Cannot be told.
    }
sureness-judged = This was { $judged }.
headline-sure = { SURE($probability) }
headline-sure-shared = { SURE($probability) }; { $shared } contacts in common

# A copy of a client's list, where it was seen
headline-retained =
    { $vendor } { $sure ->
        [perhaps] may still have had
       *[firm] still had
    } { LISTOF($client, $dataset) }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }, { $span ->
        [none] {""}
       *[other] { $span }{" "}
    }after the contract ended.
headline-passed-on =
    { $when ->
        [before-end] While { $vendor }’s contract was still running, { $holder }
       *[other] { $holder }
    } held { $seen }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }. It { $sure ->
        [perhaps] may come
       *[firm] comes
    } from the copy of { LISTOF($client, $dataset) } given to { $vendor }.
headline-passed-on-all =
    Lists held by { $holders }{ $last ->
        [none] { $first ->
            [none] {""}
           *[other] {" "}({ $first })
        }
       *[other] {" "}({ SPAN($first, $last) })
    } { $sure ->
        [perhaps] may come
       *[firm] come
    } from the copy of { LISTOF($client, $dataset) } given to { $vendor }.
headline-held =
    { $holder } held { $seen }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }, { $sure ->
        [perhaps] perhaps from
       *[firm] from
    } the copy of { LISTOF($client, $dataset) } given to { $vendor }. { $when ->
        [before-end] It was entitled to it.
       *[other] No end date was agreed.
    }
headline-given =
    { $vendor } was given copy { $release } of { LISTOF($client, $dataset) }{ $ends ->
        [none] , without an end date.
       *[other] {" "}for use until { $ends }.
    } What comes from it:
headline-seen =
    { $seen }, held by { $holder }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }: { $reading }, { SURE($probability) }
reading-retained = held after the contract ended
reading-passed-on = passed on
reading-passed-on-before-end = passed on before the contract ended
reading-held = held during the contract
reading-held-no-end = held, no end date agreed

# A copy that its planted records or its draw name
headline-named =
    { $dataset } comes from copy { $release }, given to { $recipient }{ $holds ->
        [yes] , which holds this list itself
       *[no] {""}
    }.
headline-marks =
    { $seen ->
        [none] Fewer than { -least }
        [0] None
       *[other] { $seen }
    } of its { $planted } planted records { $seen ->
        [0] appears
        [one] appears
       *[other] appear
    }.
headline-compared = { $dataset } is { $client }’s list without any planted record: its own database, or copies that recipients compared.
headline-days = { $dataset } shows the records planted for { $recipient }, but is dated before that copy. One of the days is wrong.
headline-copy-unknown = { $dataset } contains { $client }’s list as hashes. Which copy it came from cannot be told.

# Copies of lists
stated = { $relation }.
chain-steps =
    A chain is as likely as all its steps together. What speaks against a step is said with the finding on its lists.
headline-chain =
    Data of { $giver } { $sure ->
        [perhaps] may have reached
       *[firm] reached
    } { $taker }{ $through ->
        [none] {""}
       *[other] {" "}through { $through }
    }{ $first ->
        [none] .
       *[other] { $last ->
            [none] {" "}(lists of { $first }).
           *[other] {" "}(lists of { SPAN($first, $last) }).
        }
    }
headline-chain-by =
    { $probability ->
        [none] {""}
       *[other] { SURE($probability) };{" "}
    }by way of { $datasets }
headline-dated =
    { $first ->
        [none] { $last ->
            [none] When { $client }’s records in { $dataset } were exported cannot be told.
           *[other] { $client }’s records in { $dataset } were exported on or before { $last }.
        }
       *[other] { $last ->
            [none] { $client }’s records in { $dataset } were exported on or after { $first }.
            [same] { $client }’s records in { $dataset } were exported on { $first }.
           *[other] { $client }’s records in { $dataset } were exported between { SPAN($first, $last, joint: "and") }.
        }
    }

# What parties say
headline-claim =
    { $says }{ $quote ->
        [none] .
       *[other] : “{ $quote }”.
    } { $verdict ->
        [supported] The data support this.
        [contradicted] The data contradict this{ $lists ->
            [none] .
           *[other] : too many of the numbers are in { $lists }{ $more ->
                [0] .
                [one] {" "}and one more list.
               *[other] {" "}and { $more } more lists.
            }
        }
        [contradicted-by-statement] Another statement contradicts this.
        [doubted] The data speak against this, but are not clear enough to contradict it.
        [consistent] The data fit this but do not prove it.
        [untestable] This case cannot test it.
       *[untested] Not tested yet.
    }
claim-says-random =
    { $party } says that { $dataset ->
        [none] the numbers
       *[other] the numbers in { $dataset }
    } were generated at random
claim-says-business-only =
    { $party } says that { $dataset ->
        [none] { $about ->
            [none] it supplies
           *[other] { $about } supplies
        }
       *[other] { $dataset } holds
    } business contacts only
claim-says-public-sources =
    { $party } says that { $dataset ->
        [none] { $about ->
            [none] it uses
           *[other] { $about } uses
        }
       *[other] { $dataset } comes from
    } public sources only
claim-says-size =
    { $party } says that { $about ->
        [none] it has
       *[other] { $about } has
    } { $value } contacts
claim-says-daily-growth =
    { $party } says that { $about ->
        [none] it gains
       *[other] { $about } gains
    } { $value } contacts a day
claim-says-first-hand =
    { $party } says that { $dataset ->
        [none] { $about ->
            [none] its lines are
           *[other] the lines of { $about } are
        }
       *[other] { $dataset } is
    } first hand
claim-says-own-collection =
    { $party } says that { $about ->
        [none] it
       *[other] { $about }
    } collected { $dataset ->
        [none] its data
       *[other] { $dataset }
    } itself
claim-says-consented =
    { $party } says that the people in { $dataset ->
        [none] its lists
       *[other] { $dataset }
    } consented
claim-says-pool-size =
    { $party } says that { $about ->
        [none] it has
       *[other] { $about } has
    } { $value } SIM cards
claim-says-complaint-rate =
    { $party } says that at most { $value } of { $about ->
        [none] its calls
       *[other] the calls of { $about }
    } lead to a complaint
claim-says-not-retained =
    { $party } says that { $about ->
        [none] it keeps
       *[other] { $about } keeps
    } no client data
claim-says-stopped =
    { $party } says that { $about ->
        [none] it
       *[other] { $about }
    } stopped calling{ $value ->
        [none] {""}
       *[other] {" "}on { $value }
    }
claim-says-stated-origin =
    { $party } says that { $dataset ->
        [none] its data
       *[other] { $dataset }
    } came from { $value ->
        [none] a source that it names
       *[other] { $value }
    }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }
claim-says-members-only =
    { $party } says that { $about ->
        [none] it sends
       *[other] { $about } sends
    } messages to members only
claim-says-on =
    { $party } made a statement about { $about ->
        [none] its
       *[other] { $about }’s
    } { $kind }
claim-says-other = { $party } made a statement
headline-contradiction =
    Statements about { $about } differ ({ $kind }): { $a } says { $value_a }, { $b } says { $value_b }{ $times ->
        [none] .
       *[other] {" "}({ $times } times apart).
    }
headline-times-apart = { $times } times apart

# Lines and refusals
headline-line =
    Line { $line }{ $vendor ->
        [none] {""}
       *[other] {" "}of { $vendor }
    }: { ANY($facts) }.
line-rate = { $counted } complaints in { $calls } calls, { $rate } in 10,000 (95% range: { $low } to { $high })
line-rate-unknown =
    { $complaints ->
        [one] one complaint
       *[other] { $complaints } complaints
    }; how many calls it made is not known. For fewer than 1 in 10,000 it would need at least { $needed } calls
line-rule = { $violations } of { $examined } calls broke rule { $rule } ({ $bound })
line-hand = hand { $hand } by its own statement
line-hand-inferred = hand { $hand } by its supply chain
line-hand-at-least = hand { $hand } or later by its supply chain
refused-by-list = (list: { $list })
refused-any = (all lists of refusals together, less what fewer than { -least } add)
headline-refused-listed =
    { $people } people who had refused { $by }{ $first ->
        [none] {""}
       *[other] { $last ->
            [same] {" by "}{ $first }
           *[other] {" between "}{ SPAN($first, $last, joint: "and") }
        }
    } { $known ->
        [created] are in { $dataset }, which was made on { $day }
        [exported] were still in { $dataset } when it was exported on { $day }
       *[other] were still in { $dataset } on { $day }
    } (held by { $party }).
headline-refused-inside =
    { $people } people who refused { $by } are in { $dataset } (held by { $party }); whether they had refused before is not
    known.
headline-refused-later =
    { $people } people who refused { $by }{ $last ->
        [same] {" on "}{ $first }
       *[other] {" between "}{ SPAN($first, $last, joint: "and") }
    } are in { $dataset } of { $day } (held by { $party }); fewer than { -least } of them had refused before.
refusal-bases =
    { $collected ->
        [none] { $used ->
            [none] No legal basis is stated for this list.
           *[other] Stated basis of its use: { $used }. How it was collected is not stated.
        }
       *[other] { $used ->
            [none] Stated basis of its collection: { $collected }. No basis of its use is stated.
           *[other] Stated bases: collected under “{ $collected }”, used under “{ $used }”.
        }
    }
headline-refusal =
    { $people } people who had refused { $by } { $what ->
        [released] were still in the copy given to { $party }{ $first ->
            [none] {""}
           *[other] {" on "}{ $first }
        } ({ $of })
        [called] were called { $events } times afterwards
       *[complained] complained about { $events } later calls
    }{ $what ->
        [released] {""}
       *[other] { $last ->
            [none] {""}
            [same] {" on "}{ $first }
           *[other] {" between "}{ SPAN($first, $last, joint: "and") }
        }{ $of ->
            [none] { $party ->
                [none] {" "}on an unknown line
               *[other] {" "}by { $party }
            }
           *[other] {" "}on line { $of }{ $party ->
                [none] {""}
               *[other] {" "}of { $party }
            }
        }
    }.

# Calls and messages to planted numbers
headline-campaign =
    { $last ->
        [none] On { $first },
       *[other] From { SPAN($first, $last) },
    } { $hits } { $channel ->
        [call] { $hits ->
            [one] call
           *[other] calls
        }
        [sms] { $hits ->
            [one] text message
           *[other] text messages
        }
        [email] { $hits ->
            [one] e-mail
           *[other] e-mails
        }
       *[other] { $hits ->
            [one] call or message
           *[other] calls and messages
        }
    } reached { $numbers ->
        [one] one controlled number
       *[other] { $numbers } controlled numbers
    }.{ $reading ->
        [none] {""}
       *[other] {" "}{ $reading }
    }

# Right of reply
headline-reply = { $party }: { $state }
reply-answered = answered
reply-no-reply = no reply by the deadline
reply-asked = asked, not yet due
reply-not-asked = not asked
reply-said-answered =
    replied{ $answered ->
        [none] {""}
       *[other] {" "}on { $answered }
    }{ $text ->
        [none] {""}
       *[other] : “{ $text }”
    }{ $translation ->
        [none] {""}
       *[other] {" "}(translation: “{ $translation }”)
    }{ $untranslated ->
        [none] {""}
        [zh] {" "}(in Chinese, not translated)
       *[other] {" "}(in another language, not translated)
    }
reply-said-no-reply =
    no reply by { $deadline ->
        [none] the deadline
       *[other] { $deadline }
    }
reply-said-asked =
    asked{ $asked ->
        [none] {""}
       *[other] {" "}on { $asked }
    }, no reply yet{ $deadline ->
        [none] {""}
       *[other] {" "}(time until { $deadline })
    }
reply-said-not-asked =
    not asked{ $because ->
        [none] {""}
       *[other] {" "}(“{ $because }”)
    }
