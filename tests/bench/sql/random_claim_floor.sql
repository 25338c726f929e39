-- The counts that a claim of random numbers is judged by, by hand: numbers of list 1, known ones and both, by block.
WITH known AS (
    SELECT DISTINCT key FROM membership WHERE dataset > 1
), drawn AS (
    SELECT key FROM membership WHERE dataset = 1
), known_block AS (
    SELECT key // 10000 AS block, count(*) AS known FROM known GROUP BY block
), drawn_block AS (
    SELECT d.key // 10000 AS block, count(*) AS drawn, count(k.key) AS shared
    FROM drawn AS d
    LEFT JOIN known AS k ON k.key = d.key
    GROUP BY block
)
SELECT block, coalesce(drawn, 0) AS drawn, coalesce(known, 0) AS known, coalesce(shared, 0) AS shared
FROM known_block
FULL JOIN drawn_block USING (block)
ORDER BY block
