WITH copy AS (
    SELECT id, recipient, sha256, NULL::DATE AS withdrawn FROM release
    UNION ALL
    SELECT id, recipient, sha256, withdrawn_at::DATE FROM withdrawn_release
), held AS (
    SELECT release, canary FROM release_canary UNION ALL SELECT release, canary FROM withdrawn_canary
)
SELECT c.id, coalesce(p.protected, false), c.sha256, c.withdrawn,
    (SELECT count(DISTINCT h.canary) FROM held AS h WHERE h.release = c.id)
FROM copy AS c LEFT JOIN party AS p ON p.id = c.recipient
WHERE c.id IN (SELECT unnest($ids))
ORDER BY c.id
