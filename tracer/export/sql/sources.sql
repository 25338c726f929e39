-- protected parties that only helped the case, with every id that was merged into them: they received no copy, sold and
-- supplied nothing, own no list of their own, and have no role in the trade
WITH RECURSIVE root(id, party) AS (
    SELECT id, id FROM party WHERE merged_into IS NULL
    UNION
    SELECT p.id, r.party FROM party p JOIN root r ON p.merged_into = r.id
), trade AS (
    SELECT r.party
    FROM root r
    JOIN (
        SELECT recipient AS id FROM release
        UNION SELECT recipient FROM withdrawn_release
        UNION SELECT unnest([from_party, to_party]) FROM views.relations WHERE list_contains($trade, kind)
        UNION SELECT unnest([vendor, carrier]) FROM line
        UNION SELECT holder FROM dataset WHERE origin IN ('own', 'refusals')
    ) t ON t.id = r.id
)
SELECT r.id
FROM root r
JOIN party p ON p.id = r.party
WHERE coalesce(p.role, 'source') IN ('source', 'other') AND r.party NOT IN (SELECT party FROM trade)
  AND EXISTS (SELECT 1 FROM root o JOIN party q ON q.id = o.id WHERE o.party = r.party AND q.protected)
ORDER BY r.id
