# Plans of marked copies, backwards: from what is to be caught to what it takes
plan-option = Option
plan-how = What leaks, or how it works
plan-identities = Identities
plan-caught = Caught
plan-leak-one = One copy, { $share } of it
plan-leak-merge = { $n } copies merged, { $share } of each
plan-leak-mix = { $n } copies mixed row by row, { $share } of the rows
plan-leak-compare = { $n } copies compared, { $share } of the rows they have in common
plan-how-names = names or firms leak, too
plan-how-bare = bare numbers alone
plan-how-pool = shared by a code
plan-how-withheld = rows left out by a code
plan-not-to-be-had = not enough
plan-meaning =
    { $n ->
        [one] Caught: the recipient is named, at an error of 1 %.
       *[other] Caught: at least one source is named, at an error of 1 % over all { $n } recipients.
    }
plan-cheapest =
    { $n ->
        [one] Fewest identities against all of these: { $option }, which costs one identity.
       *[other] Fewest identities against all of these: { $option }, which costs { $n } identities.
    }
plan-none-for-all = Planted records of one kind are not enough against all of these; combine the options of each part.
plan-missing =
    { $n ->
        [one] One identity is missing for it: import one with `tracer canary import`.
       *[other] { $n } identities are missing for it: import them with `tracer canary import`.
    }
plan-at-hand =
    { $n ->
        [one] One unused identity is at hand: { $own } for each copy.
       *[other] { $n } unused identities are at hand: { $own } for each copy.
    }
plan-own-at-hand = With --unique { $own }, a leak of this share of one copy is caught in { $caught } of cases where names leak, too.
plan-own-from = They reach { $catch } from leaks of { $leak } of one copy on.
plan-withheld-short =
    Rows left out: with at most 5 % of the rows left out of each copy, { $rows ->
        [one] one leaked row does
       *[other] { $rows } leaked rows do
    } not show which are missing. Planted records are needed, or a larger leak.
plan-not-fitting =
    { $all } can be used in all (`tracer canary list`). { $n ->
        [one] One of them does
       *[other] { $n } of them do
    } not fit this list{ $lack ->
        [number] , whose rows have numbers: an address alone would show.
        [address] , whose rows have no numbers: an address is needed.
       *[other] : the numbers or addresses are in use, or there twice.
    }
