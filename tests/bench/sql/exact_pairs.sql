-- The linked rows of two lists, from the store: what a deterministic link gives.
CREATE OR REPLACE TEMP TABLE exact_pair AS
SELECT x.row AS a, y.row AS b
FROM membership AS x
JOIN membership AS y ON y.key = x.key
WHERE x.dataset = 1 AND y.dataset = 2
