-- The common contacts of every pair of neighbours, side by side: in which kinds of cells they differ, as bits. A cell
-- that one side has and the other lacks differs. `percent` of the contacts, the same ones everywhere.
CREATE OR REPLACE TEMP TABLE beside AS
SELECT
    p.a, p.b, x.key, x.row AS row_a, y.row AS row_b,
    CAST(
        CASE WHEN x.name IS DISTINCT FROM y.name THEN 1 ELSE 0 END
        + CASE WHEN x.organisation IS DISTINCT FROM y.organisation THEN 2 ELSE 0 END
        + CASE WHEN x.address IS DISTINCT FROM y.address THEN 4 ELSE 0 END
        + CASE WHEN x.inner_id IS DISTINCT FROM y.inner_id THEN 8 ELSE 0 END
        + CASE WHEN x.day IS DISTINCT FROM y.day THEN 16 ELSE 0 END AS UTINYINT
    ) AS differ
FROM neighbour AS p
JOIN cell AS x ON x.position = p.a
JOIN cell AS y ON y.position = p.b AND y.key = x.key
WHERE (x.key % 9973) % 100 < $percent;
