-- copies $ids that a decision in force confirms as the source of a list
SELECT a AS release, b AS other FROM views._judged
WHERE verdict = 'confirm' AND a IN (SELECT unnest($ids))
ORDER BY release, other
