### How new a list is.

novelty-new =
    { $hidden ->
        [range] Between { $low } and { $high }
       *[exact] { $n }
    } of the { $whole } contacts of { $dataset } are in no earlier list of the case.
novelty-recycled =
    { $hidden ->
        [range] Between { $low } and { $high }
       *[exact] { $n }
    } of the { $whole } contacts of { $dataset } were first in { $first }, { $by ->
        [made] made
       *[obtained] obtained
    } on { $day }.
novelty-several =
    { $hidden ->
        [range] Between { $low } and { $high }
       *[exact] { $n }
    } of the { $whole } contacts of { $dataset } were first in several earlier lists, fewer than { -least } in each.
novelty-open =
    { $hidden ->
        [range] Between { $low } and { $high }
       *[exact] { $n }
    } of the { $whole } contacts of { $dataset } are in other lists too, and no day shows which had them first.
    Still missing: the days on which these lists were made or obtained.
novelty-masked = { $n } rows are masked and cannot be compared.
novelty-hashed = Hashes and clear numbers are not compared here, so more of the contacts may be in an earlier list.
novelty-estimated = Contacts in common were counted from a share of them.
novelty-only-here =
    They are new only to this case. They may have been in a list that is not here, and a number that is written
    otherwise may have gone unseen.
novelty-obtained = That list may be older than the day on which it was obtained.
