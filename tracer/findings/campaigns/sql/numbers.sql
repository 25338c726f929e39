-- controlled identities, in order of their numbers
SELECT no, kind, phone, email, name, organisation,
    coalesce(since, CASE WHEN lower(state) IN ('new', 'burn-in', '新号', '养号') THEN CAST(imported_at AS DATE) END) AS since,
    CAST(imported_at AS DATE) AS known, until, lower(coalesce(state, '')) AS state, email_raw
FROM canary
ORDER BY no
