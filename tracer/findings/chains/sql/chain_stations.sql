-- what a chain is made of: current datasets with their holders, releases with their recipients; of merged parties the one
-- that they are now
SELECT kind, s.id, coalesce(p.merged_into, s.party) AS party, first_seen, last_seen
FROM (
    SELECT 'dataset' AS kind, id, holder AS party, coalesce(created, obtained) AS first_seen,
        coalesce(obtained, created) AS last_seen
    FROM dataset
    WHERE current
    UNION ALL
    SELECT 'release', id, recipient, date, date
    FROM release
) AS s
LEFT JOIN party AS p ON p.id = s.party
ORDER BY kind, s.id
