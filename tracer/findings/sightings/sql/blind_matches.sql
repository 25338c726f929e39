-- what the blind datasets $targets are known to share with the case's own lists and canaries
SELECT dataset, key, hash, row FROM blind_match WHERE dataset IN (SELECT unnest($targets)) ORDER BY dataset, key
