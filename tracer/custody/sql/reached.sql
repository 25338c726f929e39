-- copies $ids with those of the canaries $alone that a record reached since they were made, and how many records did
SELECT k.release, list(DISTINCT s.canary ORDER BY s.canary), count(*)
FROM release_canary AS k JOIN release AS r ON r.id = k.release JOIN signal AS s ON s.canary = k.canary
WHERE k.release IN (SELECT unnest($ids)) AND k.canary IN (SELECT unnest($alone))
    AND (s."at" IS NULL OR s."at"::DATE >= coalesce(r.date, r.registered_at::DATE))
GROUP BY k.release
ORDER BY k.release
