-- lists with the hashes of the files as they were obtained
SELECT dataset, holder, obtained::VARCHAR AS obtained, created::VARCHAR AS created,
    exported::VARCHAR AS exported, living, origin, rows, contacts, rejected, duplicates, format, encoding, collected_under, used_under, evidence, version, sha256, bytes,
    CAST(purged_at AS DATE)::VARCHAR AS purged
FROM views.datasets
ORDER BY dataset
