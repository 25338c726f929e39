### The story of a case: its titles, its notes, and the tree of `tracer show`.

story-not-up-to-date = Not up to date
story-warnings = Warnings: what does not fit together
story-retention = Copies of clients’ lists, held after the contract or passed on
story-chains = Through whose hands the lists went
story-attributions = Copies named by their planted records
story-unnamed = Lists with a client’s records that name no copy
story-campaigns = What calls and messages to planted numbers show
story-derivations = Which list was copied from which
story-claims = What parties say, and what the data say
story-contradictions = Statements that contradict each other
story-sales = Documented sales, and what the lists say
story-lines = Lines: complaints, rules, supply chain
story-refusals = After a refusal
story-lists = The lists
story-replies = Right of reply

# Notes
story-held =
    { $n ->
        [one] One recipient still holds a copy it is entitled to.
        [2] Two recipients still hold copies they are entitled to.
        [3] Three recipients still hold copies they are entitled to.
        [4] Four recipients still hold copies they are entitled to.
        [5] Five recipients still hold copies they are entitled to.
        [6] Six recipients still hold copies they are entitled to.
        [7] Seven recipients still hold copies they are entitled to.
        [8] Eight recipients still hold copies they are entitled to.
        [9] Nine recipients still hold copies they are entitled to.
       *[other] { $n } recipients still hold copies they are entitled to.
    }
story-no-campaign =
    { $n ->
        [one] One further hit belongs to no campaign.
       *[other] { $n } further hits belong to no campaign.
    }
story-untestable =
    { $n ->
        [one] One claim cannot be tested with what this case holds:
       *[other] { $n } claims cannot be tested with what this case holds:
    } `tracer query claims -p verdict=untestable`.
story-untested =
    { $n ->
        [one] One claim has not been tested yet:
       *[other] { $n } claims have not been tested yet:
    } run `tracer trace`.
story-counted =
    { $lists ->
        [one] One list
       *[other] { $lists } lists
    }, { $rows ->
        [one] one record
       *[other] { $rows } records
    }{ $rejected ->
        [0] .
       *[other] : { $rejected } without a usable number or address{ $most ->
            [none] .
           *[other] , { $most } of them in { $where }.
        }
    }
story-purged =
    { $n ->
        [one] The contents of one further list were removed: { $datasets }.
       *[other] The contents of { $n } further lists were removed: { $datasets }.
    }
story-test-error = Error of the test: { $error }.
story-more = … and { $n } more: tracer query { $query }
story-more-reasons = (and { $n } more: tracer why)
story-end = A copy is named before a party is. Grades: `tracer help grades`. Details: `tracer why A B`.

# The first lines
lead-nothing =
    { $copies ->
        [0] No copy is on record, so whether one got out cannot be checked yet.
       *[other] { $marked ->
            [0] No copy on record is marked. Whether one got out can be checked by its rows alone, and often cannot be told.
           *[other] No copy of a client’s list was found beyond what its recipient was allowed to hold.
        }
    }
lead-more-claims =
    { $n ->
        [one] The data contradict one more claim.
       *[other] The data contradict { $n } more claims.
    }
lead-all = All findings, with what speaks against them: { $command }
lead-show = One party’s chain: { $command }. Ids: { $names }.
lead-graph = The graph: { $path } (open it in a browser; it needs no network).
lead-name = { $id } ({ $party })

# The tree
tree-account =
    ; { $lines } lines = { $rows } records{ $other ->
        [none] {""}
       *[other] {" + "}{ $other }
    }{ $further ->
        [0] {""}
       *[other] {" − "}{ $further } further ones of the same line
    }
account-header =
    { $n ->
        [one] one header
       *[other] { $n } headers
    }
account-title =
    { $n ->
        [one] one title
       *[other] { $n } titles
    }
account-blank = { $n } blank
account-continued = { $n } within cells
account-left-out = { $n } not read
tree-party = { $party }{ $role ->
        [none] {""}
       *[other] {", "}{ $role }
    }; right of reply: { $state }
tree-list =
    { $dataset }, held by { $holder }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }, { $contacts ->
        [one] one contact
       *[other] { $contacts } contacts
    }{ $purged ->
        [none] {""}
       *[other] , contents removed on { $purged }
    }
tree-list-of-file = { $list }{ $account }
tree-not-loaded = { $dataset } (not loaded)
tree-elsewhere = { $list } (shown elsewhere)
tree-copy =
    copy { $release }, given to { $recipient }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }{ $ends ->
        [none] , without an end date
       *[other] {" "}until { $ends }
    }
tree-copy-behind =
    copy { $release }, given to { $recipient }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }
tree-reading = { $reading }, { SURE($probability) }
tree-marks = named by its marks: { $marks }
tree-via = { $list }, by way of { $via }
tree-found = { $what }: { $how }
tree-relation =
    { $relation }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    } ({ $basis })
tree-came-from = came from
tree-went-to = went to
tree-nothing = no finding leads from or to it
tree-was-given = was given
tree-holds = holds
tree-hands = through its hands
tree-relations = is said to
tree-says = says
basis-documented = documented
basis-alleged = alleged
basis-inferred = inferred
