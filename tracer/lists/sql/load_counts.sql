-- {rows}: of load_link, where a row may have several lines
SELECT (SELECT count(*) FROM load_keys WHERE folded),
    (SELECT count(*) FROM load_keys WHERE key >= $hash_base AND key < $hash_end),
    (SELECT count(DISTINCT key) FROM load_alias),
    (SELECT count(DISTINCT row) FROM reject WHERE dataset = $dataset AND NOT row_kept),
    (SELECT count(*) FROM junk WHERE dataset = $dataset),
    (SELECT count(DISTINCT row) FROM load_bad WHERE status = 'masked'),
    (SELECT {rows} FROM load_link ANTI JOIN load_hotline USING (key))
