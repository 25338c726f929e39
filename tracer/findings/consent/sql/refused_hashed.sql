-- who of the case's own people, and of those who were called, is in a list of refusals that holds hashes
INSERT INTO refused
SELECT d.id, d.holder, h.key, coalesce(a.contact, h.hash), min(h.row), min(coalesce(y.day, d.created, d.obtained))
FROM temp.hash_match h
JOIN dataset d ON d.no = h.dataset AND d.current AND d.purged_at IS NULL AND d.origin = 'refusals' AND views._enough(d.contacts)
JOIN (SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM duplicate) s
    ON s.dataset = d.no AND s.key = h.hash
LEFT JOIN refusal_day y ON y.dataset = d.no AND y.row = s.row
LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = h.hash
GROUP BY ALL
