-- complaints: the caller's number (`read_callers`), and the key of the number that was called
SELECT n.number, k.key
FROM complaint AS c JOIN campaign_caller AS n ON n.shown = c.caller AND n.number <> ''
LEFT JOIN complaint_key AS k ON k.raw = c.called AND k.key IS NOT NULL
ORDER BY c.file, c.row, k.key
