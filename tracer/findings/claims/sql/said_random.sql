-- The lists of which somebody says that they are random, each with its holder
SELECT DISTINCT d.id, d.holder FROM dataset d
JOIN claim c ON c.kind = 'random' AND coalesce(c.dataset = d.id, d.holder = coalesce(c.about, c.party))
WHERE d.current ORDER BY d.id
