-- By the first three digits: mobile numbers of dataset $dataset in allotted segments (the case's table holds segments of seven
-- digits, each once)
WITH block AS (
    SELECT substr(CAST(key // 10000 AS VARCHAR), 3) AS segment, count(*) AS numbers FROM membership
    WHERE dataset = $dataset AND key BETWEEN 8613000000000 AND 8619999999999
    GROUP BY key // 10000
)
SELECT left(b.segment, 3) AS head, sum(b.numbers)::BIGINT AS numbers FROM block b JOIN segment s ON s.prefix = b.segment
GROUP BY head ORDER BY head
