-- every name that a party has in the case, whose it is, and whether that one is protected; merged parties are one
WITH RECURSIVE root(id, party) AS (
    SELECT id, id FROM party WHERE merged_into IS NULL
    UNION
    SELECT p.id, r.party FROM party p JOIN root r ON p.merged_into = r.id
), shielded AS (
    SELECT r.party, coalesce(bool_or(p.protected), FALSE) AS protected
    FROM root r JOIN party p ON p.id = r.id GROUP BY r.party
)
SELECT r.party, n.name, s.protected
FROM root r
JOIN shielded s ON s.party = r.party
JOIN (
    SELECT id, unnest([{names}]) AS name FROM party
    UNION SELECT party, alias FROM party_alias
) n ON n.id = r.id
WHERE n.name IS NOT NULL
ORDER BY r.party, n.name
