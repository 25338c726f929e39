-- A day's new list: rows of one list and numbers of its own, as people write them, in no order.
SELECT CAST(key - 8600000000000 AS VARCHAR) AS 手机号,
    '客户' || chr(CAST(19968 + key % 500 AS INTEGER)) || chr(CAST(19968 + key % 487 AS INTEGER)) AS 姓名
FROM (
    (SELECT key FROM membership WHERE dataset = $first ORDER BY hash(key) LIMIT $copied)
    UNION
    SELECT 8600000000000 + s.prefix * 10000 + CAST(hash(i * 7919 + $first) % 10000 AS BIGINT)
    FROM range($own) AS r (i)
    JOIN (
        SELECT CAST(substr(prefix, 3) AS BIGINT) AS prefix, row_number() OVER (ORDER BY prefix) - 1 AS place
        FROM segment
        WHERE carrier = 'carrier'
    ) AS s ON s.place = hash(i + 31 * $first) % $segments
) AS chosen
ORDER BY hash(key)
