-- the case's lists with numbers: country, holder, path
SELECT region, holder, coalesce(path, '') FROM dataset
WHERE current AND purged_at IS NULL AND region IS NOT NULL AND no IN (SELECT dataset FROM dataset_column WHERE role = 'phone')
ORDER BY no
