-- overlap of $target with $source to be expected if numbers fell at random into the blocks of 10,000 that $target uses
WITH t AS (
    SELECT key // 10000 AS block, count(*) AS n FROM membership
    WHERE dataset = $target AND key < $email_base GROUP BY key // 10000
), s AS (
    SELECT key // 10000 AS block, count(*) AS n FROM membership
    WHERE dataset = $source AND key < $email_base GROUP BY key // 10000
)
SELECT coalesce(sum(t.n * s.n / 10000.0), 0.0) FROM t JOIN s ON s.block = t.block
