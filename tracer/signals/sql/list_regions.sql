-- the countries of the numbers in lists; of those whose numbers have codes the default is stored, so that it counts with Chinese ones only
SELECT DISTINCT d.region FROM dataset d
WHERE d.current AND d.purged_at IS NULL AND d.format <> 'blind' AND d.no IN (SELECT dataset FROM dataset_column WHERE role = 'phone')
    AND (d.region <> $default OR EXISTS (
        SELECT 1 FROM membership m WHERE m.dataset = d.no AND (m.key BETWEEN 860000000000 AND 869999999999 OR m.key BETWEEN 8600000000000 AND 8699999999999)
    ))
