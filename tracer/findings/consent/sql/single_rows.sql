-- every single release or call after a refusal: people's numbers. A list of refusals and a copy that have too few
-- of them in common give none.
SELECT f.refusals, f.row, f.day, e.what, e.of, e.day AS on_day, f.key
FROM refused f JOIN (
    SELECT 'released' AS what, r.id AS of, r.date AS day, m.key FROM release r
    JOIN dataset d ON d.id = r.dataset AND d.current AND d.purged_at IS NULL JOIN membership m ON m.dataset = d.no
    LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = m.key
    WHERE coalesce(a.contact, m.key) NOT IN (SELECT w.key FROM withheld w WHERE w.release = r.id)
    UNION ALL SELECT 'called', line, day, called FROM line_event WHERE NOT controlled
    UNION ALL SELECT 'complained', line, day, called FROM line_complaint WHERE called IS NOT NULL
) e ON e.key = f.key AND f.day < e.day
QUALIFY e.what <> 'released' OR views._enough(count(DISTINCT f.contact) OVER (PARTITION BY f.refusals, e.what, e.of))
ORDER BY f.refusals, f.row, e.day, e.what, e.of, f.key
