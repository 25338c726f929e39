-- withdrawn copies $ids with the releases that their canaries, or shared ones of their draws, are in since
WITH drawn AS (
    SELECT id, json_extract_string(design, '$.draw') AS draw FROM withdrawn_release WHERE id IN (SELECT unnest($ids))
), needed AS (
    SELECT release, canary FROM withdrawn_canary WHERE freed AND release IN (SELECT unnest($ids))
    UNION
    SELECT d.id, p.canary FROM drawn AS d JOIN code_position AS p ON p.draw = d.draw WHERE p.scheme = 'pool' AND p.freed
), taken AS (
    SELECT canary, release FROM release_canary
    UNION
    SELECT p.canary, r.id FROM code_position AS p JOIN release AS r ON json_extract_string(r.design, '$.draw') = p.draw
    WHERE p.freed IS DISTINCT FROM true
)
SELECT n.release, min(t.release) FROM needed AS n JOIN taken AS t ON t.canary = n.canary GROUP BY n.release ORDER BY ALL
