-- whether the contents of a dataset of $former were purged; identifiers that are in one of the sets of datasets $former
-- and $latter alone
SELECT EXISTS (SELECT 1 FROM dataset WHERE no IN (SELECT unnest($former)) AND purged_at IS NOT NULL), count(*) FROM (
    SELECT key FROM membership
    WHERE key < $hashes
        AND (dataset IN (SELECT unnest($former)) OR dataset IN (SELECT unnest($latter)))
    GROUP BY key
    HAVING count(*) FILTER (list_contains($former, dataset)) = 0 OR count(*) FILTER (list_contains($latter, dataset)) = 0
)
