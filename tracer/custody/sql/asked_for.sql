-- copies $ids whose canaries, in no other copy, are among the questions of a probe
SELECT k.release, min(q.plan)
FROM release_canary AS k JOIN probe_question AS q ON q.canary = k.canary
WHERE k.release IN (SELECT unnest($ids)) AND NOT EXISTS (
    SELECT 1 FROM release_canary AS o WHERE o.canary = k.canary AND o.release NOT IN (SELECT unnest($ids))
)
GROUP BY k.release
ORDER BY k.release
