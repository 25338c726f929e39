-- What is shared, each with one of the stand-ins of the blind dataset $no: its row on the other side is unknown.
INSERT INTO blind_match
SELECT $no, k.key, s.hash, s.row
FROM (SELECT key, row_number() OVER (ORDER BY key) AS row FROM blind_shared) AS k
JOIN (
    SELECT row, $base + CAST('0x' || substr(md5($mark || CAST(row AS VARCHAR)), 1, 15) AS BIGINT) AS hash
    FROM range(1, $members + 1) AS r(row)
) AS s ON s.row = k.row
ORDER BY k.key
