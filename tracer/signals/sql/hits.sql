-- The records of `signal_record` that reached a canary or a control, for `signal`. $file: number of the file.
-- A record with several called numbers in its cell may reach several canaries.
INSERT INTO signal (file, row, "at", zone, channel, caller, called_key, canary, duration_s, text, raw)
SELECT $file, r.row, r.at_utc, r.zone, r.channel, r.caller, k.key, c.no, r.duration_s, r.text, r.raw
FROM signal_record r
JOIN signal_called k ON k.row = r.row
JOIN (SELECT no, phone AS key FROM canary WHERE phone IS NOT NULL UNION SELECT no, email FROM canary WHERE email IS NOT NULL) c
    ON c.key = k.key
WHERE r.at_utc IS NOT NULL AND r.incoming
ORDER BY r.row, c.no
