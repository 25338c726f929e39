-- how many called numbers are written without a country code, and whether any number that was called is known to the case
SELECT (SELECT count(DISTINCT called) FROM signal_record WHERE called IS NOT NULL AND NOT contains(called, '@') AND NOT regexp_matches(trim(called), '^([+]|00)')),
    EXISTS (
        SELECT 1 FROM signal_called
        WHERE key IN (SELECT phone FROM canary WHERE phone IS NOT NULL UNION ALL SELECT m.key FROM membership m JOIN dataset d ON d.no = m.dataset AND d.current)
    )
