-- signed_key as in signature.sql, of the identifiers that are looked at in a large case: `percent` of all, and all that
-- stand in a short list.
CREATE OR REPLACE TEMP TABLE signed_key AS
SELECT key, signature, holders
FROM (
    SELECT m.key, bit_xor(t.code) AS signature, count(*) AS holders
    FROM (
        SELECT dataset, key FROM membership WHERE (key % 9973) % 100 < $percent
        UNION ALL
        SELECT dataset, key FROM membership SEMI JOIN short_key USING (key) WHERE (key % 9973) % 100 >= $percent
    ) AS m
    JOIN traced AS t ON t.no = m.dataset
    GROUP BY m.key
) AS s
WHERE NOT EXISTS (SELECT 1 FROM junk AS j JOIN traced AS t2 ON t2.no = j.dataset WHERE j.key = s.key);
