-- The records of `signal_record` that reached a canary or a control, as `signal_hit`. A record with several called numbers
-- in its cell may reach several canaries.
CREATE OR REPLACE TEMP TABLE signal_hit AS
SELECT r.row, r.at_utc, r.zone, r.channel, k.key, c.no
FROM signal_record r
JOIN signal_called k ON k.called = r.called
JOIN (SELECT no, phone AS key FROM canary WHERE phone IS NOT NULL UNION SELECT no, email FROM canary WHERE email IS NOT NULL) c
    ON c.key = k.key
WHERE r.reason IS NULL AND r.incoming
