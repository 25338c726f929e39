### Which copy a list came from: what its planted and withheld records say, and what would explain them otherwise.

attribution-of-one = { $dataset }: { $reason }
attribution-canaries =
    { $planted ->
        [one] The one record planted in copy { $release }, given to { $recipient }, appears in { $dataset }.
       *[other] { $seen ->
            [one] One of the { $planted } records planted in copy { $release }, given to { $recipient }, appears in { $dataset }.
           *[other] { $seen } of the { $planted } records planted in copy { $release }, given to { $recipient }, appear in { $dataset }.
        }
    }
attribution-unique =
    { $planted ->
        [one] The one record planted only in this copy appears.
       *[other] { $seen ->
            [one] One of the { $planted } records planted only in this copy appears.
           *[other] { $seen } of the { $planted } records planted only in this copy appear.
        }
    } A list from elsewhere would show so many with a chance of { $chance }.
attribution-unique-all =
    { $planted ->
        [one] No other copy has this record. A list from elsewhere would show it with a chance of { $chance }.
       *[other] No other copy has any of these { $planted } records. A list from elsewhere would show so many of them with a
            chance of { $chance }.
    }
attribution-pair =
    A planted record that only this copy and { HOWMANY($copies) ->
        [1] { $copies } have
       *[other] one of { $copies } have
    } appears. At least one of the two copies is a source.
attribution-draw =
    A copy that is not the source would match the list so well with a chance of { $chance } (limit: { $bound }). What
    fits best: { ANY($moves) }.
attribution-move =
    { $copies ->
        [one] one copy
       *[other] { $copies } copies, { $how ->
            [merge] sampled, then merged
            [merge-then-sample] merged, then sampled
            [mix-rows] mixed record by record
            [keep-common-rows] compared, with only common records kept
           *[keep-the-majority] compared, with the records of the majority kept
        }
    }{ $rate ->
        [none] {""}
       *[other] {", "}{ $rate } of the records
    }
attribution-choices =
    { $read ->
        [one] One cell that this copy writes in one of two ways
       *[other] { $read } cells that this copy writes in one of two ways
    } can be compared; { $agreeing } are written as in this copy. A copy that is not the source would agree so well with a
    chance of { $chance } (limit: { $bound }).
attribution-rows =
    { $matched } of the copy’s other contacts are in the list{ $share ->
        [none] .
       *[other] {" "}({ $share }).
    }
attribution-together =
    All lists with planted records of this draw together point to this copy. A copy that is not the source would match
    so well with a chance of { $chance } (limit: { $bound }).
attribution-second = { $dataset }, held by someone else and not copied from this list, points to the same copy.
attribution-second-by-contacts =
    { $dataset }, held by someone else, points to the same copy. The two lists share less than half of the smaller one’s
    known contacts.
attribution-campaign =
    The calls or messages of campaign { $campaign } point to the same copy ({ SURE($probability) }). The callers knew the
    invented details of { $n ->
        [one] one of its planted records
       *[other] { $n } of its planted records
    }.

# A list of hashes that names no copy
attribution-copy-unknown =
    The list holds { $client }’s records, but does not show which copy they came from. { $matched } of the { $whole } contacts of
    { $source } are in { $dataset } as hashes. Every copy has them, and so does { $client } itself.
attribution-compared =
    { $matched } of the { $whole } contacts of { $source } are in { $dataset }, but none of the records planted in its copies.
    { $client } itself has these contacts, and so has every recipient who compared copies and removed what others lack.
attribution-days =
    The records planted in the copy for { $recipient } are in { $dataset }; a list from elsewhere would show them with a chance of
    { $error }. But the list is dated { $existed }, before the copy was handed over on { $handed_over }. One of these days
    is wrong.
attribution-would-tell = What would identify the copy: { ANY($ways) }.
attribution-way-canaries = planted records in future copies
attribution-way-shared = withheld records and shared planted records in future copies
attribution-way-file = the file of each copy as it was handed over
attribution-way-clear = the list without hashing, or the names next to the hashes
attribution-names =
    { $datasets } { HOWMANY($datasets) ->
        [1] comes
       *[other] come
    } from { HOWMANY($copies) ->
        [1] copy
       *[other] copies
    } { $copies }{ $error ->
        [none] .
       *[other] : another list would show these marks with a chance of { $error }.
    }
attribution-named-copy = { $release } given to { $recipient }
attribution-also-added =
    Planted records of { HOWMANY($copies) ->
        [1] another copy are
       *[other] other copies are
    } in { $datasets }, too: { $copies }. Someone may have added them, so { HOWMANY($copies) ->
        [1] it is not named.
       *[other] none of these is named.
    }
