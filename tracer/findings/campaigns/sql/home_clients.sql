-- home canaries and the holders of the own lists that hold them
SELECT DISTINCT c.no, d.holder
FROM (SELECT no, unnest([phone, email]) AS key FROM canary WHERE kind = 'home') AS c
JOIN membership AS m ON m.key = c.key
JOIN dataset AS d ON d.no = m.dataset AND d.current AND d.origin = 'own'
ORDER BY 1, 2
