### When a client's records were exported.

# Parts of sentences: exported …
vintage-exported-on = on { $day }
vintage-exported-on-either = on { $first } or { $last }
vintage-exported =
    { $first ->
        [none] { $last ->
            [none] on a day that nothing narrows down
           *[other] on or before { $last }
        }
       *[other] { $last ->
            [none] on or after { $first }
           *[other] between { $first } and { $last }
        }
    }

vintage-window = { $client }’s records in { $dataset } were exported { $exported } (95% range).
vintage-newest = { $dataset } holds records that { $client } added shortly before { $day }.
vintage-later =
    Of the { $all } contacts that { $client } added after { $day }, { $dataset } holds { $seen }. A later export would
    hold { $rate } of them.
vintage-deleted = Of the { $all } contacts that { $client } had deleted before { $day }, { $dataset } holds { $seen }.
vintage-copy-fits =
    Copy { $release } fits these dates: it was given to { $recipient } on { $day }{ $made ->
        [none] .
       *[other] {" "}with the records of { $made }.
    }
vintage-copy-misfits =
    Copy { $release } does not fit these dates: it was given to { $recipient } on { $day }{ $made ->
        [none] .
       *[other] {" "}with the records of { $made }.
    }
vintage-chosen-by-age =
    The share of records that were taken differs with their age, { $times } times more than by chance. They were
    selected by date, so missing newer records do not show when they were exported.
vintage-of-another-time =
    { $share ->
        [none] { $n }
       *[other] { $share }
    } of the shared records are from another time. There may be more than one copy, or one that was kept up to
    date. The dates given are those of most records.
vintage-hashed =
    { $dataset } holds hashes. That its records were copied from { $client }’s list is assumed at even odds, not shown.
vintage-would-look-the-same = The pattern would be the same if someone had trimmed or updated the list.
