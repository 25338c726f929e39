-- Unexplained contacts
-- answers: How much of each dataset comes from no other dataset that is here?
-- param dataset id = none: only this dataset
-- column dataset id: the dataset
-- column contacts integer: its contacts
-- column explained count: contacts that its parents explain
-- column unexplained count: contacts that nobody explains
-- column remark text: what can be said where a count is not told
SELECT dataset, contacts, coalesce(CAST(explained AS VARCHAR), small) AS explained,
    coalesce(CAST(unexplained AS VARCHAR), small) AS unexplained, small AS remark
FROM views.unexplained
WHERE $dataset IS NULL OR dataset = $dataset
ORDER BY dataset
