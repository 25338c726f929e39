-- rows that a copy never had and that are in the datasets $targets all the same, under any identifier that the released
-- datasets $sources give them
WITH named AS (
    SELECT release, key, key AS name FROM withheld
    UNION
    SELECT w.release, w.key, a.key AS name
    FROM withheld AS w JOIN contact_alias AS a ON a.contact = w.key
    WHERE a.dataset IN (SELECT unnest($sources))
)
SELECT m.dataset, n.release, count(DISTINCT n.key) AS rows
FROM named AS n JOIN temp.held_identifier AS m ON m.key = n.name
WHERE m.dataset IN (SELECT unnest($targets))
GROUP BY m.dataset, n.release
ORDER BY m.dataset, n.release
