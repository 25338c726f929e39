# The map: who is in it, what went from whom to whom.

map-title = Where the lists went
map-hidden = A list not yet obtained
map-no-holder = a list whose holder is not known
map-copy = copy of { $list }
map-dated = { $month } · { $what }
map-purged = { $what }, contents removed on { $day }
map-gone = As they were found before their contents were removed: { $lists }
map-more = and { $n } more
map-from = from { $giver }: { $what }
map-several = { $what }; { $n } findings, the least sure: { $least }
map-handovers = { $n } copies handed over
map-lists = { $what } ({ $lists })
map-kind-retained = kept after its end
map-kind-passed-on = passed on
map-kind-attributed = named by planted records
map-kind-held = held as agreed
map-kind-derived = copied
map-kind-derived-open = copied by one of them from the other
map-kind-version = later version
map-kind-exchange = each took from the other
map-kind-hidden = by way of a list not yet obtained
map-kind-released = a copy handed over
map-against-later = its list was obtained later than what came of it
map-against-back = it goes back, as they gave to each other
map-against-known = when is not known
map-note =
    Read from left to right: every arrow leads from who gave to who received.
map-note-down =
    Read from top to bottom: every arrow leads from who gave to who received.
map-note-against = Not in the order of time: { $giver } → { $taker }, { $why }.
map-note-grades = G5 to G0 say how well founded a line is, from documented to merely asserted.
map-note-several = A line that stands for several findings shows the lowest grade of them.
map-note-known = Thin lines: what else is known.
map-not-drawn =
    { $n ->
        [one] One more is joined by weaker findings and is not drawn.
       *[other] { $n } more are joined by weaker findings and are not drawn.
    }
map-unlikely =
    { $n ->
        [one] One possible way is less likely than not and is not drawn.
       *[other] { $n } possible ways are less likely than not and are not drawn.
    }
map-alone = Nothing is known to have gone to them or come from them: { $names }
map-empty = Nothing is known to have gone from one to another.
map-told = { $giver } → { $taker }: { $what }
map-kept = { $party }: { $what }
