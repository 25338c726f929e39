-- For every pair of relatives: cells of common contacts that differ, with how many of these a list unrelated to both has as the
-- one or as the other writes it. Kinds of cells of which more than $most differ are left out: these were written in another way
-- (family name first, without the town), which is not a slip. Nor is a cell that says something else: people move, and
-- numbers get other owners, so that the list with the stranger's cell may be the later one. A slip is one letter in
-- five, or one sign of three bytes. Reads the TEMP tables `cell_text` and `cell_kind` (`kinds.sql`).
WITH paired AS MATERIALIZED (
    SELECT p.a, p.b, x.key, x.kind, x.value AS of_a, y.value AS of_b
    FROM cell_kind AS p
    JOIN cell_text AS x ON x.position = p.a AND x.kind = p.kind
    JOIN cell_text AS y ON y.position = p.b AND y.key = x.key AND y.kind = x.kind
    WHERE p.differ <= $most * p.filled AND x.value <> y.value
),
-- Every list that writes the cell as one of the two does. By itself, before it is asked whose list that is: all strangers
-- of all pairs are many more.
written AS MATERIALIZED (
    SELECT b.a, b.b, b.key, b.kind, w.position, w.value = b.of_a AS as_a
    FROM paired AS b
    JOIN cell_text AS w ON w.key = b.key AND w.kind = b.kind
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
SELECT c.a, c.b, c.differ, coalesce(w.for_a, 0) AS for_a, coalesce(w.for_b, 0) AS for_b
FROM (SELECT a, b, count(*) AS differ FROM paired GROUP BY a, b) AS c
LEFT JOIN (
    SELECT
        a, b,
        CAST(sum(CASE WHEN for_a = 1 AND for_b = 0 THEN 1 ELSE 0 END) AS BIGINT) AS for_a,
        CAST(sum(CASE WHEN for_b = 1 AND for_a = 0 THEN 1 ELSE 0 END) AS BIGINT) AS for_b
    FROM witnessed GROUP BY a, b
) AS w ON w.a = c.a AND w.b = c.b
ORDER BY c.a, c.b;
