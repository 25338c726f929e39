-- pattern: one line per set of holders, numbered from 0; `example` is one of its identifiers, through which the holders
-- are read again. key_pattern: the identifiers with the number of their set.
CREATE OR REPLACE TEMP TABLE pattern AS
SELECT CAST(row_number() OVER (ORDER BY signature) - 1 AS INTEGER) AS pattern, signature, keys, example
FROM (
    SELECT signature, count(*) AS keys, min(key) AS example
    FROM signed_key
    WHERE holders > 1
    GROUP BY signature
) AS counted;
CREATE OR REPLACE TEMP TABLE key_pattern AS
SELECT k.key, p.pattern
FROM signed_key AS k
JOIN pattern AS p ON p.signature = k.signature
WHERE k.holders > 1;
