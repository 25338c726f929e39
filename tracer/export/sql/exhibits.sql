-- documents with what they are found by in the vault
SELECT id, kind, acquired::VARCHAR AS acquired, path, sha256, text
FROM evidence
ORDER BY id
