SELECT raw FROM temp.load_unread
WHERE row BETWEEN $first AND $last AND position = $at AND NOT silent AND raw IS NOT NULL ORDER BY row, raw LIMIT $most
