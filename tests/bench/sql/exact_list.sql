-- A list of $rows numbers in the segments 142 and 143, which nobody has: every number from $first on, three apart and mixed,
-- so that two lists have the numbers in common that lie in both ranges.
SELECT CAST(i AS BIGINT) AS row, 8614200000000 + (i + $first) * 48271 % 199999991 AS number
FROM range(1, $rows + 1) AS r (i)
