-- By the first three digits: Chinese segments allotted
SELECT left(prefix, 3) AS head, count(*) AS segments FROM segment WHERE length(prefix) = 7 AND NOT starts_with(prefix, '+') GROUP BY head ORDER BY head
