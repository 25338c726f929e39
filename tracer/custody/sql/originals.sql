-- Hash of each original with rows of dataset $id (its files, copies that were handed over, the sheets $sheets of probes) →
-- what else of the case holds the same file; empty where nothing does.
WITH copy AS (
    SELECT sha256, id, dataset FROM release UNION ALL SELECT sha256, id, dataset FROM withdrawn_release
), other(sha256, name) AS (
    SELECT sha256, 'dataset ' || id FROM dataset WHERE purged_at IS NULL AND id <> $id
    UNION ALL SELECT sha256, 'copy ' || id FROM copy WHERE dataset <> $id
    UNION ALL SELECT sha256, 'evidence ' || id FROM evidence
    UNION ALL SELECT sha256, 'signal file ' || no FROM signal_file
), own AS (
    SELECT sha256 FROM dataset WHERE id = $id
    UNION SELECT sha256 FROM copy WHERE dataset = $id
    UNION SELECT unnest($sheets::VARCHAR[])
)
SELECT own.sha256, coalesce(list(DISTINCT name ORDER BY name) FILTER (name IS NOT NULL), []) AS names
FROM own
SEMI JOIN original USING (sha256)
LEFT JOIN other USING (sha256)
GROUP BY own.sha256
ORDER BY own.sha256
