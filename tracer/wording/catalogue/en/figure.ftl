### The words of figures that the page does not have.

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
figure-timeline-calls =
    { $n ->
        [one] One call or message
       *[other] { $n } calls and messages
    } to its planted records
figure-overlaps-note =
    The stronger the shade, the larger the part of the smaller list that both have in common. A column has the number of
    its row.
figure-overlaps-numbers = Below the diagonal: contacts in common, “<{ -least }” where there are fewer; above it, that part.
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
    A line is as wide as the largest list that went along it: the contacts in common, or the records of a copy that was
    handed over.
figure-flow-left =
    { $n ->
        [one] One more party, on which no finding of this kind bears, is not drawn.
       *[other] { $n } more parties, on which weaker findings or none of this kind bear, are not drawn.
    }
figure-flow-records = { $n } records
figure-flow-contacts = { $n } contacts
figure-flow-more = and { $n } more
figure-lineage-title = Which list came from which
figure-time-title = What was known when
figure-time-note = A dot is the day on which a list was first seen, made or obtained.
figure-time-more = Lists and copies that are not drawn, because weaker findings or none concern them: { $n }.
figure-time-undated = Lists and copies without a day are not drawn: { $n }.
figure-time-none = No list or copy has a day.
figure-time-copy-of = copy of { $list }
figure-time-until = may be held until { $day }
figure-time-open = no end agreed
figure-overlaps-families =
    A row stands for lists that came from one another: the oldest, and how many more. The stronger its shade, the larger the
    part of the smaller list that the two most alike of them have in common. A column has the number of its row.
figure-said = { $what }: { $said }
figure-time-earlier = known from an earlier day than { $list }, which it came from
figure-time-lines = Further lines that are not drawn, because weaker findings concern them: { $n }.
figure-overlaps-parts = The number is that part.
figure-time-ends = ends { $day }
