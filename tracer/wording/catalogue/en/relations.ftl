### What is stated between two parties: one entry a relation, said in its own direction wherever it is shown.

relation-oem-of = { $a } sells the platform of { $b } under its own name
relation-refers-to = { $a } refers customers to { $b }
relation-provides-system-to = { $a } provides its system to { $b }
relation-supplies-line-to = { $a } supplies lines to { $b }
relation-calls-for = { $a } calls on behalf of { $b }
relation-scrapes = { $a } scrapes { $b }
relation-sold-to = { $a } sold data to { $b }
relation-owns = { $a } owns { $b }
relation-sanctions = { $a } sanctioned { $b }
relation-commits-to = { $a } made a commitment to { $b }
relation-blocks-line = { $a } blocked a line of { $b }
relation-reviews-script = { $a } reviews the call scripts of { $b }

### Between two lists: `-perhaps` where it is less than likely, `-open` where the direction cannot be told.
lists-copied = { $taker } was copied from { $giver }
lists-copied-perhaps = { $taker } may have been copied from { $giver }
lists-copied-open = One of { $giver } and { $taker } was copied from the other; which from which cannot be told
lists-copied-open-perhaps = One of { $giver } and { $taker } may have been copied from the other; which from which cannot be told
lists-version = { $taker } is a later version of { $giver }
lists-version-perhaps = { $taker } may be a later version of { $giver }
lists-version-open = { $giver } and { $taker } are versions of one list; which is older cannot be told
lists-exchange = { $giver } and { $taker } each took contacts from the other
lists-exchange-perhaps = { $giver } and { $taker } may each have taken contacts from the other
lists-through = { $taker } came from { $giver } by way of { $through }
lists-through-perhaps = { $taker } may have come from { $giver } by way of { $through }
lists-common = { $giver } and { $taker } both came from { $through }
lists-common-perhaps = { $giver } and { $taker } may both have come from { $through }
lists-states = { $giver } came from an older state of { $through }, and { $taker } from { $through } itself
lists-register =
    { $giver } and { $taker } were both collected from one register or public source, or from the same people
lists-hidden = { $giver } and { $taker } both came from a list that was never obtained
lists-hidden-proposed = { $giver } and { $taker } both came from a list that was never obtained (proposed as { $through })
lists-chance = { $giver } and { $taker } share only popular contacts or a common public source
lists-other = { $giver } and { $taker } are linked in a way that no list of this case shows
