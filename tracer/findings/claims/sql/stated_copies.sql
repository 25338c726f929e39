-- copies that $giver was given and that are named as a source of dataset $dataset, the best grade first
SELECT a.release, a.grade
FROM attribution a JOIN release r ON r.id = a.release LEFT JOIN party p ON p.id = r.recipient
WHERE a.superseded IS NULL AND a.dataset = $dataset AND a.accused AND coalesce(p.merged_into, r.recipient) = $giver
ORDER BY a.grade DESC, a.chance, a.release
