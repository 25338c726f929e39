-- By the first three digits: mobile numbers of dataset $dataset in allotted segments, and segments allotted
SELECT s.head, coalesce(n.numbers, 0) AS numbers, s.segments
FROM (SELECT left(prefix, 3) AS head, count(*) AS segments FROM segment WHERE length(prefix) = 7 GROUP BY head) s
LEFT JOIN (
    SELECT substr(key::VARCHAR, 3, 3) AS head, count(*) AS numbers FROM membership
    WHERE dataset = $dataset AND key BETWEEN 8613000000000 AND 8619999999999 AND substr(key::VARCHAR, 3, 7) IN (SELECT prefix FROM segment)
    GROUP BY head
) n ON n.head = s.head
ORDER BY s.head
