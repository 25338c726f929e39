### What a watch reports.

alarm-copy =
    { $party }’s copy { $release } was leaked or used again: { $seen }{ $days }{ $probability ->
        [none] .
       *[other] , to { $reached } of its { $planted } planted records. How sure: { SURE($probability) }.
    }
alarm-own =
    Records planted only in { $party ->
        [none] your own database
       *[other] { $party }’s own database
    } are in use: { $seen }{ $days }, to { $reached } of { $planted }. The database, a backup, someone who has
    all of it, or the list of planted records leaked. No copy is on record, so which of them cannot be told; give each
    processor a marked copy. How sure: { SURE($probability) }.
alarm-own-list =
    Records planted only in { $party ->
        [none] your own database
       *[other] { $party }’s own database
    } are in a list of somebody else: { $seen }. The database, a backup, someone who has all of it, or the list of
    planted records leaked; no copy is meant.
alarm-client =
    { $party ->
        [none] Your own database
       *[other] { $party }’s own database
    } was leaked, not a recipient’s copy: { $seen }{ $days }, to { $reached } of { $planted } records planted
    only there. A backup, or someone who has all of it, is meant as well. How sure: { SURE($probability) }.
alarm-register =
    Records planted in many copies of { $party ->
        [none] your lists
       *[other] { $party }’s lists
    } were reached: { $seen }{ $days }, to { $reached } of { $planted }. They point to the database or the
    list of planted records, not to a recipient. How sure: { SURE($probability) }.
alarm-undecided =
    Planted records of { $party ->
        [none] your lists
       *[other] { $party }’s lists
    } are in use: { $seen }{ $days }, to { $reached } of { $planted }. Which copy they came from cannot be told
    yet. How sure that chance does not explain them: { SURE($probability) }.
alarm-withdrawn =
    What came since speaks against the earlier report: { $release ->
        [none] that { $party ->
            [none] your own records
           *[other] { $party }’s own records
        } were leaked
       *[other] that { $party }’s copy { $release } was leaked
    } cannot be told any more.
alarm-in-days =
    { $n ->
        [none] {""}
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $n } days
    }
alarm-hits =
    { $channel ->
        [email] { $n ->
            [one] one mail
           *[other] { $n } mails
        }
        [call] { $n ->
            [one] one call
           *[other] { $n } calls
        }
       *[other] { $n ->
            [one] one text message
           *[other] { $n } text messages
        }
    }
alarm-list = list { $dataset } held by { $holder } ({ $grade })

# What a message says below its sentence
alarm-handed =
    Copy { $release } of { $dataset } went to { $party }{ $day ->
        [none] , on a day that is not on record
       *[other] {" "}on { $day }
    }{ $ends ->
        [none] ; until when is not on record.
       *[other] , to be used until { $ends }.
    }
alarm-rests-on =
    { $n ->
        [one] It rests on this:
       *[other] It rests on these, the newest last{ $more ->
            [none] {""}
           *[other] {" "}({ $more } older ones are in the case)
        }:
    }
alarm-sender-date = by the sender’s own date
alarm-said-nothing =
    { $channel ->
        [email] mail without a subject
        [call] call
       *[other] text message
    }
alarm-false =
    How often an alarm is false: mail and calls by strangers alone raise one in { $years } years or more of
    watching. Somebody who knows the planted records could bring one about.
alarm-next =
    { $kind ->
        [release] Next: leave the mails where they are. See all of them: tracer query signals. See what speaks against
            it: tracer query campaigns. Ask the recipient in writing, and note it: tracer reply add.
       *[other] Next: leave the mails where they are. See all of them: tracer query signals. Was it a mailing of your
            own? Name it: help signals, agreed use. Otherwise ask who can read the database, its exports and backups,
            and the list of planted records.
    }

alarm-next-list = Look at what the list shows: tracer attribute { $first }, tracer why { $first }. The list: { $lists }.
alarm-duty = If people’s data got out, the time in which that has to be reported may be running (in the EU: 72 hours).
alarm-update = Update: { $what }

# What is not a conclusion
alarm-test =
    Test: this is how an alarm of the case { $case } reaches you. No record was reached; nothing has leaked.
alarm-alive =
    The watch is alive. Since the last sign of life: { $mails ->
        [one] one mail
       *[other] { $mails } mails
    } read, { $records } calls and messages, { $lists } lists; { $hits } reached planted records or controls, { $aside }
    set aside{ $fetched ->
        [none] .
       *[other] ; last fetch { $fetched } UTC.
    }{ $fault ->
        [none] {""}
       *[other] {" "}NOT REACHED: { $fault }
    }
