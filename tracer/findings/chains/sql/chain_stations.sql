-- what a chain is made of: current datasets with their holders, releases with their recipients
SELECT 'dataset' AS kind, id, holder AS party, coalesce(created, obtained) AS first_seen, coalesce(obtained, created) AS last_seen
FROM dataset
WHERE current
UNION ALL
SELECT 'release', id, recipient, date, date
FROM release
ORDER BY 1, 2
