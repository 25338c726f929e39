-- for every mask in asked_mask(canary, mask, head, kind): how many distinct masks of its beginning and kind of ending are
-- among the rows of {masks} (canary, mask) that are of its canary, or of NULL, any; and whether it is one of them
WITH held AS (
    SELECT canary, mask, substr(mask, 1, length(mask) - length(ending)) AS head, translate(ending, '012345678', '999999999') AS kind
    FROM (SELECT DISTINCT canary, mask, {ending} AS ending FROM {masks})
), density AS (
    SELECT canary, head, kind, count(*) AS masks FROM held GROUP BY canary, head, kind
)
SELECT a.canary, a.mask, d.masks, h.mask IS NOT NULL AS there
FROM asked_mask AS a
JOIN density AS d ON d.head = a.head AND d.kind = a.kind AND coalesce(d.canary, a.canary) = a.canary
LEFT JOIN held AS h ON h.mask = a.mask AND coalesce(h.canary, a.canary) = a.canary
ORDER BY a.canary, a.mask
