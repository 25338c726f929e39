SELECT dataset, release, recipient, p_value, chance, canaries_seen, canaries_planted, rows_matched, grade, reasons, against
FROM attribution
WHERE superseded IS NULL AND accused
ORDER BY dataset, release
