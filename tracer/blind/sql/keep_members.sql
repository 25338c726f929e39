-- one stand-in for each identifier of the other side: they count it, and link with nothing
INSERT INTO membership
SELECT $no, hash, row FROM (
    SELECT row, $base + CAST('0x' || substr(md5($mark || CAST(row AS VARCHAR)), 1, 15) AS BIGINT) AS hash
    FROM range(1, $members + 1) AS r(row)
)
ORDER BY hash
