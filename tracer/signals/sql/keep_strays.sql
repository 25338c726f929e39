-- Mails of `signal_record` to the addresses of `signal_other` (called, key), for `stray_mail`. $file: number of the file. Where a mail
-- reached a canary too, they count only if there are three or more: a server also names the mailbox into which it puts
-- what comes for any address. What an earlier file held is not kept again.
INSERT INTO stray_mail
SELECT $file, r.row, r.at_utc, r.caller, o.key
FROM signal_record r JOIN signal_other o ON o.called = r.called
WHERE r.reason IS NULL AND r.incoming AND r.channel = 'email'
    AND (r.row NOT IN (SELECT row FROM signal_hit) OR o.others >= 3)
    AND NOT EXISTS (
        SELECT 1 FROM stray_mail s
        WHERE s.file < $file AND s.called = o.key AND s."at" = r.at_utc AND s.caller IS NOT DISTINCT FROM r.caller
    )
ORDER BY r.row, o.key
