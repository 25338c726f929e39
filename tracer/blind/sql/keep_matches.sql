-- What is shared, each with one of the stand-ins of the blind dataset $no: its row on the other side is unknown.
INSERT INTO blind_match
SELECT $no, k.key, s.key, s.row
FROM (SELECT key, row_number() OVER (ORDER BY key) AS row FROM blind_shared) AS k
JOIN membership AS s ON s.dataset = $no AND s.row = k.row
ORDER BY k.key
