-- copies of others' lists than $party's that are named as a source of dataset $dataset, the best grade first
SELECT a.release, s.holder, a.grade, a.chance
FROM attribution a JOIN release r ON r.id = a.release JOIN dataset s ON s.id = r.dataset AND s.current
WHERE a.superseded IS NULL AND a.dataset = $dataset AND a.accused AND s.holder <> $party
ORDER BY a.grade DESC, a.chance, a.release
