### Who copied from whom: what an edge rests on, signal by signal, and what speaks against it.

derivation-shared =
    { $shared } of the { $whole } contacts of { $child } are also in { $parent }. By chance it would be about
    { $expected }.
derivation-overlap = The two lists share { $times } times as many contacts as chance would give.
derivation-rows-explained =
    { $precision ->
        [about] About { $contacts }
       *[exact] { $contacts }
    } contacts of { $child } are in { $parent }{ $others ->
        [none] , and { $child } has no other likely source.
       *[other] {" "}and in none of its other likely sources ({ $others }).
    }
derivation-two-lists =
    { $precision ->
        [about] About { $contacts }
       *[exact] { $contacts }
    } contacts are in { $parent } and { $child } and in no third list.
derivation-covers =
    Other lists show the direction. The other way round, these lists would not share the contacts that they share.
derivation-follows =
    The source of { $parent } is known. { $child } has contacts of { $parent } from that source, so it came later.

# What shows the direction
derivation-dates =
    { $one } was { $one_event ->
        [made] made
       *[obtained] obtained
    } on { $one_day }, and { $other } was { $other_event ->
        [made] made
       *[obtained] obtained
    } on { $other_day }.
derivation-entered-later =
    By the dates in { $child }, { $rows } of the shared records were added to it after { $parent } already existed.
derivation-own-list =
    { $own } is the client's own list. It is taken as the source unless the contents show otherwise.
derivation-other-client = { $child } is another client's own list.
derivation-release =
    On record: the holder of { $child } was given { $parent }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    } (copy { $release }).
derivation-versions = { $datasets } are successive versions of one holder's list.
derivation-grown =
    { $newer } holds nearly all contacts of { $older } and { $more } more. Both lists have the same holder.
derivation-errors =
    { $one } and { $other } differ in { $differ } cells. Unrelated lists agree with { $one } in { $mine } of them and with
    { $other } in { $theirs }.
derivation-repeats =
    { $mine } contacts are repeated only in { $one }, and { $theirs } only in { $other }.
derivation-newest =
    By their { $by ->
        [day] dates
       *[id] ids
    }, { $rows } records of { $newer } come after the last record of { $older }.
derivation-alike =
    { $what ->
        [names] The names in the shared records are written
        [numbers] The numbers in the shared records are written
       *[cells] The shared records are filled in
    } as in the rest of { $source }, and not as in the rest of { $copy }.

derivation-secrets =
    { $equal } of the { $compared } people with a password in both lists have the same one in both. Lists that were
    collected independently share { $usual } of them at most; they would share so many with a chance of { $chance }. Both
    lists go back to one source.

# What speaks against it
derivation-direction-open = Nothing shows which of { $datasets } is older.
derivation-one-register =
    Both lists may have been collected independently from one register or public source.
derivation-alternative =
    { $than ->
        [likelier] Another explanation is { $times } times more likely: { $explanation }.
       *[unlikelier] The next explanation is { $times } times less likely: { $explanation }.
    }
derivation-explanation =
    { $kind ->
        [copied] { $taker } was copied from { $giver }
        [through] { $taker } came from { $giver } through { $through }
        [common] { $giver } and { $taker } both came from { $through }
        [register] { $giver } and { $taker } were both collected from one register or public source
        [hidden] { $giver } and { $taker } both came from a list that was never obtained{ $through ->
            [none] {""}
           *[other] {" "}(proposed as { $through })
        }
        [chance] { $giver } and { $taker } share only popular contacts or a common public source
       *[other] { $giver } and { $taker } are linked in a way that no list of this case shows, or the method is wrong
    }

# Lists that were never obtained
derivation-hidden-contacts = { $contacts } contacts are in two or more of { $datasets }.
derivation-hidden-unexplained = None of these lists explains what the others have in common.

# Names of the signals
signal-name =
    { $signal ->
        [overlap] overlap
        [rows-explained] contacts explained
        [exactly-two-lists] in these two only
        [composition] other lists
        [dates] dates
        [own-list] client's own list
        [release] copy on record
        [errors] typing errors
        [repeats] repeated contacts
        [days-of-rows] newest dates
        [ids-run-on] newest ids
        [ways-of-writing-numbers] number formats
        [ways-of-writing-names] name formats
        [cells-filled] filled cells
        [grown] growth
        [versions] successive versions
        [places] places
        [rarity] rare contacts
       *[other] { $written }
    }
derivation-other-people =
    Names and addresses of the common contacts do not agree ({ $cells } cells were compared). Both may have collected
    the same numbers independently.
derivation-alone =
    No third list and no document rules out that both collected these contacts independently.
