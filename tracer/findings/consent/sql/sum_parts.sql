-- What the sums are of: `sum_part`, and `sum_inside` without lists that are too small to be compared.
CREATE OR REPLACE TEMP TABLE sum_part AS
SELECT 'holder' AS scope, party, list, list AS dataset, NULL AS release, raw, repeated, untrue, people FROM legal_count
WHERE run = $run AND scope = 'held'
UNION ALL
SELECT unnest(['recipient', 'client']), unnest([g.party, g.counterparty]), g.list, r.dataset, r.id, g.raw, g.repeated, g.untrue, g.people
FROM legal_count g JOIN release r ON r.id = g.list
WHERE g.run = $run AND g.scope = 'given'
