-- of a canary's firm only whether it has one
SELECT no, phone, email, kind, CASE WHEN organisation IS NOT NULL THEN '' END AS organisation, imported_at FROM canary
