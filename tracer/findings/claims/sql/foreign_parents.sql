-- lists of others than $party from which dataset $dataset was likelier copied than not, the surest first
SELECT d.parent, p.holder, d.probability, d.grade
FROM derivation d JOIN dataset p ON p.id = d.parent AND p.current
WHERE d.superseded IS NULL AND d.child = $dataset AND d.probability >= 0.5 AND p.holder <> $party
ORDER BY d.grade >= 'G2' DESC, d.probability DESC, d.parent
