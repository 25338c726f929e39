### What is said in more than one place. Numbers come with their kind; SURE() adds the word for how likely it is.

as-written = { $text }
former-reason = A reason of an earlier version of the tool. Trace again to see what is found now.
how-sure = { $word }, { $percent }
how-sure-against = the data speak against it, { $odds } to 1
as-judged =
    { $verdict ->
        [confirm] confirmed
        [independent] ruled out (the lists are independent)
        [reverse] ruled out (the reverse was confirmed)
       *[reject] rejected
    } by { $who ->
        [none] a person
       *[other] { $who }
    }{ $day ->
        [none] {""}
       *[other] {" "}on { $day }
    }{ $note ->
        [none] {""}
       *[other] {" "}(“{ $note }”)
    }; without that: { SURE($without) }
decided-by-judgement = This rests on a person’s judgement, { $judged }.
otherwise =
    { $state ->
        [contradicted] the data contradict it
        [supported] the data agree with it
        [consistent] nothing contradicts it, which is not decisive
        [untestable] it cannot be tested
        [agrees] the lists agree with it
        [disagrees] the lists point the other way
        [open] the direction cannot be told
        [no-tie] the lists are not tied
       *[another-way] the lists tell another way
    }
counting-judged = { SURE($likely) }, counting a judgement ({ $judged })
sure-certain = practically certain
sure-very-likely = very likely
sure-likely = likely
sure-more-likely = more likely than not
sure-cannot-be-told = cannot be told

purged = The contents of { $dataset } were removed on { $day }, so this cannot be computed again.

# Findings that are not up to date
untraced-never =
    This case was never traced (or its trace did not end): nothing has been looked for yet, so what is not shown is
    not ruled out. Run tracer trace first.
untraced-changed =
    The case (or tracer itself) has changed since its last trace (run { $run } of tracer { $version }, { $at } UTC):
    findings are those of that run, and what is new was not looked at. Run tracer trace again.

# People in two lists without a common identifier
persons-estimated =
    Estimated from names and the columns next to them: no contact in common, no overlap, no derivation.
persons-not-copied = people in both lists do not show that one was copied from the other
persons-missed-unknown = the fields do not tell how many people are missed: there may be many more
persons-two-fields = people were compared by two fields only: relatives and namesakes are hard to tell apart

# What a trace moved
moved =
    { $parent } → { $child }: { $before ->
        [none] under 5%
       *[other] { $before }
    } before, { $after ->
        [none] under 5%
       *[other] { $after }
    } now ({ $grade_before } → { $grade_after }).
moved-nothing = The new judgement moved no derivation.
moved-so-many =
    Moved since the last run: { $n ->
        [one] 1 derivation
       *[other] { $n } derivations
    }; pairs among them that were not judged: { $elsewhere }.
moved-more = … and { $n } more: { $query }
noticed = Warning: { $warning }
noticed-count = Warnings: { $n } ({ $query })
noticed-more =
    … and { $n ->
        [one] 1 more warning
       *[other] { $n } more warnings
    }: { $query }
because-judgement = Nothing changed but { $judgements }.
because-both = New: { $judgements }. Other facts changed too: { $facts }.
because-other = No judgement is new. Other facts changed: { $facts }.
because-unrecorded = Which facts changed is not on record: an earlier version of tracer made the run before.
because-first = Nothing was traced before that day.
judged =
    judgement { $judgement } ({ $a } → { $b }: { $verdict ->
        [confirm] confirmed
        [reject] rejected
        [independent] independent
        [withdraw] withdrawn
       *[unsure] unsure
    })
fact-datasets = lists
fact-parties = parties
fact-releases = releases
fact-canaries = planted records
fact-judgements = earlier judgements
fact-claims = claims
fact-segments = number blocks
fact-lines = lines
fact-relations = relations
fact-rules = calling rules
fact-signals = records of calls and mail
fact-aliases = names of parties
fact-region = the country
fact-version = the version of tracer

# Below a table
table-no-rows = (no rows)
table-empty = (without a value in any row: { $columns })
table-details = (details with -f json or -f csv: { $columns })
table-items = … { $n } more
table-more =
    { $n ->
        [one] … and one more row: all of them with -f csv or -f json
       *[other] … and { $n } more rows: all of them with -f csv or -f json
    }
