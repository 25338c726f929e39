-- one line for each kind of fact that a kept answer depends on
SELECT 'dataset' AS fact, count(*) AS lines,
    md5(string_agg(concat_ws('|', no, id, sha256, identifiers, contacts, rows, origin, loaded_at, purged_at), ',' ORDER BY no)) AS digest
FROM dataset WHERE current
UNION ALL
SELECT 'canary', count(*),
    md5(string_agg(concat_ws('|', no, kind, coalesce(phone, 0), coalesce(email, 0), organisation IS NULL, imported_at), ',' ORDER BY no))
FROM canary
UNION ALL
SELECT 'release', count(*), md5(string_agg(concat_ws('|', id, dataset, recipient), ',' ORDER BY id)) FROM release
UNION ALL
SELECT 'withheld', count(*), md5(string_agg(concat_ws('|', release, key), ',' ORDER BY release, key)) FROM withheld
UNION ALL
SELECT 'segment', count(*), md5(concat_ws('|', min(prefix), max(prefix))) FROM segment
UNION ALL
SELECT 'junk', count(*), md5(string_agg(concat_ws('|', dataset, coalesce(key, 0)), ',' ORDER BY dataset, key)) FROM junk
ORDER BY fact;
