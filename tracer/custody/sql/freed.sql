-- canaries that are free when the copies $ids are taken back: no other copy has them, and no draw that has copies left
-- has them as shared ones, since there it is part of the code which copy lacks them
WITH draws AS (
    SELECT json_extract_string(design, '$.draw') AS draw, bool_or(id IN (SELECT unnest($ids))) AS touched,
        bool_and(id IN (SELECT unnest($ids))) AS whole
    FROM release WHERE drawn GROUP BY 1
), asked AS (
    SELECT canary FROM release_canary WHERE release IN (SELECT unnest($ids))
    UNION
    SELECT p.canary FROM code_position AS p JOIN draws AS d ON d.draw = p.draw WHERE d.touched AND d.whole
)
SELECT asked.canary
FROM asked JOIN canary AS c ON c.no = asked.canary
WHERE (c.phone IS NOT NULL OR c.email IS NOT NULL)  -- invented persons are of one list alone
AND NOT EXISTS (
    SELECT 1 FROM release_canary AS k WHERE k.canary = asked.canary AND k.release NOT IN (SELECT unnest($ids))
) AND NOT EXISTS (
    SELECT 1 FROM code_position AS p JOIN draws AS d ON d.draw = p.draw
    WHERE p.canary = asked.canary AND p.scheme = 'pool' AND NOT d.whole AND p.freed IS DISTINCT FROM true
)
ORDER BY asked.canary
