SELECT id, kind, acquired, sha256
FROM evidence
ORDER BY id
