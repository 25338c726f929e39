-- How many numbers of a canary's block are in the datasets $targets. `{block}` is SQL for the block of `key`.
SELECT dataset, block, count(*) AS numbers
FROM (
    SELECT m.dataset, {block} AS block FROM membership AS m
    WHERE m.dataset IN (SELECT unnest($targets)) AND m.key < $phone_end
)
WHERE block IN (SELECT {block} FROM (SELECT phone AS key FROM canary WHERE phone IS NOT NULL))
GROUP BY dataset, block
ORDER BY dataset, block
