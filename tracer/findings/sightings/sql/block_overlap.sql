-- overlap of $target with $source to be expected if numbers fell at random into the blocks of 10,000 that $target uses.
-- The blocks of hashes are unknown: they are spread over those of $source, which makes the overlap the largest.
WITH t AS (
    SELECT key // 10000 AS block, count(*) AS n FROM membership
    WHERE dataset = $target AND key < $email_base GROUP BY key // 10000
), s AS (
    SELECT key // 10000 AS block, count(*) AS n FROM membership
    WHERE dataset = $source AND key < $email_base GROUP BY key // 10000
), h AS (
    SELECT count(*) AS n FROM membership WHERE dataset = $target AND key >= $hash_base AND key < $hash_end
)
SELECT coalesce(sum(least(10000.0, coalesce(t.n, 0) + h.n / (SELECT count(*) FROM s)) * s.n / 10000.0), 0.0)
FROM s LEFT JOIN t ON t.block = s.block CROSS JOIN h
WHERE t.n IS NOT NULL OR h.n > 0
