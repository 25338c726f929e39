-- Placeholders. Whose they are does not matter: names are counted for hotlines only.
INSERT INTO junk
SELECT CAST($dataset AS INTEGER), NULL, raw, reason, count(DISTINCT row), 0
FROM load_bad WHERE status = 'junk'
GROUP BY raw, reason ORDER BY raw, reason
