SELECT vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade, reasons, against
FROM retention
WHERE superseded IS NULL AND probability >= $least
ORDER BY release, seen_in, reading
