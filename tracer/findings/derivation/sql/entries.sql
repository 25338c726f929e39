-- For every list that says when its rows came in, with every relative of it that was there on a known day (`there`:
-- position, day): how many of the rows in common came in by that day and how many after it, and of the others how many
-- after it.
SELECT c.position AS list, o.position AS other,
    count(*) FILTER (y.key IS NOT NULL AND c.came <= o.day) AS common_by,
    count(*) FILTER (y.key IS NOT NULL AND c.came > o.day) AS common_after,
    count(*) FILTER (y.key IS NULL AND c.came > o.day) AS other_after
FROM relative AS p
JOIN cell AS c ON (c.position = p.a OR c.position = p.b) AND c.came IS NOT NULL
JOIN there AS o ON o.position = CASE WHEN c.position = p.a THEN p.b ELSE p.a END AND o.day IS NOT NULL
LEFT JOIN (SELECT DISTINCT position, key FROM cell) AS y ON y.position = o.position AND y.key = c.key
GROUP BY c.position, o.position
ORDER BY ALL
