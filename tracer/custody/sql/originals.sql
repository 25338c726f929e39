-- Hash of each original of dataset $id → what else of the case holds the same file; empty where nothing does.
WITH other(sha256, name) AS (
    SELECT sha256, 'dataset ' || id FROM dataset WHERE purged_at IS NULL AND id <> $id
    UNION ALL SELECT sha256, 'evidence ' || id FROM evidence
    UNION ALL SELECT sha256, 'signal file ' || no FROM signal_file
)
SELECT own.sha256, coalesce(list(DISTINCT name ORDER BY name) FILTER (name IS NOT NULL), []) AS names
FROM (SELECT DISTINCT sha256 FROM dataset WHERE id = $id) AS own
SEMI JOIN original USING (sha256)
LEFT JOIN other USING (sha256)
GROUP BY own.sha256
ORDER BY own.sha256
