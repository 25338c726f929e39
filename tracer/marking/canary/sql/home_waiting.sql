SELECT no, phone, phone_raw, email_raw, name, organisation, address, city, postcode FROM canary AS c
WHERE kind = 'home' AND coalesce(state NOT IN (SELECT unnest($dead)), true) AND coalesce(until >= $day, true)
    AND NOT EXISTS (SELECT 1 FROM membership AS m WHERE m.dataset = $no AND m.key IN (c.phone, c.email))
ORDER BY no
