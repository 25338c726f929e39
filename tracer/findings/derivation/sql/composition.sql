-- Rows of each dataset by set of holders and by what {what} says of them.
SELECT position, coalesce(pattern, -1) AS pattern, form, count(*) AS rows
FROM (SELECT position, pattern, {what} AS form FROM cell)
WHERE form <> '' GROUP BY position, pattern, form
ORDER BY position, form, pattern;
