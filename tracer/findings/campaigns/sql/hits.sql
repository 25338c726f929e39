-- signals that reached a controlled number, in order
SELECT s.file, s.row, s."at", s.channel, s.caller, s.canary, s.duration_s, s.text
FROM signal AS s
WHERE s.canary IS NOT NULL AND s."at" IS NOT NULL
ORDER BY s."at", s.file, s.row, s.canary
