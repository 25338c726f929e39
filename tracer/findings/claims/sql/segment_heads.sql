-- By the first three digits: segments allotted
SELECT left(prefix, 3) AS head, count(*) AS segments FROM segment WHERE length(prefix) = 7 GROUP BY head ORDER BY head
