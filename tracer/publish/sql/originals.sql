-- every original: its hash, its length, the datasets and pieces of evidence that it is of
SELECT o.sha256, o.bytes,
    coalesce((SELECT list(DISTINCT d.id ORDER BY d.id) FROM dataset AS d WHERE d.sha256 = o.sha256), []),
    coalesce((SELECT list(e.id ORDER BY e.id) FROM evidence AS e WHERE e.sha256 = o.sha256), [])
FROM original AS o
ORDER BY o.sha256
