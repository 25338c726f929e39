### From whose copy a list came that someone else holds, or that its recipient still holds.

retention-canaries =
    { $n ->
        [one] One record planted in { $vendor }’s copy appears in { $dataset }.
       *[other] { $n } records planted in { $vendor }’s copy appear in { $dataset }.
    }
retention-fits-best =
    { $marks ->
        [planted-withheld-dates] Planted records, withheld records and dates together point
        [planted-withheld] Planted and withheld records together point
        [planted-dates] Planted records and dates together point
        [withheld-dates] Withheld records and dates together point
        [planted] Planted records point
        [withheld] Withheld records point
        [dates] Dates point
       *[rows] Its records point
    } to { $vendor }’s copy. { $times ->
        [none] No other single source fits.
       *[other] Any other single source fits { $times } times less well, or worse.
    }
retention-exported-fits =
    The client’s records in { $dataset } were exported { $exported } (95% range). { $vendor }’s copy fits: it was given on
    { $day }{ $made ->
        [none] .
       *[other] {" "}with the records of { $made }.
    }{ $others ->
        [none] {""}
       *[other] {" "}What { $others } was given fits as well.
    }
retention-step = { $relation } ({ SURE($probability) }; { $grade }).
retention-only-source =
    { $n } contacts in { $dataset } are also in { $parent } and in no other list here. Nothing else in this case explains
    them.
retention-every-path = Every path from { $client } to { $dataset } leads through { $vendor }.
retention-hashed = { $n } of the { $whole } contacts of { $source } are in { $dataset } as hashes.
retention-holds-itself = { $vendor } itself holds { $dataset }.
retention-after-end =
    { $vendor } had { $dataset } on { $seen }, { $days ->
        [one] one day
       *[other] { $days } days
    } after the permitted use of the copy ended ({ $ends }).
retention-left-before-end =
    { $how ->
        [made] { $dataset } was made on { $day }
       *[had] { $holder } had { $dataset } on { $day }
    }, and the permitted use of the copy ran until { $ends }. If the records came from this copy, they were passed on
    before it ended.

# Other sources: instead of the copy, or as well
retention-instead =
    { $kind ->
        [client] Instead of { $vendor }’s copy, the client’s own database may be the source
        [unrecorded] Instead of { $vendor }’s copy, a recipient who is not on record may be the source
        [recipient] Instead of { $vendor }’s copy, a copy given to { $other } may be the source
       *[release] Instead of this copy, another copy given to { $vendor } may be the source: { $other }
    } ({ $probability }).
retention-instead-rest =
    The source may be one of { $n } other { $n ->
        [one] recipient or copy
       *[other] recipients or copies
    }, not this copy ({ $probability } in all).
retention-instead-unrelated = The source may have nothing to do with { $client } ({ $probability }).
retention-as-well =
    In addition, { $kind ->
        [client] the client’s own database may have leaked
        [unrecorded] records may have come from a recipient who is not on record
        [recipient] records may have come from a copy given to { $other }
       *[release] records may have come from another copy given to { $vendor }, { $other }
    } ({ $probability }). That would not clear { $kind ->
        [release] this copy.
       *[other] { $vendor }’s copy.
    }

# What else speaks against it
retention-exported-otherwise =
    The client’s records in { $dataset } were exported { $exported } (95% range), but { $vendor }’s copy is dated { $day }.
retention-home =
    Records planted in { $client }’s own database appear. That database or the register of planted records leaked.
retention-framing =
    Records planted in { $vendor }’s copy appear without a matching share of its other records. Someone may have inserted
    the planted records.
retention-no-canaries =
    { $n ->
        [one] The one record planted in { $vendor }’s copy does not appear in { $dataset }.
       *[other] None of the { $n } records planted in { $vendor }’s copy appears in { $dataset }.
    }
retention-other-paths = There are paths to { $dataset } that avoid { $vendor }.
retention-no-end = No end date was agreed.
retention-day-unknown = It is not known on which day { $dataset } was seen.
retention-later-proves-nothing =
    A later date with a third party does not prove that { $vendor } kept the copy after the end date.
