-- who refused, and since when: see refusals.py. Lists of too few would be questions about single people.
CREATE OR REPLACE TEMP TABLE refused AS
WITH stands AS (
    SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM duplicate
)
SELECT d.id AS refusals, d.holder AS client, s.key, coalesce(a.contact, s.key) AS contact, min(s.row) AS row,
    min(coalesce(y.day, d.created, d.obtained)) AS day
FROM dataset d JOIN stands s ON s.dataset = d.no
LEFT JOIN refusal_day y ON y.dataset = d.no AND y.row = s.row
LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = s.key
WHERE d.current AND d.purged_at IS NULL AND d.origin = 'refusals' AND views._enough(d.contacts)
GROUP BY ALL
