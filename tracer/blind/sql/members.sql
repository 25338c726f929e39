-- what of the datasets $datasets (numbers) can be compared: identifiers in clear that link, and the canaries up to number
-- $canaries, in an order that only the case's secret $mark gives
SELECT key FROM (
    SELECT m.key FROM membership AS m
    WHERE m.dataset IN (SELECT unnest($datasets)) AND m.key < $hashes
        AND NOT (m.key >= $sealed AND m.key < $sealed_end)  -- another case has other ones
        AND NOT EXISTS (SELECT 1 FROM junk AS j WHERE j.key = m.key)
    UNION
    SELECT unnest([phone, email]) AS key FROM canary WHERE no <= $canaries AND kind <> 'control'
    UNION
    SELECT key FROM canary_key WHERE canary <= $canaries
)
WHERE key IS NOT NULL
ORDER BY sha256($mark || CAST(key AS VARCHAR))
