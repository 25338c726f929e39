### The answer to "why": what is likeliest, what else it could be, and what would settle it.

# The short answer
why-list =
    { $holder ->
        [none] { $dataset }
       *[other] { $dataset }, held by { $holder }{ $day ->
            [none] {""}
           *[other] {" on "}{ $day }
        }{ $place ->
            [inside] ,
           *[end] {""}
        }
    }
why-open = It cannot be told whether { $best }, or { $next }.
why-hidden = { $datasets } came from a list that was never obtained ({ $hidden }).
why-stated =
    { $basis ->
        [documented] On record
        [inferred] Inferred
       *[alleged] Alleged
    }{ $day ->
        [none] {""}
       *[other] , { $day }
    }: { $relation }.
why-other-copy =
    { $sure ->
        [perhaps] { $dataset } may have come from copy { $other }. That it came from copy { $release } is less likely.
       *[firm] { $dataset } came from copy { $other }, not from copy { $release }.
    }
why-ask-kept =
    proof that { $vendor } deleted the list, or was allowed to keep it{ $ends ->
        [none] {""}
       *[other] {" "}after { $ends }
    }
why-nothing = No finding and no statement ties { $a } to { $b }.
why-how-sure = How sure: { $sure }.
why-ruled-out = That { $child } was copied from { $parent } was { $judged }.
why-all-steps = That all steps of the chain are true, copies on record included: { $by }.
why-any-way = That data went from { $first } to { $last } by any way: { SURE($probability) }.
why-odds =
    { $odds ->
        [none] both are about equally likely
       *[other] the odds are only { $odds } to 1
    }
why-error = another list would show these marks with a chance of { $error }
why-rests-on = What it rests on
why-speaks-against = What speaks against it
why-would-settle = What would settle it
why-next = The next explanation is { $times } times less likely: { $next }.
why-against-none = Nothing was found. That does not prove that there is nothing.
why-against-more =
    { $n ->
        [one] (and one more)
       *[other] (and { $n } more)
    }
why-ask-party =
    { $state ->
        [asked] the answer of { $party }, which was asked but has not replied yet
       *[not-asked] the answer of { $party }, which has not been asked yet
    }
why-more = Add --details for all numbers, dates and documents.

what-if-only = { $best }. No other explanation is likely.
what-if-told = { $best }. The next explanation is { $times } times less likely: { $next }.
what-if-direction =
    It cannot be told which of { $datasets } was copied from the other{ $odds ->
        [none] : both are about as likely.
       *[other] {" "}(odds of { $odds } to 1).
    }
what-if-unnamed =
    It cannot be told. No explanation that can be named is likely; the likeliest of them: { $next }.
what-if-open =
    It cannot be told. Either { $best }, or { $next }{ $odds ->
        [none] ; both are about as likely.
       *[other] {" "}(odds of { $odds } to 1).
    }
what-if-too-few = { $a } and { $b } have fewer than { -least } contacts in common, too few to tell anything.
what-if-chance =
    { $a } and { $b } have { $shared } contacts in common. Chance alone would give about { $expected }. { $than ->
        [more] That is more, but too little to show how it came about.
       *[alike] There is nothing to explain.
    }

# With --details
why-title-what-if = What is likeliest, and what else it could be
why-title-explanations = All explanations
why-title-derivations = Derivation
why-title-alias-origins = What the addresses name
why-title-vintages = When the rows left the client
why-title-pairs = The row of evidence
why-title-overlaps = Overlap
why-title-attributions = Attribution
why-title-retention = Retention
why-title-relations = Relations
why-title-claims = Claims
why-title-refusals = People who refused
why-title-said = What is said of either list
why-title-releases = Copies handed over
why-title-chains = Resale chains
why-title-hidden = Proposed hidden datasets
why-title-hidden-rows = What a hidden dataset must have held
why-title-canaries = Planted records
why-title-dates = Dates
why-title-positions = Rows in common
why-title-other-copies = Other copies behind the same dataset
why-title-other-sources = Other sources of the same dataset
why-title-judgements = Judgements
why-title-evidence = Documents
why-title-replies = Right of reply
why-title-against = What speaks against it
why-no-tie = No finding and no statement ties them.
why-would-make-surer = What would make it surer
why-documents = documents: { $ids }
why-rows =
    { $list }: { $n ->
        [one] one row
       *[other] { $n } rows
    }: { $runs }
why-hidden-rows = { $n } of them in { $list }, at rows { $runs }
why-more-runs =
    { $n ->
        [one] … and one more run
       *[other] … and { $n } more runs
    }

# What would settle it
what-if-ask-register =
    the register or public source itself: it shows whether the two share records or errors that it lacks
what-if-ask-third =
    another list of the same origin: with which of the two it shares its records shows what went through whom
what-if-ask-link =
    all of { $link } as it was at the time: records of { $datasets } that it lacks went another way
what-if-ask-made =
    the day on which { $dataset } was made{ $known ->
        [obtained] {" "}(only the day on which it was obtained is known)
       *[nothing] {""}
    }
what-if-ask-living =
    whether { $dataset } goes on after its first day (key living of the manifest){ $asked ->
        [living-and-exported] , and the day on which this file was exported (key exported)
       *[living] {""}
    }
what-if-ask-texts =
    names and postal addresses for the contacts of { $dataset }, because a copy keeps the errors of its source ({ $loaded ->
        [unknown-columns] no column is known to hold any; name it with --map when you load the list
        [numbers] only its numbers are loaded
        [addresses] only its e-mail addresses are loaded
        [numbers-and-addresses] only its numbers and e-mail addresses are loaded
       *[nothing] none are loaded
    })
what-if-ask-handover =
    a record of how a list was handed over (a contract, a delivery note, a message); ask { $holders }
what-if-ask-more =
    more of either list: popular contacts are in many lists, but a copy goes on where they end

# A copy and a list
which-copy-came-from = { $dataset } came from copy { $release } ({ SURE($probability) })
which-copy-both =
    { $dataset } came from copy { $release } ({ $probability }), and also from copy { $also }. Each is a source of its own.
    None of them clears another.
which-copy-none = Nothing shows that { $dataset } came from copy { $release }, or from another copy of this client.
which-copy-ask-canaries =
    planted records: copy { $release } had none, but the next copies can have some
which-copy-ask-history =
    the client’s list with the days on which records were added and deleted, or several exports of it
which-copy-ask-day = the day on which copy { $release } was handed over
which-copy-ask-file =
    the file of copy { $release } as it was handed over: the records that it lacks set it apart from other copies

# What a list that was never obtained must have held
hidden-rows-held = { $hidden } must have held at least { $contacts } contacts. Of these, { $held }.
hidden-rows-held-by =
    { $contacts } are in { $lists ->
        [one] one of the lists made from it
       *[other] { $lists } of the lists made from it
    }

# The signals of an edge as a table
waterfall-heading =
    { $column ->
        [signal] signal
        [weight] weight
        [total] total
        [for] for
       *[against] against
    }