attribution-also-either =
    { $copies }: at least one of these copies is a source. Whether all are cannot be told, since the planted records of
    the others may have been added.
attribution-also-withdrawn =
    { $n ->
        [one] One record planted in { $release } is
       *[other] { $n } records planted in { $release } are
    } in { $datasets }. That copy was made for { $recipient } and withdrawn: either it was handed out all the same, or the
    register of planted records leaked.
attribution-names-none =
    No copy is named: within the error that is kept, it cannot be told whether { $datasets } { HOWMANY($datasets) ->
        [1] comes
       *[other] come
    } from one of the copies on record.
attribution-note-copy-unknown =
    { $datasets }: these are { $client }’s records. Which copy they came from is not known (G1).
attribution-also-compared =
    { $datasets } { HOWMANY($datasets) ->
        [1] is
       *[other] are
    } { $client }’s list without any planted record: { $client }’s own database leaked, or recipients compared their copies and
    removed what they do not share. Which of these cannot be told.
attribution-also-pair =
    { $datasets } { HOWMANY($datasets) ->
        [1] shows
       *[other] show
    } planted records that only two of these copies have: { $copies }. At least one of them is a source: two recipients compared
    their copies, or one removed its other planted records. Which of them cannot be told.
attribution-also-days =
    { $datasets } { HOWMANY($datasets) ->
        [1] shows
       *[other] show
    } the records planted in { $copies }, but { HOWMANY($datasets) ->
        [1] is
       *[other] are
    } dated before { HOWMANY($copies) ->
        [1] that copy was
       *[other] these copies were
    } handed over. One of these days is wrong: correct it, then the copy can be named.
attribution-note-hashes =
    { $datasets } { HOWMANY($datasets) ->
        [1] holds
       *[other] hold
    } hashes. They were compared with planted records and with lists that have a recorded release; none matches.
    Copies of other lists that are not on record could not be compared.

# What speaks against it
attribution-held-by-client = { $holder } holds this list as a client. Nothing was passed on.
attribution-too-late =
    The copy was handed over on { $handed_over }, but the list already existed on { $existed }. If both days are right, the
    copy cannot be its source.
attribution-rows-missing =
    The copy’s other records are not in this case. So it cannot be ruled out that someone inserted the planted records
    on purpose.
attribution-framing =
    Planted records appear without a matching share of the copy’s other records. Someone may have inserted them to
    incriminate { $recipient }.
attribution-rare =
    { $seen ->
        [one] Only one of the { $planted } records planted only in this copy is in the list,
       *[other] Only { $seen } of the { $planted } records planted only in this copy are in the list,
    } { $share ->
        [none] too few for its other contacts.
       *[other] but { $share } of its other contacts.
    } { HOWMANY($copies) ->
        [0] Someone who has these contacts
       *[other] { $copies } explains these contacts better. Someone who has that copy
    } may have added the planted records to incriminate { $recipient }.
attribution-inside =
    { $planted ->
        [one] The one record planted only in this copy is
       *[other] { $seen ->
            [one] One of the { $planted } records planted only in this copy is
           *[other] { $seen } of the { $planted } records planted only in this copy are
        }
    } inside a list that { $copies } already { HOWMANY($copies) ->
        [1] explains
       *[other] explain
    } with all its contacts. Someone may have added { $seen ->
        [one] it
       *[other] them
    } to incriminate { $recipient }.
attribution-inside-marks =
    { $shown ->
        [0] None of the { $marks } shared planted records
        [one] One of the { $marks } shared planted records
       *[other] { $shown } of the { $marks } shared planted records
    } that this copy has and { $copies } { HOWMANY($copies) ->
        [1] lacks
       *[other] lack
    } { $shown ->
        [0] is in the list.
        [one] is in the list.
       *[other] are in the list.
    } That does not show that contacts came from this copy.
attribution-inside-lacking =
    { $shown } of the { $lacking } contacts that this copy has and { $copies } { HOWMANY($copies) ->
        [1] lacks
       *[other] lack
    } are in the list. That does not show that contacts came from this copy.
attribution-inside-few =
    { $lacking ->
        [one] Only one contact of this copy is
       *[other] Only { $lacking } contacts of this copy are
    } missing from { $copies }, too few to show that contacts came from it.
attribution-inside-alone-few =
    Contacts that this copy never had are in the list, as large a share as of its own. The contacts came from somewhere
    else. Someone may have added the planted records to incriminate { $recipient }.
