-- readings of what $vendor did with its copies (of dataset $dataset, where one is named), the weightiest first
SELECT r.release, r.reading, coalesce(r.after_end, false), r.probability, r.grade, r.seen_in, r.first_seen, c.ends
FROM retention r JOIN release c ON c.id = r.release
WHERE r.superseded IS NULL AND r.vendor = $vendor AND ($dataset IS NULL OR $dataset IN (r.dataset, r.seen_in))
ORDER BY r.grade DESC, r.probability DESC, r.release, r.seen_in
