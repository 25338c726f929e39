-- Novelty
-- answers: Which share of each list is new, and which was in earlier lists of the case: in which, and since when?
-- param dataset id = none: only this dataset
-- column dataset id: the dataset
-- column part text: new (in no earlier list), recycled (in an earlier list), open (no day shows which list had them first)
-- column first id: the earliest list that has these contacts; empty where it is several, fewer than 20 in each
-- column holder id: the holder of that list
-- column since date: the day of that list
-- column contacts count: contacts of this part; empty where it would give away another that is under 20
-- column share number: share of the list's contacts and masked rows
-- column low number: least share, where not all can be compared or a count is hidden
-- column high number: largest share likewise
-- column since_by text: created or obtained
-- column reasons list: the same in words
-- column against list: what would make it wrong
SELECT dataset, part, first, holder, since, CASE WHEN few THEN views._told(NULL) ELSE CAST(contacts AS VARCHAR) END AS contacts,
    share, low, high, since_by, reasons, against
FROM views.novelty
WHERE $dataset IS NULL OR dataset = $dataset
ORDER BY dataset, part = 'recycled', part = 'open', since, first NULLS LAST
