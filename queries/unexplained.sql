-- Unexplained contacts
-- answers: How much of each dataset comes from no other dataset that is here?
-- param dataset id = none: only this dataset
-- column dataset id: the dataset
-- column contacts integer: its contacts
-- column explained count: contacts that its parents, or a register, explain
-- column unexplained count: contacts that neither explains
-- column remark text: what can be said where a count is hidden
SELECT dataset, contacts,
    coalesce(CAST(explained AS VARCHAR), CASE WHEN small LIKE 'all but%' THEN 'all but ' ELSE '' END || views._told(NULL)) AS explained,
    coalesce(CAST(unexplained AS VARCHAR), CASE WHEN small LIKE '<% explained' THEN 'all but ' ELSE '' END || views._told(NULL)) AS unexplained,
    small AS remark
FROM views.unexplained
WHERE $dataset IS NULL OR dataset = $dataset
ORDER BY dataset
