-- rows that a copy never had and that are in the datasets $targets all the same
SELECT m.dataset, w.release, count(DISTINCT w.key) AS rows
FROM withheld AS w JOIN temp.held_identifier AS m ON m.key = w.key
WHERE m.dataset IN (SELECT unnest($targets))
GROUP BY m.dataset, w.release
ORDER BY m.dataset, w.release
