-- contacts of dataset $dataset (a number), and those that are in one of the lists $public
SELECT count(DISTINCT coalesce(a.contact, m.key)), count(DISTINCT coalesce(a.contact, m.key)) FILTER (
    m.key IN (SELECT key FROM membership WHERE list_contains(CAST($public AS INTEGER[]), dataset)))
FROM membership m LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
WHERE m.dataset = $dataset
