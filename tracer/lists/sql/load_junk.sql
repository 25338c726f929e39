INSERT INTO junk
SELECT CAST($dataset AS INTEGER), NULL, bad.raw, bad.reason, count(DISTINCT bad.row), count(DISTINCT name.name)
FROM load_bad AS bad LEFT JOIN load_name AS name ON name.row = bad.row
WHERE bad.status = 'junk'
GROUP BY bad.raw, bad.reason ORDER BY bad.raw, bad.reason
