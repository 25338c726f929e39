-- Numbers from $first to $last of dataset $dataset that begin with a prefix of the case's table of segments
WITH block AS (
    SELECT '+' || CAST(key // $size AS VARCHAR) AS block, count(*) AS numbers FROM membership
    WHERE dataset = $dataset AND key BETWEEN $first AND $last
    GROUP BY key // $size
), known AS (
    SELECT DISTINCT b.block, b.numbers FROM block b CROSS JOIN range(2, 12) r JOIN segment s ON s.prefix = left(b.block, r.range::INTEGER)
)
SELECT coalesce(sum(numbers), 0)::BIGINT FROM known
