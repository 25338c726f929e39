-- callers' numbers, and canaries' numbers or addresses: shown only where somebody has said why
SELECT DISTINCT 'caller' AS kind, NULL AS ref, caller AS number
FROM signal
WHERE coalesce(caller, '') <> ''
UNION ALL
SELECT 'canary', no, coalesce(phone_raw, email_raw, phone::VARCHAR)
FROM canary
WHERE coalesce(phone_raw, email_raw, phone::VARCHAR) IS NOT NULL
ORDER BY kind, ref, number
