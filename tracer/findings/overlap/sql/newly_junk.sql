-- Contacts of datasets that were counted before, which were in common with another one by nothing but identifiers that a
-- newcomer shows to be junk. `counted`: the datasets that were counted before.
WITH before AS (
    SELECT DISTINCT key FROM junk WHERE dataset IN (SELECT unnest($counted)) AND key IS NOT NULL
),
fresh AS (
    SELECT DISTINCT j.key
    FROM junk AS j
    JOIN {traced} AS t ON t.no = j.dataset
    WHERE j.key IS NOT NULL AND j.key NOT IN (SELECT key FROM before)
),
touched AS (
    SELECT m.dataset, coalesce(c.contact, m.key) AS contact
    FROM membership AS m
    JOIN fresh AS f ON f.key = m.key
    LEFT JOIN contact_alias AS c ON c.dataset = m.dataset AND c.key = m.key
    WHERE m.dataset IN (SELECT unnest($counted))
),
identified AS (
    SELECT dataset, contact, contact AS key FROM touched
    UNION
    SELECT t.dataset, t.contact, c.key
    FROM touched AS t
    JOIN contact_alias AS c ON c.dataset = t.dataset AND c.contact = t.contact
),
met AS (
    SELECT i.dataset AS a, i.contact, m.dataset AS b, bool_and(i.key IN (SELECT key FROM fresh)) AS lost
    FROM identified AS i
    JOIN membership AS m ON m.key = i.key
    WHERE m.dataset <> i.dataset AND m.dataset IN (SELECT unnest($counted)) AND i.key NOT IN (SELECT key FROM before)
    GROUP BY 1, 2, 3
)
SELECT a, b, count(*) AS contacts FROM met WHERE lost GROUP BY a, b ORDER BY a, b
