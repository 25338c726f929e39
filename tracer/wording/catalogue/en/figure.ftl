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
figure-sankey-more = Smaller bands that are not drawn: { $n }.
figure-sankey-none = No copying of probability 50% or more was found.
figure-timeline-note =
    A bar is the time for which the copy was handed out. A mark is the last known day of a list (made, obtained or
    first seen); the line to it begins on the first known day.
figure-timeline-period = handed to { $party } for use
figure-timeline-end = end { $date }
figure-timeline-calls =
    { $n ->
        [one] One call or message
       *[other] { $n } calls and messages
    } to its planted records
figure-overlaps-note =
    Below the diagonal: contacts in common, “<20” where there are fewer. Above it, and as colour: their share of the
    smaller list.
figure-overlaps-more = Further lists that are not drawn: { $n }.
figure-waterfall-note =
    Each figure says how many times likelier (×) or less likely (÷) the observation is if the one list was copied
    from the other. Each tenfold makes a bar longer by the same length; a bar with a gap is cut short. The
    probability also weighs all other explanations.
figure-waterfall-for = speaks for it
figure-waterfall-against = speaks against it
figure-waterfall-sum = all together { $n }; probability { $p }, grade { $grade }
