-- Vintage
-- answers: In which window did a client's rows leave the client, and which copies are dated then?
-- param dataset id = none: only this dataset
-- param client id = none: only this client
-- column client id: whose rows they are
-- column source id: the client's list
-- column dataset id: the dataset in which they were found
-- column from_day date: lower end of the window (95 %); null where nothing bounds it
-- column to_day date: upper end of the window; null where nothing bounds it
-- column best date: the likeliest day
-- column rate number: share of the client's rows that were taken
-- column matched count: the client's contacts in the dataset
-- column later integer: contacts that the client added after the window
-- column later_seen count: of these, in the dataset
-- column gone integer: contacts that the client had deleted before the window
-- column gone_seen count: of these, in the dataset
-- column releases list: copies that are dated in the window
-- column dates json: how well the day of each copy fits
-- column probability number: that the rows were copied from the client's list at all
-- column reasons list: what bounds the window
-- column against list: what would make it wrong
SELECT client, source, dataset, from_day, to_day, best, rate, matched, later, later_seen, gone, gone_seen, releases, dates,
    probability, reasons, against
FROM views.vintages
WHERE probability >= 0.05 AND ($dataset IS NULL OR dataset = $dataset) AND ($client IS NULL OR client = $client)
ORDER BY client, source, dataset
