-- Unexplained contacts
-- answers: How much of each dataset comes from no other dataset that is here?
-- param dataset id = none: only this dataset
-- column dataset id: the dataset
-- column contacts integer: its contacts
-- column explained count: contacts that its parents explain
-- column unexplained count: contacts that no parent explains
-- column remark text: what can be said where a count is hidden
SELECT dataset, contacts,
    coalesce(CAST(explained AS VARCHAR), CASE small WHEN 'all but <20 explained' THEN 'all but <20' ELSE '<20' END) AS explained,
    coalesce(CAST(unexplained AS VARCHAR), CASE small WHEN '<20 explained' THEN 'all but <20' ELSE '<20' END) AS unexplained,
    small AS remark
FROM views.unexplained
WHERE $dataset IS NULL OR dataset = $dataset
ORDER BY dataset
