-- the lists whose members may be hashed to be found among hashes: own ones, refusals, and those that copies were made of
SELECT no FROM dataset
WHERE current AND purged_at IS NULL AND (origin IN ('own', 'refusals') OR id IN (SELECT dataset FROM release))
ORDER BY no
