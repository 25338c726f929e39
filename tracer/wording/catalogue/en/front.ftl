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

# On what it rests
front-planted =
    { $seen ->
        [none] Fewer than { -least }
       *[other] { $seen }
    } of the { $planted } records planted in { $vendor }’s copy { $seen ->
        [one] is
       *[other] are
    } in { $dataset }.
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
    } of the { $planted } records planted only in this copy: { $sure }
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
front-more =
    { $n ->
        [one] One further list of this finding is not drawn.
       *[other] { $n } further lists of this finding are not drawn.
    }
front-note =
    Left to right in time. A bar is the time for which a copy might be held; a dot is a day on which a list was made,
    obtained or first seen. A dashed line: passed on at some time before the list was seen. The finding itself is in
    the strong colour.
front-note-down =
    Downwards in time. A bar is the time for which a copy might be held; a numbered dot is a day on which a list was
    made, obtained or first seen. A dashed line: passed on at some time before the list was seen. The finding itself
    is in the strong colour.

# Where nothing was found
front-empty = This case holds no lists yet
front-empty-next = Load the first one: tracer load FILE --holder PARTY. Then run tracer trace.
front-untraced = The lists of this case have not been compared yet
front-untraced-next = Run tracer trace, then export this page again.
front-nothing = No list was found with anybody who was not allowed to hold it
front-nothing-next =
    The parties and lists are below. What would show more: lists obtained from others, and copies with planted records
    (tracer release).
