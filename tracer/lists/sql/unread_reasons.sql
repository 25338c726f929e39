SELECT position, reason, silent, count(*) FROM temp.load_unread WHERE row BETWEEN $first AND $last
GROUP BY position, reason, silent ORDER BY position, count(*) DESC, reason
