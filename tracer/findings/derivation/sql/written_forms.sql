-- Rows of each dataset by set of holders and by how the number is written.
SELECT position, coalesce(pattern, -1) AS pattern, form, count(*) AS rows
FROM cell WHERE form <> '' GROUP BY position, pattern, form
ORDER BY position, form, pattern;
