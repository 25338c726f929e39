-- Chinese mobile numbers from $first to $last of dataset $dataset (a number; `mine`) and of the datasets in $witnesses; numbers
-- of the datasets in $without are left out on both sides. Junk identifiers link nothing.
WITH aside AS (
    SELECT key FROM junk WHERE key IS NOT NULL AND list_contains(list_append($witnesses, $dataset), dataset)
    UNION SELECT key FROM membership WHERE dataset IN (SELECT unnest(CAST($without AS INTEGER[])))
)
SELECT m.key, m.dataset = $dataset AS mine FROM membership m
WHERE m.dataset IN (SELECT unnest(list_append($witnesses, $dataset))) AND m.key BETWEEN $first AND $last
    AND NOT EXISTS (SELECT 1 FROM aside s WHERE s.key = m.key)
