-- Numbers from $first to $last of the datasets $compared by block of $size and by which of these and of $without hold them:
-- `claim_holders` (block, holders in order, numbers). Junk identifiers of $compared link nothing.
CREATE OR REPLACE TEMP TABLE claim_holders AS
SELECT block, holders, count(*) AS numbers
FROM (
    SELECT key // $size AS block, list_sort(list(DISTINCT dataset)) AS holders
    FROM membership m
    WHERE list_contains(list_concat(CAST($compared AS INTEGER[]), CAST($without AS INTEGER[])), dataset)
        AND key BETWEEN $first AND $last
        AND NOT EXISTS (SELECT 1 FROM junk j WHERE j.key = m.key AND list_contains(CAST($compared AS INTEGER[]), j.dataset))
    GROUP BY key
)
GROUP BY block, holders
