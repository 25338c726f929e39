### The words of figures that the page does not have.

figure-sankey-title = Contacts from list to list
figure-timeline-title = What became of copy { $release }
figure-overlaps-title = What lists have in common
figure-waterfall-title = Was { $child } copied from { $parent }?
figure-source =
    Source: case “{ $title }”, { $lists ->
        [one] one list
       *[other] { $lists } lists
    }; { $masked }
figure-masked = numbers masked
figure-in-clear = numbers in clear
figure-made = Made with tracer { $version }, as of { $date }
figure-sankey-note =
    Width of a band: contacts in common. Height of a bar: contacts of the list, on the same scale. Bands overlap at
    a bar where the same people went to several lists. Only copying of probability 50% or more is drawn.
figure-sankey-unknown = An outlined bar is a list that has not been obtained, as high as its widest band.
figure-sankey-more = Bands that are not drawn: { $n }.
figure-sankey-none = No copying of probability 50% or more was found.
figure-timeline-note =
    A bar is the time for which the copy was handed out. A mark is the day on which a list was obtained or first seen.
figure-timeline-period = handed to { $party } for use
figure-timeline-end = end { $date }
figure-timeline-calls =
    { $n ->
        [one] One call or message
       *[other] { $n } calls and messages
    } to its planted records
figure-overlaps-note =
    Below the diagonal: contacts in common, “<{ -least }” where there are fewer. Above it, and as colour: their share of the
    smaller list.
figure-overlaps-more = Further lists that are not drawn: { $n }.
figure-waterfall-note =
    Each figure says how many times likelier (×) or less likely (÷) the observation is if the one list was copied
    from the other. Each tenfold makes a bar longer by the same length; a bar with a gap is cut short. The
    probability also weighs all other explanations.
figure-waterfall-for = speaks for it
figure-waterfall-against = speaks against it
figure-waterfall-sum = all together { $n }; probability { $p }, grade { $grade }
figure-flow-title = Who got lists from whom
figure-flow-note =
    A line covers all lists that went from one to the other, and is as wide as the largest: its contacts in common,
    or the records of a copy that was handed over. Only what is 50% likely or more is drawn.
figure-flow-grouped =
    { $n ->
        [one] One party without a finding of its own is drawn as “others”.
       *[other] { $n } parties with weaker findings or none are drawn as “others” of their group.
    }
figure-flow-others =
    { $n ->
        [one] 1 other
       *[other] { $n } others
    }
figure-flow-hidden = A list not yet obtained
figure-flow-strong = the leading finding
figure-flow-other = other lists that went from one to another
figure-flow-records = { $n } records
figure-flow-contacts = { $n } contacts
figure-flow-retained =
    kept after the end{ $n ->
        [0] {""}
       *[other] : { $n } contacts
    }
figure-flow-passed-on =
    passed on{ $n ->
        [0] {""}
       *[other] : { $n } contacts
    }
figure-flow-from = { $records } from { $giver }
figure-flow-more = and { $n } more
figure-flow-apart = No list is known to have gone to them or come from them:
figure-flow-told =
    { $giver } → { $taker }: { $records }{ $n ->
        [one] {""}
       *[other] ; covers { $n } statements{ $sure ->
            [none] {""}
           *[other] , the least sure { $sure }
        }
    }
figure-lineage-title = Which list came from which
figure-lineage-note =
    Percentages say how likely it is that the one list came from the other through no third list of the case.
    A line without a head: nothing supports a direction.
figure-lineage-alone =
    { $n ->
        [one] One list came from no other list of the case and went into none; it is not drawn.
       *[other] { $n } lists came from no other list of the case and went into none; they are not drawn.
    }
figure-lineage-more = Lists that are not drawn, because no finding is about them: { $n }.
figure-lineage-none = No copying from list to list was found.
figure-lineage-sure = ≥ 95%
figure-lineage-likely = ≥ 80%
figure-lineage-perhaps = less
figure-lineage-strong = lists that a finding is about
figure-lineage-first = First known
figure-lineage-step =
    { $n ->
        [one] 1 step on
       *[other] { $n } steps on
    }
figure-lineage-both = { $forth } this way, { $back } the other
figure-lineage-open = { $p }, direction open
figure-time-title = What was known when
figure-time-note =
    A point is the day on which a list was obtained; of a holder's own list, on which it was made. A bar is the time for which a copy
    might be held. A dotted line: the list that was copied was obtained later than what came of it.
figure-time-more = Parties without a lane, because weaker findings or none concern them: { $n }.
figure-time-undated = Lists and copies without a day are not drawn: { $n }.
figure-time-none = No list or copy has a day.
figure-time-list = a list, on its day
figure-time-copy = a copy, for as long as it might be held
figure-time-copy-of = copy of { $list }
figure-time-copy-open = copy of { $list }, no end agreed
figure-time-copy-until = copy of { $list }, to be held until { $day }
figure-overlaps-colours =
    The darker a cell, the larger the part of the smaller list that both have. Lists that came from one another are next
    to each other, named by the oldest; “+3” means three more. Rows and columns have one order.
