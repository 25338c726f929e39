-- Counts
-- answers: How many rows and people are there as courts count them: raw, repeated, shown false, per recipient and summed?
-- param scope word(held|given|holder|recipient|client) = none: held (lists), given (copies), or sums by one of the others
-- column scope text: held, given, holder, recipient or client
-- column party id: who holds it, received it, or handed it out
-- column counterparty id: whose list a copy is of
-- column list id: the dataset or release
-- column lists integer: how many are summed
-- column raw integer: rows as they were found
-- column repeated integer: rows that name only contacts an earlier row has named
-- column untrue integer: rows without a usable identifier, and canaries
-- column people integer: contacts less canaries; in sums added up, so that each recipient counts separately
-- column together integer: distinct over several lists
SELECT scope, party, counterparty, list, lists, raw, repeated, untrue, people, together
FROM views.counts
WHERE $scope IS NULL OR scope = $scope
ORDER BY CASE scope WHEN 'held' THEN 1 WHEN 'given' THEN 2 WHEN 'holder' THEN 3 WHEN 'recipient' THEN 4 ELSE 5 END, party, list
