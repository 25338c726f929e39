-- The first three digits of the numbers (keys below $end) of dataset $dataset (a number)
SELECT DISTINCT left(CAST(key AS VARCHAR), 3) AS head FROM membership WHERE dataset = $dataset AND key < $end ORDER BY head
