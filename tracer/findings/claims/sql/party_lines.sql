-- lines of $party: sold by it (1), on its network (2), supplied to it (3)
SELECT id, province, CASE WHEN vendor = $party THEN 1 WHEN carrier = $party THEN 2 ELSE 3 END AS rank
FROM line
WHERE vendor = $party OR carrier = $party
    OR vendor IN (SELECT from_party FROM relation WHERE kind = 'supplies_line_to' AND to_party = $party)
ORDER BY id
