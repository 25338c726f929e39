SELECT dataset, key, row FROM temp.hash_match
