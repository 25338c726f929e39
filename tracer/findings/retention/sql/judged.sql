-- what persons have decided on copies and the lists in which they were found
SELECT a, b, verdict = 'confirm' AS confirmed, no FROM views._judged
WHERE verdict <> 'unsure' AND a IN (SELECT id FROM release)
ORDER BY a, b
