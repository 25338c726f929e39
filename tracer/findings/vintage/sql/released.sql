-- Numbers of the own lists $sources of which a release is recorded.
SELECT DISTINCT d.no FROM release AS r JOIN dataset AS d ON d.id = r.dataset AND d.current
WHERE list_contains($sources, r.dataset) ORDER BY d.no
