-- Datasets whose numbers dataset $dataset (an id) would not hold if it were random, each with the reason why it counts.
-- A list that may have been copied from $dataset is none: a random list that is resold is in two lists, and that does
-- not contradict it. Nor is a list that might be its sibling, of which nothing is known but that they overlap. Near-copies
-- ($near of the larger list in common) are one list: that a list is tied to its near-copy does not make it two.
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
    SELECT no, id, created, no IN (SELECT no FROM named) AS has_names FROM dataset WHERE id = $dataset AND current
), other AS (
    SELECT d.no, d.id, d.origin IN ('own', 'refusals') AS own, d.origin = 'register' AS register,
        coalesce(coalesce(d.obtained, d.created) <= c.created, false) AS earlier,
        d.no IN (SELECT no FROM named) AND NOT c.has_names AS names_of_its_own,
        EXISTS (SELECT 1 FROM edge e WHERE e.parent = d.id AND e.child = c.id AND e.grade >= 'G2') AS parent,
        d.id IN (SELECT id FROM descendant) AS descendant,
        EXISTS (SELECT 1 FROM edge e WHERE d.id IN (e.parent, e.child) AND c.id NOT IN (e.parent, e.child)
            AND e.parent NOT IN (SELECT id FROM descendant) AND e.child NOT IN (SELECT id FROM descendant)
            AND NOT EXISTS (SELECT 1 FROM near n WHERE n.one = e.parent AND n.other = e.child)
            AND NOT EXISTS (SELECT 1 FROM near n WHERE n.one = c.id AND n.other IN (e.parent, e.child))) AS tied
    FROM dataset d CROSS JOIN claimed c
    WHERE d.current AND d.purged_at IS NULL AND d.id <> c.id AND views._enough(d.contacts)
)
SELECT no, id, CASE WHEN own THEN 'its holder''s own list' WHEN register THEN 'it is a public register' WHEN earlier THEN 'it is older'
    WHEN names_of_its_own THEN 'it has names, and the other has none' WHEN parent THEN 'it is the source'
    ELSE 'other lists have it, too' END AS reason
FROM other
WHERE own OR register OR earlier OR names_of_its_own OR (NOT descendant AND (parent OR tied))
ORDER BY id
