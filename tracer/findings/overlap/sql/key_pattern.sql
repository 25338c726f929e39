-- key_pattern: the identifiers with the number of their set.
SELECT k.key, p.pattern
FROM {signed_key} AS k
JOIN {pattern} AS p ON p.signature = k.signature
WHERE k.holders > 1;
