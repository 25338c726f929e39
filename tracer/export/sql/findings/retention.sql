SELECT vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade, reasons, against
FROM views.retention
WHERE probability >= 0.05
ORDER BY probability DESC, vendor, release, seen_in, reading
