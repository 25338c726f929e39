-- identifiers whose hash is in the datasets $targets, with the first row of that hash
SELECT m.dataset, f.key, f.hash, m.row
FROM (SELECT DISTINCT key, hash FROM temp.hash_found) AS f JOIN membership AS m ON m.key = f.hash
WHERE m.dataset IN (SELECT unnest($targets))
ORDER BY m.dataset, f.key, f.hash
