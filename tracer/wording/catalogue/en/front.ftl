### The first screen: one finding as a headline, a sentence, and the words at the steps of its time line.

# Headlines
front-kept =
    { $vendor } { $sure ->
        [perhaps] may still have had
        [probably] probably still had
       *[firm] still had
    } { LISTOF($client, $dataset) } { $span ->
        [none] {""}
       *[other] { $span }{" "}
    }after its contract ended
front-kept-and-reached =
    { $vendor } { $sure ->
        [perhaps] may still have had
        [probably] probably still had
       *[firm] still had
    } { LISTOF($client, $dataset) } { $span ->
        [none] {""}
       *[other] { $span }{" "}
    }after its contract ended, and records from its copy { $reached ->
        [perhaps] may have reached
        [probably] probably reached
       *[firm] reached
    } { $who }
front-reached =
    Records from { $vendor }’s copy of { LISTOF($client, $dataset) } { $reached ->
        [perhaps] may have reached
        [probably] probably reached
       *[firm] reached
    } { $who }
front-chain =
    Records from { LISTOF($client, $dataset) } { $reached ->
        [perhaps] may have reached
        [probably] probably reached
       *[firm] reached
    } { $taker }{ $through ->
        [none] {""}
       *[other] {" "}through { $through }
    }
front-others =
    { $n ->
        [one] one other party
        [2] two others
        [3] three others
        [4] four others
        [5] five others
        [6] six others
        [7] seven others
        [8] eight others
        [9] nine others
       *[other] { $n } others
    }

front-the-others =
    { $n ->
        [2] The two others
        [3] The three others
        [4] The four others
        [5] The five others
        [6] The six others
        [7] The seven others
        [8] The eight others
        [9] The nine others
       *[other] The { $n } others
    }
front-and-more = { $n } more

# How sure, and on what it rests
front-kept-sure =
    { $word ->
        [cannot-be-told] Whether { $vendor } still had it cannot be told.
       *[other] That { $vendor } still had it is { $sure }.
    }
front-that-kept = That { $vendor } still had it:
front-others-sure =
    { $who }: { $alike ->
        [yes] { $most } ({ $percent }).
       *[no] from { $least } ({ $percent }) to { $most }.
    }
front-planted =
    { $seen ->
        [none] Fewer than { -least }
       *[other] { $seen }
    } of the { $planted } records planted in { $vendor }’s copy alone, to recognise it, { $seen ->
        [one] is
       *[other] are
    } in { LISTED($dataset) }.
front-least = The least sure step: { $because }

# At the steps
front-list = { $dataset }
front-copy =
    given a copy, { $ends ->
        [none] no end agreed
       *[other] for use until { $ends }
    }
front-still = still had it: { $dataset }
front-planted-sure =
    { $seen ->
        [none] fewer than { -least }
       *[other] { $seen }
    } of { $planted } planted records: { $sure }
front-copied-sure = records from this copy: { $sure }
front-through = from { $dataset }: { $sure }
front-between = passed on between { SPAN($first, $last, joint: "and") }
front-later = made or obtained later than what came of it
front-no-day = day not known

# The picture and its text
front-alt =
    { $headline }. { $first ->
        [none] {""}
       *[other] Time line from { $first } to { $last };{" "}
    }each step follows in words.
front-step = { $day }, { $party }: { $what }
front-from = from { $party }
front-more-parties =
    { $n } more { $of ->
        [none] { $n ->
            [one] party
           *[other] parties
        }
       *[other] of the { $of } others
    } { $n ->
        [one] is
       *[other] are
    } not drawn: { $who }.
front-more-lists =
    { $n ->
        [one] One further list is not drawn: { $datasets }.
       *[other] { $n } further lists of these parties are not drawn: { $datasets }.
    }

# Where nothing was found
front-empty = This case holds no lists yet
front-empty-next = Load the first one: tracer load FILE --holder PARTY. Then run tracer trace.
front-untraced = The lists of this case have not been compared yet
front-untraced-next = Run tracer trace, then export this page again.
front-untold = This edition shows no story
front-untold-next = What was found is in the map, the tables and the report.
front-nothing = No list was found with anybody who was not allowed to hold it
front-nothing-next =
    The parties and lists are below. What would show more: lists obtained from others, and copies with planted records
    (tracer release).
