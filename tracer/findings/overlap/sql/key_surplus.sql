SELECT position, pattern, count(*) AS keys
FROM {several}
GROUP BY position, pattern
ORDER BY position, pattern;
