SELECT raw FROM reject WHERE dataset = $no AND NOT row_kept AND reason = $reason AND raw IS NOT NULL
ORDER BY row, raw LIMIT $most
