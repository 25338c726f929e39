CREATE OR REPLACE TEMP TABLE sum_inside AS
SELECT DISTINCT p.scope, p.party, p.release, d.no, d.id, d.contacts FROM sum_part p
JOIN dataset d ON d.id = p.dataset AND d.current AND views._enough(d.contacts) AND d.purged_at IS NULL
