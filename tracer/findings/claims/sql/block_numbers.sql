-- Numbers from $first to $last of the datasets in $of (numbers, some of them in several lists); numbers of the
-- datasets in $without are left out, and identifiers that are junk in one of $compared.
WITH aside AS (
    SELECT key FROM junk WHERE key IS NOT NULL AND dataset IN (SELECT unnest($compared))
    UNION SELECT key FROM membership WHERE dataset IN (SELECT unnest(CAST($without AS INTEGER[])))
)
SELECT m.key FROM membership m ANTI JOIN aside s ON s.key = m.key
WHERE m.dataset IN (SELECT unnest($of)) AND m.key BETWEEN $first AND $last
