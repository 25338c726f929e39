-- lists of others that hold home canaries: whose these are, how many of how many, and how many of his copies are on record.
-- One of several telephone numbers may be in a list by chance.
WITH own AS (
    SELECT no, holder FROM dataset WHERE current AND origin = 'own'
), held AS (
    SELECT DISTINCT c.no, o.holder
    FROM (SELECT no, unnest([phone, email]) AS key FROM canary WHERE kind = 'home') AS c
    JOIN membership AS m ON m.key = c.key JOIN own AS o ON o.no = m.dataset
), owned AS (
    SELECT c.no, c.phone, coalesce(h.holder, a.holder, '') AS owner
    FROM canary AS c LEFT JOIN held AS h ON h.no = c.no
    LEFT JOIN (SELECT DISTINCT holder FROM own) AS a ON h.no IS NULL
    WHERE c.kind = 'home'
)
SELECT s.dataset, w.owner AS client, count(DISTINCT s.canary) AS seen,
    (SELECT count(DISTINCT x.no) FROM owned AS x WHERE x.owner = w.owner) AS planted,
    (SELECT count(*) FROM release AS r JOIN dataset AS l ON l.id = r.dataset AND l.current WHERE l.holder = w.owner) AS copies
FROM views._sighting AS s JOIN owned AS w ON w.no = s.canary
JOIN dataset AS d ON d.id = s.dataset AND d.current
WHERE s.early AND d.origin IS DISTINCT FROM 'own' AND d.holder <> w.owner
GROUP BY s.dataset, w.owner
HAVING count(DISTINCT s.canary) > 1 OR bool_or(w.phone IS NULL)
ORDER BY s.dataset, w.owner
