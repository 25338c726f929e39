-- the same as mask_density among the rows that agree with the canary's persona: agreeing_mask(canary, mask)
WITH held AS (
    SELECT canary, mask, substr(mask, 1, length(mask) - length(ending)) AS head,
        translate(ending, '012345678', '999999999') AS kind
    FROM (SELECT DISTINCT canary, mask, {ending} AS ending FROM temp.agreeing_mask WHERE $dataset IS NOT NULL)
), density AS (
    SELECT canary, head, kind, count(*) AS masks FROM held GROUP BY canary, head, kind
)
SELECT a.canary, a.mask, d.masks, h.mask IS NOT NULL AS there
FROM asked_mask AS a
JOIN density AS d ON d.canary = a.canary AND d.head = a.head AND d.kind = a.kind
LEFT JOIN held AS h ON h.canary = a.canary AND h.mask = a.mask
ORDER BY a.canary, a.mask
