### What a watch reports.

conclusion-copy =
    { $party }’s copy { $release } was leaked or used again: { $seen }{ $days ->
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $days } days
    }.{ $probability ->
        [none] {""}
       *[other] {" "}How sure: { SURE($probability) }.
    }
conclusion-client =
    { $party }’s own database was leaked, not a recipient’s copy: { $seen }{ $days ->
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $days } days
    }, to records planted only there. How sure: { SURE($probability) }.
conclusion-register =
    Records planted in many copies of { $party }’s lists were reached: { $seen }{ $days ->
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $days } days
    }. They point to its database or its register of planted records, not to a recipient. How sure: {
    SURE($probability) }.
conclusion-undecided =
    Planted records of { $party }’s lists are in use: { $seen }{ $days ->
        [0] {""}
        [1] {" "}in one day
       *[other] {" "}in { $days } days
    }. Which copy they came from cannot be told yet. How sure that background does not explain them: {
    SURE($probability) }.
conclusion-withdrawn =
    What came since speaks against the earlier report: { $release ->
        [none] that { $party }’s own records were leaked
       *[other] that { $party }’s copy { $release } was leaked
    } cannot be told any more.
conclusion-hits =
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
conclusion-list = list { $dataset } held by { $holder } ({ $grade })
conclusion-day =
    { $day }: { $calls ->
        [one] one call or message
       *[other] { $calls } calls and messages
    } reached numbers under control; { $controls } of them control numbers. { $reported ->
        [0] None belongs to a reported leak; background explains them.
        [one] One belongs to a reported leak; background explains the rest.
       *[other] { $reported } belong to reported leaks; background explains the rest.
    }
