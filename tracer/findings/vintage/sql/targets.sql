-- All lists with the day by which they were there (days since 1970), and whether they hold hashes.
SELECT d.id, d.no, coalesce(p.merged_into, d.holder) AS holder,
    epoch(CASE WHEN d.living THEN d.obtained  -- its first day bounds nothing that came in later
        ELSE least(coalesce(d.created, d.obtained), coalesce(d.obtained, d.created)) END) // 86400 AS there,
    d.hashes > 0 AND d.format <> 'blind' AS hashed
FROM dataset AS d LEFT JOIN party AS p ON p.id = d.holder
WHERE d.current AND d.purged_at IS NULL AND views._enough(d.contacts)
ORDER BY d.id
