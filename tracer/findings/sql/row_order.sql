-- The rows of each dataset in its own order, with the set of holders of the row's identifier (rows that stand in no
-- other dataset have none), up to a number of rows at which order has told all it can.
SELECT t.position, m.row, i.pattern
FROM membership AS m
JOIN traced AS t ON t.no = m.dataset
LEFT JOIN signed_key AS k ON k.key = m.key AND k.holders > 1
LEFT JOIN pattern AS i ON i.signature = k.signature
WHERE m.row <= $rows
ORDER BY t.position, m.row, m.key;
