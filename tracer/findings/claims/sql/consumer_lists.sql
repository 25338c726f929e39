-- Lists of consumers other than dataset $dataset: a client's own, a platform's users, or people who refused; they were
-- not copied from $dataset. One that names firms is none, which is asked of its cells.
SELECT d.no, d.id FROM dataset d LEFT JOIN party p ON p.id = d.holder
WHERE d.current AND d.purged_at IS NULL AND views._enough(d.contacts) AND d.id <> $dataset
    AND (d.origin IN ('own', 'refusals') OR d.origin <> 'register' AND p.role IN ('client', 'platform'))
    AND coalesce(d.collected_under, '') <> 'public_only' AND coalesce(p.role, '') <> 'public_source'
    AND d.id NOT IN (SELECT child FROM derivation WHERE superseded IS NULL AND parent = $dataset AND probability >= 0.5)
ORDER BY d.id
