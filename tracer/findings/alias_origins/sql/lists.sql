-- Lists with a column of addresses, or that were loaded before what addresses say was kept; of 20 contacts or more
SELECT id, labels, hashes > 0 AS hashed, rows FROM dataset AS d
WHERE current AND purged_at IS NULL AND contacts >= $least AND EXISTS (
    SELECT 1 FROM dataset_column AS c WHERE c.dataset = d.no AND c.role IN ('email', 'email_hash'))
ORDER BY id
