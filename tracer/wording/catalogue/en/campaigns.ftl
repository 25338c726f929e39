### What calls and messages to controlled numbers show, by hit and by campaign. Background: what any number gets.

# One call or message
hit-background-control = This number was given to no one: background.
hit-not-read = Not read yet: run tracer trace.
hit-new-number =
    The number had been in service for less than { $days } days, so the call may be for its former owner: background.
hit-before-copy = No copy that holds this number had been handed over yet: background.
hit-planned = It belongs to a campaign that the client had announced. It does not point to a leak.
hit-storm =
    Other people’s calls showed this number as their caller, and those who were called rang back. It does not point to
    a copy.
hit-asked =
    A look-up service had been asked for this record before, so the call or message may come from the question. It points
    to no copy.
hit-alone-home =
    One call or message to a record planted only in the client’s own list. The client’s database may have leaked, or
    it is background.
hit-no-release = The planted record that was reached is in no copy, so it points to none.
hit-alone = One call or message alone cannot be told apart from background.
hit-no-controls = { $reading } No control numbers were watched, so the background is unknown.

# What a campaign shows
campaign-agreed-use = This is the agreed use of { $release }. By itself it does not point to a leak.
campaign-background = This is background, or someone dialled one number after another. It points to no copy.
campaign-no-evidence =
    It shows nothing: the numbers were new, no copy had been handed over yet, or the campaign had been announced.
campaign-undecided = Where the numbers came from cannot be told.
campaign-client =
    Records planted only in { $client ->
        [none] your
       *[other] { $client }’s
    } own database are in use: { $seen }{ $days ->
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $days } days
    }, to { $numbers } of { $planted }. The database, a backup, someone who has all of it, or your list of planted records
    leaked{ $copies ->
        [0] . No copy is on record, so which of them cannot be told; give each processor a marked copy.
       *[other] , not a recipient’s copy.
    }
campaign-register =
    Records planted only in { $client ->
        [none] your
       *[other] { $client }’s
    } own list, or in many different copies, were reached. They point to the database or the register of planted records,
    not to a recipient.
campaign-copy =
    { $releases } { $sure ->
        [yes] { HOWMANY($releases) ->
            [one] was
           *[other] were
        } leaked or used again.
       *[no] may have been leaked or used again.
    }
campaign-merge =
    { $sure ->
        [yes] The numbers came from { $releases } together.
       *[no] The numbers may have come from { $releases } together.
    } Either leaks were merged, or recipients pooled their copies, or one service provider worked for them.
campaign-intersection =
    { $sure ->
        [yes] Only numbers that { $releases } have in common were reached: someone compared the copies.
       *[no] The numbers reached may be those that { $releases } have in common. Someone may have compared the copies.
    }

# What it rests on
campaign-hits =
    { $hits ->
        [one] One call or message
       *[other] { $hits } calls or messages
    } reached { $numbers ->
        [one] one controlled number
       *[other] { $numbers } controlled numbers
    } { $last ->
        [none] on { $first }
       *[other] between { $first } and { $last }
    }.{ $joined ->
        [script] {" "}They read the same script.
        [callers] {" "}They came from one block of numbers or gave one number to call back.
       *[nothing] {""}
    }
campaign-reached = They reached { $kinds }.
campaign-kind =
    { $kind ->
        [canary] { $n ->
            [one] one planted record
           *[other] { $n } planted records
        }
        [home] { $n ->
            [one] one record planted only in the client’s own list
           *[other] { $n } records planted only in the client’s own list
        }
        [control] { $n ->
            [one] one control number
           *[other] { $n } control numbers
        }
       *[reserve] { $n ->
            [one] one reserve record
           *[other] { $n } reserve records
        }
    }
campaign-knew =
    In { $n ->
        [one] one
       *[other] { $n }
    } of them, the caller { $what ->
        [name] used the name in the planted record.
        [firm] used the company in the planted record.
       *[client] named the client whose list holds the record.
    }
campaign-background-rate =
    Background: { $controls ->
        [one] one control number was
       *[other] { $controls } control numbers were
    } watched for { $months } months in all and received { $hits ->
        [0] no calls or messages
        [one] one call or message
       *[other] { $hits } calls or messages
    }. That is { $rate } a month for each number (95% interval: { $low } to { $high }).
campaign-source =
    { $probability }: { $kind ->
        [background] background, or numbers dialled at random
        [release] the copy { $releases }
        [merge] the copies { $releases }, merged
        [intersection] what the copies { $releases } have in common
        [client] { $client ->
            [none] your
           *[other] { $client }’s
        } own database
       *[register] { $client ->
            [none] your
           *[other] { $client }’s
        } register of planted records
    }.
campaign-complaints =
    Of { $called ->
        [one] one number whose owner
       *[other] { $called } numbers whose owners
    } complained about these callers, { $held ->
        [one] one is
       *[other] { $held } are
    } in { $release }. By chance, { $chance } would be.

# What speaks against it
campaign-no-controls =
    No control numbers were watched. The background is assumed to be two calls or messages a month for each number.
campaign-callers-forged =
    Callers’ numbers can be forged. They are used to group calls, and name no one.{ $hidden ->
        [0] {""}
        [one] {" "}One call or message shows none.
       *[other] {" "}{ $hidden } calls or messages show none.
    }
campaign-one-number = Only one controlled number was reached.
campaign-home-reached = Records planted only in the client’s own list were reached. They are in no copy.
campaign-people-unknown =
    Whether other people in the copy were called is not known. Someone may have called its planted records on purpose.
campaign-people-not-in-copy =
    The people who complained are not in { $release }. Someone may have called its planted records on purpose.
campaign-nobody-knew = No caller used a name or a company from the planted records.
