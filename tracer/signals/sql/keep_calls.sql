-- The calls and messages of a switch's log for `call_record`: to canaries and to anybody else. $file: its number. Needs
-- `signal_caller` (`read_callers`). A record that an earlier file held already is not kept again: logs grow.
INSERT INTO call_record
WITH called AS (
    SELECT called, min(key) AS key FROM signal_called WHERE key < 1000000000000000 GROUP BY called
), kept AS (
    SELECT r.row, r.at_utc, r.channel, c.number, k.key
    FROM signal_record r JOIN signal_caller c ON c.shown = r.caller JOIN called k ON k.called = r.called
    WHERE r.reason IS NULL AND r.channel <> 'email' AND c.number <> ''
)
SELECT $file, at_utc, channel, number, key FROM kept k
WHERE NOT EXISTS (
    SELECT 1 FROM call_record e WHERE e.file < $file AND e.caller = k.number AND e.called = k.key AND e."at" = k.at_utc AND e.channel = k.channel
)
ORDER BY row
