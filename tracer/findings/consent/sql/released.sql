-- copies that hold people who had refused before the day on which the copy was handed over, by any identifier of
-- theirs; too few to be shown are none
INSERT INTO after_refusal (run, refusals, client, what, of, party, released, people, events, own, first_day, last_day, refused_from, refused_to)
SELECT $run, f.refusals, f.client, 'released', r.id, r.recipient, d.id, count(DISTINCT f.contact), count(DISTINCT f.contact), f.client = d.holder,
    r.date, r.date, min(f.day), max(f.day)
FROM release r JOIN dataset d ON d.id = r.dataset AND d.current AND d.purged_at IS NULL AND views._enough(d.contacts)
JOIN membership m ON m.dataset = d.no JOIN refused f ON f.key = m.key AND f.day < r.date
LEFT JOIN contact_alias a ON a.dataset = d.no AND a.key = m.key
WHERE coalesce(a.contact, m.key) NOT IN (SELECT w.key FROM withheld w WHERE w.release = r.id)
GROUP BY f.refusals, f.client, r.id, r.recipient, d.id, d.holder, r.date
HAVING views._enough(count(DISTINCT f.contact))
ORDER BY ALL
