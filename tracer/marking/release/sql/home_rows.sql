-- rows of the loaded version $no with a key of a home canary, or of an identity that no copy has
WITH own AS (
    SELECT no, phone, email FROM canary
    WHERE kind = 'home' OR (kind IN ('canary', 'reserve') AND no NOT IN (SELECT canary FROM release_canary))
), home AS (
    SELECT unnest([phone, email]) AS key FROM own
    UNION
    SELECT k.key FROM canary_key AS k JOIN own ON own.no = k.canary
)
SELECT row FROM membership WHERE dataset = $no AND key IN (SELECT key FROM home)
UNION
SELECT row FROM duplicate WHERE dataset = $no AND key IN (SELECT key FROM home)
ORDER BY row
