-- originals that were loaded on $since or later, and of what they are: ids, never a file's name
SELECT o.sha256, coalesce(string_agg(DISTINCT n.id, ', ' ORDER BY n.id), 'records') AS of_what
FROM original o
LEFT JOIN (SELECT id, sha256 FROM dataset UNION ALL SELECT id, sha256 FROM evidence) n ON n.sha256 = o.sha256
WHERE $since::DATE IS NULL OR o.stored_at >= $since::DATE
GROUP BY o.sha256
ORDER BY of_what, o.sha256
