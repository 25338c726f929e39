-- The common contacts of every pair of neighbours, side by side: in which kinds of cells they differ, as bits 1 to 16 (a
-- cell that one side has and the other lacks differs), and whether the one stands out of the other's order there: 32 for
-- a, 64 for b. Of a contact that stands in several rows a copy may have the cells of any: they count as alike.
-- A row is in order where most of the steps around it rise; parts put one behind the other stay in order.
-- `percent` of the contacts, the same ones everywhere; one with two identifiers stands there twice.
CREATE OR REPLACE TEMP TABLE beside AS
WITH joined AS (
    SELECT
        p.a, p.b, x.key, x.row AS row_a, y.row AS row_b,
        CASE WHEN x.repeated OR y.repeated THEN 0 ELSE CASE WHEN x.name IS DISTINCT FROM y.name THEN 1 ELSE 0 END
        + CASE WHEN x.organisation IS DISTINCT FROM y.organisation THEN 2 ELSE 0 END
        + CASE WHEN x.address IS DISTINCT FROM y.address THEN 4 ELSE 0 END
        + CASE WHEN x.inner_id IS DISTINCT FROM y.inner_id THEN 8 ELSE 0 END
        + CASE WHEN x.day IS DISTINCT FROM y.day THEN 16 ELSE 0 END END AS differ
    FROM neighbour AS p
    JOIN cell AS x ON x.position = p.a
    JOIN cell AS y ON y.position = p.b AND y.key = x.key
    WHERE (x.key % 9973) % 100 < $percent
),
stepped AS (
    SELECT
        *,
        CASE WHEN row_b >= lag(row_b) OVER (PARTITION BY a, b ORDER BY row_a, key) THEN 1 ELSE 0 END AS rises_b,
        CASE WHEN row_a >= lag(row_a) OVER (PARTITION BY a, b ORDER BY row_b, key) THEN 1 ELSE 0 END AS rises_a
    FROM joined
)
SELECT
    a, b, key, row_a, row_b, rises_a, rises_b,
    CAST(
        differ
        + CASE WHEN avg(rises_b) OVER (
            PARTITION BY a, b ORDER BY row_a, key ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING) < 0.9 THEN 32 ELSE 0 END
        + CASE WHEN avg(rises_a) OVER (
            PARTITION BY a, b ORDER BY row_b, key ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING) < 0.9 THEN 64 ELSE 0 END
        AS UTINYINT
    ) AS differ
FROM stepped;
