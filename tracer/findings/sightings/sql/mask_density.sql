-- for every mask in asked_mask(canary, mask, head, kind): how many distinct masks of its beginning and kind of ending the
-- dataset holds, and whether it is one of them
WITH held AS (
    SELECT mask, substr(mask, 1, length(mask) - length(ending)) AS head, translate(ending, '012345678', '999999999') AS kind
    FROM (SELECT DISTINCT mask, {ending} AS ending FROM mask WHERE dataset = $dataset)
), density AS (
    SELECT head, kind, count(*) AS masks FROM held GROUP BY head, kind
)
SELECT a.canary, a.mask, d.masks, h.mask IS NOT NULL AS there
FROM asked_mask AS a
JOIN density AS d ON d.head = a.head AND d.kind = a.kind
LEFT JOIN held AS h ON h.mask = a.mask
ORDER BY a.canary, a.mask
