-- Every copy as it was handed over: the rows of the file, or of the dataset less what was withheld. Its canaries are
-- not people; the client's own (home canaries) are in no copy.
INSERT INTO legal_count (run, scope, party, counterparty, list, lists, raw, repeated, untrue, people)
WITH home AS (
    SELECT s.dataset, s.canary, c.phone, c.email FROM views._sighting s JOIN canary c ON c.no = s.canary WHERE s.early
)
SELECT $run, 'given', r.recipient, d.holder, r.id, 1, coalesce(r.rows, d.rows - w.keys), d.duplicates, d.rejected + k.canaries,
    greatest(d.contacts - w.keys - h.canaries, 0)
FROM release r JOIN dataset d ON d.id = r.dataset AND d.current
CROSS JOIN LATERAL (SELECT count(DISTINCT canary) AS canaries FROM release_canary c WHERE c.release = r.id AND c.scheme <> 'second') k
CROSS JOIN LATERAL (SELECT count(*) AS keys FROM withheld x WHERE x.release = r.id) w
CROSS JOIN LATERAL (
    SELECT count(DISTINCT canary) AS canaries FROM home
    WHERE home.dataset = r.dataset AND NOT EXISTS (SELECT 1 FROM withheld x WHERE x.release = r.id AND x.key IN (home.phone, home.email))
) h
ORDER BY r.id
