-- The rows that a list must have held from which $children (numbers of versions) were copied: those that two of them have
-- in common; $witness gives each child's group of near-copies, which count as one. How many contacts are in how many
-- groups, and how many of them in each child, each once by any identifiers that join it. Junk identifiers do not link,
-- nor do lists that are not close.
WITH child AS (
    SELECT unnest($children) AS dataset, unnest($witness) AS witness
), stands AS MATERIALIZED (
    SELECT m.dataset, m.key, c.witness, coalesce(a.contact, m.key) AS contact
    FROM main.membership m JOIN child c USING (dataset)
    LEFT JOIN main.contact_alias a ON a.dataset = m.dataset AND a.key = m.key
    WHERE m.key NOT IN (SELECT j.key FROM main.junk j JOIN child USING (dataset) WHERE j.key IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM main.membership o JOIN views._close n ON n.a = m.dataset AND n.b = o.dataset
            JOIN child w ON w.dataset = o.dataset AND w.witness <> c.witness WHERE o.key = m.key
        )
), held AS MATERIALIZED (
    SELECT key, count(DISTINCT witness) AS witnesses, min(contact) AS contact FROM stands GROUP BY key HAVING witnesses > 1
)
SELECT 'children' AS what, witnesses AS which, count(*) AS contacts
FROM (SELECT contact, max(witnesses) AS witnesses FROM held GROUP BY contact) GROUP BY ALL
UNION ALL
SELECT 'dataset', s.dataset, count(DISTINCT s.contact) FROM stands s SEMI JOIN held h ON h.key = s.key GROUP BY ALL
ORDER BY ALL
