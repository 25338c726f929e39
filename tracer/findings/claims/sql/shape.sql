-- The shape of the numbers from $first to $last of dataset $dataset (a number): how many, pairs in one block of $size, followed by
-- the next number of their block, and by the last two digits.
WITH number AS (SELECT key FROM membership WHERE dataset = $dataset AND key BETWEEN $first AND $last)
SELECT (SELECT count(*) FROM number) AS numbers,
    (SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM number GROUP BY key // $size)) AS pairs,
    (SELECT count(*) FROM number a JOIN number b ON b.key = a.key + 1 AND b.key // $size = a.key // $size) AS followed,
    (SELECT list(coalesce(c.n, 0) ORDER BY r.range) FROM range(100) r
        LEFT JOIN (SELECT key % 100 AS ending, count(*) AS n FROM number GROUP BY ending) c ON c.ending = r.range) AS endings
