-- the lists of $giver (or $listed alone) that dataset $dataset was compared with: contacts in common, and how likely it was copied
-- from each, and each from it; the likeliest source first
WITH edge AS (SELECT parent, child, probability, grade FROM derivation WHERE superseded IS NULL)
SELECT d.id, (SELECT max(shared) FROM overlap o WHERE o.superseded IS NULL AND o.a = least(d.id, $dataset) AND o.b = greatest(d.id, $dataset)) AS shared,
    coalesce(along.probability, 0) AS probability, coalesce(along.grade, 'G0'), coalesce(back.probability, 0), coalesce(back.grade, 'G0')
FROM dataset d LEFT JOIN party p ON p.id = d.holder
LEFT JOIN edge along ON along.parent = d.id AND along.child = $dataset LEFT JOIN edge back ON back.parent = $dataset AND back.child = d.id
WHERE d.current AND d.purged_at IS NULL AND views._enough(d.contacts) AND d.origin <> 'refusals' AND d.id <> $dataset
    AND coalesce(p.merged_into, d.holder) = $giver AND ($listed IS NULL OR d.id = $listed)
ORDER BY probability DESC, shared DESC NULLS LAST, d.id
