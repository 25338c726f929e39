-- complaints: the caller as shown, and the key of the number that was called
SELECT c.caller, k.key
FROM complaint AS c LEFT JOIN complaint_key AS k ON k.raw = c.called AND k.key IS NOT NULL
WHERE c.caller IS NOT NULL
ORDER BY c.file, c.row, k.key
