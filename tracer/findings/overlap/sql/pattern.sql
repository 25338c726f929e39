-- pattern: one line per set of holders, numbered from 0; `example` is one of its identifiers, through which the holders
-- are read again.
SELECT CAST(row_number() OVER (ORDER BY signature) - 1 AS INTEGER) AS pattern, signature, keys, example
FROM (
    SELECT signature, count(*) AS keys, min(key) AS example
    FROM {signed_key}
    WHERE holders > 1
    GROUP BY signature
) AS counted;
