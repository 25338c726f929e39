-- Lists with a column of addresses, or that were loaded before what addresses say was kept; of contacts enough to be shown
SELECT id, labels, hashes > 0 AS hashed, rows FROM dataset AS d
WHERE current AND purged_at IS NULL AND views._enough(contacts) AND EXISTS (
    SELECT 1 FROM dataset_column AS c WHERE c.dataset = d.no AND c.role IN ('email', 'email_hash'))
ORDER BY id
