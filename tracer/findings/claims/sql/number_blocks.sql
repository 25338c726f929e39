-- The blocks of $size in which one of the datasets $compared has numbers from $first to $last, and how many: a number of
-- several lists counts in each.
SELECT key // $size AS block, count(*) AS numbers FROM membership
WHERE dataset IN (SELECT unnest($compared)) AND key BETWEEN $first AND $last
GROUP BY block ORDER BY block
