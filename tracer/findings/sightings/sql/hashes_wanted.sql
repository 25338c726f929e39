-- the hashes that are in the datasets $targets; stand-ins of blind datasets are hashes of nothing
SELECT DISTINCT m.key AS hash FROM membership AS m JOIN dataset AS d ON d.no = m.dataset AND d.format <> 'blind'
WHERE m.dataset IN (SELECT unnest($targets)) AND m.key >= $first AND m.key < $end
