-- the canaries of the copies $ids as they are when these are taken back, with what names their personas
INSERT INTO withdrawn_canary
SELECT k.release, k.canary, k.scheme, k.persona, k.row, false, c.name, c.organisation, c.address
FROM release_canary AS k LEFT JOIN canary AS c ON c.no = k.canary
WHERE k.release IN (SELECT unnest($ids))
ORDER BY k.release, k.canary, k.row
