-- Who refused and is in a list all the same, list by list (`refused_in`), and by all lists of refusals together (`refusals` is empty). A
-- list's `day` is the last on which it is known that they were in it: of one that lives on that of its export, or on which it was obtained,
-- else when it was made. One person is one on either side: requests that hold a number and an address apart are one where the list has both
-- in a row. `open`: of whom no earlier refusal is known; too few who had refused before are not set apart from them. `later`: all of these
-- refused later. What lists of few add to the sum is in it where it is not few. A register makes no calls.
CREATE OR REPLACE TEMP TABLE refused_in AS
WITH listed AS (
    SELECT no, id, holder, coalesce(CASE WHEN NOT lives THEN created END, exported, CASE WHEN lives THEN obtained END, created, obtained) AS day,
        CASE WHEN day IS NULL THEN NULL WHEN day = exported AND (lives OR created IS NULL) THEN 'exported' WHEN day = created AND (NOT lives OR obtained IS NULL) THEN 'created' ELSE 'obtained' END AS known_by
    FROM (SELECT *, coalesce(living, origin = 'own') AS lives FROM dataset) WHERE current AND purged_at IS NULL AND origin NOT IN ('refusals', 'register') AND views._enough(contacts)
), met AS (
    SELECT d.* EXCLUDE (no), f.refusals, f.client, f.contact, f.day AS refused, f.dated, coalesce(f.day < d.day, false) AS early, coalesce(m.contact, a.contact, m.key) AS member
    FROM listed d
    JOIN (SELECT dataset, key, NULL AS contact FROM temp.held_identifier UNION ALL SELECT dataset, hash, contact FROM temp.composed) m ON m.dataset = d.no
    JOIN refused f ON f.key = m.key
    LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = m.key
), one AS (
    SELECT id, holder, day, known_by, refusals, client, least(count(DISTINCT contact), count(DISTINCT member)) AS people,
        least(count(DISTINCT contact) FILTER (early), count(DISTINCT member) FILTER (early)) AS before
    FROM met GROUP BY ALL
), summed AS (
    SELECT id, m.holder, m.day, m.known_by, count(DISTINCT member) AS every, count(DISTINCT member) FILTER (views._enough(o.people)) AS told,
        count(DISTINCT member) FILTER (early) AS every_early, count(DISTINCT member) FILTER (early AND views._enough(o.before)) AS told_early
    FROM met m JOIN one o USING (id, refusals) GROUP BY ALL
), found AS (
    FROM one WHERE views._enough(people)
    UNION ALL
    SELECT id, holder, day, known_by, '', '', CASE WHEN views._enough(every - told) THEN every ELSE told END, CASE WHEN views._enough(every_early - told_early) THEN every_early ELSE told_early END
    FROM summed
), days AS (
    SELECT id, coalesce(refusals, '') AS refusals, bool_and(dated AND day IS NOT NULL) FILTER (NOT early) AS later,
        min(refused) FILTER (early) AS first, max(refused) FILTER (early) AS last, min(refused) FILTER (NOT early) AS open_first, max(refused) FILTER (NOT early) AS open_last
    FROM met GROUP BY GROUPING SETS ((id, refusals), (id))
)
SELECT *, people - CASE WHEN views._enough(before) THEN before ELSE 0 END AS open FROM found JOIN days USING (id, refusals)
