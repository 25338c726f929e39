-- Sums over the lists of a holder, and over the copies of a recipient and of a client (each recipient counted
-- separately), with the distinct contacts of all of them together where there are several (`sum_united`), less canaries
-- and less people withheld from every copy. A list of too few contacts is in the sums of rows but not in `together`, and
-- lists that are not close have no one in common there: a list of one is not a question about a person.
INSERT INTO legal_count (run, scope, party, counterparty, list, lists, raw, repeated, untrue, people, together)
WITH whole AS (
    SELECT scope, party, list_sort(list(DISTINCT no)) AS nos, sum(contacts) AS summed FROM sum_inside GROUP BY scope, party HAVING count(*) > 1
), kept_back AS (  -- in none of the copies
    SELECT scope, party, count(*) AS contacts FROM (
        SELECT i.scope, i.party, m.key FROM sum_inside i JOIN membership m ON m.dataset = i.no
        JOIN (SELECT DISTINCT key FROM withheld) k ON k.key = m.key
        LEFT JOIN withheld x ON x.release = i.release AND x.key = m.key
        WHERE i.release IS NOT NULL
        GROUP BY i.scope, i.party, m.key HAVING count(*) = count(x.key)
    ) GROUP BY scope, party
), nobody AS (  -- canaries that are in one of the lists or copies
    SELECT i.scope, i.party, count(DISTINCT s.canary) AS canaries
    FROM sum_inside i JOIN views._sighting s ON s.dataset = i.id AND s.early JOIN canary c ON c.no = s.canary
    WHERE i.release IS NULL OR NOT EXISTS (SELECT 1 FROM withheld x WHERE x.release = i.release AND x.key IN (c.phone, c.email))
    GROUP BY i.scope, i.party
)
SELECT $run, p.scope, p.party, NULL, NULL, count(*), sum(p.raw), sum(p.repeated), sum(p.untrue), sum(p.people),
    any_value(CASE WHEN views._enough(w.summed - u.contacts) THEN u.contacts - coalesce(k.contacts, 0) - coalesce(n.canaries, 0) END)
FROM sum_part p LEFT JOIN whole w ON w.scope = p.scope AND w.party = p.party LEFT JOIN sum_united u ON u.nos = w.nos
LEFT JOIN kept_back k ON k.scope = p.scope AND k.party = p.party LEFT JOIN nobody n ON n.scope = p.scope AND n.party = p.party
GROUP BY p.scope, p.party HAVING count(*) > 1
ORDER BY p.scope, p.party
