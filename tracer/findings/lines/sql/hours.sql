-- the hours (UTC) in which there was a call or a complaint
SELECT DISTINCT date_trunc('hour', "at") FROM line_heard
UNION SELECT DISTINCT date_trunc('hour', "at") FROM complaint WHERE "at" IS NOT NULL
ORDER BY 1
