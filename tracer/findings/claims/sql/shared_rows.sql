-- The rows of dataset $dataset and those of the datasets in $others that share an identifier with it: `claim_row`
-- (dataset, row, key).
CREATE OR REPLACE TEMP TABLE claim_row AS
SELECT dataset, row, key
FROM membership
WHERE dataset IN (SELECT unnest(list_append($others, $dataset)))
    AND key IN (SELECT key FROM membership WHERE dataset = $dataset)
