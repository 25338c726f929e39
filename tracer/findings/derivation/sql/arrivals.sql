-- For every pair of relatives of which both say when their rows came in: contacts in common that came in earlier in the first, on
-- one day, later in the first. For each side: the share of the common contacts that came in on its commonest day, where so many
-- have a day.
WITH common AS MATERIALIZED (
    -- a contact with a number and an address is one
    SELECT p.a, p.b, min(x.came) AS of_a, min(y.came) AS of_b
    FROM relative AS p
    JOIN cell AS x ON x.position = p.a AND NOT x.repeated
    JOIN cell AS y ON y.position = p.b AND y.key = x.key AND NOT y.repeated
    WHERE x.came IS NOT NULL OR y.came IS NOT NULL
    GROUP BY p.a, p.b, x.contact
),
side AS (
    SELECT a, b, 'a' AS side, of_a AS came, count(*) AS rows FROM common WHERE of_a IS NOT NULL GROUP BY a, b, came
    UNION ALL
    SELECT a, b, 'b' AS side, of_b AS came, count(*) AS rows FROM common WHERE of_b IS NOT NULL GROUP BY a, b, came
),
most AS (
    SELECT a, b,
        coalesce(max(rows) FILTER (side = 'a') / sum(rows) FILTER (side = 'a'), 0) AS batch_a,
        coalesce(max(rows) FILTER (side = 'b') / sum(rows) FILTER (side = 'b'), 0) AS batch_b,
        coalesce(sum(rows) FILTER (side = 'a'), 0) AS dated_a, coalesce(sum(rows) FILTER (side = 'b'), 0) AS dated_b
    FROM side GROUP BY a, b
),
twice AS (
    SELECT a, b, count(*) FILTER (of_a < of_b) AS before, count(*) FILTER (of_a = of_b) AS same,
        count(*) FILTER (of_a > of_b) AS after
    FROM common WHERE of_a IS NOT NULL AND of_b IS NOT NULL GROUP BY a, b
)
SELECT m.a, m.b, coalesce(t.before, 0) AS before, coalesce(t.same, 0) AS same, coalesce(t.after, 0) AS after,
    m.batch_a, m.batch_b, CAST(m.dated_a AS BIGINT) AS dated_a, CAST(m.dated_b AS BIGINT) AS dated_b
FROM most AS m LEFT JOIN twice AS t ON t.a = m.a AND t.b = m.b
ORDER BY m.a, m.b
