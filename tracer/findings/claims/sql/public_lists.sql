-- lists of public sources other than dataset $dataset: they are a register, their holder is one or is scraped, or they
-- were collected as public
SELECT d.no, d.id FROM dataset d LEFT JOIN party p ON p.id = d.holder
WHERE d.current AND d.purged_at IS NULL AND views._enough(d.contacts) AND d.id <> $dataset AND d.origin <> 'refusals'
    AND (d.origin = 'register' OR p.role = 'public_source' OR d.collected_under = 'public_only'
        OR d.holder IN (SELECT to_party FROM views.relations WHERE kind = 'scrapes'))
ORDER BY d.id
