-- signed_key: every linking identifier of the current datasets with the sum of its holders' codes, which tells the set
-- of holders (codes are random 60-bit numbers), and the class of its number.
CREATE OR REPLACE TEMP TABLE signed_key AS
SELECT m.key, sum(CAST(t.code AS HUGEINT)) AS signature, count(*) AS holders
FROM membership AS m
JOIN traced AS t ON t.no = m.dataset
WHERE m.key NOT IN (SELECT j.key FROM junk AS j JOIN traced AS t2 ON t2.no = j.dataset WHERE j.key IS NOT NULL)
GROUP BY m.key;
