-- What the dossier says about each dataset. `living`: an own list with columns of when rows came and went, and no older own
-- list of the same client in the case.
WITH held AS (
    SELECT d.no, coalesce(p.merged_into, d.holder) AS holder, d.obtained, d.created, d.origin = 'own' AS own, d.current,
        coalesce(d.created, d.obtained) AS day,
        d.no IN (SELECT dataset FROM dataset_column WHERE role IN ('created', 'deleted')) AS has_history
    FROM dataset AS d LEFT JOIN party AS p ON p.id = d.holder
)
SELECT h.no, h.holder, h.obtained, h.created, h.own,
    h.own AND h.has_history AND NOT EXISTS (
        SELECT 1 FROM held AS o WHERE o.own AND o.current AND o.holder = h.holder AND o.day < h.day
    ) AS living
FROM held AS h ORDER BY h.no