attribution-inside-tell =
    Whether contacts came from this copy, or its planted records alone, cannot be determined: the copies have the same
    contacts. Copies with withheld records or shared planted records would show it.
attribution-inside-alone =
    { $shown } of the { $never } contacts that this copy never had are in the list, as large a share as of its own. The
    contacts came from somewhere else. Someone may have added the planted records to incriminate { $recipient }.
attribution-either =
    The list would look the same without this copy, or without { $copies }. At least one of these copies is a source.
    The planted records of another one may have been added. Copies with withheld records and
    shared planted records would show it.
attribution-home =
    { $n ->
        [one] One record planted in the client’s own database appears in the list.
       *[other] { $n } records planted in the client’s own database appear in the list.
    } The database or the register of planted records leaked, not this copy.
attribution-at-home =
    Records planted only in { $client ->
        [none] your
       *[other] { $client }’s
    } own database appear in { $dataset }: { $seen } of { $planted }. The database, a backup, someone who has all of it, or
    your list of planted records leaked{ $copies ->
        [0] . No copy is on record, so which of them cannot be told; give each processor a marked copy.
       *[other] , not a recipient’s copy.
    }
attribution-unreleased =
    { $n ->
        [one] One planted record that was in no copy appears in the list.
       *[other] { $n } planted records that were in no copy appear in the list.
    } The register of planted records may have leaked.
attribution-withdrawn =
    { $n ->
        [one] One planted record of { $copies } appears
       *[other] { $n } planted records of { $copies } appear
    } in the list, { HOWMANY($copies) ->
        [1] a copy that was
       *[other] copies that were
    } withdrawn. Either { HOWMANY($copies) ->
        [1] it was
       *[other] they were
    } handed out all the same, or the register of planted records leaked.
attribution-siblings =
    { $n ->
        [one] One record planted in the client’s other copies appears, and no other named copy explains it.
       *[other] { $n } records planted in the client’s other copies appear, and no other named copy explains them.
    }
attribution-by-design =
    { $n ->
        [one] One of the planted records seen is by design in other copies too.
       *[other] { $n } of the planted records seen are by design in other copies too.
    }
attribution-elsewhere =
    { $n ->
        [one] One of the planted records seen is
       *[other] { $n } of the planted records seen are
    } also in other copies: { $copies }{ $more ->
        [0] .
       *[other] {" "}(and { $more } more).
    }
attribution-never-held =
    { $n } records that were withheld from this copy are in the list, so the copy cannot be its only source.
attribution-choices-unread =
    { $unread } of { $asked } keyed choices cannot be read: the list was normalised, or the columns are missing.
attribution-none-seen =
    { $planted ->
        [one] The copy’s one planted record does not appear.
       *[other] None of the copy’s { $planted } planted records appears.
    } This rules out, at 95%, that { $least } or more of the copy was taken at random.
attribution-removed =
    { $planted ->
        [one] The copy’s one planted record does not appear, although { $share } of its other contacts do. It was removed,
       *[other] None of the copy’s { $planted } planted records appears, although { $share } of its other contacts do. They were removed,
    } or these contacts did not come from this copy alone.
attribution-limit =
    The limit for naming a copy is { $bound }, because { $compared ->
        [one] one copy was
       *[other] { $compared } copies were
    } compared. Few planted numbers in crowded blocks of numbers do not reach it.

# Masked numbers: the codes begin with `masked-`
masked-fit =
    { $planted ->
        [one] The one record planted in copy { $release } { $fit ->
            [0] fits no
           *[other] fits a
        }
       *[other] { $fit ->
            [0] None of the { $planted } records planted in copy { $release } fits a
            [one] One of the { $planted } records planted in copy { $release } fits a
           *[other] { $fit } of the { $planted } records planted in copy { $release } fit a
        }
    } masked number in the list{ $agreeing ->
        [none] {""}
       *[other] { $fit ->
            [0] {""}
           *[other] {", "}{ $agreeing } of them next to the matching name or company
        }
    }. By chance, { $expected } would fit (a chance of { $chance }, not corrected for the number of copies). A masked number
    alone identifies no one, and names no copy.
masked-named =
    { $planted ->
        [one] The one record planted only in this copy fits
       *[other] { $fit ->
            [one] One of the { $planted } records planted only in this copy fits
           *[other] { $fit } of the { $planted } records planted only in this copy fit
        }
    } a masked number next to its own name. A list from elsewhere would show so many with a chance of { $chance } (limit:
    { $bound }).
masked-planted =
    The contacts of the released list are not there in proportion, or another named copy explains them. Someone may have
    added the planted records.
