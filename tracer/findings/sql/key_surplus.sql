SELECT position, signature, count(*) AS keys
FROM several
GROUP BY position, signature
ORDER BY position, signature;
