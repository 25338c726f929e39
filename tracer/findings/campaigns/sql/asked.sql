-- controlled identities that a look-up service was asked for, and since when it may have known of them
SELECT q.canary, min(p.planned_at) AS asked
FROM probe_question AS q JOIN probe_plan AS p ON p.id = q.plan
WHERE q.canary IS NOT NULL AND q.found IS NOT NULL
GROUP BY q.canary
ORDER BY q.canary
