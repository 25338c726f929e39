-- canaries of the withdrawn copies $ids, and shared ones of their draws, which those copies need when they come back
SELECT DISTINCT p.draw, p.canary
FROM withdrawn_release AS r JOIN code_position AS p ON p.draw = json_extract_string(r.design, '$.draw')
WHERE r.id IN (SELECT unnest($ids)) AND (p.scheme = 'pool' OR p.canary IN (
    SELECT canary FROM withdrawn_canary AS k WHERE k.release = r.id
))
