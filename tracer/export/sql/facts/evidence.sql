-- documents and statements with the hashes by which they can be checked
SELECT evidence AS document, kind, regexp_replace(coalesce(path, ''), '^.*[/\\]', '') AS file, statement,
    acquired::VARCHAR AS acquired, by_whom, sha256, bytes
FROM views.evidence
ORDER BY evidence
