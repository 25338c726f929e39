-- For every pair of relatives: cells of common contacts that the one fills and the other does not, and cells that differ, with
-- how many of these a list unrelated to both has as the one or as the other writes it. Contacts with several rows are left out:
-- which of them was copied is not known. So are kinds of cells of which more than $most differ: these were written in another
-- way (family name first, without the town), which is no slip; and, for cells lost, kinds of which more than $empty are empty
-- on the one side or the other: what a file leaves out was chosen for the file, and who copies fills in as often as he drops.
-- Nor is a cell that says something else: people move, and numbers get other owners, so that the list with the stranger's
-- cell may be the later one. A slip is one letter in five, or one sign of three bytes.
WITH text AS MATERIALIZED (
    SELECT position, key, 1 AS kind, name AS value FROM cell
    WHERE NOT repeated AND position IN (SELECT position FROM cell WHERE name IS NOT NULL)
    UNION ALL
    SELECT position, key, 2 AS kind, organisation AS value FROM cell
    WHERE NOT repeated AND position IN (SELECT position FROM cell WHERE organisation IS NOT NULL)
    UNION ALL
    SELECT position, key, 3 AS kind, address AS value FROM cell
    WHERE NOT repeated AND position IN (SELECT position FROM cell WHERE address IS NOT NULL)
),
alike AS MATERIALIZED (
    SELECT
        p.a, p.b, x.kind,
        count(*) FILTER (x.value <> y.value) <= $most * count(*) FILTER (x.value IS NOT NULL AND y.value IS NOT NULL) AS written,
        count(*) FILTER (x.value IS NULL OR y.value IS NULL) <= $empty * count(*) AS filled
    FROM relative AS p
    JOIN text AS x ON x.position = p.a
    JOIN text AS y ON y.position = p.b AND y.key = x.key AND y.kind = x.kind
    GROUP BY p.a, p.b, x.kind
),
paired AS MATERIALIZED (
    SELECT p.a, p.b, x.key, x.kind, x.value AS of_a, y.value AS of_b
    FROM alike AS p
    JOIN text AS x ON x.position = p.a AND x.kind = p.kind
    JOIN text AS y ON y.position = p.b AND y.key = x.key AND y.kind = x.kind
    WHERE x.value IS DISTINCT FROM y.value AND CASE WHEN x.value IS NULL OR y.value IS NULL THEN p.filled ELSE p.written END
),
-- Every list that writes the cell as one of the two does. By itself, before it is asked whose list that is: all strangers
-- of all pairs are many more.
written AS MATERIALIZED (
    SELECT b.a, b.b, b.key, b.kind, w.position, w.value = b.of_a AS as_a
    FROM paired AS b
    JOIN text AS w ON w.key = b.key AND w.kind = b.kind
    WHERE levenshtein(b.of_a, b.of_b) <= CASE WHEN strlen(b.of_a) > length(b.of_a) THEN 3 ELSE greatest(1, length(b.of_a) // 5) END
        AND (w.value = b.of_a OR w.value = b.of_b)
        AND w.position <> b.a AND w.position <> b.b
),
witnessed AS (
    SELECT
        w.a, w.b, w.key, w.kind,
        max(CASE WHEN w.as_a THEN 1 ELSE 0 END) AS for_a, max(CASE WHEN w.as_a THEN 0 ELSE 1 END) AS for_b
    FROM written AS w
    JOIN stranger AS s ON s.a = w.a AND s.b = w.position
    JOIN stranger AS t ON t.a = w.b AND t.b = w.position
    GROUP BY w.a, w.b, w.key, w.kind
)
SELECT
    c.a, c.b, c.lost_by_a, c.lost_by_b, c.differ,
    coalesce(w.for_a, 0) AS for_a, coalesce(w.for_b, 0) AS for_b
FROM (
    SELECT
        a, b,
        count(*) FILTER (of_a IS NULL) AS lost_by_a, count(*) FILTER (of_b IS NULL) AS lost_by_b,
        count(*) FILTER (of_a IS NOT NULL AND of_b IS NOT NULL) AS differ
    FROM paired GROUP BY a, b
) AS c
LEFT JOIN (
    SELECT
        a, b,
        CAST(sum(CASE WHEN for_a = 1 AND for_b = 0 THEN 1 ELSE 0 END) AS BIGINT) AS for_a,
        CAST(sum(CASE WHEN for_b = 1 AND for_a = 0 THEN 1 ELSE 0 END) AS BIGINT) AS for_b
    FROM witnessed GROUP BY a, b
) AS w ON w.a = c.a AND w.b = c.b
ORDER BY c.a, c.b;
