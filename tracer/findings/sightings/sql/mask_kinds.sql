-- the kinds of mask of dataset $dataset, 9 for a visible digit, the most frequent first; abroad also how likely the
-- visible endings of two of its rows are the same
WITH held AS (
    SELECT translate(mask, '012345678', '999999999') AS kind, {ending} AS ending FROM mask WHERE dataset = $dataset
), kinds AS (
    SELECT kind, count(*) AS rows FROM held GROUP BY kind ORDER BY rows DESC, kind LIMIT $most
), pairs AS (
    SELECT kind, sum(n * (n - 1)) AS pairs
    FROM (SELECT kind, ending, count(*) AS n FROM held WHERE starts_with(kind, '+') GROUP BY kind, ending) GROUP BY kind
)
SELECT k.kind, coalesce(p.pairs / (k.rows * (k.rows - 1)), 0) FROM kinds AS k LEFT JOIN pairs AS p ON p.kind = k.kind
ORDER BY k.rows DESC, k.kind
