-- signed_key: every linking identifier of the current datasets with its holders' codes put together bit by bit (exclusive
-- or), which identifies the set of holders (codes are random 60-bit numbers). Junk is left out at the end: there are
-- fewer identifiers than memberships. So is what links nothing new (`second_key`): a list that was exported without
-- mail addresses would seem to lack contacts whose numbers it has.
SELECT key, signature, holders
FROM (
    SELECT m.key, bit_xor(t.code) AS signature, count(*) AS holders
    FROM {membership} AS m
    JOIN {traced} AS t ON t.no = m.dataset
    GROUP BY m.key
) AS s
WHERE NOT EXISTS (SELECT 1 FROM junk AS j JOIN {traced} AS t2 ON t2.no = j.dataset WHERE j.key = s.key)
    AND NOT EXISTS (SELECT 1 FROM {second_key} AS k WHERE k.key = s.key);
