-- lists that hold people who refused; too few to be shown are none. A public register makes no calls, so it breaks no refusal
INSERT INTO refused_inside (run, dataset, refusals, people, before, own)
SELECT $run, d.id, f.refusals, count(DISTINCT f.contact),
    CASE WHEN d.created IS NOT NULL THEN count(DISTINCT f.contact) FILTER (f.day < d.created) END, f.client = d.holder
FROM dataset d JOIN temp.held_identifier m ON m.dataset = d.no JOIN refused f ON f.key = m.key
WHERE d.current AND d.purged_at IS NULL AND d.origin NOT IN ('refusals', 'register') AND views._enough(d.contacts)
GROUP BY d.id, d.created, d.holder, f.refusals, f.client
HAVING views._enough(count(DISTINCT f.contact))
ORDER BY ALL
