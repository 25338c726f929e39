-- the hashes that stand in the datasets $targets
SELECT DISTINCT key AS hash FROM membership
WHERE dataset IN (SELECT unnest($targets)) AND key >= $first AND key < $end
