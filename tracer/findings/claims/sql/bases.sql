-- stated bases of dataset $dataset, its copies, those with no basis of use, and how many lists of refusals there are
SELECT d.collected_under, d.used_under, (SELECT count(*) FROM release r WHERE r.dataset = d.id),
    (SELECT count(*) FROM release r WHERE r.dataset = d.id AND coalesce(r.use_basis, 'none') IN ('none', 'refused')),
    (SELECT count(*) FROM dataset f WHERE f.current AND f.origin = 'refusals' AND views._enough(f.contacts) AND f.purged_at IS NULL)
FROM dataset d WHERE d.id = $dataset AND d.current
