-- sampled_key: the drawn identifiers of two or more datasets with their set of holders, once for all datasets.
CREATE OR REPLACE TEMP TABLE sampled_key AS
SELECT k.key, i.pattern
FROM signed_key AS k
JOIN pattern AS i ON i.signature = k.signature
WHERE k.holders > 1 AND (k.key % 9973) % 100 < $percent;
