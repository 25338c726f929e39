SELECT dataset, release, test, error, canaries_seen, canaries_planted, rows_matched, grade, reasons, against
FROM views.attributions
WHERE accused
ORDER BY dataset, release
