-- Rows of each dataset by set of holders and category of its own cells: how the number is written, what kind of company.
SELECT position, coalesce(pattern, -1) AS pattern, 1 AS kind, form AS category, count(*) AS rows
FROM cell WHERE form <> '' GROUP BY position, pattern, form
UNION ALL
SELECT position, coalesce(pattern, -1) AS pattern, 2 AS kind, kind AS category, count(*) AS rows
FROM cell WHERE kind <> '' GROUP BY position, pattern, kind
ORDER BY 1, 3, 4, 2;
