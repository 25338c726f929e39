-- Numbers from $first to $last of dataset $dataset (a number) and of the datasets in $witnesses, by block of $size; numbers of the
-- datasets in $without are left out on both sides. Junk identifiers link nothing.
WITH junk_key AS (SELECT DISTINCT key FROM junk WHERE key IS NOT NULL AND list_contains(list_append($witnesses, $dataset), dataset)),
aside AS (
    SELECT key FROM junk_key UNION SELECT key FROM membership WHERE list_contains(CAST($without AS INTEGER[]), dataset)
), drawn AS (
    SELECT m.key FROM membership m
    WHERE m.dataset = $dataset AND m.key BETWEEN $first AND $last
        AND NOT EXISTS (SELECT 1 FROM aside s WHERE s.key = m.key)
), known AS (
    SELECT DISTINCT m.key FROM membership m
    WHERE list_contains($witnesses, m.dataset) AND m.key BETWEEN $first AND $last
        AND NOT EXISTS (SELECT 1 FROM aside s WHERE s.key = m.key)
), both_sides AS (
    SELECT key // $size AS block, 1 AS drawn, 0 AS known, 0 AS shared FROM drawn
    UNION ALL SELECT key // $size, 0, 1, 0 FROM known
    UNION ALL SELECT d.key // $size, 0, 0, 1 FROM drawn d JOIN known k ON k.key = d.key
)
SELECT block, sum(drawn)::BIGINT AS drawn, sum(known)::BIGINT AS known, sum(shared)::BIGINT AS shared
FROM both_sides GROUP BY block ORDER BY block
