-- Every list as it is held. Canaries that were imported before the list was loaded are rows shown false; later ones are not
-- counted: an import must not become a question about a person.
INSERT INTO legal_count (run, scope, party, list, lists, raw, repeated, untrue, people)
SELECT $run, 'held', d.holder, d.id, 1, d.rows, d.duplicates, d.rejected + coalesce(c.canaries, 0), d.contacts - coalesce(c.canaries, 0)
FROM dataset d
LEFT JOIN (SELECT dataset, count(DISTINCT canary) AS canaries FROM views._sighting WHERE early GROUP BY dataset) c ON c.dataset = d.id
WHERE d.current AND d.origin <> 'refusals'
ORDER BY d.id
