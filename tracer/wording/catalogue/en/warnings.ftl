### Where contents, days and documents do not fit together.

impossible-dates =
    { $child } looks like a copy of { $parent } by its contents ({ SURE($probability) }), but it existed by { $child_day } and
    { $parent } was made on { $parent_day }. A copy cannot be older than its source. Check both days, or look for
    an earlier export of { $parent }.
reversed-dates =
    { $child } looks like a copy of { $parent } by its contents ({ SURE($probability) }), but it existed by { $child_day } and
    { $parent } was only obtained on { $parent_day }. The day of obtaining shows that a list existed, not when it was
    made. Find out when { $parent } was made.
own-copied =
    { $child } is loaded as a client’s own list, but by its contents it looks like a copy of { $parent }, which was obtained
    ({ SURE($probability) }). Either the client took { $parent } in, or the direction is wrong, or { $child } is not the
    client’s own list.
same-bytes = { $datasets } are the same file, byte for byte. They are one source, not several.
versions-reversed =
    { $parent } and { $child } look like versions of one holder’s list. By their contents { $parent } is the older
    ({ SURE($probability) }), by their days { $child } is: { $child_day } against { $parent_day }. Check both days.
undated-versions =
    { $datasets } look like versions of one holder’s list ({ SURE($probability) }), but their days do not show which is
    older. Still missing: when { $undated } came into being.
direction-open =
    One of { $datasets } was copied from the other ({ SURE($probability) }), but which from which cannot be told. What
    would settle it: { ANY($ask) }.
ask-created = the day on which each list was made
ask-obtained = the day on which each list was obtained
ask-origin = which of the two is a client’s own list
ask-release = the record of a release of one of them
ask-third = a third list of the same origin

# Documented sales
sale-alleged =
    { $documents ->
        [none] Alleged, without a document
       *[other] Alleged ({ $documents })
    }
sale-agrees =
    { $documents }: { $seller } sold to { $buyer }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }. The contents agree: { $child }, held by { $buyer }, was copied from { $parent }, held by { $seller }
    ({ SURE($probability) }).
sale-reversed =
    { $documents }: { $seller } sold to { $buyer }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }. The contents do not agree: { $child }, held by { $seller }, looks like a copy of { $parent }, held by { $buyer }
    ({ $probability }), rather than the other way round ({ $opposite }). Another list may have been sold, or the days
    are wrong. Check the document and the days of both lists.
sale-open =
    { $documents }: { $seller } sold to { $buyer }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }. One of { $parent } and { $child } was copied from the other; the contents alone do not show which
    ({ $probability } against { $opposite }).
sale-no-tie =
    { $documents }: { $seller } sold to { $buyer }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    }. No list of { $buyer } that is here is likely a copy of a list of { $seller } that is here.
