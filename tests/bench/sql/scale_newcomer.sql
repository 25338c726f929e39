-- The memberships of a late, small list: a share of one list's rows, and numbers of its own.
INSERT INTO membership
SELECT $no, key, row_number() OVER (ORDER BY hash(key)) AS row
FROM (
    (SELECT key FROM membership WHERE dataset = $first ORDER BY hash(key) LIMIT $copied)
    UNION
    (SELECT key + 1 FROM membership WHERE dataset = $second ORDER BY hash(key) LIMIT $own)
) AS chosen
ORDER BY key;
