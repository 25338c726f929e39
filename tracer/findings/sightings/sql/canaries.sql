SELECT no, kind, phone, email, name, organisation, imported_at FROM canary ORDER BY no
