-- signed_key as in signature.sql, of the memberships that are looked at
CREATE OR REPLACE TEMP TABLE signed_key AS
SELECT key, signature, holders
FROM (
    SELECT m.key, bit_xor(t.code) AS signature, count(*) AS holders
    FROM looked_at AS m
    JOIN traced AS t ON t.no = m.dataset
    GROUP BY m.key
) AS s
WHERE NOT EXISTS (SELECT 1 FROM junk AS j JOIN traced AS t2 ON t2.no = j.dataset WHERE j.key = s.key)
    AND NOT EXISTS (SELECT 1 FROM second_key AS k WHERE k.key = s.key);
