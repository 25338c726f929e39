-- what the clients of releases are called
SELECT p.id, p.name FROM party AS p
WHERE p.name IS NOT NULL AND p.id IN (SELECT d.holder FROM dataset AS d JOIN release AS r ON r.dataset = d.id WHERE d.current)
UNION
SELECT a.party, a.alias FROM party_alias AS a
WHERE a.party IN (SELECT d.holder FROM dataset AS d JOIN release AS r ON r.dataset = d.id WHERE d.current)
ORDER BY 1, 2
