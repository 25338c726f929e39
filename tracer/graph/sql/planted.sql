SELECT release, canary, min(scheme) AS scheme
FROM release_canary
GROUP BY release, canary
ORDER BY canary, release
