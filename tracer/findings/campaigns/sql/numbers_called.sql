-- the numbers of all who called or are complained of (`read_callers`), and the controlled ones
SELECT number FROM campaign_caller UNION SELECT '+' || phone FROM canary WHERE phone IS NOT NULL
