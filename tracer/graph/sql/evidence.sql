SELECT id, kind, acquired, sha256, nullif(regexp_replace(coalesce(path, ''), '^.*[/\\]', ''), '')
FROM evidence
ORDER BY id
