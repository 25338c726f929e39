-- The calls and messages of a switch's log for `call_record`: to canaries and to anybody else. $file: its number; $code: the
-- country's calling code. A record that an earlier file held already is not kept again: logs grow.
INSERT INTO call_record
WITH written AS (
    SELECT DISTINCT caller FROM signal_record WHERE reason IS NULL AND channel <> 'email' AND caller IS NOT NULL
), caller AS (
    SELECT caller AS written, caller_digits(caller, $code) AS digits FROM written
), called AS (
    SELECT called, min(key) AS key FROM signal_called WHERE key < 1000000000000000 GROUP BY called
), kept AS (
    SELECT r.row, r.at_utc, r.channel, c.digits, k.key
    FROM signal_record r JOIN caller c ON c.written = r.caller JOIN called k ON k.called = r.called
    WHERE r.reason IS NULL AND r.channel <> 'email' AND c.digits <> ''
)
SELECT $file, at_utc, channel, digits, key FROM kept k
WHERE NOT EXISTS (
    SELECT 1 FROM call_record e WHERE e.file < $file AND e.caller = k.digits AND e.called = k.key AND e."at" = k.at_utc AND e.channel = k.channel
)
ORDER BY row
