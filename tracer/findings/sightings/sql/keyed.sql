-- how many keys the datasets $targets have that are neither numbers nor hashes
SELECT dataset, count(*) AS keys FROM membership
WHERE dataset IN (SELECT unnest($targets)) AND key >= $numbers AND key < $hashes
GROUP BY dataset ORDER BY dataset
