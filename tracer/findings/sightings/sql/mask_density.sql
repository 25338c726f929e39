-- for every mask in asked_mask(canary, mask): how many distinct masks of its beginning and kind of ending the dataset
-- holds, and whether it is one of them
WITH held AS (
    SELECT DISTINCT mask, substr(mask, 1, 7) AS head, translate(substr(mask, 8), '012345678', '999999999') AS kind
    FROM mask WHERE dataset = $dataset
), density AS (
    SELECT head, kind, count(*) AS masks FROM held GROUP BY head, kind
)
SELECT a.canary, a.mask, d.masks, h.mask IS NOT NULL AS there
FROM asked_mask AS a
JOIN density AS d ON d.head = substr(a.mask, 1, 7)
    AND d.kind = translate(substr(a.mask, 8), '012345678', '999999999')
LEFT JOIN held AS h ON h.mask = a.mask
ORDER BY a.canary, a.mask
