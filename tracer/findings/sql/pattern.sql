-- pattern: one line per set of holders; `example` is one of its identifiers, through which the holders are read again.
CREATE OR REPLACE TEMP TABLE pattern AS
SELECT signature, count(*) AS keys, min(key) AS example
FROM signed_key
WHERE holders > 1
GROUP BY signature;
