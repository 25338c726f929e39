-- Canaries that are in a release or in the client's database, by block: how many there are, and how many dataset
-- $dataset (a number) holds; `late`: of those, how many of $late. $consumers: only those whose persona has no firm. Numbers from
-- $first to $last, in blocks of $size.
SELECT p.block, count(DISTINCT p.phone)::BIGINT AS planted, count(DISTINCT m.key)::BIGINT AS seen,
    count(DISTINCT m.key) FILTER (p.late)::BIGINT AS late
FROM (
    SELECT phone // $size AS block, phone, no IN (SELECT unnest($late)) AS late
    FROM canary
    WHERE phone BETWEEN $first AND $last AND kind IN ('canary', 'home', 'reserve')
        AND (NOT $consumers OR organisation IS NULL)
) p
LEFT JOIN membership m ON m.dataset = $dataset AND m.key = p.phone
GROUP BY p.block ORDER BY p.block
