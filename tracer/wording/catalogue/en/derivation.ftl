### Who copied from whom: what an edge rests on, signal by signal, and what speaks against it.

derivation-shared =
    { $shared } of the { $whole } contacts of { $child } are also in { $parent }. By chance it would be about
    { $expected }.
# What shows the direction
derivation-dates =
    { $one } was { $one_event ->
        [made] made
        [exported] exported
       *[obtained] obtained
    } on { $one_day }, and { $other } was { $other_event ->
        [made] made
        [exported] exported
       *[obtained] obtained
    } on { $other_day }.
derivation-entered-later =
    By the dates in { $child }, { $rows } of the shared records were added to it after { $parent } already existed.
derivation-later-day =
    { $rows } of the shared records have a day in { $child }{ $column ->
        [none] {""}
       *[other] {" "}(column “{ $column }”)
    } that is later than the first day of { $parent }. Whether they were added on that day is not known.
derivation-own-list =
    { $own } is the client’s own list. It is taken as the source unless the contents show otherwise.
derivation-other-client = { $child } is another client’s own list.
derivation-release =
    On record: the holder of { $child } was given { $parent }{ $day ->
        [none] {""}
       *[other] {" on "}{ $day }
    } (copy { $release }).
derivation-versions = { $datasets } are successive versions of one holder’s list.
derivation-repeats =
    { $mine } contacts are repeated only in { $one }, and { $theirs } only in { $other }.
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
derivation-alternative =
    { $than ->
        [likelier] Another explanation is { $times } times more likely: { $explanation }.
       *[unlikelier] The next explanation is { $times } times less likely: { $explanation }.
    }

# Lists that were never obtained
derivation-hidden-contacts = { $contacts } contacts are in two or more of { $datasets }.
derivation-hidden-unexplained = None of these lists explains what the others have in common.

# Names of the signals
signal-name =
    { $signal ->
        [before] before any evidence
        [overlap] contacts in common
        [cover] contacts explained
        [rests] other contacts
        [cells] cells
        [repeats] repeated contacts
        [ways] ways of writing
        [row-days] dates of records
        [dates] dates of lists
        [own-list] own list or public source
        [release] copy on record
        [length] length
        [versions] successive versions
        [case] the whole case
        [judgement] a person’s judgement
        [exchange] an exchange
       *[other] { $written }
    }
derivation-other-people =
    Names and addresses of the common contacts do not agree ({ $cells } cells were compared). Both may have collected
    the same numbers independently.
# What each kind of evidence rests on
derivation-before = Before any evidence: how often one of two lists that share contacts was copied straight from the other.
derivation-only-two =
    { $contacts } of the { $shared } contacts that { $parent } and { $child } share are in no third list.
derivation-cover =
    About { $contacts } contacts of { $child } are best explained by { $parent }, compared with all other lists that
    hold them.
derivation-rests =
    { $child } has { $child_rest } contacts that { $parent } lacks, { $of_child } of them in third lists. { $parent } has
    { $parent_rest } that { $child } lacks, { $of_parent } of them in third lists.
derivation-cells =
    The lists fill { $varied } cells in different ways. { $parent } and { $child } agree in { $alike } of these, in { $alone }
    of them against all other lists. { $child } alone differs from { $parent } and a third list in { $of_child }, and
    { $parent } alone from { $child } and a third list in { $of_parent }.
derivation-came =
    By the dates in both lists, { $later } of the shared records came into { $child } later than into { $parent }, { $same }
    on the same day, and { $earlier } earlier.
derivation-batch = By the dates in { $copy }, { $rows } of { $dated } shared records came into it on one day.
derivation-later-days =
    { $later } of the shared records have a later day in { $child } than in { $parent }, { $same } the same day, and
    { $earlier } an earlier one. Whether they were added on these days is not known.
derivation-one-day =
    { $rows } of { $dated } shared records have one and the same day in { $copy }. Whether they were added on it is not
    known.
derivation-public = { $list } is a public source. It copies no other list.
derivation-length = { $one } has { $mine } contacts, { $other } has { $theirs }.
derivation-case =
    { $side ->
        [for] In the case as a whole, { $parent } fits well as the source of { $child }.
       *[against] In the case as a whole, { $parent } does not fit well as the source of { $child }.
    }
derivation-quiet =
    { $kind ->
        [row-days] No dates of shared records tell { $one } and { $other } apart.
        [dates] The days of { $one } and { $other } are not known.
        [cells] { $one } and { $other } share no cells that can be compared.
        [ways] Nothing shows that records of { $one } and { $other } were written elsewhere.
        [own-list] Neither { $one } nor { $other } is a client’s own list or a public source.
        [release] No copy of { $one } or { $other } is on record for the holder of the other.
       *[other] Nothing of this kind is known of { $one } and { $other }.
    }
derivation-judged =
    { $verdict ->
        [confirmed] A person has confirmed it.
       *[rejected] A person has rejected it.
    }
derivation-exchange = { $datasets } may each have taken contacts from the other. Neither is then a copy of the other alone.
derivation-ratio =
    The evidence is { $capped ->
        [capped] more than { $ratio } times
       *[whole] { $ratio } times
    } likelier if { $child } was copied from { $parent } than if, for example, both came from a list that was never
    obtained{ $strength ->
        [weak] {" "}(weak support)
        [moderate] {" "}(moderate support)
        [moderately-strong] {" "}(moderately strong support)
        [strong] {" "}(strong support)
       *[none] {""}
    }. Before any evidence, the probability was taken as { $prior }. The method was learnt on the lists of { $makers } makers.
    On makers that were left out, { $right } of { $stated } statements as sure as this were right.
