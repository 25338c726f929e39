SELECT
    dataset, release, recipient, accused, p_value, chance, e_value,
    coalesce(CAST(canaries_seen AS VARCHAR), '<20') AS canaries_seen, canaries_planted,
    coalesce(CAST(rows_matched AS VARCHAR), '<20') AS rows_matched, grade, reasons, against
FROM views.attributions
ORDER BY dataset, accused DESC, release
