-- distinct contacts of the datasets $nos
SELECT count(DISTINCT coalesce(a.contact, m.key)) FROM membership m
LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
WHERE list_contains($nos, m.dataset)
