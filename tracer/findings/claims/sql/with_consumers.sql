-- contacts of dataset $dataset (a number) that are in one of the lists $others by any identifier, and in none of $without; junk
-- identifiers link nothing
SELECT count(DISTINCT coalesce(a.contact, m.key))
FROM membership m LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
WHERE m.dataset = $dataset
    AND m.key IN (SELECT key FROM membership WHERE list_contains(CAST($others AS INTEGER[]), dataset))
    AND m.key NOT IN (SELECT key FROM membership WHERE list_contains(CAST($without AS INTEGER[]), dataset))
    AND NOT EXISTS (SELECT 1 FROM junk j WHERE j.key = m.key AND list_contains(list_append(CAST($others AS INTEGER[]), $dataset), j.dataset))
