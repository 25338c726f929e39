-- For every pair of relatives, of each side whose rows say when they came in, where the other was there on a known day (`there`:
-- position, day): how many of the contacts in common came in by that day and how many after it,
-- and of the others how many after it.
WITH side AS (
    SELECT p.a, p.b, p.list, p.other, o.day
    FROM (SELECT a, b, a AS list, b AS other FROM relative UNION ALL SELECT a, b, b, a FROM relative) AS p
    JOIN there AS o ON o.position = p.other AND o.day IS NOT NULL
),
-- A contact with a number and an address is one.
common AS (
    SELECT a, b, list, count(*) FILTER (came <= day) AS by_day, count(*) FILTER (came > day) AS late
    FROM (
        SELECT s.a, s.b, s.list, s.day, c.contact, max(c.came) AS came
        FROM side AS s
        JOIN cell AS c ON c.position = s.list AND c.came IS NOT NULL
        JOIN cell AS y ON y.position = s.other AND y.key = c.key
        GROUP BY ALL
    )
    GROUP BY a, b, list
),
contact AS (SELECT position, contact, max(came) AS came FROM cell WHERE came IS NOT NULL GROUP BY ALL),
whole AS (
    SELECT s.a, s.b, s.list, sum(c.contacts) FILTER (c.came > s.day) AS late
    FROM side AS s
    JOIN (SELECT position, came, count(*) AS contacts FROM contact GROUP BY ALL) AS c ON c.position = s.list
    GROUP BY s.a, s.b, s.list
)
SELECT w.a, w.b,
    coalesce(max(c.by_day) FILTER (w.list = w.a), 0) AS by_a, coalesce(max(c.late) FILTER (w.list = w.a), 0) AS late_a,
    coalesce(max(w.late - coalesce(c.late, 0)) FILTER (w.list = w.a), 0) AS further_a,
    coalesce(max(c.by_day) FILTER (w.list = w.b), 0) AS by_b, coalesce(max(c.late) FILTER (w.list = w.b), 0) AS late_b,
    coalesce(max(w.late - coalesce(c.late, 0)) FILTER (w.list = w.b), 0) AS further_b
FROM whole AS w LEFT JOIN common AS c ON c.a = w.a AND c.b = w.b AND c.list = w.list
GROUP BY w.a, w.b
ORDER BY w.a, w.b
