-- the ranges of further kinds, by their first key, from which some list has an identifier
SELECT DISTINCT key - key % 72057594037927936 FROM membership WHERE key >= $first AND key < $end ORDER BY 1
