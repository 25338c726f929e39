-- when a client's rows in a dataset left the client: the last window, as successive lists of different things have one
-- each, and the releases of all
SELECT client, dataset, last(from_day ORDER BY from_day, to_day, releases) AS first,
    last(to_day ORDER BY from_day, to_day, releases) AS last, flatten(list(releases)) AS releases
FROM vintage
WHERE superseded IS NULL
GROUP BY client, dataset
ORDER BY client, dataset
