-- the case's segments as blocks of 10,000 numbers; others are in no statement that a cluster is asked
SELECT CAST(CASE WHEN length(prefix) = 7 THEN '86' || prefix ELSE prefix END AS BIGINT) AS block, province, city
FROM segment
WHERE length(prefix) = 7 AND NOT starts_with(prefix, '+') OR length(prefix) = 9 AND starts_with(prefix, '86')
