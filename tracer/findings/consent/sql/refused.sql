-- who refused, since when at the latest, and whether that is a day of theirs and not one of the list: see `refusals`. Lists of too few would be questions about single people; who took a refusal back,
-- in this list or a later one of its holder, has not refused.
CREATE OR REPLACE TEMP TABLE refused AS
WITH stands AS (
    SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM duplicate
), withdrawn AS (
    SELECT j.key, d.holder, coalesce(d.created, d.obtained) AS day FROM junk j JOIN dataset d ON d.no = j.dataset AND d.current WHERE j.reason = 'withdrawn'
)
SELECT d.id AS refusals, d.holder AS client, s.key, coalesce(a.contact, s.key) AS contact, min(s.row) AS row,
    min(coalesce(y.day, CASE WHEN d.living THEN coalesce(d.exported, d.obtained) ELSE coalesce(d.created, d.obtained) END)) AS day,
    bool_and(y.day IS NOT NULL) AS dated
FROM dataset d JOIN stands s ON s.dataset = d.no
LEFT JOIN refusal_day y ON y.dataset = d.no AND y.row = s.row
LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = s.key
WHERE d.current AND d.purged_at IS NULL AND d.origin = 'refusals' AND views._enough(d.contacts)
    AND NOT EXISTS (SELECT 1 FROM withdrawn w WHERE w.key = s.key AND w.holder = d.holder AND coalesce(w.day >= coalesce(d.created, d.obtained), true))
GROUP BY ALL
