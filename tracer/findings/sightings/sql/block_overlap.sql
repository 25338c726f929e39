-- Overlap of $target with $source to be expected if numbers fell at random into the blocks that $target uses. `{block}` and
-- `{size}` are SQL for the block of `key` and its size. The blocks of hashes are unknown: they are spread over those of
-- $source, which makes the overlap the largest.
WITH t AS (
    SELECT {block} AS block, count(*) AS n FROM membership
    WHERE dataset = $target AND key < $phone_end GROUP BY {block}
), s AS (
    SELECT {block} AS block, CAST(any_value({size}) AS DOUBLE) AS size, count(*) AS n FROM membership
    WHERE dataset = $source AND key < $phone_end GROUP BY {block}
), h AS (
    SELECT count(*) AS n FROM membership WHERE dataset = $target AND key >= $hash_base AND key < $hash_end
)
SELECT coalesce(sum(least(s.size, coalesce(t.n, 0) + h.n / (SELECT count(*) FROM s)) * s.n / s.size), 0.0)
FROM s LEFT JOIN t ON t.block = s.block CROSS JOIN h
WHERE t.n IS NOT NULL OR h.n > 0
