-- between which records numbers (phone) and addresses (email) were under observation
SELECT CASE WHEN format = 'mbox' THEN 'email' ELSE 'phone' END AS medium, min(first_at), max(last_at)
FROM signal_file
WHERE first_at IS NOT NULL
GROUP BY medium
ORDER BY medium
