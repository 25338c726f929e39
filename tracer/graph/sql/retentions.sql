SELECT release, seen_in, first_seen, reading, after_end, probability, grade, reasons, against
FROM views.retention
WHERE probability >= $least
ORDER BY release, seen_in, reading
