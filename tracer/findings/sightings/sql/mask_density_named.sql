-- the same as mask_density among the rows that agree with the canary's persona: agreeing_mask(canary, mask)
WITH held AS (
    SELECT DISTINCT canary, mask, substr(mask, 1, 7) AS head,
        translate(substr(mask, 8), '012345678', '999999999') AS kind
    FROM temp.agreeing_mask WHERE $dataset IS NOT NULL
), density AS (
    SELECT canary, head, kind, count(*) AS masks FROM held GROUP BY canary, head, kind
)
SELECT a.canary, a.mask, d.masks, h.mask IS NOT NULL AS there
FROM asked_mask AS a
JOIN density AS d ON d.canary = a.canary AND d.head = substr(a.mask, 1, 7)
    AND d.kind = translate(substr(a.mask, 8), '012345678', '999999999')
LEFT JOIN held AS h ON h.canary = a.canary AND h.mask = a.mask
ORDER BY a.canary, a.mask
