-- how many numbers of a canary's block of 10,000 are in the datasets $targets
SELECT m.dataset, m.key // 10000 AS block, count(*) AS numbers
FROM membership AS m
WHERE m.dataset IN (SELECT unnest($targets)) AND m.key < $email_base
    AND m.key // 10000 IN (SELECT phone // 10000 FROM canary WHERE phone IS NOT NULL)
GROUP BY m.dataset, m.key // 10000
ORDER BY m.dataset, block
