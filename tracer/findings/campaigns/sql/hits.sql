-- signals that reached a controlled number, in order; `number`: the caller's (`read_callers`)
SELECT s.file, s.row, s."at", s.channel, s.caller, n.number, s.canary, s.duration_s, s.text
FROM signal AS s LEFT JOIN campaign_caller AS n ON n.shown = s.caller AND s.channel <> 'email'
WHERE s.canary IS NOT NULL AND s."at" IS NOT NULL
ORDER BY s."at", s.file, s.row, s.canary
