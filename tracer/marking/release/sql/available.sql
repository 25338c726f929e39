-- identities of kind $kind that may mark copies of the loaded version $no on $day, whether they are in it, and whether they were
-- in a copy that was taken back
WITH released AS (
    SELECT DISTINCT r.dataset, d.no
    FROM release AS r LEFT JOIN dataset AS d ON d.id = r.dataset AND d.current AND d.purged_at IS NULL
), related AS (
    -- a released list that shares an ordinary identifier with this one, or whose contents are not there to compare
    SELECT dataset FROM released
    WHERE no IS NULL OR no = $no OR EXISTS (
        SELECT 1 FROM membership AS a JOIN membership AS b ON b.key = a.key
        WHERE a.dataset = $no AND b.dataset = released.no
            AND NOT EXISTS (SELECT 1 FROM canary AS c WHERE c.phone = a.key OR c.email = a.key)
    )
), used AS (
    SELECT DISTINCT unnest([c.phone, c.email]) AS key
    FROM release_canary AS k JOIN canary AS c ON c.no = k.canary JOIN release AS r ON r.id = k.release
    WHERE r.dataset IN (SELECT dataset FROM related)
)
SELECT c.no, c.phone, c.phone_raw, c.email_raw, c.name, c.organisation, c.address, c.city, c.postcode,
    EXISTS (SELECT 1 FROM membership AS m WHERE m.dataset = $no AND m.key IN (c.phone, c.email)) AS standing,
    EXISTS (SELECT 1 FROM withdrawn_canary AS w WHERE w.canary = c.no) AS withdrawn
FROM canary AS c
WHERE c.kind = $kind AND coalesce(c.state, '') NOT IN (SELECT unnest($dead))
    AND coalesce(c.until >= $day, true) AND coalesce(c.since <= $day, true)
    AND NOT EXISTS (SELECT 1 FROM release_canary AS k WHERE k.canary = c.no)
    AND NOT EXISTS (SELECT 1 FROM code_position AS p WHERE p.canary = c.no AND p.freed IS DISTINCT FROM true)
    AND NOT EXISTS (SELECT 1 FROM used WHERE used.key IN (c.phone, c.email))
ORDER BY withdrawn, c.no
