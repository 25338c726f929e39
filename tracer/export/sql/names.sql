-- every name that a party that is not protected has in the case, and whose it is; merged parties are one
WITH RECURSIVE root(id, party) AS (
    SELECT id, id FROM party WHERE merged_into IS NULL
    UNION
    SELECT p.id, r.party FROM party p JOIN root r ON p.merged_into = r.id
)
SELECT r.party, n.name
FROM root r
JOIN party p ON p.id = r.party AND NOT p.protected
JOIN (
    SELECT id, id AS name FROM party
    UNION SELECT id, unnest([name, name_en, name_zh, registration]) FROM party
    UNION SELECT party, alias FROM party_alias
) n ON n.id = r.id
WHERE n.name IS NOT NULL
ORDER BY r.party, n.name
