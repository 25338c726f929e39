-- `row_history`: when each contact of a client's successive lists $datasets (of the days $days, in order) came in and
-- went, in days since 1970: between two lists, or on the day that the list itself writes next to it. NULL: not known,
-- so since ever; not at all. A day of adding that the lists themselves contradict is that of something else. `contact`:
-- a row of a contact, by whichever of its identifiers it is there; the others are of each identifier by itself.
CREATE OR REPLACE TEMP TABLE row_history AS
WITH list AS (
    SELECT unnest($datasets) AS dataset, unnest($days) AS day, unnest(range(len($days))) AS place
), control AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
    UNION
    SELECT key FROM canary_key
), written AS (
    SELECT dataset, key, min(created) AS created, max(deleted) AS deleted FROM dated GROUP BY ALL
), member AS (  -- each identifier for itself; and each contact, which is there wherever one of its identifiers is
    SELECT dataset, key, key AS own, false AS contact FROM membership JOIN list USING (dataset)
    UNION ALL
    SELECT m.dataset, coalesce(o.contact, m.key), m.key, true
    FROM membership AS m JOIN list USING (dataset) LEFT JOIN own_contact AS o ON o.key = m.key
), span AS (
    SELECT m.key, m.contact, min(l.place) AS first, max(l.place) AS last, epoch(min(w.created)) // 86400 AS created,
        epoch(max(w.deleted)) // 86400 AS deleted
    FROM member AS m JOIN list AS l USING (dataset) LEFT JOIN written AS w ON w.dataset = m.dataset AND w.key = m.own
    WHERE m.key NOT IN (SELECT key FROM control)
    GROUP BY m.key, m.contact
), bound AS (
    SELECT s.*, a.day AS not_yet, f.day AS there, z.day AS missing
    FROM span AS s JOIN list AS f ON f.place = s.first
    LEFT JOIN list AS a ON a.place = s.first - 1
    LEFT JOIN list AS z ON z.place = s.last + 1
)
SELECT key,
    CASE WHEN exact THEN created ELSE not_yet + 0.5 END AS added_after,
    CASE WHEN exact THEN created + 1.0 WHEN not_yet IS NOT NULL THEN there + 0.5 END AS added_by,
    CASE WHEN deleted IS NOT NULL THEN deleted ELSE last_day + 0.5 END AS gone_after,
    CASE WHEN deleted IS NOT NULL THEN deleted + 1.0 ELSE missing + 0.5 END AS gone_by,
    contact
FROM (
    SELECT b.*, l.day AS last_day,
        created IS NOT NULL AND created <= there AND (not_yet IS NULL OR created >= not_yet) AS exact
    FROM bound AS b JOIN list AS l ON l.place = b.last
)
