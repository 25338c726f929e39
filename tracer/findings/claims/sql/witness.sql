-- Datasets whose numbers dataset $dataset (an id) would not hold if it were random: those that are known to be real. Its
-- holder's own lists, a client's lists and registers are; so is no other list of the holder, none of $generated (ids: those
-- that are said to be random, too), and none that came from one of these. A list that may have been copied from $dataset is
-- none: a random list that is resold is in two lists, and that does not contradict it. Nor is a list that might be its
-- sibling, of which nothing is known but that they overlap. Near-copies ($near of the larger list in common) are one list:
-- that a list is tied to its near-copy does not make it two. Names that both give are a sign where most of the other list is
-- not in $dataset, and it is not known to be younger.
WITH RECURSIVE near AS (
    SELECT unnest([a, b]) AS one, unnest([b, a]) AS other FROM overlap
    WHERE superseded IS NULL AND shared >= $near * greatest(a_contacts, b_contacts)
), edge AS (
    SELECT parent, child, grade FROM derivation WHERE superseded IS NULL AND probability >= 0.5
), descendant AS (
    SELECT child AS id FROM edge WHERE parent = $dataset
    UNION
    SELECT e.child FROM edge e JOIN descendant d ON e.parent = d.id
), named AS (
    SELECT DISTINCT dataset AS no FROM dataset_column WHERE role IN ('name', 'organisation')
), claimed AS (
    SELECT no, id, created, coalesce(obtained, created) AS there, holder, no IN (SELECT no FROM named) AS has_names
    FROM dataset WHERE id = $dataset AND current
), fact AS (
    SELECT d.*, d.origin IN ('own', 'refusals', 'register') AS known, d.holder = c.holder AS same_holder,
        list_contains(CAST($generated AS VARCHAR[]), d.id) AS generated
    FROM dataset d CROSS JOIN claimed c
    WHERE d.current AND d.id <> c.id
), doubtful AS (
    SELECT id FROM fact WHERE CASE WHEN known THEN same_holder AND generated ELSE same_holder OR generated END
    UNION
    SELECT e.child FROM edge e JOIN doubtful f ON f.id = e.parent WHERE e.child NOT IN (SELECT id FROM fact WHERE known)
), other AS (
    SELECT d.no, d.id, d.known, d.id IN (SELECT id FROM descendant) AS descendant,
        coalesce(coalesce(d.obtained, d.created) <= c.created, false) AS earlier,
        d.no IN (SELECT no FROM named) AS has_names, c.has_names AS both_named,
        coalesce(c.there <= d.created, false) OR EXISTS (SELECT 1 FROM overlap o WHERE o.superseded IS NULL
            AND o.shared * 2 >= d.contacts AND c.id IN (o.a, o.b) AND d.id IN (o.a, o.b)) AS perhaps_resold,
        EXISTS (SELECT 1 FROM edge e WHERE e.parent = d.id AND e.child = c.id AND e.grade >= 'G2') AS parent,
        EXISTS (SELECT 1 FROM edge e WHERE d.id IN (e.parent, e.child) AND c.id NOT IN (e.parent, e.child)
            AND e.parent NOT IN (SELECT id FROM descendant) AND e.child NOT IN (SELECT id FROM descendant)
            AND e.parent NOT IN (SELECT id FROM doubtful) AND e.child NOT IN (SELECT id FROM doubtful)
            AND NOT EXISTS (SELECT 1 FROM near n WHERE n.one = e.parent AND n.other = e.child)
            AND NOT EXISTS (SELECT 1 FROM near n WHERE n.one = c.id AND n.other IN (e.parent, e.child))) AS tied
    FROM fact d CROSS JOIN claimed c
    WHERE d.id NOT IN (SELECT id FROM doubtful) AND d.purged_at IS NULL AND views._enough(d.contacts)
)
SELECT no, id FROM other
WHERE known OR earlier OR (has_names AND NOT both_named)
    OR (NOT descendant AND (parent OR tied OR (has_names AND NOT perhaps_resold)))
ORDER BY id
